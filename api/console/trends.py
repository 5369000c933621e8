"""Trends: errors by type and day, and the share of rejected rows by vendor."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.console.access import Agent
from api.console.charts import Column, columns, round_top
from api.console.search_query import midnight
from api.entry.door import Door
from api.portal.forms import Blank, Words
from api.portal.pages import page
from api.portal.statuses import error_word
from api.sessions import DbSession
from pipeline.domain.errors import ErrorType
from pipeline.outcome.percentages import short_percentage
from pipeline.postgres.queries.trends import Rejections, errors_by_day, rejections
from pipeline.postgres.queries.vendor_states import vendors_called

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/trends")

_MOST_VENDORS = 50
Length = Literal["7", "30", "84"]
_LENGTHS = [("7", "7 days"), ("30", "30 days"), ("84", "12 weeks")]


class Trend(BaseModel):
    days: Annotated[Length | None, Blank] = None
    vendor: Words = None


@dataclass(frozen=True, slots=True)
class TypeTrend:
    """The errors of one type, or of all, with a count for each day or week."""

    word: str
    code: str | None
    total: int
    counts: Sequence[int]
    columns: Sequence[Column]
    peak: str


@dataclass(frozen=True, slots=True)
class VendorRate:
    """The share of a vendor's rows that were rejected."""

    vendor: Rejections
    percent: str
    width: float


@router.get("")
def trends_page(request: Request, filters: Annotated[Trend, Query()], agent: Agent, session: DbSession) -> Response:
    db = session.cursor
    length = int(filters.days or 30)
    today = datetime.now(UTC).date()
    starts, start_of = _calendar(today, length)
    vendors = vendors_called(session, filters.vendor, limit=2) if filters.vendor else []
    vendor = vendors[0] if len(vendors) == 1 else None
    is_unclear = bool(filters.vendor) and vendor is None
    errors = errors_by_day(db, since=starts[0], vendor_id=vendor[0] if vendor else None) if not is_unclear else []
    rates = rejections(db, since=midnight(starts[0]) or datetime.now(UTC), limit=_MOST_VENDORS)
    context = {
        "filters": filters,
        "lengths": _LENGTHS,
        "length": str(length),
        "vendor": vendor,
        "is_unclear": is_unclear,
        "starts": starts,
        "axis": [_short(start) for start in (starts[0], starts[len(starts) // 2], starts[-1])],
        "unit": "week" if length > 30 else "day",
        **_trends(errors, starts, start_of),
        "rates": [_rate(each) for each in rates],
        "is_cut": len(rates) == _MOST_VENDORS,
    }
    return page(request, "console/trends.html", context)


def _calendar(today: date, length: int) -> tuple[list[date], Callable[[date], date]]:
    """The first day of each column, and the function from a day to the first day of its column: days, or weeks."""
    if length <= 30:
        return [today - timedelta(days=ago) for ago in reversed(range(length))], lambda day: day
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in reversed(range(length // 7))]
    return weeks, lambda day: day - timedelta(days=day.weekday())


def _trends(
    errors: Sequence[tuple[date, str, int]], starts: Sequence[date], start_of: Callable[[date], date]
) -> dict[str, Any]:
    totals: Counter[tuple[str, date]] = Counter()
    for day, error_type, count in errors:
        totals[error_type, start_of(day)] += count
    by_type = {code: [totals[code, start] for start in starts] for code in ErrorType}
    present = {code: counts for code, counts in by_type.items() if any(counts)}
    everything = [sum(counts) for counts in zip(*present.values(), strict=True)] if present else [0] * len(starts)
    top = round_top(max(everything))
    types = [_trend(error_word(code), code, counts, starts, max(counts)) for code, counts in present.items()]
    return {
        "whole": _trend("All errors", None, everything, starts, top),
        "top": top,
        "types": sorted(types, key=lambda trend: -trend.total),
    }


def _trend(word: str, code: str | None, counts: Sequence[int], starts: Sequence[date], top: int) -> TypeTrend:
    labels = [_short(start) for start in starts]
    most = max(range(len(counts)), key=counts.__getitem__)
    return TypeTrend(
        word=word,
        code=code,
        total=sum(counts),
        counts=counts,
        columns=columns(list(zip(labels, counts, strict=True)), top=top),
        peak=f"most {_when(starts, most)}: {counts[most]:,}" if counts[most] else "none",
    )


def _when(starts: Sequence[date], i: int) -> str:
    are_weeks = len(starts) > 1 and starts[1] - starts[0] > timedelta(days=1)
    return f"{'in the week of' if are_weeks else 'on'} {_short(starts[i])}"


def _short(day: date) -> str:
    return f"{day.day} {day:%b}"


def _rate(each: Rejections) -> VendorRate:
    return VendorRate(each, short_percentage(each.rejected, each.rows), round(100 * each.rejected / each.rows, 2))
