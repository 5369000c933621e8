"""Fields by the headers of a file, as its vendor knows them."""

from datetime import UTC, datetime
from typing import Any

from api.portal.field_names import FieldName, FieldNames
from pipeline.postgres.rows import Upload

COLUMNS = [
    {"header": "Product Name", "column": "product_name", "matched_by": "exact"},
    {"header": "Preis\n(netto)", "column": "price", "matched_by": "synonym"},
    {"header": "Bestell-Nr.", "column": "sku", "also": ["vendor_product_id"], "matched_by": "mapping"},
    {"header": "Farbe", "column": None},
    {"header": "x" * 200, "column": "brand", "matched_by": "remembered"},
]


def _names(**fields: Any) -> FieldNames:
    moment = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return FieldNames(Upload(upload_id="U", file_name="a", file_s3_key="k", upload_timestamp=moment, **fields))


def test_a_field_is_named_by_its_header_and_by_our_column_where_that_is_another_word() -> None:
    names = _names(file_columns=COLUMNS)
    assert names.of_error("product_name") == [FieldName("Product Name")]
    assert names.of_error("price") == [FieldName("Preis (netto)", "price")]
    assert names.of_error("sku,vendor_product_id") == [
        FieldName("Bestell-Nr.", "sku"),
        FieldName("Bestell-Nr.", "vendor_product_id"),
    ]
    assert [str(names.of(column)) for column in ("product_name", "price")] == ["Product Name", "Preis (netto) (price)"]


def test_a_field_that_the_file_lacks_has_our_name() -> None:
    assert _names(file_columns=COLUMNS).of_error("stock_quantity") == [FieldName("stock_quantity")]
    assert (_names().of_error("price"), FieldNames().of_error("price")) == ([FieldName("price")],) * 2
    assert FieldNames().of_error(None) == []


def test_a_long_header_is_cut() -> None:
    assert len(_names(file_columns=COLUMNS).of("brand").name) == 60
