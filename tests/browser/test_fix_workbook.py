"""Downloading the rejected rows as a workbook."""

import io

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, tag


def test_the_excel_fix_file_is_made_and_its_download_starts_by_itself(visiting: Visiting, stack: Stack) -> None:
    upload = stack.ended(
        stack.send(csv_of([f"P{tag()},Lamp,Nowhere,S{tag()},1,1"]), vendor=VENDOR)["upload_id"], vendor=VENDOR
    )
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    with visit.page.expect_download() as downloading:
        visit.page.get_by_role("link", name="Fix file (Excel)").click()
        expect(visit.page.get_by_role("heading", name="Your Excel fix file is being made")).to_be_visible()
        visit.check()
    assert downloading.value.suggested_filename == f"{upload['upload_id']}_fix.xlsx"
    sheet = load_workbook(io.BytesIO(downloading.value.path().read_bytes())).worksheets[0]
    assert [row[-3:] for row in sheet.iter_rows(values_only=True, max_row=1)] == [("_row", "_errors", "_upload")]
