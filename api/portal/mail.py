"""The link in every mail that ends these mails: a page with a button, and the button that mail programs press.

Looking at the page changes nothing: programs open links before people do. The link is signed and needs no sign-in.
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
    return _shown(request, db, token, _address(services, token))


@router.post("/mail/{token}")
def stop_mails(token: str, request: Request, db: Db, services: AppServices) -> Response:
    """What the page's button sends, and mail programs do by themselves (RFC 8058): once is enough, twice the same."""
    address = _address(services, token)
    mails.stop(db, address, StopReason.UNSUBSCRIBED)
    return _shown(request, db, token, address)


@router.post("/mail/{token}/resume")
def resume_mails(token: str, request: Request, db: Db, services: AppServices) -> Response:
    address = _address(services, token)
    mails.resume(db, address)
    return _shown(request, db, token, address)


def _address(services: Services, token: str) -> str:
    """Whom the link was mailed to. It works for as long as the mail is kept, so it never runs out."""
    try:
        return str(services.mail_links.loads(token))
    except BadSignature:
        raise Problem.not_found("link") from None


def _shown(request: Request, db: Db, token: str, address: str) -> Response:
    reasons = mails.stops(db, address)
    came_back = bool(reasons - {StopReason.UNSUBSCRIBED})
    shown = {"address": address, "token": token, "is_stopped": bool(reasons), "came_back": came_back}
    return page(request, "mail.html", shown)
