"""The fix file and the template as workbooks: downloaded, opened by LibreOffice, corrected, and sent again."""

import csv
import io
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from openpyxl import load_workbook

from pipeline.outcome.attachments import WORKBOOK_TYPE
from tests.e2e.spreadsheet import Spreadsheet
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

HEADER = "Vendor Product ID,product_name,category,sku,price,stock_quantity,description"
NAMES = ["Plain", "'=1+1", "=1+1", "-10.50", "2024-03-05", "Käse, groß", "1e5", "TRUE"]


@pytest.fixture(scope="module")
def rejected(stack: Stack) -> dict[str, Any]:
    run = tag()
    rows = [f'00{n}{run},"{name}",Nowhere,000{n}{run},bad{n},5,"{name}"' for n, name in enumerate(NAMES)]
    return stack.ended(stack.send(csv_of(rows, HEADER))["upload_id"])


def workbook_of(stack: Stack, upload: dict[str, Any]) -> httpx.Response:
    def ready() -> httpx.Response | None:
        answer = stack.download(upload["links"]["fix_workbook"])
        assert answer.status_code in (200, 202)
        return answer if answer.status_code == 200 else None

    return cast(httpx.Response, eventually(ready))


def cells_of(workbook: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(workbook)).worksheets[0]
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]


def fix_file_of(stack: Stack, upload: dict[str, Any]) -> list[list[str]]:
    content = stack.download(upload["links"]["fix_file"]).content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def test_it_is_made_when_it_is_first_asked_for(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of([f"P{tag()},Lamp,Nowhere,S{tag()},1,1"]))["upload_id"])
    first = stack.download(upload["links"]["fix_workbook"])
    assert (first.status_code, first.headers["Retry-After"], first.content) == (202, "2", b"")
    answer = workbook_of(stack, upload)
    assert answer.headers["Content-Type"] == WORKBOOK_TYPE
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{upload["upload_id"]}_fix.xlsx"'
    (row,) = stack.sql("SELECT * FROM upload_history WHERE upload_id = %s", upload["upload_id"])
    assert row["fix_workbook_s3_key"] == f"errors/VEND001/{upload['upload_id']}_fix.xlsx"


def test_it_has_the_cells_of_the_csv_file(stack: Stack, rejected: dict[str, Any]) -> None:
    assert cells_of(workbook_of(stack, rejected).content) == fix_file_of(stack, rejected)


def test_saved_by_libreoffice_and_corrected_it_is_accepted(
    stack: Stack, rejected: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "fix.xlsx"
    file.write_bytes(workbook_of(stack, rejected).content)
    saved = Spreadsheet(tmp_path).save_as_workbook(file)
    assert cells_of(saved.read_bytes()) == fix_file_of(stack, rejected)
    book = load_workbook(saved)
    for row in book.worksheets[0].iter_rows(min_row=2):
        row[2].value, row[4].value = "Electronics", "1.50"
    book.save(saved)
    child = stack.ended(stack.send(saved.read_bytes(), file_name="fix.xlsx")["upload_id"])
    assert (child["failure"], child["status"], child["parent_upload_id"]) == (None, "completed", rejected["upload_id"])
    assert child["file"]["format"] == "xlsx"
    products = stack.sql("SELECT * FROM products WHERE upload_id = %s ORDER BY vendor_product_id", child["upload_id"])
    assert [product["product_name"] for product in products] == NAMES
    assert all(product["sku"].startswith("000") for product in products)


def test_without_errors_there_is_none(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of(sound_rows(1, tag())))["upload_id"])
    assert upload["links"]["fix_workbook"] is None
    answer = stack.download(f"/v1/uploads/{upload['upload_id']}/fix.xlsx")
    assert (answer.status_code, answer.json()["code"]) == (404, "NO_ERRORS")


def test_of_too_many_rows_there_is_none_and_the_answer_says_what_to_do(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of([f"P{tag()},Lamp,Nowhere,S{tag()},1,1"]))["upload_id"])
    stack.sql("UPDATE upload_history SET error_records = 100001 WHERE upload_id = %s", upload["upload_id"])
    with stack.client() as client:
        assert client.upload(upload["upload_id"])["links"]["fix_workbook"] is None
    answer = stack.download(f"/v1/uploads/{upload['upload_id']}/fix.xlsx")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert "made of up to 100,000. Download fix.csv" in answer.json()["detail"]


def test_the_template_is_accepted_as_it_is_and_as_libreoffice_saves_it(stack: Stack, tmp_path: Path) -> None:
    answer = httpx.get(f"{stack.api_url}/v1/template.xlsx")
    assert answer.headers["Content-Type"] == WORKBOOK_TYPE
    assert answer.headers["Content-Disposition"] == 'attachment; filename="product-template.xlsx"'
    file = tmp_path / "template.xlsx"
    file.write_bytes(answer.content)
    for content in (answer.content, Spreadsheet(tmp_path).save_as_workbook(file).read_bytes()):
        upload = stack.ended(stack.send(content, file_name="template.xlsx", dry_run=True)["upload_id"])
        assert (upload["status"], upload["valid_records"], upload["warnings"]) == ("completed", 2, [])


def test_the_template_has_the_columns_and_rows_of_the_csv_template(stack: Stack) -> None:
    text = httpx.get(f"{stack.api_url}/v1/template.csv").content.decode("utf-8-sig")
    numbers = {"169.00": "169", "1.50": "1.5"}
    expected = [[numbers.get(cell, cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    assert cells_of(httpx.get(f"{stack.api_url}/v1/template.xlsx").content) == expected
