"""`onboarding check` of a workbook."""

from pathlib import Path

from tests.unit.files import HEADER, SOUND
from tests.unit.test_check import home as home
from tests.unit.test_check import parse_output, run, written
from tests.workbooks import csv_of, workbook

COLUMNS = HEADER.strip().split(",")
ROWS = [
    list(SOUND.values()),
    ["P-2", "Lamp", "Clothing", "SKU-2", "-1", "5"],
    [],
    ["P-3", "Lamp", "Clothing", "SKU-1", "1", "5"],
]


def test_a_workbook_has_the_errors_of_the_same_csv_file(tmp_path: Path) -> None:
    as_workbook = run("check", written(tmp_path, workbook(COLUMNS, *ROWS), "products.xlsx"), "--json")
    as_csv = run("check", written(tmp_path, csv_of(COLUMNS, *ROWS)), "--json")
    errors, summary = parse_output(as_workbook)
    of_csv, summary_of_csv = parse_output(as_csv)
    assert (errors, summary | {"file": "products.csv"}) == (of_csv, summary_of_csv)
    assert [(each["row_number"], each["sheet_row"], each["error_type"]) for each in errors] == [
        (2, 3, "INVALID_PRICE"),
        (3, 5, "DUPLICATE_SKU"),
    ]


def test_another_sheet_is_checked_by_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, workbook(COLUMNS, ROWS[0], Old=[COLUMNS, ROWS[1]]), "products.xlsx")
    errors, _ = parse_output(run("check", path, "--sheet", "Old", "--json"))
    assert [each["error_type"] for each in errors] == ["INVALID_PRICE"]
    _, summary = parse_output(run("check", path, "--sheet", "New", "--json"))
    assert 'no sheet "New"' in summary["failure"]["message"]
