"""Excel workbooks through the front door: the same as the same table sent as CSV, and what only a workbook has."""

import csv
import io
from datetime import datetime
from typing import Any

import pytest

from tests.e2e.portal import visiting_portal
from tests.stack import HEADER, Stack, csv_of, eventually, part, sound_rows, tag
from tests.workbooks import workbook, workbook_of

COLUMNS = HEADER.split(",")
_ROWS = 20_000
_WRONG = {
    7: {4: "-10.00"}, 11: {2: "Electroniks"}, 13: {5: "many"}, 17: {3: ""}, 19: {1: "#N/A"}, 23: {0: "{first}"},
}  # fmt: skip


def table(run: str, rows: int) -> list[list[str]]:
    """Rows of which every tenth or so is wrong in one of many ways, and some are blank."""
    cells = [row.split(",") for row in sound_rows(rows, run)]
    for at, row in enumerate(cells):
        for step, wrong in _WRONG.items():
            if at and at % (10 * step) == 0:
                for column, text in wrong.items():
                    row[column] = text.format(first=cells[0][0])
        if at % 997 == 5:
            row[:] = [""] * len(row)
    return cells


def ledger(stack: Stack, upload_id: str, run: str) -> list[tuple[Any, ...]]:
    """Every error and every product of an upload, without what names the run."""
    errors = stack.sql(
        "SELECT row_number, line, sheet_row, error_type, error_field, error_message, value, suggestion,"
        " sku, vendor_product_id, original_data::text FROM validation_errors WHERE upload_id = %s"
        " ORDER BY row_number, report_order",
        upload_id,
    )
    products = stack.sql(
        "SELECT row_number, sku, vendor_product_id, product_name, category, price, stock_quantity, unit, status"
        " FROM products WHERE upload_id = %s ORDER BY row_number",
        upload_id,
    )
    rows = [tuple(str(value).replace(run, "RUN") for value in row.values()) for row in (*errors, *products)]
    return [tuple(value.replace(upload_id, "UPLOAD") for value in row) for row in rows]


def test_the_same_table_as_csv_and_as_a_workbook_has_the_same_ledger(stack: Stack) -> None:
    runs = [tag(), tag()]
    first, second = (table(run, _ROWS) for run in runs)
    sent = [
        stack.send(csv_of([",".join(row) for row in first])),
        stack.send(workbook(COLUMNS, *second), file_name="products.xlsx"),
    ]
    as_csv, as_workbook = (stack.ended(each["upload_id"], seconds=400) for each in sent)
    for name in ("status", "total_records", "valid_records", "error_records", "errors_by_type", "created_records"):
        assert as_csv[name] == as_workbook[name], name
    assert as_csv["total_records"] > _ROWS - 30
    assert len(as_csv["errors_by_type"]) >= 5
    ledgers = [ledger(stack, each["upload_id"], run) for each, run in zip(sent, runs, strict=True)]
    assert ledgers[0] == ledgers[1]


def with_faults(run: str) -> bytes:
    header = [*COLUMNS, "weight_kg", "Notes"]
    sound = [row.split(",") for row in sound_rows(4, run)]
    rows: list[list[Any]] = [
        [*sound[0], 1.299, datetime(2026, 3, 5)],
        [*sound[1][:1], datetime(2026, 3, 5), *sound[1][2:]],
        [*sound[2][:4], "=1+1", sound[2][5]],
        [*sound[3][:4], "#N/A", 5],
    ]
    return workbook_of({"Notes": [["Read me"]], "Price list": [["Our prices"], header, [], *rows]})


def test_a_workbook_with_errors_is_reported_with_its_sheet_rows_and_corrected_in_either_form(stack: Stack) -> None:
    run = tag()
    parent = stack.ended(stack.send(with_faults(run), file_name="prices.xlsx")["upload_id"])
    assert parent["file"] | {"columns": [], "sha256": ""} == {
        "format": "xlsx", "encoding": None, "delimiter": None, "sheet": "Price list", "header_row": 2,
        "number_format": "1,234.56", "columns": [], "sha256": "",
    }  # fmt: skip
    assert [each["code"] for each in parent["warnings"]] == ["OTHER_SHEETS", "ROWS_ABOVE_HEADER", "UNKNOWN_COLUMN"]
    errors = stack.errors(parent["upload_id"])
    assert [(each["sheet_row"], each["line"], each["error_type"], each["error_field"]) for each in errors] == [
        (5, 5, "INVALID_VALUE", "product_name"),
        (6, 6, "INVALID_PRICE", "price"),
        (7, 7, "INVALID_VALUE", "price"),
    ]
    (product,) = stack.products(sku=f"S{run}-1")
    assert product["weight_kg"] == 1.299
    fix = stack.download(parent["links"]["fix_file"]).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(fix)))
    for row in rows[1:]:
        row[1], row[4] = "Lamp", "19.99"
    child = stack.ended(stack.send(workbook(*rows), file_name="corrected.xlsx")["upload_id"])
    assert (child["parent_upload_id"], child["valid_records"], child["file"]["format"]) == (
        parent["upload_id"], 3, "xlsx",
    )  # fmt: skip
    with stack.api() as api:
        assert api.get(f"/v1/uploads/{parent['upload_id']}").json()["corrected_records"] == 3


