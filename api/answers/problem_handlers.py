"""Turns problems into answers: documents for programs, pages for people."""

import re
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
from pipeline.domain.one_line import one_line
from pipeline.logs import log, log_fault
from pipeline.postgres.database import DatabaseFault

_MOST_ERRORS, _LONGEST_FIELD, _LONGEST_MESSAGE = 20, 200, 500


def render(request: Request, problem: Problem) -> Response:
    """A problem document or, for a browser, a page with the same content."""
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
    """Turns every exception of the application into a problem."""

    @app.exception_handler(Problem)
    def refused(request: Request, problem: Problem) -> Response:
        return render(request, problem)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return render(request, _invalid(error.errors()))

    @app.exception_handler(HTTPException)
    def by_status(request: Request, error: HTTPException) -> Response:
        if request.scope.get(TOO_LARGE):  # the body turned out to be too large while it was read
            return render(request, too_large(request.scope["path"]))
        if error.status_code == 400:
            errors = [{"field": "body", "message": "is not valid JSON, or does not match its Content-Type"}]
            return render(request, Problem(ProblemCode.INVALID_REQUEST, str(error.detail), errors=errors))
        if error.status_code == 405:
            detail = f"{request.method} is not allowed here."
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


def _invalid(all_errors: Sequence[Any]) -> Problem:
    """The first errors: a body may have as many as its bytes, and names of its own in them."""
    errors = [
        {
            "field": one_line(_field(each["loc"]), _LONGEST_FIELD),
            "message": one_line(_message(each), _LONGEST_MESSAGE),
        }
        for each in all_errors[:_MOST_ERRORS]
    ]
    rest = [f"{len(all_errors) - _MOST_ERRORS:,} more"] if len(all_errors) > _MOST_ERRORS else []
    detail = "; ".join([*(f"{each['field']}: {each['message']}" for each in errors), *rest])
    return Problem(ProblemCode.INVALID_REQUEST, detail, errors=errors)


def _of_database(request: Request, fault: DatabaseFault) -> Response:
    if not fault.is_outage:
        return _failed(request, fault, sqlstate=fault.sqlstate, constraint=fault.constraint)
    log("api.unavailable", sqlstate=fault.sqlstate, **_about(request))
    if fault.is_too_slow:
        detail = "The database did not answer in time. Request less at once: use a narrower filter or a smaller page."
        return render(request, Problem(ProblemCode.TOO_SLOW, detail))
    detail = "The service cannot reach its database. Please try again in a moment."
    return render(request, Problem(ProblemCode.UNAVAILABLE, detail, headers={"Retry-After": "5"}))


def _failed(request: Request, error: Exception, **fields: object) -> Response:
    log_fault("api.fault", error, **_about(request), **fields)
    return render(request, Problem(ProblemCode.INTERNAL_ERROR, "Something went wrong on our side. Please try again."))


def _about(request: Request) -> dict[str, object]:
    """The fields of a log line that identify its request."""
    return {"request_id": request.state.request_id, "upload_id": request.path_params.get("upload_id")}


def _allowed(request: Request) -> str:
    """The methods of a path, for the header `Allow`."""
    # FastAPI has a route for each method, and itself names only the method of the first that matches the path.
    routes = [
        route
        for route in iter_route_contexts(request.scope["router"].routes)
        if route.matches(request.scope)[0] != Match.NONE
    ]
    # A literal path, such as `/v1/uploads/file`, matches `/v1/uploads/{upload_id}` too, but is no upload.
    literal = [route for route in routes if route.path == request.scope["path"]]
    methods = ", ".join(sorted({method for route in literal or routes for method in route.methods or ()}))
    return methods or _ASSET_METHODS  # assets are mounted and have no routes


_ASSET_METHODS = "GET, HEAD"

# By pydantic's error types: where its own message speaks of Python.
_IN_PLAIN_WORDS = {
    "extra_forbidden": "is not a known name",
    "missing": "is required",
    "json_invalid": "is not valid JSON",
    "model_attributes_type": "must be a JSON object, with Content-Type: application/json",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "too_short": "must have at least one item",
}


def _message(error: Mapping[str, Any]) -> str:
    return _IN_PLAIN_WORDS.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")


def _field(location: Sequence[str | int]) -> str:
    """`("body", "size_bytes")` → `size_bytes`; without the alternatives of a union, which are types of ours."""
    names = (part for part in location[1:] if isinstance(part, str) and not _TYPE.search(part))
    return ".".join(names) or str(location[0])


_TYPE = re.compile(r"[\[(]|^(str|int|float|none|MappedHeaderField)$")
