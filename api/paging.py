"""Lists: how a client gets the next page. A cursor names the last item it saw, so inserts do not disturb it.

A list asks its query for one item more than the page has: whether it came says whether there is a next page. Cursors
are signed, for one list of the API with its filters and its caller; those of the pages hold for all pages, which share
them.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from hmac import compare_digest
from typing import Any, TypeVar

from fastapi import Request
from itsdangerous import Signer

from api.context import context_of
from api.problems import Problem, ProblemCode
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


_PLACES = {"cursor", "after", "limit"}
_list: ContextVar[tuple[Callable[[], Signer], str]] = ContextVar("list")


def begin_list(request: Request) -> None:
    """Says which list the cursors of this request belong to."""
    path, services = str(request.scope["path"]), context_of(request).services
    name = "pages"
    if path.startswith("/v1/"):
        given = request.query_params.multi_items()  # capitals make no other filter of a text
        filters = sorted((name, value.casefold()) for name, value in given if name not in _PLACES)
        name = json.dumps([path, filters, request.state.owner])
    _list.set((lambda: services.cursors, name))


def encode_cursor(values: Sequence[str | int]) -> str:
    written = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()
    place = base64.urlsafe_b64encode(written).decode().rstrip("=")
    return f"{place}.{_signature(place)}"


def _signature(place: str) -> str:
    signer, name = _list.get()
    return signer().get_signature(f"{name}\n{place}").decode()


def decode_cursor(cursor: str | None, read: Callable[[list[Any]], Key]) -> Key | None:
    """The key behind a cursor, made by `read` from its values; None for the first page."""
    if not cursor:
        return None
    place, _, signature = cursor.rpartition(".")
    try:
        if not compare_digest(signature.encode(), _signature(place).encode()):
            raise ValueError
        values = json.loads(base64.b64decode(place + "=" * (-len(place) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or not all(map(_is_storable, values)):
            raise TypeError
        return read(values)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, IndexError, OverflowError, RecursionError):
        detail = "Use `next_cursor` of the page before, unchanged, with the same filters."
        raise Problem(ProblemCode.INVALID_CURSOR, detail) from None


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
