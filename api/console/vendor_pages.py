"""The page of one vendor: its results, its keys, and what support can change."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request, Response
from fastapi.responses import RedirectResponse

from api.answers.problems import Problem
from api.audit import act
from api.console.access import ActingAgent, Agent
from api.console.actions import action_lines
from api.console.vendors import vendor_line
from api.dependencies import AppPool, Db
from api.entry.door import Door
from api.portal.pages import page
from api.portal.statuses import Chip
from api.portal.uploads import upload_lines
from api.sessions import DbSession
from pipeline.domain.keys import PREFIX_LENGTH, KeyState, Role
from pipeline.domain.vendors import VendorStatus
from pipeline.postgres.api_keys import ListedKey, list_keys, make_key, revoke_key
from pipeline.postgres.queries.uploads import UploadFilter, find_uploads
from pipeline.postgres.queries.vendor_states import set_status, vendor_state
from pipeline.postgres.queries.webhooks import find_webhooks
from pipeline.postgres.sessions import Session
from pipeline.postgres.support_actions import (
    Action,
    ActionFilter,
    SupportAction,
    find_actions,
)

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/vendors/{vendor_id}")

_UPLOADS = _ACTIONS = 5
_WEBHOOKS = 20
_LONGEST_LABEL, _MOST_DAYS = 200, 3650
_KEY_CHIPS = {
    KeyState.WORKS: Chip("Works", "good"),
    KeyState.REVOKED: Chip("Revoked", "bad"),
    KeyState.EXPIRED: Chip("Expired", "quiet"),
}
_NOTICES = {
    "revoked": "The key no longer works. Everyone who was signed in with it is signed out.",
    "suspended": "The vendor is inactive: it can read, but not send or change anything.",
    "activated": "The vendor is active again.",
    "nothing": "There was nothing to do: somebody has already done it.",
}


@router.get("")
def vendor_page(vendor_id: str, request: Request, agent: Agent, session: DbSession, done: str = "") -> Response:
    return _page(request, session, vendor_id, notice=_NOTICES.get(done))


@router.post("/keys")
def make(
    vendor_id: str,
    request: Request,
    agent: ActingAgent,
    session: DbSession,
    pool: AppPool,
    label: Annotated[str, Form()] = "",
    days: Annotated[str, Form()] = "",
) -> Response:
    """Makes a key. The answer is the only page that shows it."""
    label, expires = label.replace("\0", "").strip(), days.strip()
    if error := _form_error(label, expires):
        form = {"label": label, "days": expires, "error": error}
        return _page(request, session, vendor_id, form=form, status=422)
    _require_vendor(session.cursor, vendor_id)
    new_keys: list[str] = []

    def do(session: Session) -> Action:
        lifetime = int(expires) if expires else None
        key = make_key(session.cursor, role=Role.VENDOR, vendor_id=vendor_id, label=label, days=lifetime)
        new_keys.append(key)
        details = {"key": key[:PREFIX_LENGTH], "label": label, "days": lifetime}
        return Action(SupportAction.KEY_MADE, vendor_id, details=details)

    act(pool, agent, do)
    return _page(request, session, vendor_id, new_key=new_keys[0], status=201)


@router.post("/keys/{key_id}/revoke")
def revoke(
    vendor_id: str,
    key_id: Annotated[int, Path(ge=1, le=2**63 - 1)],
    agent: ActingAgent,
    pool: AppPool,
) -> Response:
    def do(session: Session) -> Action | None:
        key = next((key for key in list_keys(session.cursor, vendor_id=vendor_id) if key.key_id == key_id), None)
        if key is None:
            raise Problem.not_found("key")
        details = {"key_id": key_id, "key": key.key_prefix, "label": key.label}
        is_changed = revoke_key(session.cursor, key_id)
        return Action(SupportAction.KEY_REVOKED, vendor_id, details=details) if is_changed else None

    return _back(vendor_id, "revoked" if act(pool, agent, do) else "nothing")


@router.post("/suspend")
def suspend(vendor_id: str, agent: ActingAgent, db: Db, pool: AppPool) -> Response:
    _require_vendor(db, vendor_id)

    def do(session: Session) -> Action | None:
        is_changed = set_status(session, vendor_id, VendorStatus.INACTIVE)
        return Action(SupportAction.VENDOR_SUSPENDED, vendor_id) if is_changed else None

    return _back(vendor_id, "suspended" if act(pool, agent, do) else "nothing")


@router.post("/activate")
def activate(vendor_id: str, agent: ActingAgent, db: Db, pool: AppPool) -> Response:
    _require_vendor(db, vendor_id)

    def do(session: Session) -> Action | None:
        is_changed = set_status(session, vendor_id, VendorStatus.ACTIVE)
        return Action(SupportAction.VENDOR_ACTIVATED, vendor_id) if is_changed else None

    return _back(vendor_id, "activated" if act(pool, agent, do) else "nothing")


def _back(vendor_id: str, done: str) -> Response:
    return RedirectResponse(f"/support/vendors/{vendor_id}?done={done}", 303)


def _form_error(label: str, days: str) -> str | None:
    if not label:
        return "Say what the key is for, such as “ERP of TechGear”."
    if len(label) > _LONGEST_LABEL:
        return f"The label has {len(label)} characters; {_LONGEST_LABEL} are allowed."
    if days and not (days.isascii() and days.isdigit() and len(days) < 6 and 1 <= int(days) <= _MOST_DAYS):
        return f"Days are a whole number from 1 to {_MOST_DAYS:,}; leave it empty for a key that does not expire."
    return None


def _require_vendor(db: Db, vendor_id: str) -> None:
    if vendor_state(db, vendor_id) is None:
        raise Problem.not_found("vendor")


def _page(
    request: Request, session: Session, vendor_id: str, *, status: int = 200, **extra: dict[str, str] | str | None
) -> Response:
    db = session.cursor
    vendor = vendor_state(db, vendor_id)
    if vendor is None:
        raise Problem.not_found("vendor")
    uploads = find_uploads(db, vendor_id, UploadFilter(), after=None, limit=_UPLOADS)
    actions = find_actions(session, ActionFilter(vendor_id=vendor_id), after=None, limit=_ACTIONS)
    context: dict[str, Any] = {
        "line": vendor_line(vendor),
        "keys": _keys(list_keys(db, vendor_id=vendor_id)),
        "uploads": upload_lines(db, uploads),
        "webhooks": find_webhooks(session, vendor_id, after=None, limit=_WEBHOOKS),
        "actions": action_lines(actions),
        "is_active": vendor.status == VendorStatus.ACTIVE,
        "most_days": _MOST_DAYS,
    }
    return page(request, "console/vendor.html", context | extra, status=status)


def _keys(keys: list[ListedKey]) -> list[tuple[ListedKey, Chip]]:
    """Working keys first, then the newest first."""
    ordered = sorted(keys, key=lambda key: (key.state != KeyState.WORKS, -key.key_id))
    return [(key, _KEY_CHIPS[key.state]) for key in ordered]
