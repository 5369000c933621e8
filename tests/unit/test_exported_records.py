"""Exports that come back: what the catalogue has already is neither judged nor said, whatever it is."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.changes import Order, change_of
from pipeline.checking.exported import judge_exported
from pipeline.checking.products import given_values
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, EXPORT_MARK, VALUE_COLUMNS
from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, RememberedHeader, UploadMode
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.failures import Limits
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct, Value, as_stored_text
from pipeline.domain.uploads import Outcome
from pipeline.outcome.reports import csv_blocks
from pipeline.reading.file_start import ExportStart, read_start
from tests.unit.files import CATEGORIES, judged, records_of, source, stored_product, surveyed

UPSERT = Decisions(UploadMode.UPSERT)
EXPORT = "EXPORT_20261201_101112_abcdefgh"
_MARKS = ["=", "'", '"', ",", ";", "\t", "\n", "\r\n", "\r", "-", "+", "@", "\u202e", "\u034f", "\x01", " "]
_WORDS = ["00", "1e5", "[clear]", "#N/A", "n/a", "é", "日", "x" * 200, "a", "true", "1.299", "12,5", '="7"']
_PIECES = st.sampled_from([*_MARKS, *_WORDS])
_STORABLE = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
_TEXTS = (st.lists(_PIECES, max_size=6).map("".join) | _STORABLE).map(clean).filter(bool)
_CENTS = st.integers(1, 10**8).map(lambda cents: Decimal(cents) / 100)
_TEXT_COLUMNS = ["subcategory", "description", "brand", "dimensions_cm", "image_url"]
_PRODUCTS = st.builds(
    lambda own_id, sku, texts, more: stored_product(own_id=own_id, sku=sku, **texts, **more),
    _TEXTS,
    _TEXTS,
    st.fixed_dictionaries({column: st.none() | _TEXTS for column in _TEXT_COLUMNS}),
    st.fixed_dictionaries(
        {
            "product_name": _TEXTS,
            "category": _TEXTS,
            "unit": _TEXTS,
            "price": _CENTS,
            "compare_at_price": st.none() | _CENTS,
            "stock_quantity": st.integers(0, 10**6),
            "weight_kg": st.none() | st.integers(0, 10**6).map(lambda grams: Decimal(grams) / 1000),
            "listing_status": st.sampled_from(["active", "withdrawn"]),
        }
    ),
)


def export_of(product: StoredProduct, export_id: str = EXPORT, **edited: str) -> str:
    """An export of one product, with some cells edited."""
    texts = {column: as_stored_text(column, product.values[column]) or "" for column in VALUE_COLUMNS}
    cells = {"vendor_product_id": product.vendor_product_id, "sku": product.sku} | texts | edited
    line = [*(cells[column] for column in COLUMNS), export_id]
    return b"".join(csv_blocks([*COLUMNS, EXPORT_MARK], [line], ",")).decode()


def judged_against(product: StoredProduct, file: str, decisions: Decisions = UPSERT) -> tuple[Record, list[RowError]]:
    (staged,) = records_of(file, decisions=decisions)
    result = judge_exported(staged, product, surveyed(file, decisions=decisions).format.layout, CATEGORIES)
    return result.staged.record, list(result.errors)


def said_of(product: StoredProduct, **edited: str) -> dict[str, Value]:
    record, errors = judged_against(product, export_of(product, **edited))
    assert errors == []
    return given_values(record, CATEGORIES)


@given(_PRODUCTS, st.sampled_from(BlankCells), st.sampled_from(OptionalValues), st.sampled_from([None, *NumberFormat]))
@settings(max_examples=400, deadline=None)
def test_an_unedited_export_says_nothing(
    product: StoredProduct, blank: BlankCells, optional: OptionalValues, number_format: NumberFormat | None
) -> None:
    decisions = Decisions(UploadMode.UPSERT, blank_cells=blank, optional_values=optional, number_format=number_format)
    record, errors = judged_against(product, export_of(product), decisions)
    assert errors == []
    assert given_values(record, CATEGORIES) == {}
    assert (record["vendor_product_id"], record["sku"]) == (product.vendor_product_id, product.sku)


def test_only_edited_cells_are_said() -> None:
    assert said_of(stored_product(brand="=1+1"), price="9.9", brand="'x") == {"price": Decimal("9.9"), "brand": "'x"}


@pytest.mark.parametrize(("column", "cell"), [("price", "19.990"), ("price", "019.99"), ("stock_quantity", "5.0")])
def test_numbers_are_the_same_however_a_spreadsheet_writes_them(column: str, cell: str) -> None:
    assert said_of(stored_product(), **{column: cell}) == {}


def test_line_breaks_are_the_same_however_a_spreadsheet_writes_them() -> None:
    product = stored_product(description="one\r\ntwo\rthree")
    assert said_of(product, description="one\ntwo\nthree") == {}


def test_edited_cells_are_judged() -> None:
    product = stored_product(category="Gone", brand="\x01")
    _, errors = judged_against(product, export_of(product, price="free", category="Going"))
    assert [error.error_type for error in errors] == [ErrorType.INVALID_PRICE, ErrorType.INVALID_CATEGORY]


def test_cells_are_literal() -> None:
    assert said_of(stored_product(), brand="[clear]", unit='="7"') == {"brand": "[clear]", "unit": '="7"'}


def test_a_blank_cell_clears_only_what_there_is() -> None:
    product = stored_product(brand="Tidy")
    clearing = Decisions(UploadMode.UPSERT, blank_cells=BlankCells.CLEAR)
    record, _ = judged_against(product, export_of(product, brand=""), clearing)
    assert record.cleared == {"brand"}


def test_a_row_of_no_known_product_is_judged_whole() -> None:
    (staged,) = records_of(export_of(stored_product(category="Gone")), decisions=UPSERT)
    layout = surveyed(export_of(stored_product()), decisions=UPSERT).format.layout
    result = judge_exported(staged, None, layout, CATEGORIES)
    assert [error.error_type for error in result.errors] == [ErrorType.INVALID_CATEGORY]


def test_in_a_file_that_creates_products_cells_are_judged_as_ever() -> None:
    (errors,) = judged(export_of(stored_product(category="Gone")))
    assert [error.error_type for error in errors] == [ErrorType.INVALID_CATEGORY]


def test_rows_with_the_same_key_are_found_although_the_rules_refuse_both() -> None:
    product = stored_product(category="Gone")
    file = export_of(product) + export_of(product).splitlines()[1]
    first, second = records_of(file, decisions=UPSERT)
    layout = surveyed(file, decisions=UPSERT).format.layout
    assert not judge_exported(first, product, layout, CATEGORIES).errors
    types = {error.error_type for error in judge_exported(second, product, layout, CATEGORIES).errors}
    assert types == {ErrorType.DUPLICATE_VENDOR_PRODUCT_ID}


def test_what_the_vendor_had_remembered_of_such_headers_does_not_hold() -> None:
    decisions = Decisions(UploadMode.UPSERT, remembered=(RememberedHeader("price", ("compare_at_price",)),))
    record, errors = judged_against(stored_product(), export_of(stored_product(), price="9.90"), decisions)
    assert (record["price"], record["compare_at_price"], errors) == ("9.90", "", [])


def test_the_mark_is_no_unknown_column_and_its_exports_are_found() -> None:
    file = export_of(stored_product(), "EXPORT_1") + export_of(stored_product()).splitlines()[1]
    assert surveyed(file, decisions=UPSERT).warnings == []
    assert read_start(source(file.encode()), Limits(), UPSERT) == ExportStart(["EXPORT_1", EXPORT])


def test_in_a_fix_file_the_mark_of_an_export_means_nothing() -> None:
    header, line = export_of(stored_product(brand="Tidy"), brand="[clear]").splitlines()
    file = f"{header},_row,_errors,_upload\n{line},1,,UPLOAD_20261130_101112_abcdefgh\n"
    (staged,) = records_of(file, decisions=UPSERT)
    assert staged.record.cleared == {"brand"}


def test_what_was_changed_since_the_export_is_kept() -> None:
    product = stored_product(price=Decimal("12.50"))
    change = change_of(
        product, {"price": Decimal(9), "brand": "Tidy"}, Order(5), since={"stock_quantity": 8, "price": 9}
    )
    assert (change.outcome, dict(change.values), change.superseded_fields) == (
        Outcome.UPDATED,
        {"brand": "Tidy"},
        ["price"],
    )
    assert change.superseded_by == 9
    assert change.set_by(5)[VALUE_COLUMNS.index("brand")] == 5
    assert change.set_by(5)[VALUE_COLUMNS.index("price")] is None
