"""The list of vendors, with their results and keys."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.console.access import Agent
from api.dependencies import Db
from api.entry.door import Door
from api.portal.bars import Part, proportion
from api.portal.forms import Blank, ListFilter, Words
from api.portal.pages import page
from api.portal.statuses import Chip
from pipeline.domain.vendors import VendorStatus
from pipeline.outcome.percentages import short_percentage
from pipeline.postgres.queries.vendor_states import VendorState, vendor_states
from pipeline.postgres.queries.vendors import BY_VENDOR_ID

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/vendors")

_PAGE = 50


class VendorsFilter(ListFilter):
    path = "/support/vendors"

    q: Words = None
    status: Annotated[VendorStatus | None, Blank] = None


@dataclass(frozen=True, slots=True)
class VendorLine:
    """A vendor in the list; `rejected` is its share, or None if no row was decided."""

    vendor: VendorState
    chip: Chip
    rejected: str | None
    bar: list[Part]


@router.get("")
def vendors_page(request: Request, filters: Annotated[VendorsFilter, Query()], agent: Agent, db: Db) -> Response:
    find = partial(vendor_states, db, mentioning=filters.q, status=filters.status)
    vendors = read_slice(BY_VENDOR_ID, filters.cursor, _PAGE, find)
    context = {
        "filters": filters,
        "lines": [vendor_line(vendor) for vendor in vendors.items],
        "next_page": filters.page_at(vendors.next_cursor),
    }
    return page(request, "console/vendors.html", context)


def vendor_line(vendor: VendorState) -> VendorLine:
    rows = vendor.valid + vendor.rejected
    return VendorLine(
        vendor=vendor,
        chip=Chip("Active", "good") if vendor.status == VendorStatus.ACTIVE else Chip("Inactive", "bad"),
        rejected=short_percentage(vendor.rejected, rows) if rows else None,
        bar=proportion([("accepted", vendor.valid, "good"), ("rejected", vendor.rejected, "bad")]),
    )
