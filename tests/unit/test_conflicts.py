"""What the catalogue has against a record: every line of the table of modes and holders."""

from typing import Literal

import pytest

from pipeline.checking.conflicts import Holders, conflicts
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct
from tests.unit.files import record, record_of, stored_product

OURS, OTHERS = "VEND001", "VEND002"
X = stored_product(product_id=1, sku="SKU-1")
X_OF_ANOTHER_SKU = stored_product(product_id=1, sku="SKU-X")
Y = stored_product(product_id=2, own_id="P-2", sku="SKU-1")
STRANGER = stored_product(product_id=3, vendor_id=OTHERS, own_id="P-1", sku="SKU-1")
SKU, ID = "DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID"
CHANGED, NOT_FOUND = "SKU_CHANGED", "PRODUCT_NOT_FOUND"
Expected = list[tuple[str, int | str | None]]
"""Each error with the product of its conflict, or else with its suggestion."""

TABLE: list[tuple[StoredProduct | None, StoredProduct | None, Expected, Expected, Expected]] = [
    # P (by id), S (by SKU), then what is wrong in the modes create, upsert and update.
    (None, None, [], [], [(NOT_FOUND, None)]),
    (X, X, [(SKU, 1), (ID, 1)], [], []),
    (X_OF_ANOTHER_SKU, None, [(ID, 1)], [(CHANGED, "SKU-X")], [(CHANGED, "SKU-X")]),
    (None, Y, [(SKU, 2)], [(SKU, 2)], [(NOT_FOUND, None)]),
    (X_OF_ANOTHER_SKU, Y, [(SKU, 2), (ID, 1)], [(SKU, 2), (CHANGED, "SKU-X")], [(SKU, 2), (CHANGED, "SKU-X")]),
    (None, STRANGER, [(SKU, None)], [(SKU, None)], [(NOT_FOUND, None)]),
    (X_OF_ANOTHER_SKU, STRANGER, [(SKU, None), (ID, 1)],
     [(SKU, None), (CHANGED, "SKU-X")], [(SKU, None), (CHANGED, "SKU-X")]),
]  # fmt: skip


def errors(
    row: Record, by_id: StoredProduct | None, by_sku: StoredProduct | None, mode: UploadMode, key: str
) -> Expected:
    return [
        (error.error_type, error.conflict["product_id"] if error.conflict else error.suggestion)  # type: ignore[misc]
        for error in conflicts(row, Holders(by_id, by_sku), mode=mode, key=key, vendor_id=OURS)
    ]


@pytest.mark.parametrize("mode", UploadMode)
@pytest.mark.parametrize("line", range(len(TABLE)))
def test_a_record_is_rejected_as_the_table_says(line: int, mode: UploadMode) -> None:
    by_id, by_sku, *expected = TABLE[line]
    assert errors(record(), by_id, by_sku, mode, "vendor_product_id") == expected[list(UploadMode).index(mode)]


@pytest.mark.parametrize(
    ("holder", "expected"), [(None, [(NOT_FOUND, None)]), (Y, []), (STRANGER, [(NOT_FOUND, None)])]
)
def test_by_its_sku_alone_a_record_means_its_vendors_product(holder: StoredProduct | None, expected: Expected) -> None:
    row = record_of(Decisions(UploadMode.UPDATE), sku="SKU-1", price="1")
    assert errors(row, None, holder, UploadMode.UPDATE, "sku") == expected


@pytest.mark.parametrize("key", ["vendor_product_id", "sku"])
def test_another_vendors_product_is_not_found_in_the_very_words_of_none(
    key: Literal["vendor_product_id", "sku"],
) -> None:
    of_none, of_a_stranger = (
        list(conflicts(record(), Holders(None, by_sku), mode=UploadMode.UPDATE, key=key, vendor_id=OURS))
        for by_sku in (None, STRANGER)
    )
    assert of_none == of_a_stranger
    assert [error.error_field for error in of_none] == [key]


def test_nothing_of_another_vendors_product_is_said() -> None:
    (error,) = conflicts(
        record(), Holders(None, STRANGER), mode=UploadMode.UPSERT, key="vendor_product_id", vendor_id=OURS
    )
    assert (error.conflict, error.message) == (None, "SKU must be unique; another vendor's product has the same one")


@pytest.mark.parametrize("mode", [UploadMode.UPSERT, UploadMode.UPDATE])
@pytest.mark.parametrize("sku", ["", " ", "#N/A"])
def test_a_sku_that_is_not_given_is_not_compared(mode: UploadMode, sku: str) -> None:
    assert errors(record(sku=sku), X, None, mode, "vendor_product_id") == []


@pytest.mark.parametrize("mode", [UploadMode.UPSERT, UploadMode.UPDATE])
def test_skus_are_compared_exactly(mode: UploadMode) -> None:
    assert errors(record(sku="sku-1"), X, None, mode, "vendor_product_id") == [(CHANGED, "SKU-1")]


@pytest.mark.parametrize("mode", UploadMode)
def test_a_spreadsheets_error_value_has_that_error_alone(mode: UploadMode) -> None:
    holder = stored_product(own_id="#N/A", sku="#N/A")
    row = record(sku="#N/A", vendor_product_id="#N/A")
    assert errors(row, holder, holder, mode, "vendor_product_id") == []
    assert errors(row, None, None, mode, "vendor_product_id") == []


def test_a_missing_key_is_not_looked_for() -> None:
    assert errors(record(vendor_product_id=" "), None, None, UploadMode.UPDATE, "vendor_product_id") == []
