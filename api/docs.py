"""The documentation at /docs: Swagger UI on the OpenAPI document, every byte of it served by us."""

from importlib.resources import files
from os import PathLike, stat_result
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.dependencies import InTurn
from api.door import Door
from api.problems import PROBLEMS

_TEMPLATES = Path(__file__).parents[1] / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def _compressed(assets: StaticFiles) -> GZipMiddleware:
    """Assets alone: how well a page compresses could tell what is secret in it."""
    return GZipMiddleware(assets, minimum_size=1024, compresslevel=6)


class _Assets(StaticFiles):
    """Our own assets; what was asked for by its version may be kept for ever."""

    def file_response(
        self, full_path: "str | PathLike[str]", stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        if b"v=" in scope["query_string"]:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _meanings() -> dict[str, list[str]]:
    """Every code and what it means: where an answer's `type` and an error's `help_url` lead to."""
    from pipeline.domain.errors import PROCESSING_ERROR
    from pipeline.domain.rulebook import FILE_RULES, ROW_RULES

    meanings: dict[str, list[str]] = {}
    for code, (status, title) in PROBLEMS.items():
        meanings.setdefault(code, []).append(f"Answer {status}: {title}.")
    for row_rule in ROW_RULES:
        held_to = "" if row_rule.code == PROCESSING_ERROR else "What a row is held to: "
        meanings.setdefault(row_rule.code, []).append(held_to + row_rule.description)
    for file_rule in FILE_RULES:
        meanings.setdefault(file_rule.code, []).append(f"Why a file is not accepted: {file_rule.description}")
    return dict(sorted(meanings.items()))


def install(app: FastAPI) -> None:
    """Swagger UI comes from the wheel `fastapi-offline`; the page around it is ours, without inline scripts."""
    swagger = StaticFiles(directory=str(files("fastapi_offline") / "static"))
    app.mount("/assets/swagger", _compressed(swagger), name="swagger")
    app.mount("/assets", _compressed(_Assets(directory=_TEMPLATES / "assets")), name="assets")
    router = APIRouter(route_class=Door, dependencies=[InTurn])

    @router.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        from fastapi.templating import Jinja2Templates  # which only people need

        headers = {"Content-Security-Policy": _POLICY}
        shown = {"title": app.title, "codes": _meanings()}
        return Jinja2Templates(_TEMPLATES).TemplateResponse(request, "docs.html", shown, headers=headers)

    app.include_router(router)
