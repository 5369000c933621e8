"""Finds the parts of the form for columns, and what became of it."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import VENDOR
from tests.stack import Stack


def select(page: Page, label: str) -> Locator:
    return page.get_by_label(f"Column of your file for {label}")


def process(page: Page) -> None:
    page.get_by_role("button", name="Process the file").click()


def process_without_stock(page: Page) -> None:
    """Sends the form with the value for the stock that is offered."""
    stock = page.get_by_label("Stock quantity for rows without one", exact=True)
    expect(stock).to_have_attribute("placeholder", "Such as 0: the same in every new product")
    stock.fill("0")
    process(page)


def outcome(page: Page) -> Locator:
    return page.locator(".outcome")


def remembered(stack: Stack) -> dict[str, list[str]]:
    rows = stack.sql("SELECT header, columns FROM remembered_headers WHERE vendor_id = %s", VENDOR)
    return {row["header"]: row["columns"] for row in rows}
