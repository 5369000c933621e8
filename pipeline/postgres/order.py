"""The order of a list, declared once: the columns that it is sorted by, which are also what its cursors contain."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

Statement = TypeVar("Statement")
"""A typed statement: `select(…)`."""
Place = tuple[Any, ...]
"""An item's values of an order's columns."""


def _itself(item: Any) -> Any:
    return item


@dataclass(frozen=True, slots=True)
class Order:
    """Sorts by columns that together identify an item; null counts as 0 or an empty text.

    A cursor names the last item that a client saw, so new items do not shift the next page.
    """

    columns: Mapping[str, type[str] | type[int] | type[datetime]]
    descending: bool = False
    of: Callable[[Any], Any] = _itself
    """Returns the part of an item that has the columns."""

    def to_json(self, item: Any) -> list[str | int]:
        values = [getattr(self.of(item), name) for name in self.columns]
        return [
            value.isoformat() if isinstance(value, datetime) else value or _IF_NULL[kind]
            for value, kind in zip(values, self.columns.values(), strict=True)
        ]

    def from_json(self, values: list[Any]) -> Place:
        """The reverse of `to_json`. Raises ValueError or TypeError for anything else."""
        return tuple(_READERS[kind](value) for value, kind in zip(values, self.columns.values(), strict=True))

    @property
    def sql(self) -> str:
        """For ORDER BY."""
        return ", ".join(f"{name} DESC" if self.descending else name for name in self.columns)

    @property
    def sql_after(self) -> str:
        """A condition for the items that follow the place in the parameter `after`."""
        return f"({', '.join(self.columns)}) {'<' if self.descending else '>'} %(after)s"

    def page(self, statement: Statement, table: type, after: Place | None, limit: int) -> Statement:
        """Limits a statement to the page that follows `after`, in this order."""
        from sqlalchemy import tuple_  # not at the top: a cold start must not load SQLAlchemy

        columns = [getattr(table, name) for name in self.columns]
        page: Any = statement
        if after:
            place = tuple_(*columns)
            page = page.where(place < tuple_(*after) if self.descending else place > tuple_(*after))
        page = page.order_by(*(column.desc() if self.descending else column for column in columns)).limit(limit)
        return cast(Statement, page)


def _moment(value: str) -> datetime:
    """Raises ValueError for a time without a zone, which no cursor contains; OverflowError outside the calendar."""
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


_READERS: dict[type, Callable[[Any], Any]] = {str: str, int: int, datetime: _moment}
_IF_NULL: dict[type, str | int] = {str: "", int: 0}
