"""Weights in grams, pounds and ounces: which unit a header says, and what becomes of the values."""

from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.fast_path import sound_line_finder
from pipeline.checking.survey import Survey, staged_records, survey
from pipeline.domain.columns import Column, stored_header
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.failures import Limits
from pipeline.domain.header_matching import match_header
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import is_number
from pipeline.domain.weights import KILOGRAMS, MAX_KILOGRAMS, WeightUnit, in_kilograms, most_of
from tests.unit.files import CATEGORIES, HEADER, records_of, source, surveyed, values_of


def unit_of(header: str, **decisions: Any) -> tuple[str | None, WeightUnit | None]:
    remembered = decisions.pop("remembered", ())
    (column,) = match_header([header], Decisions.of(decisions, remembered))
    return column.column, column.unit


def file_of(header: str, *weights: str) -> str:
    rows = (f'P-{n},Mouse,Electronics,S-{n},5,5,"{weight}"\n' for n, weight in enumerate(weights, 1))
    return f"{HEADER.strip()},{header}\n{''.join(rows)}"


def surveyed_with(content: str, **decisions: Any) -> Survey:
    decided = Decisions.of(decisions)
    return survey(source(content.encode()), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=decided)


def messages_of(header: str, weight: str) -> list[tuple[str, str | None, str | None]]:
    (staged,) = records_of(file_of(header, weight))
    return [(e.message, e.value, e.suggestion) for e in errors_in_file(staged, CATEGORIES)]


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Weight g", "g"),
        ("weight_g", "g"),
        ("WEIGHT-G *", "g"),
        ("Weight (g)", "g"),
        ("Weight [g]", "g"),
        ("Weight, g.", "g"),
        ("Weight (g) (required)", "g"),
        ("Variant Grams", "g"),
        ("Gewicht in Gramm", "g"),
        ("Artikelgewicht (g)", "g"),
        ("Poids en grammes", "g"),
        ("Peso em gramas", "g"),
        ("Waga w gramach", "g"),
        ("Вес, г", "g"),
        ("Масса (г)", "g"),
        ("重量（グラム）", "g"),
        ("重量g", "g"),
        ("Peso (lb)", "lb"),
        ("Weight in lbs", "lb"),
        ("Item Weight (oz)", "oz"),
        ("weight_kg", None),
        ("Weight (kg)", None),
        ("Gewicht", None),
        ("Tömeg", None),
    ],
)
def test_a_header_says_its_unit(header: str, unit: str | None) -> None:
    assert unit_of(header) == ("weight_kg", unit)


@pytest.mark.parametrize(
    "header", ["Grams", "Variant Weight", "Variant Weight Unit", "Weight (mg)", "Weight in t", "Price (g)", "Size g"]
)
def test_other_headers_are_of_no_weight(header: str) -> None:
    assert unit_of(header) == (None, None)


@pytest.mark.parametrize("header", ["Weight kg (g)", "weight_kg (lb)", "Weight g (kg)", "Gewicht (kg) (g)"])
def test_a_header_that_says_two_units_is_not_used_and_the_warning_says_why(header: str) -> None:
    assert unit_of(header) == (None, None)
    (warning,) = surveyed(file_of(header, "1")).warnings
    assert warning.code == "UNKNOWN_COLUMN"
    assert f'Column "{header}" is not used: it says ' in warning.message
    assert " and kilograms. Keep the unit" in warning.message or "kilograms and pounds. Keep" in warning.message


def test_the_unit_of_a_mapping_beats_that_of_the_name() -> None:
    assert unit_of("Gewicht (kg)", mapping={"weight_kg": {"header": "Gewicht (kg)", "unit": "g"}})[1] == "g"
    assert unit_of("Gewicht (g)", mapping={"weight_kg": {"header": "Gewicht (g)", "unit": "kg"}})[1] is None
    assert unit_of("Weight kg (g)", mapping={"weight_kg": {"header": "Weight kg (g)", "unit": "oz"}})[1] == "oz"


