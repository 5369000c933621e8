"""The log of support's actions: written in the transaction of the action, and never changed afterwards."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, literal, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, col, func, insert, select

from pipeline.logs import log
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.order import Order, Place
from pipeline.postgres.tables import ApiKey, SupportActionTable, VendorTable

NEWEST_ACTIONS = Order({"done_at": datetime, "action_id": int}, descending=True, of=itemgetter(0))


class SupportAction(StrEnum):
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    VENDOR_SUSPENDED = "vendor_suspended"
    VENDOR_ACTIVATED = "vendor_activated"
    REDRIVE_ASKED = "redrive_asked"
    REDRIVE_ENDED = "redrive_ended"
    FILE_SENT = "file_sent"
    UPLOAD_CANCELLED = "upload_cancelled"
    UPLOAD_APPLIED = "upload_applied"
    UPLOAD_CORRECTED = "upload_corrected"
    UPLOAD_UNDONE = "upload_undone"
    HEADER_REMEMBERED = "header_remembered"
    HEADER_FORGOTTEN = "header_forgotten"
    CATEGORY_FORGOTTEN = "category_forgotten"


@dataclass(frozen=True, slots=True)
class Action:
    """An action of support. `details` must not contain secrets."""

    action: SupportAction
    vendor_id: str | None = None
    upload_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionFilter:
    action: SupportAction | None = None
    vendor_id: str | None = None
    key: str | None = None
    """A key's id or prefix, or a part of its label."""


def note_action(session: Session, agent: Principal, action: Action) -> None:
    """Logs an action with the current label of the agent's key, which may change later."""
    key = select(ApiKey.key_id, ApiKey.key_prefix, ApiKey.label).where(ApiKey.key_id == agent.key_id)
    row = key.add_columns(
        literal(action.action), literal(action.vendor_id), literal(action.upload_id), literal(action.details, JSONB)
    )
    columns = ["key_id", "key_prefix", "key_label", "action", "vendor_id", "upload_id", "details"]
    session.exec(insert(SupportActionTable).from_select(columns, row))


def log_action(agent: Principal, action: Action) -> None:
    """Writes the action to the service's log. Call it after the commit: a log line cannot be rolled back."""
    log(
        "support.acted",
        key_id=agent.key_id,
        key_prefix=agent.key_prefix,
        action=action.action,
        vendor_id=action.vendor_id,
        upload_id=action.upload_id,
        details=dict(action.details),
    )


def find_actions(
    session: Session, filters: ActionFilter, *, after: Place | None, limit: int
) -> list[tuple[SupportActionTable, str | None]]:
    """The newest first, each with its vendor's name, from the one after `after` on."""
    named = select(SupportActionTable, VendorTable.vendor_name)
    actions = named.join(VendorTable, onclause=_IS_ITS_VENDOR, isouter=True).where(*_conditions(filters))
    return list(session.exec(NEWEST_ACTIONS.page(actions, SupportActionTable, after, limit)))


_IS_ITS_VENDOR = col(VendorTable.vendor_id) == col(SupportActionTable.vendor_id)


def _conditions(filters: ActionFilter) -> Iterator[ColumnElement[bool]]:
    if filters.action is not None:
        yield col(SupportActionTable.action) == filters.action
    if filters.vendor_id is not None:
        yield col(SupportActionTable.vendor_id) == filters.vendor_id
    if filters.key is not None:
        yield or_(
            cast(SupportActionTable.key_id, Text) == filters.key,
            func.starts_with(filters.key, SupportActionTable.key_prefix),
            func.strpos(func.lower(SupportActionTable.key_label), func.lower(filters.key)) > 0,
        )
