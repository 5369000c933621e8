"""Searches the console as support does."""

from typing import Any

from playwright.sync_api import Locator, Page

from tests.browser.chromium import Visit


def search(visit: Visit, text: str) -> None:
    visit.go("/support")
    visit.page.get_by_label("Anything you know").fill(text)
    visit.page.get_by_role("button", name="Search").first.click()
    visit.page.wait_for_load_state("networkidle")


def narrow_down(visit: Visit, upload: dict[str, Any]) -> None:
    """Limits the current search to one upload."""
    page = visit.page
    if not page.get_by_label("Upload ID").is_visible():
        page.get_by_text("Narrow it down").click()
    page.get_by_label("Upload ID").fill(upload["upload_id"])
    page.get_by_role("button", name="Search").first.click()
    page.wait_for_load_state("networkidle")


def section(visit: Visit, heading: str) -> Locator:
    return visit.page.locator("section").filter(has=visit.page.get_by_role("heading", name=heading, exact=True))


def error_table(visit: Visit) -> Locator:
    page: Page = visit.page
    return page.locator("#errors table.found")
