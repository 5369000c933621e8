"""Error pages, which people see instead of problem documents: what happened, and what they can do."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from api.answers.problems import PROBLEMS, Problem, ProblemCode, is_corrections
from api.entry.bounds import longest

FIRST_PAGE = "/uploads"
PROGRAMS = ("/v1/", "/healthz", "/readyz", "/openapi.json")
_FRIENDLY_TITLES = {
    404: "There is nothing here",
    429: "One moment, please",
    500: "That is our fault",
    503: "We are not available right now",
}
_FRIENDLY_TITLES_OF_CODES = {ProblemCode.TOO_SLOW: "That takes too long"}
_FRIENDLY_DETAILS = {
    ProblemCode.FILE_TOO_LARGE: (
        "A plain form takes files of up to 4 MiB. Allow JavaScript for this site, and files of any allowed size are"
        " sent; or split the file into parts."
    ),
}


class SignInNeeded(Exception):
    """Raised when a page needs a signed-in visitor; `was_signed_in` if the cookie is from a session that has ended."""

    def __init__(self, *, was_signed_in: bool) -> None:
        super().__init__("sign-in needed")
        self.was_signed_in = was_signed_in


class FormRefused(Exception):
    """Raised for a form of another site or of an earlier session."""


@dataclass(frozen=True, slots=True)
class Refusal:
    status: int
    title: str
    detail: str
    request_id: str | None


def install(app: FastAPI) -> None:
    """Renders the exceptions that only pages raise."""

    @app.exception_handler(SignInNeeded)
    async def sign_in_first(request: Request, needed: SignInNeeded) -> Response:
        return _to_sign_in(request, needed)

    @app.exception_handler(FormRefused)
    async def form_refused(request: Request, _: FormRefused) -> Response:
        detail = "The form is from an earlier visit, or from another site. Go back, reload the page and try again."
        return _page(request, Refusal(403, "This form is not valid any more", detail, _request_id(request)))


def problem_page(request: Request, problem: Problem) -> Response | None:
    """A problem as a page, for browsers; None for programs."""
    if request.scope["path"].startswith(PROGRAMS) or "text/html" not in request.headers.get("Accept", ""):
        return None
    status, title = PROBLEMS[problem.code]
    detail = (
        problem.detail if is_corrections(request.scope["path"]) else _FRIENDLY_DETAILS.get(problem.code, problem.detail)
    )
    friendly_title = _FRIENDLY_TITLES_OF_CODES.get(problem.code) or _FRIENDLY_TITLES.get(status, title)
    refusal = Refusal(status, friendly_title, detail, _request_id(request))
    return _page(request, refusal, headers=dict(problem.headers or {}))


def _page(request: Request, refusal: Refusal, headers: dict[str, str] | None = None) -> Response:
    from api.portal.pages import page

    return page(request, "refusal.html", {"refusal": refusal}, status=refusal.status, headers=headers)


def _to_sign_in(request: Request, needed: SignInNeeded) -> Response:
    """A redirect to the sign-in page, which leads back to the page where the visitor was."""
    is_part = "HX-Request" in request.headers
    page = _path(request.headers.get("HX-Current-URL", "")) if is_part else _path_of(request)
    if len(page) > longest("next"):
        page = FIRST_PAGE
    address = f"/sign-in?next={quote(page)}" + ("&ended=true" if needed.was_signed_in else "")
    if is_part:  # htmx would follow a redirect and put the sign-in page into the part
        return Response(status_code=401, headers={"HX-Redirect": address, "Cache-Control": "no-store"})
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})


def _path_of(request: Request) -> str:
    if request.method not in {"GET", "HEAD"}:
        return FIRST_PAGE
    path, query = str(request.scope["path"]), request.scope["query_string"].decode("ascii", "replace")
    return path + (f"?{query}" if query else "")


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _request_id(request: Request) -> str | None:
    return getattr(request.state, "request_id", None)
