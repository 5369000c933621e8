"""Visitors: the cookie, the session that it names, and the token in every form.

The cookie is signed. It contains a random `nonce` and, after signing in, the id of a session, but never a key. Forms
contain a signature of the nonce: another site can make a browser send the cookie, but cannot know this signature.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from itsdangerous import BadData

from api.answers.problems import Problem, ProblemCode
from api.context import context_of
from api.dependencies import AppServices, owner_of
from api.entry.door import identified_by
from api.entry.networks import network_of
from api.portal.error_pages import FormRefused, SignInNeeded
from pipeline.domain.keys import hash_of
from pipeline.postgres.api_keys import Principal, find_principal, take_allowance
from pipeline.postgres.portal_sessions import (
    Attempts,
    begin_session,
    end_session,
    find_visitor,
    forget_attempt,
    take_attempt,
)
from pipeline.postgres.token_buckets import Allowance
from pipeline.services import Services

COOKIE = "portal_session"
FORM_FIELD = "form_token"
FORM_HEADER = "X-Form-Token"


class TooManyAttempts(Exception):
    """Raised when a network has tried to sign in too often."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Ticket:
    """The content of the cookie."""

    nonce: str
    session_id: str | None = None

    @classmethod
    def fresh(cls, session_id: UUID | None = None) -> "Ticket":
        return cls(secrets.token_urlsafe(18), str(session_id) if session_id else None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in visitor, and the token for the forms on their pages."""

    principal: Principal
    session_id: UUID
    form_token: str

    @property
    def name(self) -> str:
        return self.principal.vendor_name or "Support"


def read_ticket(request: Request, services: Services) -> Ticket | None:
    """The ticket in the cookie; None if its signature is wrong or it is too old."""
    try:
        fields = services.session_cookies.loads(
            request.cookies.get(COOKIE, ""), max_age=services.settings.session_seconds
        )
        return Ticket(**fields)
    except (BadData, TypeError):
        return None


def give_ticket(response: Response, ticket: Ticket, request: Request, services: Services) -> None:
    response.set_cookie(
        COOKIE,
        str(services.session_cookies.dumps(asdict(ticket))),
        max_age=services.settings.session_seconds,
        httponly=True,
        samesite="lax",
        # Browsers do not send secure cookies over plain HTTP, which the local stack uses.
        secure=services.settings.api_url.startswith("https:"),
    )


def form_token(services: Services, ticket: Ticket) -> str:
    return services.form_tokens.get_signature(ticket.nonce).decode()


def sign_in(request: Request, services: Services, key: str) -> UUID | None:
    """Begins a session for the holder of a key; None if the key is not valid. Raises TooManyAttempts."""
    settings = services.settings
    network = network_of(request)
    allowed = Attempts(settings.sign_in_attempts, settings.sign_in_attempts_per_minute)
    with context_of(request).pool.transaction() as db:
        attempt = take_attempt(db, network, allowed)
        principal = None if attempt.retry_after else find_principal(db, key)
        if principal:
            forget_attempt(db, network)
            return begin_session(db, principal.key_id, lasts=timedelta(seconds=settings.session_seconds))
    if attempt.retry_after:
        raise TooManyAttempts(attempt.retry_after)
    return None


def sign_out(request: Request, visitor: Visitor) -> None:
    with context_of(request).pool.transaction() as db:
        end_session(db, visitor.session_id)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A visitor with the remaining allowance of the key with which they signed in."""

    visitor: Visitor
    allowance: Allowance


async def _require_visitor(request: Request) -> None:
    if await _signed_in_visitor(request) is None:
        raise SignInNeeded(was_signed_in=request.state.was_signed_in)


async def _identify_visitor(request: Request) -> None:
    await _signed_in_visitor(request)


async def _signed_in_visitor(request: Request) -> Visitor | None:
    """The signed-in visitor, if any. Requests count against the rate limit of the key with which they signed in."""
    request.state.visitor, request.state.was_signed_in = None, False
    if not (cookie := request.cookies.get(COOKIE)):
        return None
    find = partial(_find_arrival, request)
    arrival = await context_of(request).admission.identify(
        request, hash_of(cookie), find, lambda arrival: owner_of(arrival.visitor.principal)
    )
    if arrival is None:
        return None
    request.state.visitor, request.state.allowance = arrival.visitor, arrival.allowance
    if arrival.allowance.retry_after:
        detail = "These were too many requests at once. Please wait a second and try again."
        raise Problem(
            ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(arrival.allowance.retry_after)}
        )
    return arrival.visitor


def _find_arrival(request: Request) -> _Arrival | None:
    """The visitor whom the cookie names; None if nobody is signed in. Sets `was_signed_in` in the request's state."""
    services = context_of(request).services
    ticket, settings = read_ticket(request, services), services.settings
    session_id = _session_id(ticket)
    request.state.was_signed_in = ticket is None or session_id is not None
    if ticket is None or session_id is None:
        return None
    with context_of(request).pool.transaction() as db:
        principal = find_visitor(db, session_id)
        if principal is None:
            return None
        allowance = take_allowance(
            db, principal.key_id, rate=settings.requests_per_second, burst=settings.requests_burst
        )
    return _Arrival(Visitor(principal, session_id, form_token(services, ticket)), allowance)


@identified_by(_require_visitor)
async def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


@identified_by(_identify_visitor)
async def _any_visitor(request: Request) -> Visitor | None:
    visitor: Visitor | None = request.state.visitor
    return visitor


def _session_id(ticket: Ticket | None) -> UUID | None:
    return UUID(ticket.session_id) if ticket and ticket.session_id else None


async def _form_token(request: Request) -> str:
    if FORM_HEADER in request.headers:
        return request.headers[FORM_HEADER]
    token = (await request.form()).get(FORM_FIELD)
    return token if isinstance(token, str) else ""


FormToken = Annotated[str, Depends(_form_token)]
CurrentVisitor = Annotated[Visitor, Depends(_visitor)]
AnyVisitor = Annotated[Visitor | None, Depends(_any_visitor)]
"""For pages without sign-in: the signed-in visitor, if any."""


def check_token(services: Services, ticket: Ticket | None, token: str) -> Ticket:
    """The ticket. Raises FormRefused unless the form's token belongs to it."""
    if ticket is None or not services.form_tokens.verify_signature(ticket.nonce, token):
        raise FormRefused
    return ticket


def _sender(request: Request, services: AppServices, visitor: CurrentVisitor, token: FormToken) -> Visitor:
    check_token(services, read_ticket(request, services), token)
    return visitor


FormSender = Annotated[Visitor, Depends(_sender)]
"""The visitor who sent one of our forms."""
