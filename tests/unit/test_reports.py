"""The error report and the fix file, as text."""

import pytest

from pipeline.domain.columns import read_header
from pipeline.domain.failures import Failure, FailureCode
from pipeline.domain.records import Row
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.notifications import Cause, Outcome, body, subject
from pipeline.outcome.percentages import percentage
from pipeline.outcome.reports import RejectedRow, ReportLine, error_report, fix_file
from tests.unit.files import HEADER, records_of, rows_of, surveyed

ID = "UPLOAD_20261130_120000_abcdefgh"


def test_the_report_has_a_bom_crlf_the_uploads_delimiter_and_safe_cells() -> None:
    line = ReportLine(
        15, "=SKU", "INVALID_PRICE", "Price must be at least 0.01", "price", "-10.00", None, 18, "P;15", 16
    )
    assert b"".join(error_report([line], ";")).decode() == (
        "\ufeffRow;SKU;Error Type;Message;Field;Value;Suggestion;Line;Vendor Product ID;Sheet Row\r\n"
        '15;\'=SKU;INVALID_PRICE;Price must be at least 0.01;price;-10.00;;18;"P;15";16\r\n'
    )


def test_the_fix_file_has_the_rejected_rows_under_the_vendors_own_headers() -> None:
    columns = read_header(["S K U", "Colour", "price"])
    rows = [Row(n, n + 1, n + 1, [f"S{n}", "=red", "x"]) for n in (1, 2, 3)]
    rejected = [RejectedRow(2, ["bad price", "bad name", "bad"], ["1.50", None, ""])]
    assert b"".join(fix_file(ID, columns, rows, rejected, ",")).decode() == (
        f"\ufeffS K U,Colour,price,_row,_errors,_upload\r\nS2,'=red,x,2,bad price → 1.50 | bad name | bad,{ID}\r\n"
    )


def test_a_fix_file_of_a_fix_file_has_the_marks_once() -> None:
    columns = read_header(["_upload", "sku", "_row", "_errors"])
    rows = [Row(1, 2, 2, ["UPLOAD_1", "S", "9", "old → 1", "beyond"])]
    fixed = b"".join(fix_file(ID, columns, rows, [RejectedRow(1, ["new"], [None])], ","))
    assert fixed.decode("utf-8-sig") == f"sku,_row,_errors,_upload\r\nS,1,new,{ID},beyond\r\n"


def test_a_fix_file_is_read_back_as_it_was_received() -> None:
    header = "vendor_product_id,product_name,category,sku,price,stock_quantity"
    content = header + '\n\'=P,"=a\nb",Clothing,+49,-5,\n'
    (row,) = rows_of(content)
    (staged,) = records_of(content)
    fixed = b"".join(fix_file(ID, read_header(header.split(",")), [row], [RejectedRow(1, ["empty"], [None])], ","))
    (again,) = records_of(fixed)
    assert again.record.received == staged.record.received


def test_percentages_are_rounded_down() -> None:
    assert [percentage(*of) for of in ((999, 1000), (9999, 10_000), (1, 3), (0, 0), (2, 2))] == [
        "99.9%",
        "99.9%",
        "33.3%",
        "0.0%",
        "100.0%",
    ]


def test_the_notification_says_what_became_of_the_upload() -> None:
    outcome = Outcome(
        upload_id="UPLOAD_1",
        file_name="products.csv",
        status=UploadStatus.PARTIAL,
        total_records=1000,
        valid_records=950,
        error_records=50,
        causes=[Cause("INVALID_PRICE", 12, "price")],
        report_link="https://example.com/r/token",
    )
    assert subject(outcome) == "Upload Complete (95.0% Success)"
    assert body(outcome).splitlines() == [
        "Upload ID: UPLOAD_1",
        "File: products.csv",
        "Total: 1000",
        "Valid: 950 (95.0%)",
        "Invalid: 50 (5.0%)",
        "Status: PARTIAL",
        "12 x INVALID_PRICE in price",
        "Download Errors: https://example.com/r/token",
    ]


def test_a_failed_dry_run_says_both_in_its_subject() -> None:
    outcome = Outcome(
        "U",
        "f.csv",
        UploadStatus.FAILED,
        None,
        0,
        0,
        dry_run=True,
        failure=Failure(FailureCode.EMPTY_FILE, "The file is empty."),
    )
    assert subject(outcome) == "Dry run: Upload Failed"
    assert "Reason: The file is empty." in body(outcome)
    assert "Download Errors" not in body(outcome)


MALFORMED = f'{HEADER}P-1,"Poster "A2" matte",Electronics,SKU-1,19.99,5\nP-2,Mouse,Electronics,SKU-2,1,5,,extra\n'


def fixed(content: str | bytes) -> bytes:
    """The fix file of a file whose every row is rejected."""
    rows = rows_of(content)
    columns = surveyed(content).format.columns
    return b"".join(fix_file(ID, columns, rows, [RejectedRow(row.row_number, ["bad"], [None]) for row in rows], ","))


def test_a_malformed_row_has_a_mark_behind_its_number() -> None:
    lines = fixed(MALFORMED + "P-3,Mouse,Electronics,SKU-3,-1,5\n").decode().splitlines()
    assert [line.count("?") for line in lines] == [0, 1, 1, 0]
    assert ("1?" in lines[1], "2?" in lines[2], lines[3].endswith(f",3,bad,{ID}")) == (True, True, True)


def test_a_row_that_is_sent_back_with_its_mark_is_malformed_until_the_mark_is_gone() -> None:
    again = fixed(MALFORMED)
    for _ in range(2):
        rows = rows_of(again)
        assert [row.malformed for row in rows] == ["Check the cells of this row, then delete the ? in _row"] * 2
        assert all(row.raw for row in rows)
        again = fixed(again)
    (row,) = rows_of(f'{HEADER.strip()},_row,_errors\nP-1,Poster A2,Electronics,SKU-1,19.99,5,1,"bad"\n')
    assert row.malformed is None


@pytest.mark.parametrize("mark", ["1?", " 1? ", "1 ?", "1？"])
def test_a_mark_is_one_however_it_is_written(mark: str) -> None:
    content = f"{HEADER.strip()},_row,_errors\nP-1,Poster,Electronics,SKU-1,19.99,5,{mark},bad\n"
    (row,) = rows_of(content)
    assert row.malformed
    assert [was.row_number for was in surveyed(content).fix_file_rows] == [1]


@pytest.mark.parametrize("mark", ["", "?", "new?", "1", "1!"])
def test_what_is_no_mark_of_ours_changes_nothing(mark: str) -> None:
    (row,) = rows_of(f"{HEADER.strip()},_row,_errors\nP-1,Poster,Electronics,SKU-1,19.99,5,{mark},bad\n")
    assert row.malformed is None
