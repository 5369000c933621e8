"""What could take the place of required columns that no header is meant for."""

from collections.abc import Iterator, Mapping

from pipeline.checking.categories import Categories
from pipeline.checking.proposals.cells import Cells
from pipeline.checking.proposals.fits import fit_of
from pipeline.domain.proposals import StandIn

_OTHER_KEYS = {"vendor_product_id": "sku", "sku": "vendor_product_id"}
_OTHER_TEXTS = {"product_name": "description", "category": "subcategory"}
_STOCK = "0"
_FITTING = 0.9


def stand_ins_for(
    missing: list[str], headers: Mapping[str, tuple[str, Cells]], categories: Categories
) -> Iterator[StandIn]:
    """`headers` are those of the columns that are found or proposed, with their cells."""
    for column in missing:
        other = headers.get(_OTHER_KEYS.get(column) or _OTHER_TEXTS.get(column, ""))
        if other and _can_serve(column, other[1], categories):
            yield StandIn(column, header=other[0])
        elif column == "stock_quantity":
            yield StandIn(column, default=_STOCK)


def _can_serve(column: str, cells: Cells, categories: Categories) -> bool:
    if column in _OTHER_KEYS:
        return cells.are_unique
    passes = fit_of(column, cells, categories).passes
    return bool(cells.filled) and passes >= _FITTING and (column != "category" or bool(categories.names))
