"""Identifiers that a spreadsheet has changed: a warning on the upload, a suggestion where a record has an error."""

import pytest

from pipeline.domain.errors import DUPLICATE_SKU
from pipeline.domain.identifiers import is_changed_by_spreadsheet
from pipeline.domain.rules import errors_of, with_suggestion
from tests.unit.files import CATEGORIES, HEADER, record, records_of, surveyed

ROW = "P-{n},Mouse,Electronics,{sku},19.99,5\n"


@pytest.mark.parametrize("identifier", ["1.23457E+12", "1,23457E+12", "1E+15", "8.80123456789012E+15", "1.23457e+012"])
def test_a_number_in_scientific_notation_lost_its_digits(identifier: str) -> None:
    assert is_changed_by_spreadsheet(identifier)


@pytest.mark.parametrize(
    "identifier", ["", "1234567890123", "E+12", "12E+3", "1.2E12", "A1.2E+12", "1.2E+12-B", "0.5E+12", "1E+1", "1.E+12"]
)
def test_other_identifiers_are_left_alone(identifier: str) -> None:
    assert not is_changed_by_spreadsheet(identifier)


def test_the_upload_is_warned_with_how_many_and_the_first_lines() -> None:
    content = HEADER + ROW.format(n=1, sku="S-1") + "".join(ROW.format(n=n, sku=f"1.2345{n}E+12") for n in range(2, 9))
    (warning,) = surveyed(content).warnings
    assert (warning.code, warning.line) == ("EXCEL_IDENTIFIERS", 3)
    assert warning.message.startswith("7 rows have a sku or vendor_product_id such as 1.23457E+12")
    assert "(lines 3, 4, 5, 6, 7, …)" in warning.message


def test_a_record_is_accepted_as_it_is() -> None:
    (staged,) = records_of(HEADER + ROW.format(n=1, sku="1.23457E+12"))
    assert staged.record["sku"] == "1.23457E+12"
    assert errors_of(staged.record, CATEGORIES) == []


def test_an_identifier_in_a_damaged_row_is_not_counted() -> None:
    content = HEADER + ROW.format(n=1, sku="S-1") + '1.23457E+12,"x"y,Electronics,S,1,1\n'
    assert surveyed(content).warnings == []


def test_a_duplicate_that_comes_of_it_says_so() -> None:
    duplicate = record(sku="1.23457E+12").error(DUPLICATE_SKU, "sku", "SKU is already used in row 1 of this file")
    assert 'cut digits off the sku "1.23457E+12"' in str(duplicate.suggestion)
    assert record(sku="S-1").error(DUPLICATE_SKU, "sku", "…").suggestion is None


def test_any_error_of_such_a_record_says_so_unless_it_has_a_suggestion_of_its_own() -> None:
    wrong = record(vendor_product_id="1.23457E+12", price="1.299,00", category="Nonsense Of All Kinds")
    price, category = (with_suggestion(error, wrong, CATEGORIES) for error in errors_of(wrong, CATEGORIES))
    assert price.suggestion == "1299.00"
    assert "format that column as text" in str(category.suggestion)
