"""Lists: how a client gets the next page. A cursor names the last item it saw, so inserts do not disturb it.

A list asks its query for one item more than the page has: whether it came says whether there is a next page.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from api.problems import Problem
from api.schemas import Page

Key = TypeVar("Key")
Found = TypeVar("Found")
View = TypeVar("View")


def page_of(
    found: Sequence[Found], limit: int, *, key: Callable[[Found], Sequence[str | int]], view: Callable[[Found], View]
) -> Page[View]:
    """The first `limit` of what was found, each as `view` shows it; `key` is what a cursor remembers of the last."""
    page = found[:limit]
    return Page(
        items=[view(item) for item in page],
        next_cursor=encode_cursor(key(page[-1])) if len(found) > limit else None,
    )


def encode_cursor(values: Sequence[str | int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, read: Callable[[list[Any]], Key]) -> Key | None:
    """The key behind a cursor, made by `read` from its values; None for the first page."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or not all(map(_is_storable, values)):
            raise TypeError
        return read(values)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, IndexError, OverflowError, RecursionError):
        raise Problem("INVALID_CURSOR", "Use `next_cursor` of the page before, unchanged.") from None


def moment(value: str) -> datetime:
    """A time in a cursor. One without a zone, or out of the calendar in UTC, is none that we wrote."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def _is_storable(value: Any) -> bool:
    """Whether the database can compare something with it: UTF-8 without U+0000, a number of 64 bits."""
    if isinstance(value, str):
        return "\0" not in value and value == value.encode("utf-8", "replace").decode("utf-8")
    return isinstance(value, int | float) and -(2**63) <= value < 2**63
