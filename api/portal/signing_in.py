"""Signing in with an API key, and out again."""

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
    SentToken,
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
    wanted: Annotated[str, Query(alias="next")] = FIRST_PAGE,
    ended: str = "",
    out: str = "",
) -> Response:
    if visitor:
        return RedirectResponse(_own_path(wanted), 303)
    notice = "Your session has ended. Please sign in again." if ended else "You are signed out." if out else ""
    return _form(request, services, {"next": _own_path(wanted), "notice": notice})


@router.post("/sign-in")
def enter(
    request: Request,
    services: AppServices,
    sent: SentToken,
    key: Annotated[str, Form()] = "",
    wanted: Annotated[str, Form(alias="next")] = FIRST_PAGE,
) -> Response:
    check_token(services, read_ticket(request, services), sent)
    wanted = _own_path(wanted)
    try:
        session_id = sign_in(request, services, key.strip()[:_LONGEST_KEY])
    except TooManyAttempts as refused:
        wait = f"That was too many attempts. Please wait {in_words(refused.retry_after)} and try again."
        headers = {"Retry-After": str(refused.retry_after)}
        return _form(request, services, {"next": wanted, "error": wait}, status=429, headers=headers)
    if session_id is None:
        wrong = (
            "This key is unknown, expired or revoked. Check that you copied all of it."
            if key.strip()
            else ("Paste your API key here.")
        )
        return _form(request, services, {"next": wanted, "error": wrong}, status=401)
    if wanted == FIRST_PAGE and key.strip().startswith(PREFIXES[Role.SUPPORT]):
        wanted = _SUPPORTS_FIRST_PAGE
    response = RedirectResponse(wanted, 303)
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
    kept = ticket if ticket and ticket.session_id is None else Ticket.fresh()
    shown = context | {"form_token": form_token(services, kept)}
    response = page(request, "sign_in.html", shown, status=status, headers=headers)
    give_ticket(response, kept, request, services)
    return response


def _own_path(address: str) -> str:
    """Where to go after signing in: never to another site."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_ours and "\\" not in address and len(address) <= longest("next") else FIRST_PAGE