def test_a_mapped_or_remembered_header_says_its_unit_where_nobody_has_decided() -> None:
    for header, unit in (("Netto (oz)", "oz"), ("Grams", "g"), ("net_weight_lb", "lb"), ("Netto", None)):
        assert unit_of(header, mapping={"weight_kg": header}) == ("weight_kg", unit)
        remembered = [{"header": header, "columns": ["weight_kg"], "unit": None}]
        assert unit_of(header, remembered=remembered) == ("weight_kg", unit)
    assert unit_of("Netto", remembered=[{"header": "Netto", "columns": ["weight_kg"], "unit": "lb"}])[1] == "lb"


def test_a_mapping_finds_a_header_whose_unit_it_does_not_repeat() -> None:
    assert unit_of("Gewicht (g)", mapping={"weight_kg": "Gewicht"}) == ("weight_kg", "g")


def test_the_unit_is_stored_with_the_column() -> None:
    columns = (Column("Weight g", "weight_kg", unit=WeightUnit.GRAM), Column("sku", "sku"))
    assert [column.unit for column in columns] == ["g", None]
    stored = [{"header": "Weight g", "column": "weight_kg", "matched_by": "synonym", "also": [], "unit": "g"}]
    assert stored_header(stored)[0].unit is WeightUnit.GRAM
    assert stored_header([{"header": "weight_kg", "column": "weight_kg"}])[0].unit is None


@pytest.mark.parametrize(
    ("header", "weight", "kilograms"),
    [
        ("Weight (g)", "250", "0.25"),
        ("Weight (g)", "0.4", "0"),
        ("Weight (g)", "0.5", "0.001"),
        ("Weight (g)", " 1 234,5 ", "1.235"),
        ("Weight (g)", "1.250", "0.001"),
        ("Weight (g)", "10000", "10"),
        ("Weight lb", "1", "0.454"),
        ("Weight lb", "2.2046226218", "1"),
        ("Weight oz", "16", "0.454"),
        ("Weight (g)", "9999999999.4", "9999999.999"),
        ("weight_kg", "0.250", "0.250"),
    ],
)
def test_weights_are_converted_to_three_decimals(header: str, weight: str, kilograms: str) -> None:
    assert values_of(file_of(header, weight), "weight_kg") == [kilograms]


@given(st.decimals(0, 9_999_999_999, places=4), st.sampled_from(WeightUnit))
def test_a_conversion_is_exact_to_half_a_gram(weight: Decimal, unit: WeightUnit) -> None:
    kilograms = in_kilograms(format(weight, "f"), unit)
    assert is_number(kilograms)
    assert abs(Decimal(kilograms) - weight * KILOGRAMS[unit]) <= Decimal("0.0005")


def test_a_default_is_in_kilograms() -> None:
    decisions = Decisions.of({"defaults": {"weight_kg": "2"}})
    assert values_of(file_of("Weight (g)", "", "500"), "weight_kg", decisions) == ["2", "0.5"]


@pytest.mark.parametrize("weights", [("250", "500"), ("", "250"), ("abc", "250"), ("x" * 3, "", "250,0")])
def test_a_conversion_is_told_with_an_example(weights: tuple[str, ...]) -> None:
    warnings = surveyed(file_of("Weight (g)", *weights)).warnings
    (converted,) = [warning for warning in warnings if warning.code == "UNIT_CONVERTED"]
    written = next(each for each in weights if each.startswith("250"))
    line = weights.index(written) + 2
    assert converted.message == (
        f'Weights in grams were converted to kilograms. "Weight (g)": {written} was read as 0.25 kg (line {line}).'
    )
    assert (converted.line, converted.severity) == (line, "info")


def test_nothing_is_told_where_nothing_is_converted() -> None:
    assert [each.code for each in surveyed(file_of("Weight (g)", "", "abc")).warnings] == ["COLUMN_MAPPED"]


def test_a_decimal_comma_is_told_in_the_unit_of_the_file() -> None:
    messages = {str(warning.code): warning.message for warning in surveyed(file_of("Weight (g)", "250,5")).warnings}
    assert "such as 250,5, read as 250.5" in messages["DECIMAL_COMMA"]


