"""The page of a product: its fields, who set each, and what happened to it, with the uploads that can be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from api.answers.paging import read_slice
from api.answers.problems import Problem
from api.entry.door import Door
from api.portal.forms import ListFilter
from api.portal.pages import page
from api.portal.planning.change_size import SizedChange, sized_changes
from api.portal.session import CurrentVisitor
from api.portal.statuses import Chip, chip_of_outcome
from api.sessions import DbSession
from pipeline.domain.uploads import Outcome
from pipeline.postgres.queries.product_history import NEWEST_FIRST, Event, Setter, find_history, find_setters
from pipeline.postgres.queries.products import find_product
from pipeline.postgres.queries.undo_states import can_be_undone
from pipeline.postgres.queries.uploads import file_names
from pipeline.postgres.tables import Product

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/catalogue/{product_id}")

_PAGE = 20
ProductId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class HistoryPage(ListFilter):
    """The query of the page's address."""


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened to the product. A creation and a removal are told without the values of all fields."""

    event: Event
    chip: Chip
    changes: Sequence[SizedChange]


@router.get("")
def product_page(
    product_id: ProductId,
    request: Request,
    filters: Annotated[HistoryPage, Query()],
    visitor: CurrentVisitor,
    session: DbSession,
) -> Response:
    product = find_product(session, visitor.principal.vendor_id, product_id)
    if product is None:
        raise Problem.not_found("product")
    db, setters = session.cursor, find_setters(session.cursor, product)
    history = read_slice(NEWEST_FIRST, filters.cursor, _PAGE, partial(find_history, db, product))
    uploads = {each.upload_id for each in setters.values()} | {each.upload_id for each in history.items}
    known = [upload_id for upload_id in uploads | {product.upload_id} if upload_id]
    context = {
        "product": product,
        "setters": _later_setters(product, setters),
        "events": [_line(event) for event in history.items],
        "undoable": can_be_undone(db, known),
        "file_names": file_names(db, known),
        "filters": filters,
        "next_page": f"{request.url.path}?cursor={history.next_cursor}#history" if history.next_cursor else None,
    }
    return page(request, "product.html", context)


def _later_setters(product: Product, setters: dict[str, Setter]) -> dict[str, Setter]:
    """Without those that the creation set."""
    creation = (product.upload_id, product.row_number)
    return {column: each for column, each in setters.items() if (each.upload_id, each.row_number) != creation}


def _line(event: Event) -> EventLine:
    changes = sized_changes(event.changes) if event.outcome == Outcome.UPDATED else []
    return EventLine(event, chip_of_outcome(event.outcome), changes)
