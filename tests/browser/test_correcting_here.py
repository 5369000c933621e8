"""Rejected rows are corrected in the page: thousands with one wrong category, and the mixed rest, in a few clicks."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import PHONE, Visit
from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, sound_rows, tag

MOST_CLICKS = 5
ALIKE, FEWER, MIXED = 4_812, 412, 40


@pytest.fixture
def own_name(stack: Stack, vendors: None) -> Iterator[str]:
    """A category as only this vendor names it; what is remembered of it is forgotten after the test."""
    yield f"Haustechnik {tag()}"
    stack.sql("DELETE FROM category_aliases WHERE vendor_id = %s", VENDOR)


class Clicks:
    """One person with a mouse. Choosing a field to type into is a click, too."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def write(self, target: Locator, text: str) -> None:
        self.on(target)
        target.press_sequentially(text)


def wrong_file(own_name: str, alike: int, mixed: int = MIXED) -> bytes:
    """Sound rows, rows of one wrong category, and rows with one of four other faults, each with a suggestion."""
    run = tag()
    faults = ("Elektronics,19.90,5", "Books,19.-,5", "Books,19.90,10.0", "Clothing > Hoodies,19.90,5")
    rows = [f"P{run}-{n},Lamp,{own_name},S{run}-{n},19.90,5" for n in range(alike)]
    rows += [
        f"P{run}-m{n},Lamp,{faults[n % 4].replace(',', f',S{run}-m{n},', 1)}" for n in range(mixed)
    ]  # the SKU stands behind the category
    return csv_of([*rows, *sound_rows(3, tag())])


def send(stack: Stack, content: bytes, **fields: Any) -> dict[str, Any]:
    return stack.ended(stack.send(content, vendor=VENDOR, **fields)["upload_id"], vendor=VENDOR)


def cause(page: Page, text: str) -> Locator:
    return page.get_by_role("table", name="Causes").get_by_role("row").filter(has_text=text)


def field_for_all(page: Page, text: str) -> Locator:
    return cause(page, text).get_by_role("combobox").or_(cause(page, text).get_by_role("textbox"))


def correct(page: Page, clicks: Clicks, own_name: str, rows: int) -> None:
    """From the page of the upload to the page of the corrections that were sent."""
    clicks.on(page.get_by_role("link", name="Correct here"))
    clicks.write(field_for_all(page, own_name), "Tools & Hardware")
    clicks.on(page.get_by_role("button", name="Preview"))
    heading = f"This is a preview: all {rows:,} corrected rows would be accepted."
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    clicks.on(page.get_by_role("button", name="Send these corrections"))
    expect(page.locator(".outcome")).to_have_text(f"All {rows:,} products are in the catalogue.")


@pytest.mark.parametrize(("alike", "with_javascript"), [(ALIKE, True), (FEWER, False)])
def test_a_vendor_has_a_clean_catalogue_in_a_few_clicks_and_tomorrow_without_any(
    alike: int, with_javascript: bool, visiting: Visiting, stack: Stack, own_name: str
) -> None:
    upload = send(stack, wrong_file(own_name, alike))
    assert upload["error_records"] == alike + MIXED
    visit, clicks = visiting(java_script_enabled=with_javascript), Clicks()
    visit.go(f"/uploads/{upload['upload_id']}")
    correct(visit.page, clicks, own_name, alike + MIXED)
    assert clicks.count <= MOST_CLICKS
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_text(f"All {alike + MIXED:,} rejected rows are corrected.")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Correct here")).to_have_count(0)
    tomorrow = send(stack, wrong_file(own_name, alike=50, mixed=1))
    assert (tomorrow["status"], tomorrow["error_records"]) == ("completed", 0)  # what was suggested is remembered, too


def test_a_program_does_the_same_in_two_calls(stack: Stack, own_name: str) -> None:
    upload = send(stack, wrong_file(own_name, FEWER))
    path = f"/v1/uploads/{upload['upload_id']}"
    with stack.api(VENDOR) as api:
        causes = api.get(f"{path}/errors/summary").json()["items"]
        fixes = [each["fix"] for each in causes if each["fix"]]
        own = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": own_name}
        fixes.append(own | {"set": "Tools & Hardware"})
        answer = api.post(f"{path}/corrections", json={"fixes": fixes, "remember": True}).raise_for_status().json()
    assert stack.ended(answer["upload_id"], vendor=VENDOR)["valid_records"] == FEWER + MIXED
    assert stack.ended(upload["upload_id"], vendor=VENDOR)["corrected_records"] == FEWER + MIXED


