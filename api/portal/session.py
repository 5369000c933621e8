"""Who is looking: the cookie, the session behind it, and the token that every form must bring along.

The cookie is signed and holds a random `nonce` and, once signed in, the id of a session; no key ever. Forms carry a
signature of the nonce: another site can make a browser send the cookie, but cannot know what belongs to it.
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
from api.entry.door import looked_at_first
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
    """Raised when an address has tried too often to sign in."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"try again in {retry_after} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the cookie says."""

    nonce: str
    session_id: str | None = None

    @classmethod
    def fresh(cls, session_id: UUID | None = None) -> "Ticket":
        return cls(secrets.token_urlsafe(18), str(session_id) if session_id else None)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, and the token of the forms that they are shown."""

    principal: Principal
    session_id: UUID
    form_token: str

    @property
    def name(self) -> str:
        return self.principal.vendor_name or "Support"


def read_ticket(request: Request, services: Services) -> Ticket | None:
    """The cookie's, if it is ours and not too old."""
    try:
        said = services.session_cookies.loads(
            request.cookies.get(COOKIE, ""), max_age=services.settings.session_seconds
        )
        return Ticket(**said)
    except (BadData, TypeError):
        return None


def give_ticket(response: Response, ticket: Ticket, request: Request, services: Services) -> None:
    response.set_cookie(
        COOKIE,
        str(services.session_cookies.dumps(asdict(ticket))),
        max_age=services.settings.session_seconds,
        httponly=True,
        samesite="lax",
        secure=services.settings.api_url.startswith("https:"),
    )


def form_token(services: Services, ticket: Ticket) -> str:
    return services.form_tokens.get_signature(ticket.nonce).decode()


def sign_in(request: Request, services: Services, key: str) -> UUID | None:
    """A session for the holder of this key; None for a key that opens nothing. Raises TooManyAttempts."""
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
    """A visitor with what is left of the allowance of the key that they signed in with."""

    visitor: Visitor
    allowance: Allowance


async def _look_at_cookie(request: Request) -> None:
    if await _arrived(request) is None:
        raise SignInNeeded(was_signed_in=request.state.was_signed_in)


async def _look_at_cookie_if_any(request: Request) -> None:
    await _arrived(request)


async def _arrived(request: Request) -> Visitor | None:
    """Who is signed in. A request counts against the limits of the key that it was signed in with."""
    request.state.visitor, request.state.was_signed_in = None, False
    if not (cookie := request.cookies.get(COOKIE)):
        return None
    look = partial(_find_arrival, request)
    arrival = await context_of(request).admission.identify(
        request, hash_of(cookie), look, lambda found: owner_of(found.visitor.principal)
    )
    if arrival is None:
        return None
    request.state.visitor, request.state.allowance = arrival.visitor, arrival.allowance
    if arrival.allowance.retry_after:
        detail = "That was a lot at once. Please wait a second and try again."
        raise Problem(
            ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(arrival.allowance.retry_after)}
        )
    return arrival.visitor


def _find_arrival(request: Request) -> _Arrival | None:
    """None, and whether somebody was signed in, if nobody is."""
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


@looked_at_first(_look_at_cookie)
async def _visitor(request: Request) -> Visitor:
    visitor: Visitor = request.state.visitor
    return visitor


@looked_at_first(_look_at_cookie_if_any)
async def _any_visitor(request: Request) -> Visitor | None:
    visitor: Visitor | None = request.state.visitor
    return visitor


def _session_id(ticket: Ticket | None) -> UUID | None:
    return UUID(ticket.session_id) if ticket and ticket.session_id else None


async def _sent_token(request: Request) -> str:
    if FORM_HEADER in request.headers:
        return request.headers[FORM_HEADER]
    sent = (await request.form()).get(FORM_FIELD)
    return sent if isinstance(sent, str) else ""


SentToken = Annotated[str, Depends(_sent_token)]
CurrentVisitor = Annotated[Visitor, Depends(_visitor)]
AnyVisitor = Annotated[Visitor | None, Depends(_any_visitor)]
"""For pages that are open to all: whoever is signed in, if anybody is."""


def check_token(services: Services, ticket: Ticket | None, sent: str) -> Ticket:
    """The ticket, if the form belongs to it. Raises FormRefused."""
    if ticket is None or not services.form_tokens.verify_signature(ticket.nonce, sent):
        raise FormRefused
    return ticket


def _sender(request: Request, services: AppServices, visitor: CurrentVisitor, sent: SentToken) -> Visitor:
    check_token(services, read_ticket(request, services), sent)
    return visitor


FormSender = Annotated[Visitor, Depends(_sender)]
"""Who sent a form of ours."""
