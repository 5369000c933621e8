"""Pages of lists. A cursor names the last item of a page, so inserts do not disturb it.

A cursor is signed. In the API it is valid for one list with the same filters and the same owner; in the portal it is
valid on all pages, because several pages show parts of the same list.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, Generic, Protocol, TypeVar

from fastapi import Request
from itsdangerous import Signer

from api.answers.problems import Problem, ProblemCode
from api.context import context_of
from api.schemas.lists import Page
from pipeline.postgres.order import Order, Place

Key = TypeVar("Key")
Item = TypeVar("Item")
Row = TypeVar("Row", covariant=True)
View = TypeVar("View")


class Find(Protocol[Row]):
    """A query for a part of a list, in its order: at most `limit` items behind the place `after`."""

    def __call__(self, *, after: Place | None, limit: int) -> Sequence[Row]: ...


@dataclass(frozen=True, slots=True)
class Slice(Generic[Item]):
    """The items of a page, and the cursor of the next page if there is one."""

    items: Sequence[Item]
    next_cursor: str | None

    def page(self, view: Callable[[Item], View]) -> Page[View]:
        return Page(items=[view(item) for item in self.items], next_cursor=self.next_cursor)


def read_slice(order: Order, cursor: str | None, limit: int, find: Find[Item]) -> Slice[Item]:
    """The page behind a cursor, or the first page. Raises a Problem for a cursor of another list."""
    rows = find(after=decode_cursor(cursor, order.from_json), limit=limit + 1)  # one more shows if there is a next page
    items = rows[:limit]
    return Slice(items, encode_cursor(order.to_json(items[-1])) if len(rows) > limit else None)


_PLACES = {"cursor", "after", "limit"}
_list: ContextVar[tuple[Callable[[], Signer], str]] = ContextVar("list")


def begin_list(request: Request) -> None:
    """Sets the list to which the cursors of this request belong."""
    path, services = str(request.scope["path"]), context_of(request).services
    name = _name(request, path, request.query_params.multi_items()) if path.startswith("/v1/") else "pages"
    _list.set((lambda: services.cursors, name))


@contextmanager
def listing(request: Request, path: str, filters: Iterable[tuple[str, str]]) -> Iterator[None]:
    """Cursors of the block belong to another list of the API."""
    services = context_of(request).services
    token = _list.set((lambda: services.cursors, _name(request, path, filters)))
    try:
        yield
    finally:
        _list.reset(token)


def _name(request: Request, path: str, parameters: Iterable[tuple[str, str]]) -> str:
    # Text filters ignore case, so the same text in other capitals is the same filter.
    filters = sorted((name, value.casefold()) for name, value in parameters if name not in _PLACES)
    return json.dumps([path, filters, request.state.owner])


def encode_cursor(values: Sequence[str | int]) -> str:
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False).encode()
    place = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return f"{place}.{_signature(place)}"


def _signature(place: str) -> str:
    signer, name = _list.get()
    return signer().get_signature(f"{name}\n{place}").decode()


def decode_cursor(cursor: str | None, read: Callable[[list[Any]], Key]) -> Key | None:
    """The result of `read` for the values in a cursor; None for the first page. Raises a Problem for a bad cursor."""
    if not cursor:
        return None
    place, _, signature = cursor.rpartition(".")
    try:
        if not compare_digest(signature.encode(), _signature(place).encode()):
            raise ValueError
        # `encode_cursor` removes the padding, which would have to be escaped in an address.
        values = json.loads(base64.b64decode(place + "=" * (-len(place) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or not all(map(_is_storable, values)):
            raise TypeError
        return read(values)
    except (binascii.Error, UnicodeDecodeError, ValueError, TypeError, OverflowError, RecursionError):
        detail = "Use `next_cursor` of the previous page, unchanged, with the same filters."
        raise Problem(ProblemCode.INVALID_CURSOR, detail) from None


def _is_storable(value: Any) -> bool:
    """Whether PostgreSQL can compare with it: UTF-8 without U+0000, or a number of 64 bits."""
    if isinstance(value, str):
        return "\0" not in value and value == value.encode("utf-8", "replace").decode("utf-8")
    return isinstance(value, int | float) and -(2**63) <= value < 2**63
