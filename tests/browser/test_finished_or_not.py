"""A vendor sees when the correcting is finished, while the page of the upload is open."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, sound_rows, tag


@pytest.fixture
def upload(stack: Stack, vendors: None) -> dict[str, Any]:
    """Two of its four rows are rejected."""
    run = tag()
    rows = [*sound_rows(2, run), *(row.replace("19.99", "free") for row in sound_rows(4, run)[2:])]
    return stack.ended(stack.send(csv_of(rows), vendor=VENDOR, file_name="spring.csv")["upload_id"], vendor=VENDOR)


def correct(stack: Stack, upload: dict[str, Any], row: int) -> str:
    with stack.api(VENDOR) as api:
        change = {"rows": [{"row_number": row, "set": {"price": "5.00"}}]}
        answer = api.post(f"/v1/uploads/{upload['upload_id']}/corrections", json=change).raise_for_status()
    return str(stack.ended(answer.json()["upload_id"], vendor=VENDOR)["upload_id"])


def leave_a_mark(page: Page) -> None:
    """A mark that a reload would take away."""
    page.evaluate("window.wasHere = true")


def test_the_open_page_follows_the_corrections_without_a_reload(
    visiting: Visiting, stack: Stack, upload: dict[str, Any]
) -> None:
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    page = visit.page
    part, announced = page.locator("#corrected"), page.locator("#told")
    expect(part).to_be_hidden()
    leave_a_mark(page)
    page.locator("#q").fill("half a wo")
    child = correct(stack, upload, 3)
    expect(part).to_contain_text("1 of 2 rejected rows are corrected, 1 is left.")
    expect(announced).to_have_text("1 of 2 rejected rows are corrected, 1 is left.")
    expect(page.locator("#q")).to_be_focused()
    link = part.get_by_role("link", name="spring_corrected.csv")
    expect(link).to_have_attribute("href", f"/uploads/{child}")
    link.focus()
    link.evaluate("link => window.link = link")
    correct(stack, upload, 4)
    expect(part).to_contain_text("All 2 rejected rows are corrected.")
    assert page.evaluate("window.wasHere && window.link.isConnected && document.activeElement === window.link")
    visit.check()


def test_nothing_is_asked_any_more_when_all_is_corrected(
    visiting: Visiting, stack: Stack, upload: dict[str, Any]
) -> None:
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    for row in (3, 4):
        correct(stack, upload, row)
    expect(visit.page.locator("#corrected")).to_contain_text("All 2 rejected rows are corrected.")
    requests: list[str] = []
    visit.page.on("request", lambda request: requests.append(request.url))
    visit.page.wait_for_timeout(6_000)
    assert requests == []


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}, {"java_script_enabled": False}])
def test_the_pages_and_the_list_lead_to_one_another(
    options: dict[str, Any], visiting: Visiting, stack: Stack, upload: dict[str, Any]
) -> None:
    visit = visiting(**options)
    page = visit.page
    for row in (3, 4):
        child = correct(stack, upload, row)
        visit.go("/uploads?file_name=spring")
        parent_line = page.get_by_role("row").filter(has=page.locator(f'a.name[href="/uploads/{upload["upload_id"]}"]'))
        child_line = page.get_by_role("row").filter(has=page.locator(f'a.name[href="/uploads/{child}"]'))
        expect(child_line).to_contain_text("Corrects spring.csv")
        expect(parent_line).to_contain_text("1 of 2 corrected since" if row == 3 else "All 2 corrected since")
    if options.get("java_script_enabled", True):
        visit.check()
    child_line.get_by_role("link", name="spring.csv", exact=True).click()
    expect(page.locator("#corrected")).to_contain_text("All 2 rejected rows are corrected.")
    expect(page.locator("#upload > section .chip").first).to_have_text("Corrected")
    page.locator("#corrected").get_by_role("link").first.click()
    expect(page.get_by_text("All 2 rejected rows are corrected.")).to_be_visible()
    expect(page.locator(".facts").get_by_role("link", name="spring.csv")).to_be_visible()
    if options.get("java_script_enabled", True):
        visit.check()


@pytest.mark.parametrize("options", [{}, {"viewport": PHONE}])
def test_what_is_there_already_is_put_away(options: dict[str, Any], visiting: Visiting, stack: Stack) -> None:
    rows = sound_rows(3, tag())
    for _ in range(2):
        upload = stack.ended(stack.send(csv_of(rows), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    visit = visiting(**options)
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_role("table", name="Errors by row")).to_be_hidden()
    visit.check()
    visit.page.get_by_text("3 rows are in your catalogue already", exact=True).click()
    expect(visit.page.get_by_role("table", name="Errors by row")).to_be_visible()
    visit.check()
