"""Support finds: errors, uploads, products, vendors, and what is behind an upload."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.chromium import Visit
from tests.browser.conftest import VENDOR, Visiting
from tests.browser.looking import error_table, narrow_down, search, section
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


def test_support_begins_at_the_search_and_the_keyboard_is_enough(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting(None)
    visit.sign_in("support")
    expect(visit.page).to_have_title("Search · Product onboarding")
    expect(visit.page.get_by_label("Anything you know")).to_be_focused()
    visit.page.keyboard.type(partial["upload_id"])
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("is read as upload")).to_be_visible()
    expect(section(visit, "Uploads").get_by_role("row")).to_have_count(2)
    expect(section(visit, "Uploads").get_by_role("link", name=partial["file_name"])).to_be_visible()


@pytest.mark.parametrize(
    ("searched", "is_read_as"),
    [
        ("{upload_id}", "upload"),
        ("{sku}", "SKU"),
        ("{vendor_product_id}", "vendor’s product ID"),
        ("invalid category", "error type Invalid category"),
        ("INVALID_CATEGORY", "error type Invalid category"),
        ("browser", "vendor Bright & Söhne"),
        ("bright & söhne", "vendor Bright & Söhne"),
    ],
)
def test_the_box_knows_what_is_typed(
    searched: str, is_read_as: str, visiting: Visiting, partial: dict[str, Any], stack: Stack
) -> None:
    error = _error_of(stack, partial)
    visit = visiting("support")
    search(visit, searched.format(**error))
    expect(visit.page.get_by_text(f"is read as {is_read_as}")).to_be_visible()
    if "{" not in searched:  # what many records have in common may fill the page with newer ones of other tests
        narrow_down(visit, partial)
    expect(error_table(visit).get_by_text(error["error_message"], exact=True).first).to_be_visible()
    visit.check()


def test_any_other_text_is_found_in_messages_and_values(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting("support")
    search(visit, "إلكترونيات")
    rows = error_table(visit).locator("tbody tr")
    expect(rows.first).to_contain_text("إلكترونيات")
    search(visit, "ektroni")
    expect(visit.page.get_by_role("heading", name="errors since")).to_be_visible()
    expect(visit.page.get_by_text("counts at most 31 days")).to_be_visible()
    search(visit, "winter – منت")  # a part of the file's name
    expect(section(visit, "Uploads").get_by_role("link", name=partial["file_name"]).first).to_be_visible()


def test_what_looks_like_a_code_can_be_looked_for_as_text(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting("support")
    search(visit, "INVALID_PRICE")
    visit.page.get_by_role("link", name="Look for it as text instead").click()
    expect(visit.page.get_by_text("Errors and files with the text")).to_be_visible()
    expect(visit.page.get_by_role("heading", name="No error matches")).to_be_visible()


def test_filters_narrow_it_down_together(visiting: Visiting, partial: dict[str, Any], stack: Stack) -> None:
    error = _error_of(stack, partial)
    visit = visiting("support")
    page = visit.page
    visit.go("/support")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Vendor", exact=True).fill("söhne")
    page.get_by_label("Upload ID").fill(partial["upload_id"])
    page.get_by_label("SKU").fill(error["sku"])
    page.get_by_label("Error type").select_option(error["error_type"])
    page.get_by_label("From (UTC)").fill("2020-01-01")
    page.get_by_label("To (UTC)").fill("2999-12-31")
    page.get_by_label("To (UTC)").press("Enter")
    expect(error_table(visit).locator("tbody tr")).to_have_count(1)
    expect(page.get_by_label("SKU")).to_have_value(error["sku"])
    page.get_by_label("To (UTC)").fill("2020-01-02")
    page.get_by_label("To (UTC)").press("Enter")
    expect(page.get_by_role("heading", name="No error matches")).to_be_visible()
    visit.check()


def test_a_vendor_that_is_not_clear_is_asked_for(visiting: Visiting) -> None:
    visit = visiting("support")
    visit.go("/support?vendor=e")
    expect(visit.page.get_by_role("heading", name="Which vendor?")).to_be_visible()
    visit.page.get_by_role("main").get_by_role("link").first.click()
    expect(visit.page.get_by_role("heading", name="Which vendor?")).to_have_count(0)


def test_errors_and_uploads_are_turned_page_by_page(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting("support")
    visit.go(f"/support?upload_id={partial['upload_id']}")
    first = error_table(visit).locator("tbody tr").first.inner_text()
    visit.page.get_by_role("link", name="Older errors").click()
    expect(visit.page.get_by_role("link", name="Newest errors")).to_be_visible()
    assert error_table(visit).locator("tbody tr").first.inner_text() != first


def test_a_product_leads_to_the_row_that_set_it(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    announcement = stack.send(csv_of(sound_rows(1, run)), vendor=VENDOR)
    stack.ended(announcement["upload_id"], vendor=VENDOR)
    visit = visiting("support")
    search(visit, f"S{run}-1")
    expect(section(visit, "In the catalogue").get_by_role("link", name="Bright & Söhne")).to_be_visible()
    expect(section(visit, "In the catalogue").get_by_role("link", name="products.csv")).to_be_visible()
    section(visit, "In the catalogue").get_by_role("link", name="row 1").click()
    expect(visit.page).to_have_url(f"{stack.api_url}/uploads/{announcement['upload_id']}/rows/1")


def test_behind_an_upload_are_its_steps_its_messages_and_its_records(
    visiting: Visiting, partial: dict[str, Any]
) -> None:
    visit = visiting("support")
    page = visit.page
    visit.go(f"/uploads/{partial['upload_id']}")
    expect(page.get_by_text("rows need a correction")).to_be_visible()
    page.get_by_role("link", name="Timings, messages, staging").click()
    for step in ("Announced", "Arrived", "Reading began", "Staged", "Decided", "Ended, with rows to correct"):
        expect(section(visit, "Timings").get_by_text(step, exact=True)).to_be_visible()
    eventually(lambda: _is_notified(visit))
    records = section(visit, "Staged records")
    expect(records.locator("tbody tr")).to_have_count(25)
    records.locator("tbody tr").first.get_by_text("All of it").click()
    expect(records.locator("tbody tr").first.locator("dl")).to_contain_text("stock_quantity")
    records.get_by_role("link", name="Next page").press("Enter")
    expect(records.get_by_text("REC_00026")).to_be_in_viewport()
    expect(page.locator("#staged")).to_be_focused()
    records.get_by_label("Row").fill("41")
    records.get_by_role("button", name="Show").click()
    expect(records.locator("tbody tr")).to_have_count(1)
    expect(records.locator("tbody tr")).to_contain_text("Invalid category")
    visit.check()


def _is_notified(visit: Visit) -> bool:
    visit.page.reload()
    return section(visit, "Notification").get_by_text("Sent", exact=True).first.is_visible()


def test_trends_can_be_read_without_seeing_them(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting("support")
    page = visit.page
    visit.go(f"/support/trends?vendor={VENDOR}")
    expect(page.get_by_role("img", name="All errors: ")).to_be_visible()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("columnheader", name="Invalid category")).to_be_visible()
    rates = section(visit, "Rejected rows by vendor")
    expect(rates.get_by_role("row").filter(has_text="Bright & Söhne")).to_contain_text("%")
    page.get_by_role("link", name="Invalid category").click()
    narrow_down(visit, partial)
    expect(error_table(visit).get_by_text("Elektronics").first).to_be_visible()


def _error_of(stack: Stack, upload: dict[str, Any]) -> dict[str, Any]:
    """One that says Elektronics, with its SKU and its vendor's id for the product."""
    return next(error for error in stack.errors(upload["upload_id"], vendor=VENDOR) if error["value"] == "Elektronics")
