"""Sending a file, and watching what becomes of it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import VENDOR, Visiting
from tests.packing import WAYS, zipped
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

_DROP = """
    ({name, text}) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name, {type: "text/csv"}));
      return transfer;
    }
"""


def _chosen(content: bytes, name: str = "products.csv") -> Any:
    return {"name": name, "mimeType": "text/csv", "buffer": content}


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send file").click()


def test_a_file_that_is_dropped_is_sent_to_the_bucket_and_followed_to_its_end(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("/uploads")
    visit.page.get_by_role("link", name="New upload").first.click()
    content = csv_of([*sound_rows(3, tag()), "P,,Electronics,S,1,1"])
    transfer = visit.page.evaluate_handle(_DROP, {"name": "dropped.csv", "text": content.decode()})
    visit.page.locator("#drop").dispatch_event("drop", {"dataTransfer": transfer})
    puts: list[str] = []
    visit.page.on("request", lambda request: puts.append(request.url) if request.method == "PUT" else None)
    _send(visit.page)
    expect(visit.page.get_by_role("heading", name="dropped.csv")).to_be_visible()
    expect(visit.page.locator(".outcome")).to_have_text(
        "3 of 4 products are in the catalogue; 1 row needs a correction."
    )
    assert len(puts) == 1
    visit.check()


def test_progress_is_shown_live_and_the_result_takes_its_place_without_a_reload(
    visiting: Visiting, stack: Stack
) -> None:
    visit = visiting()
    visit.go("/uploads/new")
    rows = 20_000  # long enough that nobody's clock decides whether it is seen under way
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(csv_of(sound_rows(rows, tag())), "many.csv"))
    _send(visit.page)
    visit.page.wait_for_url(re.compile("/uploads/UPLOAD_"))
    visit.page.evaluate("window.wasReloaded = false")
    expect(visit.page.get_by_role("region", name="Progress")).to_contain_text("of 20,000")
    expect(visit.page.get_by_role("img", name="Rows checked")).to_be_visible()
    assert visit.complaints == []
    expect(visit.page.locator(".outcome")).to_have_text("All 20,000 products are in the catalogue.", timeout=300_000)
    assert visit.page.evaluate("window.wasReloaded") is False
    expect(visit.page).to_have_title("many.csv: Completed · Product onboarding")
    expect(visit.page.locator("#told")).to_have_text("All 20,000 products are in the catalogue.")
    requests: list[str] = []
    visit.page.on("request", lambda request: requests.append(request.url))
    visit.page.wait_for_timeout(1500)
    assert requests == []  # nobody asks on once it has ended
    visit.check()


def test_a_dry_run_changes_nothing(visiting: Visiting, stack: Stack) -> None:
    visit, run = visiting(), tag()
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(csv_of(sound_rows(2, run))))
    visit.page.get_by_label("Dry run").check()
    _send(visit.page)
    message = "All 2 rows are sound. This was a dry run: nothing went into the catalogue."
    expect(visit.page.locator(".outcome")).to_have_text(message)
    assert stack.products(vendor="support", q=f"S{run}") == []


def test_what_cannot_be_a_product_file_is_refused_before_it_is_sent(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("/uploads/new")
    field, message = visit.page.get_by_label("Choose a CSV file"), visit.page.get_by_role("alert")
    field.set_input_files(_chosen(b"x", "products.xls"))
    expect(message).to_contain_text("“products.xls” is an old Excel workbook, which cannot be read.")
    for content in (
        b"\xd0\xcf\x11\xe0 and so on",
        zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")),
    ):
        field.set_input_files(_chosen(content, "products.csv"))
        expect(message).to_contain_text("“products.csv” is another document, or protected with a password")
    field.set_input_files(_chosen(b"", "products.csv"))
    expect(message).to_contain_text("“products.csv” is empty.")
    visit.check()
    field.set_input_files(_chosen(b"a,b\n", "products.csv"))
    expect(message).to_be_hidden()


@pytest.mark.parametrize(("name", "way"), [("products.zip", "zip"), ("products.csv.gz", "gzip"), ("x.csv", "zip64")])
def test_a_packed_file_is_sent_as_it_is(visiting: Visiting, name: str, way: str) -> None:
    visit = visiting()
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(WAYS[way](csv_of(sound_rows(2, tag()))), name))
    _send(visit.page)
    expect(visit.page.locator("#told")).to_have_text("All 2 products are in the catalogue.")
    facts = visit.page.get_by_role("region", name="The file")
    expect(facts).to_contain_text("as gzip" if way == "gzip" else "as zip")
    visit.check()


def test_a_small_file_goes_through_the_service_where_the_bucket_cannot_be_reached(visiting: Visiting) -> None:
    visit = visiting()
    visit.page.route("**/ecommerce-product-uploads-**", lambda route: route.abort())
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(csv_of(sound_rows(1, tag())), "small.csv"))
    _send(visit.page)
    expect(visit.page.locator(".outcome")).to_have_text("The product is in the catalogue.")
    visit.go("/uploads?file_name=small.csv")
    expect(visit.page.get_by_role("row").filter(has_text="small.csv")).to_contain_text(["Completed", "Cancelled"])


def test_sending_can_be_stopped(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    visit.page.route("**/ecommerce-product-uploads-**", lambda route: None)  # it never gets there
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(csv_of(sound_rows(1, tag())), "stopped.csv"))
    _send(visit.page)
    visit.page.get_by_role("button", name="Stop").click()
    expect(visit.page.locator("#told")).to_have_text("Stopped. Nothing was sent.")
    assert eventually(lambda: stack.find_uploads(VENDOR, file_name="stopped.csv", status="cancelled"))


def test_sending_can_be_stopped_before_it_has_begun(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    waiting_requests: list[Any] = []
    visit.page.route("**/uploads/announce", lambda route: waiting_requests.append(route))  # held back
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(csv_of(sound_rows(1, tag())), "early.csv"))
    _send(visit.page)
    visit.page.get_by_role("button", name="Stop").click()
    waiting_requests[0].continue_()
    expect(visit.page.locator("#told")).to_have_text("Stopped. Nothing was sent.")
    assert eventually(lambda: stack.find_uploads(VENDOR, file_name="early.csv", status="cancelled"))


def test_an_upload_can_be_cancelled(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        upload = api.post("/v1/uploads", json={"file_name": "never-mind.csv"}).json()
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.locator(".outcome")).to_have_text("We are waiting for the file.")
    visit.page.get_by_text("Cancel this upload").click()
    visit.page.get_by_role("button", name="Yes, cancel it").click()
    expect(visit.page.locator(".outcome")).to_have_text("This upload was cancelled before any row was checked.")
    visit.check()


def test_without_javascript_a_file_goes_through_the_form(visiting: Visiting) -> None:
    visit = visiting(java_script_enabled=False)
    visit.go("/uploads/new")
    _send(visit.page)  # the browser itself asks for a file
    visit.page.get_by_label("Choose a CSV file").set_input_files(
        _chosen(csv_of([*sound_rows(2, tag()), "P,,Electronics,S,1,1"]), "plain.csv")
    )
    _send(visit.page)
    outcome = "2 of 3 products are in the catalogue; 1 row needs a correction."
    expect(visit.page.locator(".outcome")).to_have_text(outcome)  # the page asks again by itself
    visit.page.get_by_label("Text").fill("3")  # the number of the row
    visit.page.get_by_role("button", name="Filter").click()
    expect(visit.page.get_by_role("table", name="Errors by row").locator("tbody")).to_have_count(1)
    visit.page.get_by_text("Row as received").click()
    visit.page.get_by_role("link", name="Show row 3").click()
    expect(visit.page.get_by_role("heading", name="As received")).to_be_visible()


def test_without_javascript_a_file_that_is_too_large_is_refused_kindly(visiting: Visiting) -> None:
    visit = visiting(java_script_enabled=False)
    visit.go("/uploads/new")
    visit.page.get_by_label("Choose a CSV file").set_input_files(_chosen(b"x" * (4 * 1024 * 1024 + 100_000)))
    _send(visit.page)
    expect(visit.page.get_by_role("heading", name="The file is too large")).to_be_visible()
    expect(visit.page.get_by_text("Allow JavaScript for this site")).to_be_visible()
