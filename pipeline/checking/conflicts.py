"""The errors of rules 6 and 7, in the file and in the catalogue, and all errors that need only the file."""

from dataclasses import dataclass

from pipeline.checking.rules import Categories, errors_of, with_suggestion
from pipeline.checking.survey import EarlierRow, StagedRecord
from pipeline.domain.columns import LABELS
from pipeline.domain.errors import OUR_FAULT, ErrorType, RowError
from pipeline.domain.records import Record

RULE_OF_KEY = {"sku": ErrorType.DUPLICATE_SKU, "vendor_product_id": ErrorType.DUPLICATE_VENDOR_PRODUCT_ID}


@dataclass(frozen=True, slots=True)
class Holder:
    """The product of another upload that has a SKU or a vendor product id."""

    vendor_id: str
    upload_id: str | None
    product_id: int
    row_number: int | None = None


def errors_in_file(staged: StagedRecord, categories: Categories) -> list[RowError]:
    """Every error of a record except conflicts with the catalogue, in report order, with suggestions.

    A record on which our own code fails has that as its only error, so that other records are not delayed.
    """
    try:
        rule_errors = errors_of(staged.record, categories)
        if rule_errors and rule_errors[0] is OUR_FAULT:
            return [OUR_FAULT]
        errors = [with_suggestion(error, staged.record, categories) for error in rule_errors]
        if staged.earlier_sku:
            errors.append(_file_conflict(staged.record, "sku", staged.earlier_sku))
        if staged.earlier_vendor_product_id:
            errors.append(_file_conflict(staged.record, "vendor_product_id", staged.earlier_vendor_product_id))
    except Exception:
        return [OUR_FAULT]
    return sorted(errors, key=lambda error: error.report_order)


def catalogue_conflict(record: Record, column: str, holder: Holder, *, vendor_id: str) -> RowError:
    """The error of a record whose key belongs to `holder`. It reveals nothing about another vendor's product."""
    if holder.vendor_id != vendor_id:
        return _duplicate_error(record, column, "another vendor's product has the same one", None)
    row = f"row {holder.row_number} of " if holder.row_number else ""
    source = f", from {row}upload {holder.upload_id}," if holder.upload_id else ""
    reason = f"your product {holder.product_id}{source} has the same one"
    return _duplicate_error(record, column, reason, {"upload_id": holder.upload_id, "product_id": holder.product_id})


def _file_conflict(record: Record, column: str, earlier: EarlierRow) -> RowError:
    line = f" (line {earlier.line})" if earlier.line else ""
    reason = f"row {earlier.row_number}{line} of this file has the same one"
    return _duplicate_error(record, column, reason, {"row_number": earlier.row_number})


def _duplicate_error(record: Record, column: str, reason: str, conflict: dict[str, object] | None) -> RowError:
    return record.error(RULE_OF_KEY[column], column, f"{LABELS[column]} must be unique; {reason}", conflict=conflict)
