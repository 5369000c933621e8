"""The documentation at /docs: Swagger UI with the OpenAPI document, served without any other site."""

import json
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path

from anyio import Lock
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.answers.assets import CompressedFiles, VersionedFiles
from api.answers.problems import PROBLEMS
from api.dependencies import InTurn
from api.entry.door import Door

_TEMPLATES = Path(__file__).parents[2] / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self';"
    " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


def _meanings() -> dict[str, list[str]]:
    """Every code and its meaning. A problem's `type` and an error's `help_url` link to them."""
    from pipeline.domain.errors import ErrorType
    from pipeline.outcome.rulebook import FILE_RULES, ROW_RULES

    meanings: dict[str, list[str]] = {}
    for code, (status, title) in PROBLEMS.items():
        meanings.setdefault(code, []).append(f"Answer {status}: {title}.")
    for row_rule in ROW_RULES:
        prefix = "" if row_rule.code == ErrorType.PROCESSING_ERROR else "A rule for rows: "
        meanings.setdefault(row_rule.code, []).append(prefix + row_rule.description)
    for file_rule in FILE_RULES:
        meanings.setdefault(file_rule.code, []).append(f"A reason why a file is not accepted: {file_rule.description}")
    return dict(sorted(meanings.items()))


def _document(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """The route of the OpenAPI document, which the first request generates."""
    lock, documents = Lock(), list[bytes]()

    async def document(_: Request) -> Response:
        async with lock:
            if not documents:  # in a thread, because it takes as long as a hundred requests
                documents.append(
                    await run_in_threadpool(lambda: json.dumps(app.openapi(), ensure_ascii=False).encode())
                )
        return Response(documents[0], media_type="application/json")

    return document


def install(app: FastAPI) -> None:
    """Adds the documentation. Swagger UI comes from the wheel `fastapi-offline`; the page has no inline scripts."""
    swagger = CompressedFiles(directory=str(files("fastapi_offline") / "static"))
    app.mount("/assets/swagger", swagger, name="swagger")
    app.mount("/assets", VersionedFiles(directory=_TEMPLATES / "assets"), name="assets")
    app.add_route("/openapi.json", _document(app), include_in_schema=False)
    router = APIRouter(route_class=Door, dependencies=[InTurn])

    @router.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        from fastapi.templating import Jinja2Templates  # imported late: only people need it

        headers = {"Content-Security-Policy": _POLICY}
        context = {"title": app.title, "codes": _meanings()}
        return Jinja2Templates(_TEMPLATES).TemplateResponse(request, "docs.html", context, headers=headers)

    app.include_router(router)
