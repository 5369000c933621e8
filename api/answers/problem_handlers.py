"""How problems become answers: documents for programs, pages for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.answers.problems import PROBLEMS, TOO_LARGE, Problem, ProblemCode, too_large
from api.context import context_of
from api.portal.error_pages import problem_page
from pipeline.logs import log, log_fault
from pipeline.postgres.database import DatabaseFault


def render(request: Request, problem: Problem) -> Response:
    """A problem document or, for somebody who looks at the portal, a page that says the same."""
    if page := problem_page(request, problem):
        page.headers["X-Request-Id"] = request.state.request_id
        return page
    status, title = PROBLEMS[problem.code]
    body: dict[str, Any] = {
        "type": f"{context_of(request).api_url}/docs#{problem.code}",
        "title": title,
        "status": status,
        "detail": problem.detail,
        "code": problem.code,
        "request_id": request.state.request_id,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    headers = {**(problem.headers or {}), "X-Request-Id": request.state.request_id}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem."""

    @app.exception_handler(Problem)
    def known(request: Request, problem: Problem) -> Response:
        return render(request, problem)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [{"field": _field(found["loc"]), "message": _message(found)} for found in error.errors()]
        detail = "; ".join(f"{found['field']}: {found['message']}" for found in errors)
        return render(request, Problem(ProblemCode.INVALID_REQUEST, detail, errors=errors))

    @app.exception_handler(HTTPException)
    def by_status(request: Request, error: HTTPException) -> Response:
        if request.scope.get(TOO_LARGE):  # found out while the body was being read
            return render(request, too_large(request.scope["path"]))
        if error.status_code == 400:
            errors = [{"field": "body", "message": "it is not valid JSON, or not what its Content-Type says"}]
            return render(request, Problem(ProblemCode.INVALID_REQUEST, str(error.detail), errors=errors))
        if error.status_code == 405:
            detail = f"{request.method} is not possible here."
            return render(
                request, Problem(ProblemCode.METHOD_NOT_ALLOWED, detail, headers={"Allow": _allowed(request)})
            )
        code = ProblemCode.NOT_FOUND if error.status_code == 404 else ProblemCode.INVALID_REQUEST
        return render(request, Problem(code, str(error.detail), headers=error.headers))

    @app.exception_handler(DatabaseFault)
    def unavailable(request: Request, fault: DatabaseFault) -> Response:
        return _of_database(request, fault)

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> Response:
        return _failed(request, error)


def _of_database(request: Request, fault: DatabaseFault) -> Response:
    if not fault.is_outage:
        return _failed(request, fault, sqlstate=fault.sqlstate, constraint=fault.constraint)
    log("api.unavailable", sqlstate=fault.sqlstate, **_about(request))
    if fault.is_too_slow:
        detail = "The database did not answer in time. Ask for less at once: a narrower filter, or a smaller page."
        return render(request, Problem(ProblemCode.TOO_SLOW, detail))
    detail = "The service cannot reach its database. Please try again in a moment."
    return render(request, Problem(ProblemCode.UNAVAILABLE, detail, headers={"Retry-After": "5"}))


def _failed(request: Request, error: Exception, **fields: object) -> Response:
    log_fault("api.fault", error, **_about(request), **fields)
    return render(request, Problem(ProblemCode.INTERNAL_ERROR, "Something went wrong on our side. Please try again."))


def _about(request: Request) -> dict[str, object]:
    """What a line of the log says of a request."""
    return {"request_id": request.state.request_id, "upload_id": request.path_params.get("upload_id")}


def _allowed(request: Request) -> str:
    """Every method of a path: each is a route of its own, of which the framework names only the first.

    A path that is written out, as `/v1/uploads/file`, is not the one of any upload too.
    """
    routes = [
        route
        for route in iter_route_contexts(request.scope["router"].routes)
        if route.matches(request.scope)[0] != Match.NONE
    ]
    written_out = [route for route in routes if route.path == request.scope["path"]]
    methods = ", ".join(sorted({method for route in written_out or routes for method in route.methods or ()}))
    return methods or _OF_ASSETS  # which are mounted, not routed


_OF_ASSETS = "GET, HEAD"

# Where pydantic's own words are those of a programmer in Python.
_IN_PLAIN_WORDS = {
    "extra_forbidden": "there is nothing of this name here",
    "missing": "it is missing",
    "json_invalid": "it is not valid JSON",
    "model_attributes_type": "give a JSON object, with Content-Type: application/json",
    "int_parsing": "give a whole number",
    "int_type": "give a whole number",
    "bool_type": "say true or false",
    "string_type": "give a text",
    "list_type": "give a list",
    "too_short": "name at least one",
}


def _message(found: Mapping[str, Any]) -> str:
    return _IN_PLAIN_WORDS.get(found["type"]) or str(found["msg"]).removeprefix("Value error, ")


def _field(location: Sequence[str | int]) -> str:
    """`("body", "size_bytes")` → `size_bytes`."""
    return ".".join(part for part in location[1:] if isinstance(part, str)) or str(location[0])
