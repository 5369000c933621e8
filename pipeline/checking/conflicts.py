"""The errors that come from other records: of the same file, and of the catalogue (rules 6 and 7 and those by mode)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.checking.placeholders import is_error_value
from pipeline.checking.rules import Categories, errors_of, with_suggestion
from pipeline.checking.survey import EarlierRow, StagedRecord
from pipeline.domain.columns import LABELS, OPTIONAL
from pipeline.domain.decisions import UploadMode
from pipeline.domain.errors import OUR_FAULT, ErrorType, RowError
from pipeline.domain.layout import Layout
from pipeline.domain.one_line import shorten
from pipeline.domain.records import Record
from pipeline.domain.row_names import excel_note
from pipeline.domain.stored_products import StoredProduct

RULE_OF_KEY = {"sku": ErrorType.DUPLICATE_SKU, "vendor_product_id": ErrorType.DUPLICATE_VENDOR_PRODUCT_ID}


class Holders(NamedTuple):
    """The products that have the keys of a record: the vendor's own with its vendor product id, and anybody's with its
    SKU. Products that the same upload created are left out."""

    by_id: StoredProduct | None
    by_sku: StoredProduct | None

    def known(self, key: str, vendor_id: str) -> StoredProduct | None:
        """The vendor's own product that the record names by its key."""
        if key == "vendor_product_id":
            return self.by_id
        return self.by_sku if self.by_sku and self.by_sku.vendor_id == vendor_id else None

    @property
    def are_one(self) -> bool:
        return self.by_id is not None and self.by_sku is not None and self.by_id.product_id == self.by_sku.product_id


def errors_in_file(staged: StagedRecord, categories: Categories) -> list[RowError]:
    """Every error of a record that needs only the file, in report order, with suggestions.

    A record on which our own code fails has that as its only error, so that other records are not delayed.
    """
    try:
        rule_errors = errors_of(staged.record, categories)
        if rule_errors and rule_errors[0] is OUR_FAULT:
            return [OUR_FAULT]
        errors = [with_suggestion(error, staged.record, categories) for error in rule_errors]
        if "sku" in staged.record.needed:  # otherwise it concerns only records of unknown products
            errors += repeated_sku(staged)
        if staged.earlier_vendor_product_id:
            errors.append(_file_conflict(staged.record, "vendor_product_id", staged.earlier_vendor_product_id))
    except Exception:
        return [OUR_FAULT]
    return in_report_order(errors)


class Judgement(NamedTuple):
    """A record with the errors that it has within its file, and those in values that it is accepted without.

    If it is rejected for another reason after all, it is for these errors, too.
    """

    staged: StagedRecord
    errors: Sequence[RowError]
    left_out: Sequence[RowError] = ()


def judge(staged: StagedRecord, layout: Layout, categories: Categories) -> Judgement:
    """Judges a record by its file. Values are left out if nothing else is wrong, and the upload's decisions say so."""
    errors = errors_in_file(staged, categories)
    if not errors or not staged.record.leaves_out or any(error.error_field not in OPTIONAL for error in errors):
        return Judgement(staged, errors)
    record = staged.record.without(columns_of(errors))
    if layout.decisions.only_creates:
        record = layout.with_defaults(record)
    return Judgement(staged._replace(record=record), (), errors)


def columns_of(errors: Sequence[RowError]) -> list[str]:
    """The columns of errors that are each about one."""
    return [error.error_field for error in errors if error.error_field]


def in_report_order(errors: Iterable[RowError]) -> list[RowError]:
    return sorted(errors, key=lambda error: error.report_order)


def repeated_sku(staged: StagedRecord) -> Iterator[RowError]:
    """Rule 6 within the file."""
    if staged.earlier_sku:
        yield _file_conflict(staged.record, "sku", staged.earlier_sku)


def conflicts(record: Record, holders: Holders, *, mode: UploadMode, key: str, vendor_id: str) -> Iterator[RowError]:
    """What the catalogue has against a record, whatever else is wrong with it."""
    by_id, by_sku = holders.by_id, holders.by_sku
    if mode == UploadMode.UPDATE and holders.known(key, vendor_id) is None:
        if record[key] and not is_error_value(record[key]):
            yield _not_found(record, key)
    elif key == "vendor_product_id":
        if by_sku and (mode == UploadMode.CREATE or not holders.are_one):
            yield from _held(record, "sku", by_sku, vendor_id)
        if by_id and mode == UploadMode.CREATE:
            yield from _held(record, "vendor_product_id", by_id, vendor_id)
        elif by_id and record["sku"] not in {"", by_id.sku} and not is_error_value(record["sku"]):
            yield _sku_changed(record, by_id.sku)


def _held(record: Record, column: str, holder: StoredProduct, vendor_id: str) -> Iterator[RowError]:
    # A field whose value is a spreadsheet's error, such as #N/A, has that error alone.
    if not is_error_value(record[column]):
        yield _catalogue_conflict(record, column, holder, vendor_id)


def _catalogue_conflict(record: Record, column: str, holder: StoredProduct, vendor_id: str) -> RowError:
    """Reveals nothing about another vendor's product."""
    if holder.vendor_id != vendor_id:
        return _duplicate_error(record, column, "another vendor's product has the same one", None)
    row = f"row {holder.row_number:,}{excel_note(holder.sheet_row)} of " if holder.row_number else ""
    source = f", from {row}upload {holder.upload_id}," if holder.upload_id else ""
    reason = f"your product {holder.product_id}{source} has the same one"
    return _duplicate_error(record, column, reason, {"upload_id": holder.upload_id, "product_id": holder.product_id})


def _file_conflict(record: Record, column: str, earlier: EarlierRow) -> RowError:
    reason = f"row {earlier.row_number:,}{excel_note(earlier.sheet_row)} of this file has the same one"
    return _duplicate_error(record, column, reason, {"row_number": earlier.row_number})


def _duplicate_error(record: Record, column: str, reason: str, conflict: dict[str, object] | None) -> RowError:
    return record.error(RULE_OF_KEY[column], column, f"{LABELS[column]} must be unique; {reason}", conflict=conflict)


def _not_found(record: Record, key: str) -> RowError:
    message = (
        f"You have no product with the {LABELS[key][0].lower() + LABELS[key][1:] if key != 'sku' else 'SKU'}"
        f' "{shorten(record[key])}". Correct it; if the product is new, send it in a file that adds products'
    )
    return record.error(ErrorType.PRODUCT_NOT_FOUND, key, message)


def _sku_changed(record: Record, stored: str) -> RowError:
    message = (
        f'This product has the SKU "{shorten(stored)}", which a file cannot change. A different one is mostly a'
        " spreadsheet's doing"
    )
    return record.error(ErrorType.SKU_CHANGED, "sku", message, suggestion=stored)
