"""What an upload's decisions make of a file: the columns and values it needs, and what blank cells mean."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checking.conflicts import errors_in_file, repeated_sku
from pipeline.checking.products import given_values, product_of
from pipeline.checking.rules import errors_of
from pipeline.domain.columns import COLUMNS, REQUIRED, fields_of
from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from pipeline.domain.stored_products import Value
from tests.unit.files import CATEGORIES, SOUND, failure_of, record_of, records_of, surveyed

CREATE, UPSERT, UPDATE = (Decisions(mode) for mode in UploadMode)
CLEARING = Decisions(UploadMode.UPSERT, BlankCells.CLEAR)
OPTIONAL = tuple(column for column in COLUMNS if column not in REQUIRED)


def values(decisions: Decisions, **cells: str) -> dict[str, Value]:
    return given_values(record_of(decisions, vendor_product_id="P-1", **cells), CATEGORIES)


def errors(decisions: Decisions, **cells: str) -> list[tuple[str, str | None]]:
    return [(error.error_type, error.error_field) for error in errors_of(record_of(decisions, **cells), CATEGORIES)]


@pytest.mark.parametrize(
    ("column", "written", "stored"),
    [
        ("price", "12.5", Decimal("12.50")),
        ("price", "0012.50", Decimal("12.5")),
        ("compare_at_price", "0.00", None),
        ("compare_at_price", "20", Decimal("20.00")),
        ("stock_quantity", "007", 7),
        ("stock_quantity", "000", 0),
        ("weight_kg", "1.5", Decimal("1.500")),
        ("category", "computer ACCESSORIES", "Computer Accessories"),
        ("unit", "[clear]", "piece"),
        ("brand", " Acme\u00a0", "Acme"),
    ],
)
def test_values_are_compared_in_canonical_form(column: str, written: str, stored: Value) -> None:
    assert values(UPSERT, **{column: written}) == {column: stored}


def test_absent_columns_and_blank_cells_say_nothing() -> None:
    assert values(UPSERT, price="1", brand="", unit=" ", listing_status="\u200b") == {"price": Decimal(1)}


@pytest.mark.parametrize("decisions", [UPSERT, UPDATE, CLEARING])
@pytest.mark.parametrize("cell", ["[clear]", " [CLEAR] ", "\u200b[Clear]"])
@pytest.mark.parametrize("column", [column for column in OPTIONAL if column != "listing_status"])
def test_clear_empties_an_optional_field(decisions: Decisions, cell: str, column: str) -> None:
    row = {"vendor_product_id": "P-1", "sku": "SKU-1", column: cell}
    assert errors(decisions, **row) == []
    assert values(decisions, **{column: cell}) == {column: "piece" if column == "unit" else None}


@pytest.mark.parametrize("decisions", [UPSERT, UPDATE, CLEARING])
@pytest.mark.parametrize("column", [*REQUIRED, "listing_status"])
def test_clear_is_a_missing_value_in_a_required_column_and_for_the_listing_status(
    decisions: Decisions, column: str
) -> None:
    row = SOUND | {"listing_status": "active", column: "[clear]"}
    assert errors(decisions, **row) == [("MISSING_REQUIRED_FIELDS", column)]


@pytest.mark.parametrize("column", COLUMNS)
def test_clear_is_a_blank_in_mode_create(column: str) -> None:
    row = record_of(CREATE, **SOUND | {column: "[clear]"})
    assert (row[column], row.cleared) == ("", frozenset())


def test_clear_within_a_text_is_text() -> None:
    assert values(UPSERT, brand="[clear] glass") == {"brand": "[clear] glass"}


def test_blank_cells_clear_the_optional_fields_of_their_columns_but_never_the_listing_status() -> None:
    blank = dict.fromkeys(("product_name", "price", "brand", "unit", "compare_at_price", "listing_status"), " ")
    assert errors(CLEARING, vendor_product_id="P-1", **blank) == []
    assert values(CLEARING, **blank) == {"brand": None, "unit": "piece", "compare_at_price": None}


def test_blank_cells_of_a_file_that_creates_are_blank() -> None:
    row = record_of(Decisions(UploadMode.CREATE, BlankCells.CLEAR), **SOUND, brand="")
    assert row.cleared == frozenset()


def test_defaults_stand_in_for_blank_cells_and_absent_columns_and_count_as_given() -> None:
    decisions = Decisions(defaults={"brand": "Acme", "stock_quantity": "0", "unit": "box"})
    cells = {column: text for column, text in SOUND.items() if column != "stock_quantity"}
    product = product_of(record_of(decisions, **cells, brand=" ", unit="[clear]"), CATEGORIES)
    assert (product.brand, product.stock_quantity, product.unit) == ("Acme", 0, "box")
    assert product.given_fields == fields_of([*REQUIRED, "brand", "unit"])


def test_defaults_do_not_change_a_known_product() -> None:
    decisions = Decisions(UploadMode.UPSERT, defaults={"brand": "Acme", "stock_quantity": "0"})
    assert values(decisions, brand="", price="1") == {"price": Decimal(1)}


def test_a_creation_gives_only_the_fields_that_the_file_has() -> None:
    assert product_of(record_of(CREATE, **SOUND, brand=""), CATEGORIES).given_fields == fields_of(REQUIRED)


@pytest.mark.parametrize(
    ("decisions", "missing"),
    [
        (CREATE, "vendor_product_id,sku,price"),
        (UPSERT, "vendor_product_id"),
        (UPDATE, "vendor_product_id"),
    ],
)
def test_rule_1_names_every_missing_field_or_the_key_alone(decisions: Decisions, missing: str) -> None:
    row = SOUND | {"vendor_product_id": "", "sku": " ", "price": ""}
    assert errors(decisions, **row) == [("MISSING_REQUIRED_FIELDS", missing)]


def test_without_the_vendor_product_id_the_sku_is_the_key_of_an_update() -> None:
    assert errors(UPDATE, sku="", price="1") == [("MISSING_REQUIRED_FIELDS", "sku")]
    assert errors(UPDATE, sku="SKU-1", price="") == []


def test_given_values_are_judged_in_every_mode() -> None:
    row = {"vendor_product_id": "P-1", "price": "-1", "stock_quantity": "x", "category": "Nothing"}
    expected = [("INVALID_PRICE", "price"), ("INVALID_STOCK_QUANTITY", "stock_quantity"),
                ("INVALID_CATEGORY", "category")]  # fmt: skip
    assert errors(UPSERT, **row) == errors(UPDATE, **row) == expected


@pytest.mark.parametrize(
    ("decisions", "columns", "missing"),
    [
        (CREATE, REQUIRED, []),
        (CREATE, REQUIRED[:4], ["price", "stock_quantity"]),
        (UPSERT, REQUIRED[:4], ["price", "stock_quantity"]),
        (Decisions(UploadMode.UPSERT, defaults={"price": "1"}), REQUIRED[:4], ["stock_quantity"]),
        (UPDATE, ("sku", "price"), []),
        (UPDATE, ("vendor_product_id", "brand"), []),
        (UPDATE, ("vendor_product_id", "sku"), ["a column to change, such as price"]),
        (UPDATE, ("price", "brand"), ["vendor_product_id or sku"]),
    ],
)
def test_the_columns_that_a_file_needs(decisions: Decisions, columns: tuple[str, ...], missing: list[str]) -> None:
    assert decisions.missing_columns(columns) == missing


def test_a_file_without_a_key_cannot_be_an_update() -> None:
    assert failure_of("price,brand\n1,Acme\n", decisions=UPDATE).code == "MISSING_COLUMNS"
    assert surveyed("sku,price\nSKU-1,1\n", decisions=UPDATE).total_records == 1


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2", ""]),
        st.sampled_from(["A", "B", ""]),
        st.sampled_from(["Thing", ""]),
        st.sampled_from(["1", "1", "-1", ""]),
    ),
    min_size=1,
    max_size=12,
)


def repetitions(rows: list[tuple[str, str, str, str]], *, creates: bool, by_sku: bool) -> list[tuple[int, int]]:
    """A plain model of rules 6 and 7 in a file: for each row, the earlier rows that have its id, and its SKU."""
    first: dict[tuple[str, str], int] = {}
    result = []
    for number, (own_id, sku, name, price) in enumerate(rows, 1):
        keys = [("id", "" if by_sku else own_id), ("sku", sku)]
        result.append(tuple(first.get(key, 0) if key[1] else 0 for key in keys))
        complete = bool(own_id and sku and name and price)
        if price != "-1" and (complete or not creates):
            for key in keys:
                first.setdefault(key, number)
    return result  # type: ignore[return-value]


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from([CREATE, UPSERT, UPDATE]), st.booleans())
def test_repeated_keys_in_a_file_are_those_of_the_model(
    rows: list[tuple[str, str, str, str]], decisions: Decisions, by_sku: bool
) -> None:
    by_sku = by_sku and decisions is UPDATE
    header = ["sku", "product_name", "category", "price", "stock_quantity", *([] if by_sku else ["vendor_product_id"])]
    lines = [[sku, name, "Clothing", price, "1", *([] if by_sku else [i])] for i, sku, name, price in rows]
    content = "\n".join(",".join(cells) for cells in [header, *lines]) + "\n"
    expected = repetitions(rows, creates=decisions is CREATE, by_sku=by_sku)
    for staged, (earlier_id, earlier_sku) in zip(records_of(content, decisions=decisions), expected, strict=True):
        found = {str(error.error_type): error.conflict for error in errors_in_file(staged, CATEGORIES)}
        of_unknown = {error.error_type: error.conflict for error in repeated_sku(staged)}
        assert of_unknown == ({"DUPLICATE_SKU": {"row_number": earlier_sku}} if earlier_sku else {})
        sku_counts = decisions is CREATE or by_sku
        assert found.get("DUPLICATE_SKU") == ({"row_number": earlier_sku} if earlier_sku and sku_counts else None)
        assert found.get("DUPLICATE_VENDOR_PRODUCT_ID") == ({"row_number": earlier_id} if earlier_id else None)
