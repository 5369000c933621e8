"""Unsubscribing: the page behind the link in every mail. The link is signed and needs no sign-in.

Opening the page changes nothing, because mail scanners open links before people do; only its button does.
"""

from fastapi import APIRouter, Request, Response
from itsdangerous import BadSignature

from api.answers.problems import Problem
from api.dependencies import AppServices, Db
from api.entry.door import Door
from api.portal.pages import page
from pipeline.outcome.mail_events import StopReason
from pipeline.postgres import mails
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False)


@router.get("/mail/{token}")
def mail_choice(token: str, request: Request, db: Db, services: AppServices) -> Response:
    return _mail_page(request, db, token, _address(services, token))


@router.post("/mail/{token}")
def stop_mails(token: str, request: Request, db: Db, services: AppServices) -> Response:
    """Stops the mails: sent by the page's button and, in one click, by mail programs (RFC 8058). Safe to repeat."""
    address = _address(services, token)
    mails.stop(db, address, StopReason.UNSUBSCRIBED)
    return _mail_page(request, db, token, address)


@router.post("/mail/{token}/resume")
def resume_mails(token: str, request: Request, db: Db, services: AppServices) -> Response:
    address = _address(services, token)
    mails.resume(db, address)
    return _mail_page(request, db, token, address)


def _address(services: Services, token: str) -> str:
    """The mail address for which the link is signed. The link does not expire: people keep mails for years."""
    try:
        return str(services.mail_links.loads(token))
    except BadSignature:
        raise Problem.not_found("link") from None


def _mail_page(request: Request, db: Db, token: str, address: str) -> Response:
    reasons = mails.stops(db, address)
    came_back = bool(reasons - {StopReason.UNSUBSCRIBED})
    context = {"address": address, "token": token, "is_stopped": bool(reasons), "came_back": came_back}
    return page(request, "mail.html", context)
