"""What support did: noted in the transaction that does it, and never changed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pipeline.logs import log
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.conditions import where
from pipeline.postgres.database import Cursor, as_json

KEY_MADE = "key_made"
KEY_REVOKED = "key_revoked"
VENDOR_SUSPENDED = "vendor_suspended"
VENDOR_ACTIVATED = "vendor_activated"
REDRIVE_ASKED = "redrive_asked"
REDRIVE_ENDED = "redrive_ended"
FILE_SENT = "file_sent"
UPLOAD_CANCELLED = "upload_cancelled"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that support does; `details` say more of it, and are never a secret."""

    action: str
    vendor_id: str | None = None
    upload_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotedAction:
    """An action with who did it and when; the key's label is as it was then."""

    action_id: int
    key_id: int
    key_prefix: str
    key_label: str
    action: str
    vendor_id: str | None
    vendor_name: str | None
    upload_id: str | None
    details: dict[str, Any]
    done_at: datetime


@dataclass(frozen=True, slots=True)
class ActionFilter:
    action: str | None = None
    vendor_id: str | None = None
    key: str | None = None
    """A key's id or prefix, or a part of its label."""


def note_action(cursor: Cursor, agent: Principal, action: Action) -> None:
    cursor.execute(
        """
        INSERT INTO support_actions (key_id, key_prefix, key_label, action, vendor_id, upload_id, details)
        SELECT key_id, key_prefix, label, %(action)s, %(vendor_id)s, %(upload_id)s, %(details)s::jsonb
        FROM api_keys WHERE key_id = %(key_id)s
        """,
        {
            "key_id": agent.key_id,
            "action": action.action,
            "vendor_id": action.vendor_id,
            "upload_id": action.upload_id,
            "details": as_json(action.details),
        },
    )


def log_action(agent: Principal, action: Action) -> None:
    """For once the action is committed: a log cannot be rolled back."""
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
    cursor: Cursor, wanted: ActionFilter, *, after: tuple[datetime, int] | None, limit: int
) -> list[NotedAction]:
    """The newest first, from the one after `after` (its time and id) on."""
    clause, values = where(
        {
            "action": ("action = %(action)s", wanted.action),
            "vendor_id": ("vendor_id = %(vendor_id)s", wanted.vendor_id),
            "key": (_BY_KEY, wanted.key),
            "after": ("(done_at, action_id) < %(after)s", after),
        }
    )
    cursor.execute(
        f"""
        SELECT action_id, key_id, key_prefix, key_label, action, vendor_id, vendor_name, upload_id, details, done_at
        FROM support_actions LEFT JOIN vendors USING (vendor_id)
        WHERE {clause} ORDER BY done_at DESC, action_id DESC LIMIT %(limit)s
        """,
        values | {"limit": limit},
    )
    return [NotedAction(*row) for row in cursor]


_BY_KEY = """(key_id::text = %(key)s OR starts_with(%(key)s, key_prefix)
    OR strpos(lower(key_label), lower(%(key)s)) > 0)"""
