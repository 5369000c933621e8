"""The invariants of changes: the order of uploads, and the ledger of what they changed."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from tests.reliability.invariant_words import equal
from tests.reliability.state import Row, State
from tests.stored_values import (
    EMPTY,
    OPTIONAL,
    REQUIRED,
    Value,
    created_values,
    given_values,
    stored_column,
    stored_value,
)

Key = tuple[str, str, str | None]
"""Which kind of key, the vendor, and the key."""


class AcceptedRecord(NamedTuple):
    """A record without errors, and what it says of its product."""

    upload_id: str
    given: Mapping[str, Value]


def i12_later_uploads_win(state: State) -> None:
    """Every product has the values that its records give, one by one in the order of their uploads."""
    records = _records_by_key(state)
    for product in (product for product in state.products if not _has_strangers(state, product)):
        own = [each for key in _keys(product["vendor_id"], product) for each in records[key]]
        expected = dict(EMPTY)
        for record in sorted(own, key=lambda record: _place(state.uploads[record.upload_id])):
            expected |= record.given
        actual = {column: product[stored_column(column)] for column in (*REQUIRED, *OPTIONAL)}
        where = f"{product['upload_id']} row {product['row_number']}, named by {sorted({r.upload_id for r in own})}"
        equal(actual, {column: expected[column] for column in actual}, f"{where}: its values, and what its records say")


def _has_strangers(state: State, product: Row) -> bool:
    """Whether records that are not part of this state may have given the product values."""
    named = {c["upload_id"] for c in (*state.changes, *state.confirmations) if c["product_id"] == product["product_id"]}
    return not {product["upload_id"], *named} <= state.files.keys()


def _records_by_key(state: State) -> dict[Key, list[AcceptedRecord]]:
    """The accepted records by the key with which they name their product, but for those of dry runs."""
    records: dict[Key, list[AcceptedRecord]] = defaultdict(list)
    for upload_id in (upload_id for upload_id, upload in state.uploads.items() if not upload["dry_run"]):
        for record, cells in _accepted(state, upload_id):
            by_id, by_sku = _keys(state.uploads[upload_id]["vendor_id"], cells)
            records[by_id if cells.get("vendor_product_id") else by_sku].append(record)
    return records


def _keys(vendor_id: str, cells: Mapping[str, Any]) -> tuple[Key, Key]:
    return ("id", vendor_id, cells.get("vendor_product_id")), ("sku", vendor_id, cells.get("sku"))


def _accepted(state: State, upload_id: str) -> Iterator[tuple[AcceptedRecord, Mapping[str, str]]]:
    """Each accepted record of an upload, with its cleaned cells."""
    clears_blanks = state.uploads[upload_id]["decisions"].get("blank_cells") == "clear"
    outcomes = state.outcomes_of(upload_id)
    for row in state.rows_of(upload_id):
        became = outcomes.get(row.row_number, [])
        if "created" in became:
            yield AcceptedRecord(upload_id, created_values(row.values)), row.values
        elif became and "error" not in became:
            yield AcceptedRecord(upload_id, given_values(row.values, clears_blanks=clears_blanks)), row.values


def _place(upload: Row) -> tuple[Any, ...]:
    return upload["effective_at"], upload["effective_path"]


def i13_the_ledger_agrees(state: State) -> None:
    """Each change begins with the value that the last one left; the records that wrote nothing are confirmed."""
    for upload_id, upload in state.uploads.items():
        changes = state.changes_of(upload_id)
        for change in changes:
            is_written = change["outcome"] == "updated" and not upload["dry_run"]
            where = f"{upload_id} row {change['row_number']}"
            equal(change["is_written"], is_written, f"{where}: whether its change is written, and should be")
            has_loser = bool(change["superseded_fields"])
            equal(change["superseded_by"] is not None, has_loser, f"{where}: whether it lost, and to whom")
        wrote_nothing = [c["row_number"] for c in changes if c["outcome"] == "superseded"]
        confirmed = [each["row_number"] for each in state.confirmations if each["upload_id"] == upload_id]
        expected = sorted([*wrote_nothing, *upload["unchanged_row_numbers"]])
        equal(sorted(confirmed), expected, f"{upload_id}: confirmed rows, and those that wrote nothing")
    for product in state.products:
        _changes_chain(product, [c for c in state.changes if c["product_id"] == product["product_id"]])


def _changes_chain(product: Row, changes: list[Row]) -> None:
    last: dict[str, Any] = {}
    for change in (change for change in changes if change["is_written"]):
        for column, each in change["changes"].items():
            where = f"{change['upload_id']} row {change['row_number']}: {column}"
            assert each["before"] != each["after"], f"{where} is noted as changed, and is not"
            if column in last:
                equal(each["before"], last[column], f"{where} before it, and after the change before that")
            last[column] = each["after"]
    for column, text in last.items():
        value = text if text is None else stored_value(column, text)
        equal(product[stored_column(column)], value, f"product {product['product_id']}: {column}, and its last change")
