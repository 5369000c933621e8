"""The documentation at /docs: Swagger UI on the OpenAPI document, every byte of it served by us."""

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
    """Every code and what it means: where an answer's `type` and an error's `help_url` lead to."""
    from pipeline.domain.errors import ErrorType
    from pipeline.outcome.rulebook import FILE_RULES, ROW_RULES

    meanings: dict[str, list[str]] = {}
    for code, (status, title) in PROBLEMS.items():
        meanings.setdefault(code, []).append(f"Answer {status}: {title}.")
    for row_rule in ROW_RULES:
        held_to = "" if row_rule.code == ErrorType.PROCESSING_ERROR else "What a row is held to: "
        meanings.setdefault(row_rule.code, []).append(held_to + row_rule.description)
    for file_rule in FILE_RULES:
        meanings.setdefault(file_rule.code, []).append(f"Why a file is not accepted: {file_rule.description}")
    return dict(sorted(meanings.items()))


def _document(app: FastAPI) -> Callable[[Request], Awaitable[Response]]:
    """Writes the OpenAPI document when it is first asked for, in a thread: it takes as long as a hundred requests."""
    lock, written = Lock(), list[bytes]()

    async def document(_: Request) -> Response:
        async with lock:
            if not written:
                written.append(await run_in_threadpool(lambda: json.dumps(app.openapi(), ensure_ascii=False).encode()))
        return Response(written[0], media_type="application/json")

    return document


def install(app: FastAPI) -> None:
    """Swagger UI comes from the wheel `fastapi-offline`; the page around it is ours, without inline scripts."""
    swagger = CompressedFiles(directory=str(files("fastapi_offline") / "static"))
    app.mount("/assets/swagger", swagger, name="swagger")
    app.mount("/assets", VersionedFiles(directory=_TEMPLATES / "assets"), name="assets")
    app.add_route("/openapi.json", _document(app), include_in_schema=False)
    router = APIRouter(route_class=Door, dependencies=[InTurn])

    @router.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        from fastapi.templating import Jinja2Templates  # which only people need

        headers = {"Content-Security-Policy": _POLICY}
        shown = {"title": app.title, "codes": _meanings()}
        return Jinja2Templates(_TEMPLATES).TemplateResponse(request, "docs.html", shown, headers=headers)

    app.include_router(router)
