"""Numbers, dates and formulas of a workbook in its fix file, where all cells are texts: they come back as they were."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.survey import StagedRecord
from pipeline.domain.cell_kinds import CellFault, with_fault_mark, without_fault_mark
from pipeline.domain.decisions import Decisions
from pipeline.outcome.lasting_cells import with_lasting_cells
from pipeline.outcome.reports import RejectedRow, fix_file
from tests.unit.files import CATEGORIES, records_of, surveyed
from tests.unit.test_workbook_files import COLUMNS, with_cells, with_formulas
from tests.workbooks import workbook

WEIGHED = [*COLUMNS, "weight_kg"]
NO_DECISIONS = Decisions()


def fix_rows(content: bytes, decisions: Decisions = NO_DECISIONS) -> list[list[str]]:
    """The fix file of a workbook whose rows are all rejected, its header included."""
    layout = surveyed(content, decisions=decisions).format.layout
    rows = [each.record.row for each in records_of(content, decisions=decisions)]
    rejected = [RejectedRow(row.row_number, ["wrong"], [None]) for row in rows]
    text = b"".join(fix_file("UPLOAD_1", layout.columns, with_lasting_cells(rows, layout), rejected, ","))
    return list(csv.reader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def sent_back(content: bytes) -> list[list[StagedRecord]]:
    """The records of the untouched fix file, as CSV and as a workbook."""
    rows = fix_rows(content)
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return [records_of(text.getvalue().encode()), records_of(workbook(*rows))]


def told(record: StagedRecord) -> list[tuple[str, str | None, str, str | None]]:
    return [(e.error_type, e.error_field, e.message, e.value) for e in errors_in_file(record, CATEGORIES)]


def weights(*texts: Any, decisions: Decisions = NO_DECISIONS) -> tuple[list[str], list[str]]:
    """What the fix file has under `weight_kg`, and how the column reads that."""
    rows = [[*with_cells(price="wrong", sku=f"S{at}"), text] for at, text in enumerate(texts)]
    content = workbook(WEIGHED, *rows)
    reading = surveyed(content, decisions=decisions).format.layout.numbers.columns["weight_kg"]
    cells = [row[len(COLUMNS)] for row in fix_rows(content, decisions)[1:]]
    return cells, [reading.read(cell) for cell in cells]


def test_a_number_cell_is_written_as_its_column_reads_it() -> None:
    assert weights("0,635", 1.299, 12.5) == (["0,635", "1,299", "12.5"], ["0.635", "1.299", "12.5"])
    commas = Decisions.of({"number_format": "1.234,56"})
    assert weights(1.299, 1234.567, decisions=commas) == (["1,299", "1234.567"], ["1.299", "1234.567"])


def test_a_number_cell_gets_a_zero_where_its_column_leaves_three_digits_behind_a_comma_open() -> None:
    assert weights("1,25", 1.299) == (["1,25", "01,299"], ["1.25", "01.299"])


def test_a_number_cell_keeps_its_point_where_points_are_decimal() -> None:
    assert weights("1.25", 1.299) == (["1.25", "1.299"], ["1.25", "1.299"])


def faulty() -> bytes:
    return with_formulas(
        [*WEIGHED, "Notes"],
        [*with_cells(product_name=datetime(2026, 3, 5)), 1, datetime(2026, 1, 1)],
        [*with_cells(sku=datetime(2026, 3, 5, 12), price=time(12))],
        with_cells(product_name="=A2", vendor_product_id='="P" & A3'),
        [*with_cells(sku="SKU-9", vendor_product_id="P-9"), datetime(2026, 3, 5)],
    )


def test_rows_that_are_sent_back_untouched_are_rejected_for_the_same_reasons() -> None:
    before = [told(each) for each in records_of(faulty())]
    assert all(before)
    for records in sent_back(faulty()):
        assert [told(each) for each in records] == before


def test_a_cell_at_fault_says_so_where_it_is_used() -> None:
    rows = fix_rows(faulty())
    name, notes = COLUMNS.index("product_name"), len(WEIGHED)
    assert [row[name] for row in rows[1:]] == ["#DATE! 2026-03-05", "Mouse", "#FORMULA! =A2", "Mouse"]
    assert rows[1][notes] == "2026-01-01"


def test_a_cell_without_its_mark_is_a_text() -> None:
    rows = [[cell.removeprefix("#DATE! ") for cell in row] for row in fix_rows(faulty())]
    first, *_, last = records_of(workbook(*rows))
    assert (told(first), first.record["product_name"]) == ([], "2026-03-05")
    assert told(last)[0][2].startswith("Weight must be a number of kilograms")


def test_a_time_without_a_day_is_called_a_time() -> None:
    (record,) = records_of(workbook(COLUMNS, with_cells(product_name=time(12))))
    message = "Product name is a time (12:00:00), not a text or a number: write the value itself"
    assert told(record) == [("INVALID_VALUE", "product_name", message, "12:00:00")]
    (_, row) = fix_rows(workbook(COLUMNS, with_cells(product_name=timedelta(hours=30))))
    assert row[COLUMNS.index("product_name")] == "#TIME! 30:00:00"


@pytest.mark.parametrize("cell", ["#DATE!2026-03-05", " #DATE!  2026-03-05", "#DATE! 2026-03-05"])
def test_the_mark_is_found_whatever_blanks_a_spreadsheet_left(cell: str) -> None:
    assert without_fault_mark(cell) == (CellFault.DATE, "2026-03-05")


@pytest.mark.parametrize("cell", ["#DATE", "No. #DATE! 1", "#N/A", "#SALE! now", ""])
def test_other_texts_have_no_mark(cell: str) -> None:
    assert without_fault_mark(cell) is None


def test_a_mark_alone_is_still_at_fault() -> None:
    assert without_fault_mark("#FORMULA!") == (CellFault.NO_RESULT, "#FORMULA!")


@pytest.mark.parametrize("fault", CellFault)
def test_every_fault_has_a_mark_that_comes_back(fault: CellFault) -> None:
    assert without_fault_mark(with_fault_mark("a\nb", fault)) == (fault, "a\nb")


def test_a_file_that_is_no_fix_file_has_no_marks() -> None:
    rows: Sequence[Sequence[str]] = [COLUMNS, with_cells(product_name="#DATE! 2026-03-05")]
    (record,) = records_of(workbook(*rows))
    assert told(record) == []
