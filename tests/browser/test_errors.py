"""Finding out what is wrong, and putting it right."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import VENDOR, Visiting
from tests.stack import HEADER, Stack, csv_of, sound_rows, tag


def _rows(page: Page) -> Locator:
    """The rows of the file in the table, each with its errors."""
    return page.get_by_role("table", name="Errors by row").locator("tbody")


def _errors(row: Locator) -> Locator:
    """The errors of such a row; below them is the row as received."""
    return row.get_by_role("row").filter(has=row.page.locator("td.value"))


def test_errors_are_filtered_by_type_field_and_text_as_one_types(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}")
    expect(_rows(visit.page)).to_have_count(25)
    expect(visit.page.get_by_role("heading", name="33 errors in 32 rows")).to_be_visible()
    visit.page.get_by_label("Type", exact=True).select_option("DUPLICATE_SKU")
    expect(_rows(visit.page)).to_have_count(1)
    expect(visit.page.locator("#told")).to_have_text("Shown: 1 error in 1 row.")
    expect(visit.page.get_by_text("1 error in 1 row matches.")).to_be_visible()
    expect(visit.page).to_have_url(re.compile("error_type=DUPLICATE_SKU"))
    visit.page.get_by_label("Type", exact=True).select_option("INVALID_CATEGORY")
    expect(visit.page.get_by_text("26 errors in 26 rows match.")).to_be_visible()
    expect(visit.page.locator("#told")).to_have_text("Shown: 25 errors in 25 rows, and more follow.")
    visit.page.get_by_label("Text", exact=True).fill("Elektronics")
    expect(visit.page.get_by_text("24 errors in 24 rows match.")).to_be_visible()
    visit.page.get_by_label("Text", exact=True).fill("")
    visit.page.get_by_label("Type", exact=True).select_option("")
    expect(visit.page.get_by_text("match.")).to_have_count(0)
    visit.page.get_by_label("Field", exact=True).select_option("stock_quantity")
    expect(_rows(visit.page)).to_have_count(1)
    expect(_rows(visit.page)).to_contain_text("5 pieces")
    expect(_rows(visit.page)).to_contain_text("and 1 other error in this row")
    visit.page.get_by_label("Field", exact=True).select_option("")
    expect(_rows(visit.page)).to_have_count(25)
    visit.page.get_by_label("Text", exact=True).press_sequentially("“19")
    expect(_rows(visit.page)).to_have_count(1)
    expect(_rows(visit.page)).to_contain_text("19.90")
    visit.page.get_by_label("Text", exact=True).fill("nothing like it")
    expect(visit.page.get_by_role("heading", name="No error matches")).to_be_visible()
    visit.check()
    visit.page.go_back()
    expect(_rows(visit.page)).to_contain_text("19.90")


def test_a_row_has_all_its_errors_in_one_place(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}?q=68")  # the row in which a spreadsheet shows it
    row = _rows(visit.page).filter(has_text="(Excel row 68)")
    expect(row.get_by_role("rowheader")).to_have_text(re.compile(r"^\s*Row 67 \(Excel row 68\)\s+S\w+-b3\s*$"))
    expect(_errors(row)).to_have_count(2)
    expect(_errors(row).first).to_contain_text("Price must be at least 0.01")
    expect(_errors(row).last).to_contain_text("Stock quantity must be a whole number")
    expect(_errors(row).get_by_role("cell").filter(has_text="5 pieces")).to_be_visible()
    expect(row.get_by_text("Row as received")).to_have_count(1)
    expect(row.get_by_text("other error")).to_have_count(0)
    visit.check()


def test_the_others_of_a_filtered_row_are_a_link_away(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}?error_type=INVALID_STOCK_QUANTITY")
    expect(_errors(_rows(visit.page))).to_have_count(1)
    _rows(visit.page).get_by_role("link", name="1 other error").click()
    expect(visit.page.get_by_role("heading", name="Row 67 (Excel row 68)")).to_be_visible()
    expect(visit.page.get_by_role("region", name="What is wrong").get_by_role("listitem")).to_have_count(2)


def test_rows_are_paged_and_never_torn(visiting: Visiting, stack: Stack) -> None:
    rows = [f"P{n},,Spaceships,S{n},-1,none" for n in range(8)]  # four errors each
    announcement = stack.send(csv_of(rows), vendor=VENDOR, dry_run=True)
    stack.ended(announcement["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{announcement['upload_id']}")
    expect(visit.page.get_by_role("heading", name="32 errors in 8 rows")).to_be_visible()
    expect(_rows(visit.page)).to_have_count(6)
    visit.page.get_by_role("link", name="Next page").click()
    expect(_rows(visit.page)).to_have_count(2)
    for row in _rows(visit.page).all():
        expect(_errors(row)).to_have_count(4)
    expect(visit.page.get_by_role("link", name="Next page")).to_have_count(0)
    visit.page.get_by_role("link", name="First page").click()
    expect(_rows(visit.page)).to_have_count(6)


def test_fields_and_rows_are_named_as_in_the_vendors_own_sheet(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    header = "vendor_product_id;Bezeichnung;Warengruppe;SKU;Preis;Bestand"
    rows = [
        f'A{run};"Lampe\nrot";Books;S{run};-4;5',
        f"B{run};Lampe;Books;T{run};4;5",
        f"C{run};Lampe;Books;T{run};4;5",
    ]
    announcement = stack.send(b"sep=;\n" + csv_of(rows, header), vendor=VENDOR)
    stack.ended(announcement["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{announcement['upload_id']}")
    first, last = _rows(visit.page).all()
    expect(first.get_by_role("rowheader")).to_contain_text("Row 1 (Excel row 2)")
    expect(first).to_contain_text("Invalid price · Preis (price)")
    expect(last.get_by_role("rowheader")).to_contain_text("Row 3 (Excel row 4)")
    expect(last).to_contain_text("SKU must be unique; row 2 (Excel row 3) of this file has the same one")
    causes = visit.page.get_by_role("region", name="What to correct first")
    expect(causes).to_contain_text("Duplicate SKU in SKU 1 error · row 3 (Excel row 4)")
    expect(causes).to_contain_text("Invalid price in Preis (price) 1 error · row 1 (Excel row 2)")
    expect(visit.page.get_by_label("Field", exact=True).get_by_role("option")).to_have_text(
        ["All fields", "SKU", "Preis (price)"]
    )
    last.get_by_role("link", name="Row 2 (Excel row 3) of this file").click()
    expect(visit.page.get_by_role("heading", name="Row 2 (Excel row 3)")).to_be_visible()
    expect(visit.page.get_by_text("Line 5 in a text editor")).to_be_visible()
    visit.go(f"/uploads/{announcement['upload_id']}/rows")
    expect(visit.page.get_by_role("cell", name="Row 3 (Excel row 4)")).to_be_visible()
    visit.check()


def test_whoever_turns_a_page_with_the_keyboard_reads_on_at_its_top(
    visiting: Visiting, partial: dict[str, Any]
) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}")
    for link in ("Next page", "First page"):
        visit.page.get_by_role("link", name=link).press("Enter")
        expect(visit.page.locator("#error-list")).to_be_focused()
        expect(visit.page.get_by_role("heading", name="errors", exact=False).last).to_be_in_viewport()
        expect(_rows(visit.page).first).to_be_in_viewport()
        visit.page.keyboard.press("Tab")
        expect(_rows(visit.page).first.get_by_role("link").first).to_be_focused()
    visit.check()


def test_the_original_row_is_shown_on_demand(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}?q=pieces")
    row = _rows(visit.page).last
    expect(row.get_by_text("vendor_product_id")).to_have_count(0)
    row.get_by_text("Row as received").click()
    expect(row.get_by_text("vendor_product_id")).to_be_visible()
    expect(row.locator("dt")).to_contain_text(HEADER.split(","))
    expect(row.locator(".wrong-cell dd")).to_have_text(["-4", "5 pieces"])
    visit.check()


def test_a_cause_leads_to_its_errors_and_says_what_to_write(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}")
    causes = visit.page.get_by_role("region", name="What to correct first")
    first = causes.get_by_role("listitem").first
    expect(first).to_contain_text("Write Electronics instead.")
    expect(first).to_contain_text("24 errors · rows 41, 42, 43, 44, 45, … (Excel rows 42, 43, 44, 45, 46, …)")
    first.get_by_role("link", name="Invalid category").click()
    expect(_rows(visit.page)).to_have_count(24)


def test_the_reports_and_the_file_are_downloaded(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/uploads/{partial['upload_id']}")
    for link, begins in (
        ("Error report", "\ufeffRow,SKU,"),
        ("Download fix file", "\ufeffvendor_product_id,"),
        ("Original file", "vendor_product_id,"),
    ):
        with visit.page.expect_download() as waiting:
            visit.page.get_by_role("link", name=link).click()
        assert Path(waiting.value.path()).read_text(encoding="utf-8").startswith(begins)
    visit.check()


def test_a_corrected_fix_file_is_sent_again_and_all_is_well(visiting: Visiting, stack: Stack, tmp_path: Path) -> None:
    run = tag()
    rows = [*sound_rows(2, run), f"P{run}-x,Lamp,Electonics,S{run}-x,19.99,5"]
    announcement = stack.send(csv_of(rows), vendor=VENDOR, file_name="first.csv")
    stack.ended(announcement["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{announcement['upload_id']}")
    with visit.page.expect_download() as waiting:
        visit.page.get_by_role("link", name="Download fix file").click()
    corrected = tmp_path / "corrected.csv"
    corrected.write_bytes(Path(waiting.value.path()).read_bytes().replace(b"Electonics", b"Electronics"))
    visit.page.get_by_role("link", name="Send the corrected file").click()
    visit.page.get_by_label("Choose a CSV file").set_input_files(corrected)
    visit.page.get_by_role("button", name="Send file").click()
    expect(visit.page.locator(".outcome")).to_have_text("The product is in the catalogue.")
    visit.page.get_by_role("link", name="Its products").click()
    expect(visit.page.get_by_role("table", name="Products").get_by_role("row").last).to_contain_text(f"S{run}-x")


def test_a_product_leads_to_the_row_that_set_it(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/catalogue?upload_id={partial['upload_id']}")
    visit.page.get_by_role("link", name="Row 7", exact=True).click()
    expect(visit.page.get_by_role("heading", name="Row 7")).to_be_visible()
    expect(visit.page.get_by_text("New", exact=True)).to_be_visible()
    expect(visit.page.get_by_text("Thing 7")).to_be_visible()


def test_the_catalogue_is_searched(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting()
    visit.go(f"/catalogue?upload_id={partial['upload_id']}")
    visit.page.get_by_role("searchbox", name="Search").fill("thing 12")
    visit.page.get_by_role("button", name="Search").click()
    expect(visit.page.get_by_role("table", name="Products").get_by_role("row")).to_have_count(2)
    visit.page.get_by_role("searchbox", name="Search").fill("nothing like it")
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("heading", name="No product matches")).to_be_visible()


def test_another_vendors_upload_is_not_there_however_it_is_asked_for(
    visiting: Visiting, partial: dict[str, Any]
) -> None:
    visit = visiting("VEND002")
    upload_id = partial["upload_id"]
    for path in ("", "/errors", "/live", "/rows/1", "/rows/1/cells", "/errors.csv", "/fix.csv", "/file"):
        assert visit.go(f"/uploads/{upload_id}{path}") == 404, path
        expect(visit.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    visit.complaints.clear()  # the browser itself notes each 404
    visit.check()


def test_the_help_of_an_error_leads_to_its_code_in_the_documentation(visiting: Visiting) -> None:
    visit = visiting(None)
    visit.go("/docs#INVALID_PRICE")
    expect(visit.page.locator("#INVALID_PRICE")).to_be_in_viewport()
