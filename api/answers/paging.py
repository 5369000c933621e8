"""Lists: how a client gets the next page. A cursor names the last item it saw, so inserts do not disturb it.

Cursors are signed, for one list of the API with its filters and its caller; those of the portal's pages are valid on
all of them, because they share lists.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Generic, Protocol, TypeVar

from fastapi import Request
from itsdangerous import Signer

from api.answers.problems import Problem, ProblemCode
from api.context import context_of
from api.schemas.uploads import Page
from pipeline.postgres.order import Order, Place

Key = TypeVar("Key")
Item = TypeVar("Item")
Found = TypeVar("Found", covariant=True)
View = TypeVar("View")


class Find(Protocol[Found]):
    """A query for a part of a list, in its order: at most `limit` items from the one after `after` on."""

    def __call__(self, *, after: Place | None, limit: int) -> Sequence[Found]: ...


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """A page's items, and the cursor of the next page if there is one."""

    items: Sequence[Item]
    next_cursor: str | None

    def page(self, view: Callable[[Item], View]) -> Page[View]:
        return Page(items=[view(item) for item in self.items], next_cursor=self.next_cursor)


def read_slice(order: Order, cursor: str | None, limit: int, find: Find[Item]) -> Slice[Item]:
    """The page behind a cursor, or the first one. Finds one item more than fits: whether there is a next page."""
    found = find(after=decode_cursor(cursor, order.from_json), limit=limit + 1)
    items = found[:limit]
    return Slice(items, encode_cursor(order.to_json(items[-1])) if len(found) > limit else None)


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
    """What `read` makes of a cursor's values; None for the first page."""
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
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, OverflowError, RecursionError):
        detail = "Use `next_cursor` of the page before, unchanged, with the same filters."
        raise Problem(ProblemCode.INVALID_CURSOR, detail) from None


def _is_storable(value: Any) -> bool:
    """Whether the database can compare something with it: UTF-8 without U+0000, a number of 64 bits."""
    if isinstance(value, str):
        return "\0" not in value and value == value.encode("utf-8", "replace").decode("utf-8")
    return isinstance(value, int | float) and -(2**63) <= value < 2**63
