"""What becomes of the records of an undo, in the transaction that decides them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.checking.changes import Change
from pipeline.checking.conflicts import Holders, conflicts
from pipeline.checking.undoing import nothing_to_undo, undo_change, undo_creation, undo_removal
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.decisions import UploadMode
from pipeline.domain.errors import RowError
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct
from pipeline.domain.uploads import Outcome
from pipeline.postgres import catalogue, undo_ledger
from pipeline.postgres.change_ledger import PlacedChange
from pipeline.postgres.database import Cursor
from pipeline.postgres.undo_ledger import Effect
from pipeline.postgres.verdicts import SurveyedUpload


class Undone(NamedTuple):
    """A record of an undo with what it changes, or why it cannot, and the products that hold its keys."""

    errors: Sequence[RowError]
    change: Change | None
    holders: Holders = Holders(None, None)


def take_back(cursor: Cursor, upload: SurveyedUpload, records: Sequence[Record]) -> list[Undone]:
    """What becomes of each record. Products that were removed are created again here, unless it is a dry run.

    A record has neither a change nor errors if another vendor's product that had its key was removed meanwhile.
    """
    undone = str(upload.undo_of)
    rows = [int(record.row.cells[0]) for record in records]
    effects = undo_ledger.effects_of(cursor, undone, rows)
    changes = _changes(cursor, upload, undone, [(r, effects[row]) for r, row in zip(records, rows, strict=True)])
    created = [change.product for change in changes if change.outcome == Outcome.CREATED]
    free = _free(cursor, upload, created)
    holders = _holders(cursor, upload, [product for product in created if product.product_id not in free])
    return [
        Undone((), change)
        if change.outcome != Outcome.CREATED or change.product.product_id in free
        else _held(upload, record, change, holders)
        for record, change in zip(records, changes, strict=True)
    ]


def _changes(
    cursor: Cursor, upload: SurveyedUpload, undone: str, pairs: Sequence[tuple[Record, Effect]]
) -> list[Change]:
    effects = [effect for _, effect in pairs]
    ids = [effect.product_id for effect in effects]
    products = catalogue.find_by_product_id(cursor, upload.vendor_id, ids)
    removed = undo_ledger.find_removed(cursor, undone, ids)
    later = undo_ledger.later_changes(cursor, effects)

    def change(record: Record, effect: Effect) -> Change:
        product_id = effect.product_id
        if effect.outcome == Outcome.REMOVED and product_id in removed:
            return undo_removal(removed[product_id])
        product = products.get(product_id)
        if product is None or effect.outcome == Outcome.REMOVED:
            return nothing_to_undo(product or _gone(upload, record, product_id))
        if effect.outcome == Outcome.CREATED:
            return undo_creation(product, later[product_id])
        return undo_change(product, effect.before, later[product_id], undone=undone)

    return [change(record, effect) for record, effect in pairs]


def _gone(upload: SurveyedUpload, record: Record, product_id: int) -> StoredProduct:
    """A product that is no longer there, as its record names it."""
    keys = record["vendor_product_id"], record["sku"]
    return StoredProduct(product_id, upload.vendor_id, *keys, None, None, dict.fromkeys(VALUE_COLUMNS), ())


def _free(cursor: Cursor, upload: SurveyedUpload, products: Sequence[StoredProduct]) -> set[int]:
    """The ids of the products that are created again, or in a dry run would be."""
    if not upload.dry_run:
        return undo_ledger.create_again(cursor, products)
    holders = _holders(cursor, upload, products)
    return {product.product_id for product in products if not any(_of(product, holders))}


_ByKey = tuple[Mapping[str, StoredProduct], Mapping[str, StoredProduct]]


def _holders(cursor: Cursor, upload: SurveyedUpload, products: Sequence[StoredProduct]) -> _ByKey:
    """The products that have the keys of these, by vendor product id and by SKU."""
    ids, skus = [product.vendor_product_id for product in products], [product.sku for product in products]
    own = catalogue.find_own(cursor, upload.vendor_id, ids, except_of_upload=upload.upload_id)
    return own, catalogue.find_by_sku(cursor, skus, except_of_upload=upload.upload_id)


def _of(product: StoredProduct, holders: _ByKey) -> Holders:
    by_id, by_sku = holders
    return Holders(by_id.get(product.vendor_product_id), by_sku.get(product.sku))


def _held(upload: SurveyedUpload, record: Record, change: Change, holders: _ByKey) -> Undone:
    held = _of(change.product, holders)
    found = conflicts(record, held, mode=UploadMode.CREATE, key="vendor_product_id", vendor_id=upload.vendor_id)
    return Undone(list(found), None, held)


def write(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    """Restores and removes products, unless it is a dry run, and notes what became of every record."""
    if not upload.dry_run:
        updates = [change for _, change in changes if change.outcome == Outcome.UPDATED]
        catalogue.update_products(cursor, updates, by=upload.number)
        removals = [each for each in changes if each.change.outcome == Outcome.REMOVED]
        undo_ledger.remove_products(cursor, upload, removals)
    undo_ledger.insert_undone(cursor, upload, changes)
