"""The catalogue: the products of accepted rows."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.paging import read_slice
from api.answers.problems import Problem
from api.dependencies import Caller, Nothing
from api.entry.door import Door
from api.lookups import scope_of
from api.schemas.lists import Page, WholeNumber
from api.schemas.products import FieldSetter, HistoryQuery, ProductDetails, ProductEvent, ProductsQuery, ProductView
from api.sessions import DbSession
from pipeline.postgres.queries.product_history import NEWEST_FIRST, find_history, find_setters
from pipeline.postgres.queries.products import ProductFilter, find_product, find_products
from pipeline.postgres.tables import Product

router = APIRouter(route_class=Door, prefix="/v1/products", tags=["Products"])

_LARGEST_ID = 2**63 - 1  # of a bigint: PostgreSQL refuses to compare with a larger number


@router.get("", operation_id="list_products", summary="List the products in the catalogue")
def list_products(query: Annotated[ProductsQuery, Query()], caller: Caller, session: DbSession) -> Page[ProductView]:
    """In order of vendor and vendor product id; with `upload_id`, in order of row, or else with `updated_since`, in
    order of `updated_at`: what is updated meanwhile comes again at the end. Support sees all vendors."""
    filters = ProductFilter(**query.model_dump(exclude={"limit", "cursor", "vendor_id"}))
    find = partial(find_products, session, scope_of(caller, query.vendor_id), filters)
    return read_slice(filters.order, query.cursor, query.limit, find).page(ProductView.model_validate)


@router.get("/{product_id}", operation_id="get_product", summary="Get a product")
def get_product(product_id: WholeNumber, _: Nothing, caller: Caller, session: DbSession) -> ProductDetails:
    """`fields` says for each field which row last changed it."""
    product = _require_product(session, caller, product_id)
    setters = find_setters(session.cursor, product)
    fields = {column: FieldSetter.model_validate(setter) for column, setter in setters.items()}
    return ProductDetails(**product.model_dump(), fields=fields)


@router.get("/{product_id}/history", operation_id="get_product_history", summary="List what happened to a product")
def get_product_history(
    product_id: WholeNumber, query: Annotated[HistoryQuery, Query()], caller: Caller, session: DbSession
) -> Page[ProductEvent]:
    """The newest first, back to its creation."""
    product = _require_product(session, caller, product_id)
    events = read_slice(NEWEST_FIRST, query.cursor, query.limit, partial(find_history, session.cursor, product))
    return events.page(ProductEvent.model_validate)


def _require_product(session: DbSession, caller: Caller, product_id: int) -> Product:
    is_possible = 0 < product_id <= _LARGEST_ID
    product = find_product(session, caller.vendor_id, product_id) if is_possible else None
    if product is None:
        raise Problem.not_found("product")
    return product
