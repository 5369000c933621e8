"""The vendor's products, each with the upload and row that added it."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.entry.door import Door
from api.portal.forms import Blank, ListFilter, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor
from api.sessions import DbSession
from pipeline.domain.columns import COLUMNS, LABELS, ListingStatus
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.postgres.queries.products import (
    ProductFilter,
    active_categories,
    find_products,
)
from pipeline.postgres.queries.uploads import file_names
from pipeline.postgres.sessions import Session

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/catalogue")

_PAGE = 50
STATUS_CHOICES = [(ListingStatus.ACTIVE, "On sale"), (ListingStatus.WITHDRAWN, "Withdrawn")]


class CatalogueFilter(ListFilter):
    path = "/catalogue"

    q: Words = None
    category: Words = None
    upload_id: Words = None
    status: Annotated[ListingStatus | None, Blank] = None


@router.get("")
def catalogue_page(
    request: Request, filters: Annotated[CatalogueFilter, Query()], visitor: CurrentVisitor, session: DbSession
) -> Response:
    status = filters.status or ListingStatus.ACTIVE
    product_filter = ProductFilter(category=filters.category, upload_id=filters.upload_id, q=filters.q, status=[status])
    find = partial(find_products, session, visitor.principal.vendor_id, product_filter)
    products = read_slice(product_filter.order, filters.cursor, _PAGE, find)
    is_empty = not (products.items or filters.is_narrow or filters.cursor)
    context: dict[str, Any] = {
        "filters": filters,
        "products": products.items,
        "status": status,
        "has_withdrawn": is_empty and _has_withdrawn(session, visitor.principal.vendor_id),
        "statuses": STATUS_CHOICES,
        "file_names": file_names(session.cursor, {each.upload_id for each in products.items if each.upload_id}),
        "categories": [category.category_name for category in active_categories(session)],
        "next_page": filters.page_at(products.next_cursor),
        "can_export": visitor.principal.vendor_id is not None,
        "columns": [(column, LABELS[column]) for column in COLUMNS if column not in IDENTIFIERS],
    }
    return page(request, "catalogue.html", context)


def _has_withdrawn(session: Session, scope: str | None) -> bool:
    withdrawn = ProductFilter(status=[ListingStatus.WITHDRAWN])
    return bool(find_products(session, scope, withdrawn, after=None, limit=1))
