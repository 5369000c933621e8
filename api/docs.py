"""The documentation at /docs: Swagger UI on the OpenAPI document, every byte of it served by us."""

from importlib.resources import files
from os import PathLike, stat_result
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

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


def install(app: FastAPI) -> None:
    """Swagger UI comes from the wheel `fastapi-offline`; the page around it is ours, without inline scripts."""
    swagger = StaticFiles(directory=str(files("fastapi_offline") / "static"))
    app.mount("/assets/swagger", _compressed(swagger), name="swagger")
    app.mount("/assets", _compressed(_Assets(directory=_TEMPLATES / "assets")), name="assets")
    router, pages = APIRouter(), Jinja2Templates(_TEMPLATES)

    @router.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        headers = {"Content-Security-Policy": _POLICY}
        return pages.TemplateResponse(request, "docs.html", {"title": app.title}, headers=headers)

    app.include_router(router)
