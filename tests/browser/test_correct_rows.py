"""Rejected rows corrected in the browser: checked while they are written, with the keys of a spreadsheet, kept."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import PHONE, Visit
from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, tag

WRONG = 4
"""The rows with a wrong price in the small file."""


def rejected(stack: Stack, rows: list[str]) -> str:
    upload: str = stack.send(csv_of(rows), vendor=VENDOR)["upload_id"]
    stack.ended(upload, vendor=VENDOR)
    return upload


def priced(run: str, count: int) -> list[str]:
    return [f"P{run}-{n},Lamp {n},Electronics,S{run}-{n},-{n},5" for n in range(1, count + 1)]


@pytest.fixture
def upload(stack: Stack) -> str:
    """Four rows with a wrong price, then one with a wrong stock and category, and one with too many cells."""
    run = tag()
    further = [f"P{run}-5,Lamp,Elektronics,S{run}-5,9,5 pcs", f"P{run}-6,Lamp, bright,Electronics,S{run}-6,9,5"]
    return rejected(stack, [*priced(run, WRONG), *further])


def field(page: Page, row: int, column: str) -> Locator:
    return page.locator(f'[name="cell.{row}.{column}"]')


def row(page: Page, number: int) -> Locator:
    return page.locator(f'[data-row="{number}"]')


def counter(page: Page) -> Locator:
    return page.locator(".rows-changed")


def open_form(visiting: Visiting, upload: str, **options: Any) -> Visit:
    visit = visiting(**options)
    visit.go(f"/uploads/{upload}/correct")
    return visit


def preview(page: Page) -> None:
    page.get_by_role("button", name="Preview").click()
    page.wait_for_url(lambda url: not url.partition("?")[0].endswith("/correct"))


def test_a_cell_is_checked_while_it_is_written(visiting: Visiting, upload: str) -> None:
    visit = open_form(visiting, upload)
    page = visit.page
    field(page, 1, "price").fill("many")
    expect(row(page, 1).get_by_text("Price must be a number")).to_be_visible()
    expect(row(page, 1).get_by_role("status")).to_have_text("Row 1: 1 cell is still wrong.")
    field(page, 1, "price").fill("12.50")
    expect(row(page, 1).get_by_role("status")).to_have_text("Row 1 is good.")
    expect(row(page, 1).locator(".wrong")).to_have_count(0)
    expect(row(page, 1).locator(".grid-cell.good")).to_have_count(1)
    expect(counter(page)).to_have_text("1 row changed")
    visit.check()


def test_a_suggestion_is_written_by_its_button(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    row(page, 5).get_by_role("button", name="Write 5").click()
    expect(field(page, 5, "stock_quantity")).to_have_value("5")
    expect(row(page, 5).get_by_role("status")).to_have_text("Row 5: 1 cell is still wrong.")
    row(page, 5).get_by_role("button", name="Write Electronics").click()
    expect(row(page, 5).get_by_role("status")).to_have_text("Row 5 is good.")


def test_keys_lead_through_a_column_and_take_back(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    field(page, 1, "price").focus()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(field(page, 2, "price")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(field(page, 3, "price")).to_be_focused()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("ArrowUp")
    expect(field(page, 1, "price")).to_be_focused()
    expect(field(page, 1, "price")).to_have_value("7-1")
    page.keyboard.press("Escape")
    expect(field(page, 1, "price")).to_have_value("-1")
    expect(row(page, 1).get_by_text("Price must be at least 0.01")).to_be_visible()
    expect(counter(page)).to_have_text("")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(field(page, 1, "price")).to_be_focused()
    field(page, WRONG, "price").focus()
    page.keyboard.press("Enter")
    expect(field(page, 5, "category")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("/correct")


def test_a_value_is_copied_to_the_rows_below(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    field(page, 2, "price").fill("5.50")
    page.keyboard.press("Control+d")
    values = [field(page, number, "price").input_value() for number in range(1, WRONG + 1)]
    assert values == ["-1", "5.50", "5.50", "5.50"]
    expect(counter(page)).to_have_text("3 rows changed")
    expect(row(page, WRONG).get_by_role("status")).to_have_text(f"Row {WRONG} is good.")
    field(page, 2, "price").focus()
    page.keyboard.press("Escape")
    assert field(page, 3, "price").input_value() == "-3"
    assert field(page, 2, "price").input_value() == "5.50"


PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("text", ["1\n2\n3\n", "1\r\n2\r\n3", '"1"\tx\n2\ty\n3\tz\n'])
def test_a_column_from_a_spreadsheet_fills_downwards(text: str, visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    field(page, 2, "price").evaluate(PASTE, text)
    values = [field(page, number, "price").input_value() for number in range(1, WRONG + 1)]
    assert values == ["-1", "1", "2", "3"]
    expect(counter(page)).to_have_text("3 rows changed")


def test_what_is_written_survives_a_reload(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    field(page, 1, "price").fill("8")
    field(page, 2, "price").fill("x")
    page.reload()
    expect(field(page, 1, "price")).to_have_value("8")
    expect(counter(page)).to_have_text("2 rows changed")
    expect(row(page, 1).get_by_role("status")).to_have_text("Row 1 is good.")
    expect(row(page, 2).get_by_text("Price must be a number")).to_be_visible()


def test_other_cells_are_shown_on_demand_and_keep_what_was_written(visiting: Visiting, upload: str) -> None:
    visit = open_form(visiting, upload)
    page = visit.page
    expect(field(page, 1, "product_name")).to_have_count(0)
    row(page, 1).get_by_text("Other cells").click()
    field(page, 1, "product_name").fill("")
    expect(row(page, 1).get_by_text("Product name must not be empty")).to_be_visible()
    visit.check()
    page.reload()
    expect(counter(page)).to_have_text("1 row changed")
    row(page, 1).get_by_text("Other cells").click()
    expect(field(page, 1, "product_name")).to_have_value("")


def test_rows_of_several_pages_are_sent_as_one_correction(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    upload = rejected(stack, [*priced(run, 55), f"P{run}-56,Lamp,Electronics,S{run}-56,9,-5"])
    page = open_form(visiting, upload).page
    field(page, 1, "price").fill("1.50")
    page.get_by_role("link", name="Next rows").click()
    expect(field(page, 51, "price")).to_be_visible()
    expect(counter(page)).to_have_text("1 row changed")
    field(page, 51, "price").fill("2.50")
    field(page, 56, "stock_quantity").fill("2")
    page.get_by_role("link", name="First rows").click()
    expect(counter(page)).to_have_text("3 rows changed")
    expect(field(page, 1, "price")).to_have_value("1.50")
    preview(page)
    expect(page.get_by_text("3 corrected rows would be accepted")).to_be_visible()
    page.get_by_role("button", name="Send these corrections").click()
    expect(page.locator(".outcome")).to_have_text("All 3 products are in the catalogue.")
    page.goto(page.url.rpartition("/uploads/")[0] + f"/uploads/{upload}/correct")
    expect(counter(page)).to_have_text("")
    expect(field(page, 1, "price")).to_have_count(0)


def test_what_is_written_in_rows_that_are_not_sent_is_named_and_kept(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    unknown = f"P{run}-3,Lamp,Qwxyz,S{run}-3,-3,5"
    upload = rejected(stack, [*priced(run, 2), unknown])
    page = open_form(visiting, upload).page
    for number in (1, 3):
        field(page, number, "price").fill("12.50")
    preview(page)
    expect(page.get_by_role("heading", name="This is a preview: the corrected row would be accepted.")).to_be_visible()
    expect(page.get_by_text("1 row that you changed is not sent")).to_be_visible()
    page.get_by_role("button", name="Send these corrections").click()
    expect(page.locator(".outcome")).to_have_text("The product is in the catalogue.")
    page.goto(f"{stack.api_url}/uploads/{upload}/correct")
    expect(field(page, 3, "price")).to_have_value("12.50")
    expect(field(page, 2, "price")).to_have_value("-2")
    expect(counter(page)).to_have_text("1 row changed")


def test_enter_in_the_answer_to_a_cause_sends_nothing(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    answer = page.get_by_label("Price for all rows")
    answer.fill("12.50")
    answer.press("Enter")
    expect(page.get_by_role("heading", name="Correct rejected rows")).to_be_visible()
    expect(answer).to_have_value("12.50")


def test_a_malformed_row_is_put_right_in_its_cells(visiting: Visiting, upload: str) -> None:
    visit = open_form(visiting, upload)
    page = visit.page
    expect(row(page, 6).locator(".whole-row")).to_contain_text("Lamp, bright")
    for column, value in (("product_name", "Lamp, bright"), ("category", "Electronics"), ("sku", f"S{tag()}"),
                          ("price", "9"), ("stock_quantity", "5")):  # fmt: skip
        field(page, 6, column).fill(value)
    expect(row(page, 6).get_by_role("status")).to_have_text("Row 6 is good.")
    preview(page)
    expect(page.get_by_text("all 2 corrected rows would be accepted")).to_be_visible()  # one by its suggestions


def test_without_javascript_the_rows_of_a_page_are_a_plain_form(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload, java_script_enabled=False).page
    field(page, 1, "price").fill("1.50")
    field(page, 2, "price").fill("2.50")
    preview(page)
    expect(page.locator("main")).to_contain_text("would be accepted")
    page.goto(page.url.rpartition("/uploads/")[0] + f"/uploads/{upload}/correct")
    row(page, 3).get_by_text("Other cells").click()
    row(page, 3).get_by_role("link", name="Show all cells of row 3").click()
    expect(field(page, 3, "product_name")).to_have_value("Lamp 3")


def test_the_grid_fits_a_phone(visiting: Visiting, upload: str) -> None:
    visit = open_form(visiting, upload, viewport=PHONE)
    field(visit.page, 1, "price").fill("x")
    expect(row(visit.page, 1).get_by_text("Price must be a number")).to_be_visible()
    visit.check()


def test_whoever_is_signed_out_is_told_and_loses_nothing(visiting: Visiting, upload: str) -> None:
    page = open_form(visiting, upload).page
    cookies = page.context.cookies()
    page.context.clear_cookies()
    field(page, 1, "price").fill("3")
    expect(row(page, 1).get_by_role("status")).to_contain_text("You are not signed in any more.")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.reload()
    expect(field(page, 1, "price")).to_have_value("3")
