"""The search: finds errors and uploads of all vendors by ids, codes, names or text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.console.access import Agent
from api.console.search_query import Meaning, SearchQuery, meaning_of, within_a_month
from api.dependencies import Db
from api.entry.door import Door
from api.portal.error_rows import ErrorRowEntry, row_entry
from api.portal.error_types import type_lines
from api.portal.pages import page
from api.portal.statuses import error_word
from api.portal.uploads import UploadLine, upload_lines
from api.sessions import DbSession
from pipeline.domain.errors import ErrorType, GroupBy
from pipeline.postgres.queries.errors import NEWEST_ERRORS, FoundErrors, find_errors_everywhere, group_errors, is_broad
from pipeline.postgres.queries.products import product_with
from pipeline.postgres.queries.support_lookups import vendor_names
from pipeline.postgres.queries.upload_errors import ErrorRow
from pipeline.postgres.queries.uploads import NEWEST_UPLOADS, UploadFilter, file_names, find_upload, find_uploads
from pipeline.postgres.sessions import Session
from pipeline.postgres.tables import ValidationError

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support")

_PAGE = 25
_UPLOADS = 5
TYPE_CHOICES = [(code, error_word(code)) for code in ErrorType]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A row with one error, its upload and its vendor."""

    row: ErrorRowEntry
    upload_id: str
    vendor_id: str
    vendor_name: str
    created_at: datetime


class SearchPageQuery(SearchQuery):
    """The search with `kinds`, which counts the errors by type without JavaScript."""

    kinds: str | None = None


@router.get("")
def search_page(
    request: Request, search: Annotated[SearchPageQuery, Query()], agent: Agent, session: DbSession
) -> Response:
    meaning = meaning_of(session, search, datetime.now(UTC))
    context = {
        "search": search,
        "meaning": meaning,
        "types": TYPE_CHOICES,
        **_errors(session, meaning.errors, search),
        **_uploads(session.cursor, meaning, search),
        **_product(session, meaning.errors),
        "kinds": _kinds(session.cursor, meaning.errors, search) if search.kinds and meaning.errors else None,
    }
    return page(request, "console/search.html", context)


@router.get("/kinds")
def kinds_part(
    request: Request, search: Annotated[SearchPageQuery, Query()], agent: Agent, session: DbSession
) -> Response:
    """The chart of errors by type, loaded later: counting all errors can take longer than finding the first."""
    meaning = meaning_of(session, search, datetime.now(UTC))
    kinds = _kinds(session.cursor, meaning.errors, search) if meaning.errors else None
    return page(request, "console/search_kinds.html", {"search": search, "kinds": kinds})


def _product(session: Session, filters: FoundErrors | None) -> dict[str, Any]:
    """The product with the SKU, and the names of its vendor and file."""
    product = product_with(session, filters.sku) if filters and filters.sku else None
    if product is None:
        return {"product": None}
    vendors = vendor_names(session, {product.vendor_id})
    files = file_names(session.cursor, {product.upload_id}) if product.upload_id else {}
    return {
        "product": product,
        "product_vendor": vendors.get(product.vendor_id, product.vendor_id),
        "product_file": files.get(product.upload_id or "", product.upload_id),
    }


def _errors(session: Session, filters: FoundErrors | None, search: SearchQuery) -> dict[str, Any]:
    if filters is None:
        return {"errors": None, "older_errors": None}
    errors = read_slice(NEWEST_ERRORS, search.cursor, _PAGE, partial(find_errors_everywhere, session, filters))
    older = search.page_at(errors.next_cursor)
    return {"errors": _lines(session, errors.items), "older_errors": f"{older}#errors" if older else None}


def _lines(session: Session, errors: Sequence[ValidationError]) -> list[SearchResult]:
    names = vendor_names(session, {error.vendor_id for error in errors})
    return [
        SearchResult(
            row=row_entry(ErrorRow([error], 0)),
            upload_id=error.upload_id,
            vendor_id=error.vendor_id,
            vendor_name=names.get(error.vendor_id, error.vendor_id),
            created_at=error.created_at,
        )
        for error in errors
    ]


def _uploads(db: Db, meaning: Meaning, search: SearchQuery) -> dict[str, Any]:
    if meaning.uploads is None:
        return {"uploads": None, "older_uploads": None}
    vendor_id, upload_id = (meaning.errors.vendor_id, meaning.errors.upload_id) if meaning.errors else (None, None)
    if upload_id:
        upload = find_upload(db, vendor_id, upload_id)
        return {"uploads": upload_lines(db, [upload]) if upload else [], "older_uploads": None}
    lines, older = _newest_uploads(db, vendor_id, meaning.uploads, search)
    return {"uploads": lines, "older_uploads": older}


def _newest_uploads(
    db: Db, vendor_id: str | None, filters: UploadFilter, search: SearchQuery
) -> tuple[list[UploadLine], str | None]:
    limit = _PAGE if search.uploads else _UPLOADS
    uploads = read_slice(NEWEST_UPLOADS, search.uploads, limit, partial(find_uploads, db, vendor_id, filters))
    older = search.address(uploads=uploads.next_cursor) + "#uploads" if uploads.next_cursor else None
    return upload_lines(db, uploads.items), older


def _kinds(db: Db, filters: FoundErrors, search: SearchQuery) -> dict[str, Any]:
    """Errors by type; over 31 days at most if they have to be counted one by one."""
    bounded, is_shorter = filters, False
    if is_broad(GroupBy.ERROR_TYPE, filters):
        bounded, is_shorter = within_a_month(filters, datetime.now(UTC))
    groups = group_errors(db, GroupBy.ERROR_TYPE, bounded, after=None, limit=len(ErrorType))
    counts = [(group.key or "", group.errors) for group in groups]
    return {
        "lines": type_lines(counts, lambda error_type: search.address(error_type=error_type)),
        "total": sum(group.errors for group in groups),
        "since": bounded.from_ if is_shorter else None,
    }
