"""A file that would change many products at once asks whether that is meant."""

import pytest
from playwright.sync_api import expect

from tests.browser.choosing import outcome
from tests.browser.conftest import VENDOR, Visiting
from tests.e2e.test_guards import Shop
from tests.stack import Stack

WOULD = "This file would set the stock to 0 for 30 of its 30 products in stock. Nothing was changed."


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack, VENDOR, 30)


@pytest.mark.parametrize("with_javascript", [True, False])
def test_a_vendor_confirms_what_a_file_would_do(with_javascript: bool, visiting: Visiting, shop: Shop) -> None:
    refused = shop.send(shop.file("stock_quantity", ["0"] * 30), mode="update")
    visit = visiting(java_script_enabled=with_javascript)
    page = visit.page
    visit.go(f"/uploads/{refused['upload_id']}")
    expect(outcome(page)).to_have_text(WOULD)
    expect(page.locator(".chip").first).to_have_text("Needs your answer")
    examples = page.get_by_role("list", name="Stocks that would be 0").get_by_role("listitem")
    expect(examples).to_have_count(6)
    expect(examples.nth(1)).to_contain_text(f"Row 2 S{shop.run}-2 5")
    expect(examples.last).to_have_text("and 25 more")
    if with_javascript:
        visit.check()
    page.get_by_role("button", name="Yes, do it").click()
    expect(outcome(page)).to_have_text("All 30 rows are accepted: 30 changed.")
    applied = shop.stack.ended(page.url.rpartition("/")[2], vendor=VENDOR)
    assert (applied["source_upload_id"], applied["decisions"]["accept"]) == (refused["upload_id"], ["MASS_ZERO_STOCK"])
    confirmed = f"setting many stocks to 0, with key {applied['created_by']}"
    expect(page.locator(".facts-list > div", has_text="Confirmed").locator("dd")).to_have_text(confirmed)
    if with_javascript:
        visit.check()

    visit.go(f"/uploads/{refused['upload_id']}")
    expect(outcome(page)).to_have_text(WOULD)
    expect(page.get_by_text("This file was processed again:")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, do it")).not_to_be_visible()


def test_support_confirms_for_a_vendor(visiting: Visiting, shop: Shop) -> None:
    refused = shop.send(shop.file("price", ["99"] * 30), mode="update")
    visit = visiting("support")
    visit.go(f"/uploads/{refused['upload_id']}")
    visit.page.get_by_role("button", name="Yes, do it").click()
    expect(outcome(visit.page)).to_have_text("All 30 rows are accepted: 30 changed.")
    applied = shop.stack.ended(visit.page.url.rpartition("/")[2], vendor=VENDOR)
    assert applied["created_by"].startswith("sk_")
    confirmed = f"changing many prices very much, by support, with key {applied['created_by']}"
    expect(visit.page.locator(".facts-list > div", has_text="Confirmed").locator("dd")).to_have_text(confirmed)
