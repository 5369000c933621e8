"""Support's view across all vendors: what goes wrong, where, how often, and for whom."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.paging import read_slice
from api.answers.problems import Problem, ProblemCode
from api.dependencies import ApiUrl, Db, SupportCaller
from api.entry.door import Door
from api.schemas.reading import (
    ErrorGroupsPage,
    ErrorGroupsQuery,
    ErrorGroupView,
    FoundErrorView,
    SupportErrorsQuery,
    VendorsQuery,
    VendorView,
)
from api.schemas.uploads import Page
from api.sessions import DbSession
from pipeline.postgres.queries.errors import (
    LARGEST_GROUPS,
    NEWEST_ERRORS,
    FoundErrors,
    find_errors_everywhere,
    group_errors,
    is_broad,
)
from pipeline.postgres.queries.vendors import BY_VENDOR_ID, find_vendors

router = APIRouter(route_class=Door, prefix="/v1", tags=["Support"])

BROAD = timedelta(days=31)
"""Over how much time errors are counted one by one, or looked through, at most."""
_USUAL = timedelta(days=30)


@router.get("/errors", operation_id="list_errors", summary="Errors of every vendor, the newest first")
def list_errors(
    query: Annotated[SupportErrorsQuery, Query()], _: SupportCaller, session: DbSession, api_url: ApiUrl
) -> Page[FoundErrorView]:
    find = partial(find_errors_everywhere, session, _wanted(query))
    errors = read_slice(NEWEST_ERRORS, query.cursor, query.limit, find)
    return errors.page(lambda error: FoundErrorView.of(error, api_url))


@router.get("/errors/summary", operation_id="summarise_errors", summary="How many errors, by what they share")
def summarise_errors(query: Annotated[ErrorGroupsQuery, Query()], _: SupportCaller, db: Db) -> ErrorGroupsPage:
    """Counts are kept by type, field, vendor, upload and day (UTC), so those are answered at once for all time.

    Anything else (`group_by=value`; `value`, `q`, or times of day) is counted one by one: over the 30 days before
    `to` (or now) if `from` is not given, and over 31 days at most, unless an upload, SKU or vendor product id
    narrows it down. The answer's `from` and `to` say what was counted.
    """
    wanted = _wanted(query)
    if is_broad(query.group_by, wanted):
        wanted = _within_bounds(wanted)
    groups = read_slice(LARGEST_GROUPS, query.cursor, query.limit, partial(group_errors, db, query.group_by, wanted))
    page = groups.page(lambda group: ErrorGroupView(**asdict(group)))
    return ErrorGroupsPage(items=page.items, next_cursor=page.next_cursor, **{"from": wanted.from_}, to=wanted.to)


@router.get("/vendors", operation_id="list_vendors", summary="Vendors, and how their last 30 days went")
def list_vendors(query: Annotated[VendorsQuery, Query()], _: SupportCaller, db: Db) -> Page[VendorView]:
    vendors = read_slice(BY_VENDOR_ID, query.cursor, query.limit, partial(find_vendors, db))
    return vendors.page(lambda vendor: VendorView(**asdict(vendor)))


def _wanted(query: SupportErrorsQuery) -> FoundErrors:
    return FoundErrors(**query.model_dump(exclude={"limit", "cursor", "group_by"}))


def _within_bounds(wanted: FoundErrors) -> FoundErrors:
    to = wanted.to or datetime.now(UTC)
    from_ = wanted.from_ or to - _USUAL
    if to - from_ > BROAD:
        message = "this is counted error by error: ask for 31 days at most, or name an upload, SKU or product"
        raise Problem(ProblemCode.INVALID_REQUEST, f"from: {message}", errors=[{"field": "from", "message": message}])
    return replace(wanted, from_=from_, to=wanted.to)
