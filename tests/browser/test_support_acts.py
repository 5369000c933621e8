"""Support sets right: dead letters, what stands still, keys, vendors; each act is noted."""

import json

import httpx
from playwright.sync_api import expect

from tests.browser.chromium import Visit
from tests.browser.conftest import NEWCOMER, VENDOR, Visiting
from tests.browser.looking import section
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


def test_dead_letters_are_driven_again_and_the_stranger_stays(visiting: Visiting, stack: Stack) -> None:
    upload = stack.send(csv_of(sound_rows(1, tag())))
    stack.ended(upload["upload_id"])
    queue, url = stack.aws("sqs"), stack.description["dead_letter_queue_url"]
    for body in ({"type": "upload_finished", "upload_id": upload["upload_id"]}, {"hello": "world"}):
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    visit = visiting("support")
    eventually(lambda: _shows_letter(visit, upload["upload_id"]), seconds=60)
    visit.check()
    assert _redriven(visit)
    visit.check()
    queue.purge_queue(QueueUrl=url)
    eventually(lambda: _has_no_letters(visit), seconds=60)
    visit.go("/support/actions?what=redrive_ended")
    expect(visit.page.locator("tbody tr").filter(has_text="messages sent again: 1").first).to_be_visible()


def _shows_letter(visit: Visit, upload_id: str) -> bool:
    visit.go("/support/standstill")
    visit.page.wait_for_load_state("networkidle")
    return section(visit, "Dead letters").get_by_text(upload_id).count() > 0


def _has_no_letters(visit: Visit) -> bool:
    visit.go("/support/standstill")
    visit.page.wait_for_load_state("networkidle")
    return visit.page.get_by_role("heading", name="No dead letters").count() > 0


def _redriven(visit: Visit) -> bool:
    visit.go("/support/standstill")
    visit.page.get_by_text("Have everything done again").click()
    visit.page.get_by_role("button", name="Re-drive now").click()
    expect(visit.page.get_by_role("status")).to_contain_text("stalled uploads were continued")
    return "Everything was done again" in visit.page.get_by_role("status").inner_text()


def test_an_upload_that_stands_still_is_shown(visiting: Visiting, stack: Stack) -> None:
    stack.sql(
        "INSERT INTO upload_history (upload_id, vendor_id, file_name, status, upload_timestamp, last_progress_at,"
        " file_s3_key, looked_at) VALUES ('UPLOAD_20260101_000000_stillaaa', %s, 'a.csv', 'processing',"
        " now() - interval '9 minutes', now() - interval '9 minutes', 'uploads/nothing', now() + interval '1 day')",
        VENDOR,
    )
    try:
        visit = visiting("support")
        visit.go("/support/standstill")
        row = visit.page.get_by_role("row").filter(has_text="UPLOAD_20260101_000000_stillaaa")
        expect(row).to_contain_text("The file has not been read yet.")
        visit.check()
        row.get_by_role("link").first.click()
        expect(visit.page.get_by_role("heading", name="a.csv")).to_be_visible()
        visit.check()
    finally:
        stack.sql("DELETE FROM upload_history WHERE upload_id = 'UPLOAD_20260101_000000_stillaaa'")


def test_a_key_is_made_shown_once_and_revoked(visiting: Visiting, stack: Stack) -> None:
    visit = visiting("support")
    page = visit.page
    label = f"ERP “Läden” {tag()}"
    visit.go(f"/support/vendors/{NEWCOMER}")
    page.get_by_label("Make a key for").fill(label)
    page.get_by_label("Days until it expires").fill("30")
    page.get_by_role("button", name="Make the key").click()
    key = page.get_by_role("textbox", name="The new key").input_value()
    expect(page.get_by_role("textbox", name="The new key")).to_be_focused()
    visit.check()
    assert _asks(stack, key) == 200
    visit.go(f"/support/vendors/{NEWCOMER}")
    assert key not in page.content()
    row = page.get_by_role("row").filter(has_text=label)
    row.locator("summary").click()
    row.get_by_role("button", name="Yes, revoke it").click()
    expect(page.get_by_role("status")).to_contain_text("no longer works")
    expect(page.get_by_role("row").filter(has_text=label)).to_contain_text("Revoked")
    visit.check()
    assert _asks(stack, key) == 401
    visit.go(f"/support/actions?vendor={NEWCOMER}")
    for what in ("Key made", "Key revoked"):
        expect(page.get_by_role("row").filter(has_text=what).filter(has_text=label)).to_contain_text("sk_")


def test_a_key_without_a_purpose_is_not_made(visiting: Visiting, stack: Stack) -> None:
    visit = visiting("support")
    visit.go(f"/support/vendors/{NEWCOMER}")
    visit.page.get_by_label("Make a key for").fill("ERP")
    visit.page.get_by_label("Days until it expires").fill("soon")
    visit.page.get_by_role("button", name="Make the key").click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Days are a whole number from 1 to 3,650")
    expect(visit.page.get_by_label("Make a key for")).to_have_value("ERP")
    visit.complaints.clear()  # the browser itself notes the 422
    visit.check()


def test_a_vendor_is_made_inactive_and_active_again(visiting: Visiting, stack: Stack) -> None:
    visit = visiting("support")
    visit.go(f"/support/vendors/{NEWCOMER}")
    visit.page.get_by_text("Make this vendor inactive").click()
    visit.page.get_by_role("button", name="Yes, make it inactive").click()
    expect(visit.page.get_by_role("status")).to_contain_text("The vendor is inactive")
    expect(visit.page.get_by_text("Inactive", exact=True)).to_be_visible()
    with stack.api(NEWCOMER) as api:
        assert api.post("/v1/uploads", json={"file_name": "a.csv"}).json()["code"] == "VENDOR_INACTIVE"
    visit.page.get_by_text("Make this vendor active again").click()
    visit.page.get_by_role("button", name="Yes, make it active").click()
    expect(visit.page.get_by_role("status")).to_contain_text("active again")
    visit.check()
    with stack.api(NEWCOMER) as api:
        assert api.post("/v1/uploads", json={"file_name": "a.csv"}).status_code == 201


def test_what_support_does_on_a_vendors_pages_is_noted_too(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        upload_id = api.post("/v1/uploads", json={"file_name": "never-comes.csv"}).json()["upload_id"]
    visit = visiting("support")
    visit.go(f"/uploads/{upload_id}")
    visit.page.get_by_text("Cancel this upload").click()
    visit.page.get_by_role("button", name="Yes, cancel it").click()
    expect(visit.page.get_by_text("Cancelled", exact=True).first).to_be_visible()
    visit.go("/support/actions?what=upload_cancelled")
    expect(visit.page.get_by_role("row").filter(has_text=upload_id)).to_contain_text("never-comes.csv")


def _asks(stack: Stack, key: str) -> int:
    answer = httpx.get(f"{stack.api_url}/v1/uploads", headers={"Authorization": f"Bearer {key}"})
    return answer.status_code