def test_a_fix_file_that_is_sent_back_untouched_is_rejected_for_the_same_reasons(stack: Stack) -> None:
    parent = stack.ended(stack.send(with_faults(tag()))["upload_id"])
    fix = stack.download(parent["links"]["fix_file"]).content
    rows = list(csv.reader(io.StringIO(fix.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["#DATE! 2026-03-05", "Thing 3", "Thing 4"]
    for content in (fix, workbook(*rows)):
        child = stack.ended(stack.send(content)["upload_id"])
        assert (child["parent_upload_id"], child["valid_records"]) == (parent["upload_id"], 0)
        assert messages(stack, child) == messages(stack, parent)


def messages(stack: Stack, upload: dict[str, Any]) -> list[tuple[str, ...]]:
    names = ("error_type", "error_field", "error_message", "value")
    return [tuple(each[name] for name in names) for each in stack.errors(upload["upload_id"])]


def test_the_vendor_of_a_workbook_is_offered_its_fix_file_as_a_workbook(stack: Stack) -> None:
    upload_id = stack.send(with_faults(tag()), file_name="prices.xlsx")["upload_id"]
    stack.ended(upload_id)
    [mail] = eventually(lambda: stack.vendor_mails(upload_id))
    assert f"{stack.api_url}/uploads/{upload_id}/fix.xlsx" in part(mail, "plain").split()
    here = f"/uploads/{upload_id}"
    with visiting_portal(stack, "VEND001") as visitor:
        page = visitor.go(here).text
    assert f'href="{here}/fix.xlsx">Download fix file</a>' in page
    assert f'href="{here}/fix.csv" download>Fix file (CSV)</a>' in page


def test_another_sheet_of_the_same_file_can_be_applied(stack: Stack) -> None:
    runs = tag(), tag()
    sheets = {
        name: [COLUMNS, *(r.split(",") for r in sound_rows(2, run))] for name, run in zip("AB", runs, strict=True)
    }
    first = stack.ended(stack.send(workbook_of(sheets))["upload_id"])
    assert (first["file"]["sheet"], first["warnings"][0]["code"]) == ("A", "OTHER_SHEETS")
    with stack.api() as api:
        other, unknown = (
            api.post(f"/v1/uploads/{first['upload_id']}/apply", json={"sheet": name}).json()["upload_id"]
            for name in ("b", "Prices")
        )
    applied, refused = stack.ended(other), stack.ended(unknown)
    assert (applied["file"]["sheet"], applied["valid_records"], applied["decisions"]["sheet"]) == ("B", 2, "b")
    assert [each["code"] for each in applied["warnings"]] == ["OTHER_SHEETS"]  # another sheet is not the same file
    assert (refused["status"], refused["failure"]["code"]) == ("failed", "MISSING_COLUMNS")
    assert '"A", "B"' in refused["failure"]["message"]


def test_a_workbook_whose_columns_are_unclear_shows_what_they_are_probably_meant_for(stack: Stack) -> None:
    header = [name.replace("stock_quantity", "Anzahl da") for name in COLUMNS]
    rows = [row.split(",") for row in sound_rows(3, tag())]
    refused = stack.ended(stack.send(workbook(header, *rows))["upload_id"])
    (proposed,) = (each for each in refused["failure"]["proposal"]["columns"] if each["header"] == "Anzahl da")
    assert proposed["samples"] == [row[5] for row in rows]
    mapping = {"mapping": {"stock_quantity": "Anzahl da"}}
    with stack.api() as api:
        applied = api.post(f"/v1/uploads/{refused['upload_id']}/apply", json=mapping).json()
    assert stack.ended(applied["upload_id"])["valid_records"] == 3


def test_the_columns_of_an_accepted_workbook_are_chosen_again_beside_its_cells(stack: Stack) -> None:
    rows = [[*row.split(","), f"tint {at}"] for at, row in enumerate(sound_rows(3, tag()))]
    upload = stack.ended(stack.send(workbook(["Our list"], [*COLUMNS, "Hue"], *rows))["upload_id"])
    with visiting_portal(stack, "VEND001") as visitor:
        page = visitor.go(f"/uploads/{upload['upload_id']}/mapping").text
    assert upload["valid_records"] == 3
    assert all(f"tint {at}" in page for at in range(3))
    assert rows[0][1] in page


@pytest.mark.parametrize("name", ["products.xlsx", "products.csv", "macros.xlsm"])
def test_a_dropped_workbook_becomes_an_upload_whatever_its_name(stack: Stack, name: str) -> None:
    name = f"{tag()}-{name}"
    stack.drop(f"uploads/VEND001/{name}", workbook(COLUMNS, *(row.split(",") for row in sound_rows(2, tag()))))
    (upload,) = eventually(lambda: stack.find_uploads("VEND001", file_name=name))
    ended = stack.ended(upload["upload_id"])
    assert (ended["status"], ended["file"]["format"]) == ("completed", "xlsx")
