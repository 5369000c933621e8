"""What happened to a vendor's products, in order: what programs poll instead of reading the catalogue again."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.answers.paging import decode_cursor, encode_cursor, listing
from api.answers.problems import Problem, ProblemCode
from api.dependencies import Caller
from api.entry.door import Door
from api.lookups import require_vendor
from api.schemas.changes import CatalogueChangeView, ChangesPage, ChangesQuery
from api.sessions import DbSession
from pipeline.domain.uploads import CHANGES_RETENTION
from pipeline.postgres.exports import Export
from pipeline.postgres.order import Place
from pipeline.postgres.queries.catalogue_changes import ChangesForgottenError, end_of, find_catalogue_changes

_FORGOTTEN = (
    f"What happened after this cursor is not all known any more: changes are kept for {CHANGES_RETENTION.days} days."
    " Export your catalogue, and go on from `changes_after` of the export."
)

router = APIRouter(route_class=Door, prefix="/v1/changes", tags=["Products"])


@router.get("", operation_id="list_changes", summary="List what happened to your products, in order")
def list_changes(query: Annotated[ChangesQuery, Query()], caller: Caller, session: DbSession) -> ChangesPage:
    """The oldest first. None is ever missed, and none comes twice, whatever is being processed meanwhile: keep
    `next_cursor`, and ask again with it. `product` is the product as it is now, so that keeping the last one of each
    `product_id` gives the catalogue. Changes are kept for 90 days."""
    vendor = require_vendor(session.cursor, caller, query.vendor_id)
    after = decode_cursor(query.after, _place)
    try:
        items, last = find_catalogue_changes(session, vendor.vendor_id, after=after, limit=query.limit)
    except ChangesForgottenError:
        raise Problem(ProblemCode.GONE, _FORGOTTEN) from None
    return ChangesPage(items=list(map(CatalogueChangeView.model_validate, items)), next_cursor=encode_cursor(last))


def cursor_behind_export(request: Request, export: Export) -> str:
    """The cursor of what has happened since the moment that an export shows."""
    filters = [("vendor_id", export.vendor_id)] if request.state.caller.is_support else []
    with listing(request, "/v1/changes", filters):
        return encode_cursor(end_of(export.last_change or 0))


def _place(values: list[Any]) -> Place:
    position, row_number = (int(value) for value in values)
    return position, row_number
