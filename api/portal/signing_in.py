"""Signing in with an API key, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import AppServices
from api.entry.bounds import longest
from api.entry.door import Door
from api.portal.durations import in_words
from api.portal.error_pages import FIRST_PAGE
from api.portal.pages import page
from api.portal.session import (
    COOKIE,
    AnyVisitor,
    FormSender,
    FormToken,
    Ticket,
    TooManyAttempts,
    check_token,
    form_token,
    give_ticket,
    read_ticket,
    sign_in,
    sign_out,
)
from pipeline.domain.keys import PREFIXES, Role
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False)

_SUPPORTS_FIRST_PAGE = "/support"
_LONGEST_KEY = 200


@router.get("/")
def front_door() -> Response:
    return RedirectResponse(FIRST_PAGE, 303)


@router.get("/sign-in")
def sign_in_page(
    request: Request,
    services: AppServices,
    visitor: AnyVisitor,
    destination: Annotated[str, Query(alias="next")] = FIRST_PAGE,
    ended: str = "",
    out: str = "",
) -> Response:
    if visitor:
        return RedirectResponse(_own_path(destination), 303)
    notice = "Your session has ended. Please sign in again." if ended else "You are signed out." if out else ""
    return _form(request, services, {"next": _own_path(destination), "notice": notice})


@router.post("/sign-in")
def enter(
    request: Request,
    services: AppServices,
    token: FormToken,
    key: Annotated[str, Form()] = "",
    destination: Annotated[str, Form(alias="next")] = FIRST_PAGE,
) -> Response:
    check_token(services, read_ticket(request, services), token)
    destination = _own_path(destination)
    try:
        session_id = sign_in(request, services, key.strip()[:_LONGEST_KEY])
    except TooManyAttempts as error:
        wait = f"That was too many attempts. Please wait {in_words(error.retry_after)} and try again."
        headers = {"Retry-After": str(error.retry_after)}
        return _form(request, services, {"next": destination, "error": wait}, status=429, headers=headers)
    if session_id is None:
        unknown = "This key is unknown, expired or revoked. Check that you copied all of it."
        error_text = unknown if key.strip() else "Paste your API key here."
        return _form(request, services, {"next": destination, "error": error_text}, status=401)
    if destination == FIRST_PAGE and key.strip().startswith(PREFIXES[Role.SUPPORT]):
        destination = _SUPPORTS_FIRST_PAGE
    response = RedirectResponse(destination, 303)
    give_ticket(response, Ticket.fresh(session_id), request, services)
    return response


@router.post("/sign-out")
def leave(request: Request, visitor: FormSender) -> Response:
    sign_out(request, visitor)
    response = RedirectResponse("/sign-in?out=true", 303)
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
    return response


def _form(
    request: Request,
    services: Services,
    context: dict[str, str],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    ticket = read_ticket(request, services)
    if ticket is None or ticket.session_id:
        ticket = Ticket.fresh()
    full_context = context | {"form_token": form_token(services, ticket)}
    response = page(request, "sign_in.html", full_context, status=status, headers=headers)
    give_ticket(response, ticket, request, services)
    return response


def _own_path(address: str) -> str:
    """The page to show after signing in. An address of another site is replaced by the first page."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and "\\" not in address and len(address) <= longest("next") else FIRST_PAGE
