"""Rules 6 and 7 in words: whom a record collides with, in its file or in the catalogue.

And, with them, everything that can be said of a record without a catalogue: `errors_in_file`.
"""

from dataclasses import dataclass

from pipeline.checking.rules import Categories, errors_of, with_suggestion
from pipeline.checking.survey import Earlier, StagedRecord
from pipeline.domain.columns import LABELS
from pipeline.domain.errors import OUR_FAULT, ErrorType, RowError
from pipeline.domain.records import Record

RULE_OF_KEY = {"sku": ErrorType.DUPLICATE_SKU, "vendor_product_id": ErrorType.DUPLICATE_VENDOR_PRODUCT_ID}


@dataclass(frozen=True, slots=True)
class Holder:
    """The product of another upload that holds a SKU or a vendor product id."""

    vendor_id: str
    upload_id: str | None
    product_id: int
    row_number: int | None = None


def errors_in_file(staged: StagedRecord, categories: Categories) -> list[RowError]:
    """Every error of a record but for those against the catalogue, in report order, with suggestions.

    A record on which our own code breaks has that as its error: it must not hold up its neighbours.
    """
    try:
        found = errors_of(staged.record, categories)
        if found and found[0] is OUR_FAULT:
            return [OUR_FAULT]
        told = [with_suggestion(error, staged.record, categories) for error in found]
        if staged.earlier_sku:
            told.append(_held_in_file(staged.record, "sku", staged.earlier_sku))
        if staged.earlier_vendor_product_id:
            told.append(_held_in_file(staged.record, "vendor_product_id", staged.earlier_vendor_product_id))
    except Exception:
        return [OUR_FAULT]
    return sorted(told, key=lambda error: error.report_order)


def held_in_catalogue(record: Record, column: str, holder: Holder, *, vendor_id: str) -> RowError:
    """The error of a record of `vendor_id` whose key is taken. Of another vendor's product nothing more is told."""
    if holder.vendor_id != vendor_id:
        return _not_unique(record, column, "another vendor's product has the same one", None)
    row = f"row {holder.row_number} of " if holder.row_number else ""
    source = f", from {row}upload {holder.upload_id}," if holder.upload_id else ""
    who = f"your product {holder.product_id}{source} has the same one"
    return _not_unique(record, column, who, {"upload_id": holder.upload_id, "product_id": holder.product_id})


def _held_in_file(record: Record, column: str, earlier: Earlier) -> RowError:
    line = f" (line {earlier.line})" if earlier.line else ""
    who = f"row {earlier.row_number}{line} of this file has the same one"
    return _not_unique(record, column, who, {"row_number": earlier.row_number})


def _not_unique(record: Record, column: str, who: str, conflict: dict[str, object] | None) -> RowError:
    return record.error(RULE_OF_KEY[column], column, f"{LABELS[column]} must be unique; {who}", conflict=conflict)
