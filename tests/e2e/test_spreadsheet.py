"""Reports in a spreadsheet: nothing in them runs, nothing is lost, and a corrected fix file is accepted as saved."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import spreadsheet
from tests.e2e.spreadsheet import Spreadsheet
from tests.stack import Stack, tag

HEADER = ["Vendor Product ID", "product_name", "category", "sku", "price", "stock_quantity", "description", "Größe"]
DANGEROUS = [
    "=1+1", '=HYPERLINK("http://evil.example","x")', "+49 30 1234", "-cmd|' /C calc'!A0", "@SUM(1,1)", "\t=1+1", "'=1+1"
]  # fmt: skip


@dataclass
class Rejected:
    """An upload whose rows are all rejected for their price, and what was in them."""

    upload: dict[str, Any]
    rows: list[list[str]]
    delimiter: str
    folder: Path

    @property
    def names(self) -> list[str]:
        return [row[1] for row in self.rows]


@pytest.fixture(scope="module")
def rejected(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Rejected:
    run, delimiter = tag(), ";"  # as spreadsheets write it where the comma is the decimal mark
    names = [*DANGEROUS, "Käsereibe, groß", "Zweizeilig\nund „so“; ja", "-10.50"]
    rows = [
        [f"00{n}{run}", name, "Electronics", f"000{n}{run}", f"bad{n}", "5", name, "ÄÖÜß"]
        for n, name in enumerate(names)
    ]
    rows.append([f"007{int(run, 16)}", "Digits", "Electronics", f"007{int(run, 16)}", "bad10", "5", "", "ñ"])
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([HEADER, *rows])
    upload = stack.ended(stack.send(text.getvalue().encode())["upload_id"])
    assert upload["error_records"] == len(rows)
    return Rejected(upload, rows, delimiter, tmp_path_factory.mktemp("spreadsheet"))


def saved(stack: Stack, rejected: Rejected, link: str) -> Path:
    path = rejected.folder / f"{link}.csv"
    path.write_bytes(stack.download(rejected.upload["links"][link]).content)
    return path


def rows_of(path: Path, delimiter: str) -> list[list[str]]:
    """The cells of a file, but for tabs: LibreOffice drops those."""
    text = path.read_text(encoding="utf-8-sig").replace("\t", "")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@pytest.mark.parametrize("as_text", [True, False])
@pytest.mark.parametrize("link", ["error_report", "fix_file"])
def test_no_cell_becomes_a_formula_and_umlauts_survive(
    stack: Stack, rejected: Rejected, link: str, as_text: bool
) -> None:
    office = Spreadsheet(rejected.folder)
    sheet = office.open(saved(stack, rejected, link), delimiter=rejected.delimiter, as_text=as_text)
    assert spreadsheet.formulas(sheet) == []
    rows = spreadsheet.cells(sheet)
    assert len(rows) == len(rejected.rows) + 1
    if link == "fix_file":
        assert "Größe" in rows[0]
        assert {"ÄÖÜß", "Käsereibe, groß"} <= {cell for row in rows for cell in row}


def test_a_formula_is_one_where_nothing_protects_it(rejected: Rejected) -> None:
    """That the test above can fail."""
    path = rejected.folder / "plain.csv"
    path.write_text("a,b\n=1+1,2\n")
    assert spreadsheet.formulas(Spreadsheet(rejected.folder).open(path, as_text=False)) == ["of:=1+1"]


def test_opened_as_text_every_cell_survives_leading_zeros_too(stack: Stack, rejected: Rejected) -> None:
    office, file = Spreadsheet(rejected.folder), saved(stack, rejected, "fix_file")
    again = office.save_as_csv(
        office.open(file, delimiter=rejected.delimiter, as_text=True), delimiter=rejected.delimiter
    )
    assert rows_of(again, rejected.delimiter) == rows_of(file, rejected.delimiter)


def test_opened_without_care_only_what_looks_like_a_number_changes(stack: Stack, rejected: Rejected) -> None:
    """What no file can prevent, and why the documentation says to import columns as text."""
    office, file = Spreadsheet(rejected.folder), saved(stack, rejected, "fix_file")
    again = office.save_as_csv(
        office.open(file, delimiter=rejected.delimiter, as_text=False), delimiter=rejected.delimiter
    )
    pairs = zip(rows_of(file, rejected.delimiter), rows_of(again, rejected.delimiter), strict=True)
    changed = {cells for rows in pairs for cells in zip(*rows, strict=True) if cells[0] != cells[1]}
    digits = rejected.rows[-1][3]
    assert (digits, digits.lstrip("0")) in changed
    assert all(float(old) == float(new) for old, new in changed)


def test_a_fix_file_that_is_corrected_and_saved_there_is_accepted(stack: Stack, rejected: Rejected) -> None:
    office = Spreadsheet(rejected.folder)
    sheet = office.open(saved(stack, rejected, "fix_file"), delimiter=rejected.delimiter, as_text=True)
    for n in range(len(rejected.rows)):
        spreadsheet.replace(sheet, f"bad{n}", f"{n + 1}.50")
    corrected = office.save_as_csv(sheet, delimiter=rejected.delimiter)
    upload = stack.send(corrected.read_bytes(), file_name=f"meine Korrekturen {tag()}.csv")
    upload = stack.ended(upload["upload_id"])
    assert (upload["status"], upload["valid_records"]) == ("completed", len(rejected.rows))
    assert upload["parent_upload_id"] == rejected.upload["upload_id"]
    products = stack.products(upload_id=upload["upload_id"])
    assert [(product["product_name"], product["sku"]) for product in products] == [
        (row[1].strip(), row[3]) for row in rejected.rows
    ]
    with stack.api() as api:
        parent = api.get(f"/v1/uploads/{rejected.upload['upload_id']}").json()
    assert parent["corrected_records"] == len(rejected.rows)
