"""What a valid file needs, for programs: generated from the rules that validate files. No key is needed."""

import hashlib
import json
from dataclasses import asdict
from typing import TypeVar

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from api.answers.caching import client_has, etag_of
from api.dependencies import AppServices, Nothing
from api.entry.door import Door
from api.schemas.reading import CategoriesView, CategoryView, LimitsView, RulesView
from api.sessions import DbSession
from pipeline.checking.rules import RULES_VERSION
from pipeline.domain.synonyms.table import synonyms
from pipeline.outcome.attachments import REPORT_TYPE, WORKBOOK_TYPE, Attachment
from pipeline.outcome.rulebook import COLUMN_RULES, FILE_RULES, ROW_RULES, template
from pipeline.postgres.queries.products import active_categories
from pipeline.settings import Settings

View = TypeVar("View", bound=BaseModel)

_BINARY = {"schema": {"type": "string", "format": "binary"}}
router = APIRouter(route_class=Door, prefix="/v1", tags=["Rules"], responses={304: {"description": "Unchanged"}})


@router.get("/categories", operation_id="list_categories", summary="List the categories that a file may name")
def list_categories(_: Nothing, request: Request, response: Response, session: DbSession) -> CategoriesView:
    items = [CategoryView.model_validate(category) for category in active_categories(session)]
    version = _fingerprint([item.category_name for item in items])
    return _or_not_modified(request, response, CategoriesView(version=version, items=items))


@router.get("/rules", operation_id="get_rules", summary="Get the rules for files and rows")
def get_rules(_: Nothing, request: Request, response: Response, session: DbSession, services: AppServices) -> RulesView:
    """The command line's `onboarding check` uses this document to check files without the service."""
    rules = {
        "version": RULES_VERSION,
        "columns": COLUMN_RULES,
        "rules": ROW_RULES,
        "failures": FILE_RULES,
        "synonyms": synonyms(),
        "categories": [category.category_name for category in active_categories(session)],
        "limits": asdict(services.settings.limits),
    }
    return _or_not_modified(request, response, RulesView.model_validate(rules))


@router.get("/limits", operation_id="get_limits", summary="Get the limits")
def get_limits(_: Nothing, request: Request, response: Response, services: AppServices) -> LimitsView:
    allowed = _allowed(services.settings)
    return _or_not_modified(request, response, LimitsView.model_validate({"version": _fingerprint(allowed), **allowed}))


@router.get(
    "/template.csv",
    operation_id="download_template",
    summary="Download a template: every column and two valid rows",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def download_template(_: Nothing, request: Request, session: DbSession) -> Response:
    content = template([category.category_name for category in active_categories(session)])
    return _attachment(request, content, "product-template.csv", REPORT_TYPE)


@router.get(
    "/template.xlsx",
    operation_id="download_template_workbook",
    summary="Download the template as an Excel workbook, which offers the categories",
    response_class=Response,
    # Some generators of clients know no other type of binary answers than the first.
    responses={200: {"content": dict.fromkeys(("application/octet-stream", WORKBOOK_TYPE), _BINARY)}},
)
def download_template_workbook(_: Nothing, request: Request, session: DbSession) -> Response:
    from pipeline.outcome.template_workbook import template_workbook  # imported here because few requests need it

    content = template_workbook([category.category_name for category in active_categories(session)])
    return _attachment(request, content, "product-template.xlsx", WORKBOOK_TYPE)


def _attachment(request: Request, content: bytes, file_name: str, media_type: str) -> Response:
    headers = _caching(content) | {"Content-Disposition": Attachment(file_name, media_type).disposition}
    if client_has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def _allowed(settings: Settings) -> dict[str, int | float]:
    return {
        **asdict(settings.limits),
        "inline_file_bytes": settings.max_inline_bytes,
        "upload_url_seconds": settings.upload_url_seconds,
        "report_link_seconds": settings.report_link_seconds,
        "requests_per_second": settings.requests_per_second,
        "requests_burst": settings.requests_burst,
    }


def _or_not_modified(request: Request, response: Response, view: View) -> View:
    headers = _caching(view.model_dump_json().encode())
    if client_has(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]
    response.headers.update(headers)
    return view


def _caching(content: bytes) -> dict[str, str]:
    return {"ETag": etag_of(content), "Cache-Control": "no-cache"}


def _fingerprint(value: object) -> str:
    """A short hash of a value."""
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:12]
