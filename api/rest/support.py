"""For support: errors and vendors across the whole service."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.paging import read_slice
from api.answers.problems import Problem, ProblemCode
from api.candidates import CategoryCandidates
from api.dependencies import ApiUrl, Db, SupportCaller
from api.entry.door import Door
from api.schemas.lists import Page
from api.schemas.reading import (
    ErrorGroupsPage,
    ErrorGroupsQuery,
    ErrorGroupView,
    FoundErrorView,
    SupportErrorsQuery,
    VendorsQuery,
    VendorView,
)
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
"""The longest time over which errors are counted one by one, or searched for a text."""
_DEFAULT_SPAN = timedelta(days=30)


@router.get("/errors", operation_id="list_errors", summary="List errors of all vendors, newest first")
def list_errors(
    query: Annotated[SupportErrorsQuery, Query()], _: SupportCaller, session: DbSession, api_url: ApiUrl
) -> Page[FoundErrorView]:
    find = partial(find_errors_everywhere, session, _filters(query))
    errors = read_slice(NEWEST_ERRORS, query.cursor, query.limit, find)
    nearest = CategoryCandidates(session.cursor)
    return errors.page(lambda error: FoundErrorView.of(error, api_url, nearest.of(error)))


@router.get(
    "/errors/summary", operation_id="summarise_errors", summary="Count errors by type, field, value, vendor or day"
)
def summarise_errors(query: Annotated[ErrorGroupsQuery, Query()], _: SupportCaller, db: Db) -> ErrorGroupsPage:
    """Counts by type, field, vendor, upload and day (UTC) are stored, so they are quick for any period.

    For everything else (`group_by=value`; `value`, `q` or times of day) errors are counted one by one: over the 30 days
    before `to` (or now) without `from`, and over 31 days at most, unless an upload, SKU or vendor product id is given.
    `from` and `to` in the answer are the period that was counted.
    """
    filters = _filters(query)
    if is_broad(query.group_by, filters):
        filters = _within_bounds(filters)
    groups = read_slice(LARGEST_GROUPS, query.cursor, query.limit, partial(group_errors, db, query.group_by, filters))
    page = groups.page(lambda group: ErrorGroupView(**asdict(group)))
    return ErrorGroupsPage(items=page.items, next_cursor=page.next_cursor, **{"from": filters.from_}, to=filters.to)


@router.get("/vendors", operation_id="list_vendors", summary="List vendors with the results of their last 30 days")
def list_vendors(query: Annotated[VendorsQuery, Query()], _: SupportCaller, db: Db) -> Page[VendorView]:
    vendors = read_slice(BY_VENDOR_ID, query.cursor, query.limit, partial(find_vendors, db))
    return vendors.page(lambda vendor: VendorView(**asdict(vendor)))


def _filters(query: SupportErrorsQuery) -> FoundErrors:
    return FoundErrors(**query.model_dump(exclude={"limit", "cursor", "group_by"}))


def _within_bounds(filters: FoundErrors) -> FoundErrors:
    to = filters.to or datetime.now(UTC)
    from_ = filters.from_ or to - _DEFAULT_SPAN
    if to - from_ > BROAD:
        message = "these errors are counted one by one: choose 31 days at most, or name an upload, SKU or product"
        raise Problem(ProblemCode.INVALID_REQUEST, f"from: {message}", errors=[{"field": "from", "message": message}])
    return replace(filters, from_=from_, to=filters.to)
