"""A file is looked at before it does anything, applied but for a row, and taken back: in the portal alone."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, eventually, tag

HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity,brand"
_NOT_COMPARED = {"updated_at", "set_by"}


def _fill(stack: Stack, count: int) -> str:
    """A run with a catalogue of its own: products that cost 1,299.00 each."""
    run = tag()
    rows = [f"P{run}-{n},Camera {n},Electronics,S{run}-{n},1299.00,{n},Lumen" for n in range(1, count + 1)]
    stack.ended(stack.send(csv_of(rows, HEADER), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    return run


def _catalogue(stack: Stack, run: str) -> list[dict[str, Any]]:
    products = stack.sql("SELECT * FROM products WHERE sku LIKE %s ORDER BY row_number", f"%{run}%")
    return [{name: value for name, value in each.items() if name not in _NOT_COMPARED} for each in products]


def _send(page: Page, content: bytes, mode: str, *, dry_run: bool) -> None:
    page.get_by_label(mode).check()
    page.get_by_label("Choose a CSV file").set_input_files(
        {"name": "prices-2027.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_label("Dry run", exact=True).set_checked(dry_run)
    page.get_by_role("button", name="Send file").click()


def _lines(page: Page) -> Any:
    return page.get_by_role("table", name="Rows and what they would change").locator("tbody tr")


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_plan_is_applied_but_for_one_row_and_taken_back(
    with_javascript: bool, visiting: Visiting, stack: Stack
) -> None:
    run = _fill(stack, 12)
    before = _catalogue(stack, run)
    visit = visiting(java_script_enabled=with_javascript)
    page = visit.page
    prices = [f"S{run}-{n},{'12.99' if n == 7 else '1399.00'}" for n in range(1, 13)]
    visit.go("/uploads/new")
    _send(page, csv_of(prices, "sku,price"), "Only change them", dry_run=True)
    expect(page.locator(".outcome")).to_contain_text("12 would be changed")
    assert _catalogue(stack, run) == before

    expect(_lines(page)).to_have_count(12)
    for words in ("Camera 7", "1,299.00", "12.99", "−99%", "Falls to 1/100"):
        expect(_lines(page).first).to_contain_text(words)
    if with_javascript:
        visit.check()
    _lines(page).first.get_by_label("Leave out row 7").check()
    if not with_javascript:
        page.get_by_role("button", name="Filter").first.click()
    page.get_by_role("button", name="Apply all but 1 row").click()
    expect(page.locator(".outcome")).to_contain_text("11 of 12 rows are accepted: 11 changed")
    assert [str(each["price"]) for each in _catalogue(stack, run)] == ["1399.00"] * 6 + ["1299.00"] + ["1399.00"] * 5
    expect(page.get_by_text("You left this row out when you applied the plan.")).to_be_visible()
    if with_javascript:
        visit.check()

    page.get_by_role("button", name="Undo this upload").click()
    expect(page.locator(".outcome")).to_have_text("11 products would be set back.")
    expect(_lines(page)).to_have_count(11)
    if with_javascript:
        visit.check()
    page.get_by_role("button", name="Undo it").click()
    expect(page.locator(".outcome")).to_have_text("11 products were set back.")
    if with_javascript:
        visit.check()
    assert _catalogue(stack, run) == before

    page.get_by_text("This takes back").get_by_role("link").click()
    expect(page.get_by_text("Taken back by prices-2027_undo.csv")).to_be_visible()
    expect(page.get_by_role("button", name="Undo this upload")).to_have_count(0)
    page.get_by_role("link", name="Applies a plan").click()
    expect(page.get_by_text("This plan was applied:")).to_be_visible()
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)


def test_what_is_ticked_stays_ticked_from_page_to_page(visiting: Visiting, stack: Stack) -> None:
    run = _fill(stack, 60)
    rows = [f"S{run}-{n},{1299 + n}.00" for n in range(1, 61)]
    plan = stack.send(csv_of(rows, "sku,price"), vendor=VENDOR, mode="update", dry_run=True)
    stack.ended(plan["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{plan['upload_id']}")
    button = visit.page.locator(".send-bar button.main")
    expect(button).to_have_text("Apply exactly this")
    visit.page.get_by_label("Leave out row 60", exact=True).check()
    expect(button).to_have_text("Apply all but 1 row")
    visit.page.get_by_role("button", name="Next page").click()
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("What would change")
    expect(button).to_have_text("Apply all but 1 row")
    visit.page.get_by_label("Leave out row 20", exact=True).check()
    expect(button).to_have_text("Apply all but 2 rows")
    visit.check()
    visit.page.get_by_role("button", name="First page").click()
    expect(visit.page.get_by_label("Leave out row 60", exact=True)).to_be_checked()
    visit.page.get_by_text("2 left out", exact=True).click()
    visit.page.get_by_role("button", name="Leave none out").click()
    expect(button).to_have_text("Apply exactly this")
    expect(visit.page.get_by_label("Leave out row 60", exact=True)).not_to_be_checked()


def test_a_preview_under_way_becomes_the_plan_without_reloading(visiting: Visiting, stack: Stack) -> None:
    run = _fill(stack, 2)
    visit = visiting()
    visit.go("/uploads/new")
    _send(visit.page, csv_of([f"S{run}-1,5.00"], "sku,price"), "Only change them", dry_run=True)
    expect(_lines(visit.page)).to_have_count(1)
    visit.page.get_by_label("Leave out row 1", exact=True).check()
    expect(visit.page.locator(".send-bar button.main")).to_have_text("Apply all but 1 row")


def test_support_undoes_for_a_vendor(visiting: Visiting, stack: Stack) -> None:
    run = _fill(stack, 3)
    (creation,) = {each["upload_id"] for each in _catalogue(stack, run)}
    visit = visiting("support")
    visit.go(f"/uploads/{creation}")
    visit.page.get_by_role("button", name="Undo this upload").click()
    expect(visit.page.locator(".outcome")).to_have_text("3 products would be removed.")
    visit.check()
    visit.page.get_by_role("button", name="Undo it").click()
    expect(visit.page.locator(".outcome")).to_have_text("3 products were removed.")
    visit.check()
    assert eventually(lambda: not _catalogue(stack, run))


def test_a_product_leads_to_the_upload_that_can_be_undone(visiting: Visiting, stack: Stack) -> None:
    run = _fill(stack, 1)
    changed = stack.send(csv_of([f"S{run}-1,5.00"], "sku,price"), vendor=VENDOR, mode="update")
    stack.ended(changed["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/catalogue/{_catalogue(stack, run)[0]['product_id']}")
    visit.check()
    visit.page.get_by_role("link", name="Undo that upload…").first.click()
    expect(visit.page.get_by_role("heading", name="Undo this upload")).to_be_in_viewport()
    assert visit.page.url.endswith(f"/uploads/{changed['upload_id']}#undo")