@pytest.mark.parametrize(
    ("header", "weight", "message", "suggestion"),
    [
        ("Weight (g)", "500 g", "grams from 0 to 9999999999, such as 250", "500"),
        ("Weight (g)", "0,5 kg", "grams from 0 to 9999999999, such as 250", "500"),
        ("Weight (g)", "abc", "grams from 0 to 9999999999, such as 250", None),
        ("Weight (g)", "10000000000", "grams from 0 to 9999999999, such as 250", None),
        ("Weight (g)", "1,250", "such as 250; this can be read as 1.250 or as 1250", None),
        ("Weight lb", "99999999", "pounds from 0 to 22046226.216, such as 0.5", None),
        ("Weight lb", "2 lbs", "pounds from 0 to 22046226.216, such as 0.5", "2"),
        ("Weight oz", "1 lb", "ounces from 0 to", "16"),
        ("Weight (kg)", "500 g", "kilograms from 0 to 9999999.999 with at most three decimals, such as 0.25", "0.5"),
    ],
)
def test_messages_and_suggestions_speak_in_the_unit_of_the_file(
    header: str, weight: str, message: str, suggestion: str | None
) -> None:
    ((told, value, suggested),) = messages_of(header, weight)
    assert message in told
    assert (value, suggested) == (weight, suggestion)
    if suggestion:
        assert messages_of(header, suggestion) == []


@pytest.mark.parametrize("unit", WeightUnit)
def test_the_bound_of_a_unit_is_accepted(unit: WeightUnit) -> None:
    assert messages_of(f"Weight {unit}", str(most_of(unit))) == []
    assert messages_of(f"Weight {unit}", str(most_of(unit) + 1))
    assert (most_of(unit) + 1) * KILOGRAMS[unit] > MAX_KILOGRAMS


@pytest.mark.parametrize("header", ["Weight (g)", "Weight lb", "Weight oz", "weight_kg"])
def test_the_fast_path_knows_sound_weights_in_any_unit(header: str) -> None:
    layout = Layout(match_header([*HEADER.strip().split(","), header]))
    finder = sound_line_finder(layout, "\t", CATEGORIES, Limits())
    assert finder
    sound = ["P-1", "Mouse", "Electronics", "S-1", "5", "5"]
    assert all(finder.matches([*sound, weight]) for weight in ("", "0", "250", "12.5", "999999"))
    assert not any(finder.matches([*sound, weight]) for weight in ("250 g", "1,5", "99999999999", "-1"))


def test_both_passes_convert_alike() -> None:
    content = file_of("Weight", "250", "500 g", "1,5")
    decisions = {"mapping": {"weight_kg": {"header": "Weight", "unit": "lb"}}}
    result = surveyed_with(content, **decisions)
    records = list(staged_records(source(content.encode()), result, Limits()))
    assert [staged.record["weight_kg"] for staged in records] == ["113.398", "500 g", "0.68"]
    assert bytes(result.earlier.marks) == b"\0\0\1\0"
    stored = stored_header([_as_stored(column) for column in result.format.columns])
    again = Layout(stored, NO_DECISIONS, result.format.layout.numbers)
    assert [again.record(staged.record.row).values for staged in records] == [each.record.values for each in records]


def _as_stored(column: Column) -> dict[str, Any]:
    return {
        "header": column.header,
        "column": column.column,
        "matched_by": column.matched_by,
        "also": list(column.also),
        "unit": column.unit,
    }


def test_a_header_for_both_identifiers_has_the_fast_path() -> None:
    decisions = Decisions.of({"mapping": {"sku": "No", "vendor_product_id": "No"}})
    layout = Layout(match_header(["No", "product_name", "category", "price", "stock_quantity"], decisions), decisions)
    assert sound_line_finder(layout, ",", CATEGORIES, Limits())
    lines = [f"A-{n},Mouse,Electronics,5,{5 if n != 7 else 'five'}" for n in range(1, 2_000)]
    content = "No,product_name,category,price,stock_quantity\n" + "\n".join([*lines, lines[2], lines[6]])
    result = survey(source(content.encode()), CATEGORIES, Limits(), scratch=TemporaryFile, decisions=decisions)
    marks = {row: mark for row, mark in enumerate(result.earlier.marks) if mark}
    assert marks == {7: 1, 2_000: 6, 2_001: 1}


def test_a_header_for_other_columns_has_none() -> None:
    decisions = Decisions.of({"mapping": {"product_name": "Name", "description": "Name"}})
    layout = Layout(match_header(["sku", "Name"], decisions), decisions)
    assert sound_line_finder(layout, ",", CATEGORIES, Limits()) is None
