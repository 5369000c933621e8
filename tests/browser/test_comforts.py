"""What makes the pages pleasant: a list that follows, times as the reader's clock shows them, the keyboard alone."""

from typing import Any

import httpx
import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, sound_rows, tag


def test_the_list_follows_an_upload_to_its_end_without_a_reload(visiting: Visiting, stack: Stack) -> None:
    name, content = f"{tag()}.csv", csv_of(sound_rows(2, tag()))
    with stack.api(VENDOR) as api:
        upload = api.post("/v1/uploads", json={"file_name": name, "size_bytes": len(content)}).json()
    visit = visiting()
    visit.go(f"/uploads?file_name={name}")
    row = visit.page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Waiting for file")
    visit.page.evaluate("window.wasReloaded = false")
    httpx.put(upload["upload"]["url"], content=content, headers=upload["upload"]["headers"]).raise_for_status()
    expect(row).to_contain_text("Completed")
    assert visit.page.evaluate("window.wasReloaded") is False
    visit.check()


def test_times_are_told_in_the_readers_zone_and_without_javascript_in_utc(visiting: Visiting, stack: Stack) -> None:
    upload = stack.send(csv_of(sound_rows(1, tag())), vendor=VENDOR)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    stack.sql(
        "UPDATE upload_history SET upload_timestamp = '2026-03-01T20:30:00Z' WHERE upload_id = %s", upload["upload_id"]
    )
    announced = "time[datetime^='2026-03-01T20:30:00']"
    visit = visiting(timezone_id="Asia/Tokyo")
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.locator(announced)).to_have_text("2 Mar 2026, 05:30 GMT+9")
    visit = visiting(timezone_id="Asia/Tokyo", java_script_enabled=False)
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.locator(announced)).to_have_text("01 Mar 2026, 20:30 UTC")


def test_the_keyboard_alone_is_enough(visiting: Visiting, stack: Stack) -> None:
    visit = visiting(None)
    visit.go("/sign-in")
    expect(visit.page.get_by_label("API key")).to_be_focused()
    visit.page.keyboard.insert_text(stack.description["api_keys"][VENDOR])
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/uploads")
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("main")).to_be_focused()
    visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_role("link", name="New upload").first).to_be_focused()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/uploads/new")
    for _ in range(8):  # past the links at the top
        visit.page.keyboard.press("Tab")
    expect(visit.page.get_by_label("Choose a CSV file")).to_be_focused()


def test_two_million_rows_fit(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        upload = api.post("/v1/uploads", json={"file_name": "everything.csv"}).json()
    stack.sql(
        "UPDATE upload_history SET status = 'processing', total_records = 2000000, valid_records = 1234567,"
        " error_records = 345678, processing_started_at = now() - interval '10 minutes', last_progress_at = now()"
        " WHERE upload_id = %s",
        upload["upload_id"],
    )
    visit = visiting(viewport={"width": 390, "height": 844})
    visit.go(f"/uploads/{upload['upload_id']}")
    progress = visit.page.get_by_role("region", name="Progress")
    expect(progress).to_contain_text("1,580,245 of 2,000,000")
    expect(progress).to_contain_text("3 minutes left")
    visit.check()
    with stack.api(VENDOR) as api:
        assert api.post(f"/v1/uploads/{upload['upload_id']}/cancel").status_code == 202
    expect(visit.page.locator(".outcome")).to_contain_text("419,755 were not checked.")
    visit.check()


def test_a_file_name_stands_where_the_page_begins_whichever_way_it_is_written(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        upload = api.post("/v1/uploads", json={"file_name": "منتجات.csv"}).json()
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    name, facts = visit.page.get_by_text("منتجات.csv", exact=True), visit.page.get_by_text(upload["upload_id"])
    assert _place(name)["x"] == pytest.approx(_place(facts)["x"], abs=1)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_filters_of_a_list_stand_side_by_side(width: int, visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting(viewport={"width": width, "height": 800})
    visit.go("/uploads")
    name, since, until = (_place(visit.page.get_by_label(label, exact=True)) for label in ("File name", "From", "To"))
    assert since["x"] + since["width"] + 10 <= until["x"]
    assert until["x"] + until["width"] <= width - 15
    assert name["height"] == since["height"] == until["height"]
    assert since["y"] == until["y"]


def test_a_dry_runs_numbers_stand_on_one_line_on_a_phone(visiting: Visiting, stack: Stack) -> None:
    upload = stack.send(csv_of(sound_rows(2, tag())), vendor=VENDOR, file_name=f"{tag()}.csv", dry_run=True)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting(viewport={"width": 360, "height": 800})
    visit.go(f"/uploads?file_name={upload['file_name']}")
    sent_at, *numbers = [
        _place(each) for each in (visit.page.locator("td.when"), *visit.page.locator("td.number").all())
    ]
    assert len({number["y"] for number in numbers}) == 1
    assert sent_at["y"] + sent_at["height"] <= numbers[0]["y"]


def _place(element: Locator) -> FloatRect:
    place = element.bounding_box()
    assert place is not None
    return place
