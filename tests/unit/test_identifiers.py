"""Identifiers that a spreadsheet has changed: an error where digits are gone, a warning where they may be."""

import pytest

from pipeline.checking.rules import errors_of, with_suggestion
from pipeline.domain.errors import ErrorType
from pipeline.domain.identifiers import IDENTIFIERS, is_rounded_number, looks_changed
from tests.unit.files import CATEGORIES, HEADER, record, records_of, surveyed

ROW = "P-{n},Mouse,Electronics,{sku},19.99,5\n"


@pytest.mark.parametrize("column", IDENTIFIERS)
@pytest.mark.parametrize(
    "identifier", ["1.23457E+12", "1,23457E+12", "1E+15", "8.80123456789012E+15", "1.23457e+012", "0.5E+12", "4E+1"]
)
def test_a_number_whose_digits_are_cut_off_is_an_invalid_value(column: str, identifier: str) -> None:
    assert is_rounded_number(identifier)
    wrong = record(**{column: identifier})
    (error,) = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert (error.error_type, error.error_field, error.suggestion) == (ErrorType.INVALID_VALUE, column, None)
    assert error.message.endswith(
        "has lost its last digits in a spreadsheet: format the column as text, and enter it again"
    )


@pytest.mark.parametrize(
    "identifier", ["", "1234567890123", "E+12", "12E+3", "1.2E12", "A1.2E+12", "1.2E+12-B", "1.E+12", "1.2E-5"]
)
def test_other_identifiers_are_taken_as_they_are(identifier: str) -> None:
    assert not is_rounded_number(identifier)


@pytest.mark.parametrize(
    "identifier",
    [
        "8901E12",
        "89.01E12",
        "20011.0",
        "1E5",
        "03.Apr",
        "3. Apr",
        "Apr-03",
        "5-Mar",
        "05-Mar-2024",
        "Mrz 24",
        "12-déc",
        "2024-03-05 00:00:00",
        "2024-03-05",
        "01.02.2024",
        "01.02.24",
        "1/2/2024",
        "13/02/24",
        "00:30:00",
        "3月5日",
        "5-set",
        "4.26E+12",
    ],
)
def test_what_spreadsheets_make_of_numbers_and_dates_is_told_by_its_form(identifier: str) -> None:
    assert looks_changed(identifier)


@pytest.mark.parametrize(
    "identifier",
    [
        "123",
        "00123",
        "90.75",
        "3-4",
        "30612-8",
        "MAR-10",
        "SET-10",
        "set-10",
        "Apr-Mar",
        "A8901E12",
        "2024-13-05",
        "E12",
        "10.01",
        "12-34-56",
        "10-11-24",
        "1.2.24",
        "99/99/2024",
        "Mars-3000",
        "24:00",
        "HX-A",
        "May",
        "12:30",
        "1.0.1",
        "10 mm",
    ],
)
def test_usual_identifiers_are_not(identifier: str) -> None:
    assert not looks_changed(identifier)


def test_the_upload_is_warned_with_how_many_an_example_and_the_first_lines() -> None:
    content = HEADER + ROW.format(n=1, sku="S-1") + "".join(ROW.format(n=n, sku=f"1.2345{n}E+12") for n in range(2, 9))
    (warning,) = surveyed(content).warnings
    assert (warning.code, warning.line) == ("EXCEL_IDENTIFIERS", 3)
    assert warning.message.startswith("7 rows have a sku or vendor_product_id such as 1.23452E+12")
    assert "(lines 3, 4, 5, 6, 7, …)" in warning.message


def test_a_record_that_only_looks_changed_is_accepted_as_it_is() -> None:
    (staged,) = records_of(HEADER + ROW.format(n=1, sku="20011.0"))
    assert staged.record["sku"] == "20011.0"
    assert errors_of(staged.record, CATEGORIES) == []


def test_an_identifier_in_a_damaged_row_is_not_counted() -> None:
    content = HEADER + ROW.format(n=1, sku="S-1") + '1.23457E+12,"x"y,Electronics,S,1,1\n'
    assert surveyed(content).warnings == []


def test_a_row_whose_identifier_is_cut_off_holds_it_against_no_other() -> None:
    rows = "".join(ROW.format(n=n, sku="8.9E+12") for n in (1, 2))
    assert [(staged.earlier_sku, staged.earlier_vendor_product_id) for staged in records_of(HEADER + rows)] == [
        (None, None),
        (None, None),
    ]


def test_no_error_of_another_field_is_told_how_to_restore_an_identifier() -> None:
    wrong = record(vendor_product_id="1.23457E+12", price="1,23,456.78", category="Nonsense Of All Kinds")
    price, category, _ = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert (price.suggestion, category.suggestion) == ("123456.78", None)
    duplicate = record(sku="1.23457E+12").error(ErrorType.DUPLICATE_SKU, "sku", "SKU must be unique")
    assert duplicate.suggestion is None


@pytest.mark.parametrize(
    ("identifier", "sign", "suggestion"),
    [
        ("HX-\nA", "a line break", None),
        ("HX-\u2028A", "a line break", None),
        ("HX\u200b-A", "U+200B ZERO WIDTH SPACE", "HX-A"),
        ("HX\u00ad-A", "U+00AD SOFT HYPHEN", "HX-A"),
        ("HX\u3164A", "U+3164 HANGUL FILLER", "HXA"),
        ("HX\U000e0041A", "U+E0041 TAG LATIN CAPITAL LETTER A", "HXA"),
        ("HX\x1f-A", "U+001F", "HX-A"),
        ("نمی\u200cA", "U+200C ZERO WIDTH NON-JOINER", None),
    ],
)
def test_an_identifier_has_no_line_break_and_nothing_that_shows_nothing(
    identifier: str, sign: str, suggestion: str | None
) -> None:
    for column in IDENTIFIERS:
        wrong = record(**{column: identifier})
        (error,) = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
        assert (error.error_type, error.error_field, error.suggestion) == (ErrorType.INVALID_VALUE, column, suggestion)
        assert sign in error.message


@pytest.mark.parametrize(
    "identifier", ["HX\tA", "a b", "أ\u0600ب", 'TEST3/4"', "🏴\U000e0067\U000e0062\U000e007f", "É"]
)
def test_characters_that_show_are_welcome_in_identifiers(identifier: str) -> None:
    assert errors_of(record(sku=identifier), CATEGORIES) == []