def test_the_nearest_categories_are_one_click_away(visiting: Visiting, stack: Stack, own_name: str) -> None:
    run = tag()
    upload = send(stack, csv_of([f"P{run},Lamp,Electronics und Computer,S{run},9,5"]))
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}/correct")
    visit.check()
    cause(visit.page, "und Computer").get_by_label("Write Electronics").check()
    visit.page.get_by_role("button", name="Preview").click()
    expect(visit.page.get_by_text("would be accepted")).to_be_visible()
    expect(visit.page.get_by_role("checkbox")).to_be_checked()
    visit.check()
    visit.page.get_by_role("link", name="Change the corrections").click()
    expect(cause(visit.page, "und Computer").get_by_label("Write Electronics")).to_be_checked()


def test_a_text_and_another_answer_take_each_other_back(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    visit.go(f"/uploads/{_many_causes(stack, 1)}/correct")
    field = field_for_all(visit.page, "Unknown 0")
    field.fill("Bo")
    row = cause(visit.page, "Unknown 0")
    expect(row.get_by_label("Write in all rows:")).to_be_checked()
    row.get_by_label("Leave them for now").check()
    expect(field).to_have_value("")


def test_choices_are_kept_on_every_page_until_they_are_sent(visiting: Visiting, stack: Stack, own_name: str) -> None:
    upload = _many_causes(stack, 60)
    visit = visiting(viewport=PHONE)
    visit.go(f"/uploads/{upload}/correct")
    visit.check()
    visit.page.get_by_label("Remember these categories").uncheck()
    first = visit.page.get_by_role("row").nth(1)
    name = first.locator("q").first.inner_text()
    first.get_by_role("combobox").fill("Books")
    visit.page.get_by_role("link", name="More causes").click()
    visit.page.get_by_role("row").nth(1).get_by_role("combobox").fill("Shoes")
    visit.page.get_by_role("link", name="First causes").click()
    expect(cause(visit.page, name).first.get_by_role("combobox")).to_have_value("Books")
    expect(visit.page.get_by_label("Remember these categories")).not_to_be_checked()
    visit.page.get_by_role("button", name="Preview").click()
    expect(visit.page.get_by_text("all 2 corrected rows would be accepted")).to_be_visible()
    expect(visit.page.get_by_role("checkbox").first).not_to_be_checked()
    visit.page.get_by_role("button", name="Send these corrections").click()
    expect(visit.page.locator(".outcome")).to_have_text("All 2 products are in the catalogue.")
    assert visit.page.evaluate("Object.keys(localStorage)") == []
    visit.page.get_by_role("link", name="Correct the rest").click()
    expect(visit.page.get_by_text("58 rows are still to be corrected.")).to_be_visible()


def test_an_answer_that_is_wrong_is_marked(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    visit.go(f"/uploads/{_many_causes(stack, 2)}/correct")
    field_for_all(visit.page, "Unknown 1").fill("Moon")
    visit.page.get_by_role("button", name="Preview").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Please look at what is marked below.")
    expect(cause(visit.page, "Unknown 1")).to_contain_text("There is no category “Moon”.")
    visit.complaints.clear()  # the browser itself notes the 422
    visit.check()


def _many_causes(stack: Stack, count: int) -> str:
    """An upload with as many wrong categories."""
    run = tag()
    rows = [f"P{run}-{n},Lamp,Unknown {n} {run},S{run}-{n},9,5" for n in range(count)]
    return str(send(stack, csv_of(rows))["upload_id"])


def test_a_dry_run_of_a_file_is_corrected_in_the_file(visiting: Visiting, stack: Stack, own_name: str) -> None:
    upload = send(stack, wrong_file(own_name, alike=2, mixed=0), dry_run=True)
    visit: Visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_role("link", name="Correct here")).to_have_count(0)
    expect(visit.page.locator("a.main")).to_have_text("Download fix file")
