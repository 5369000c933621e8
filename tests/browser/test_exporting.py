"""A vendor downloads the catalogue, edits the file and sends it back."""

import csv
import io
import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.chromium import PHONE
from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, sound_rows, tag


def test_a_catalogue_is_downloaded_edited_and_sent_back(visiting: Visiting, stack: Stack, tmp_path: Path) -> None:
    run = tag()
    stack.ended(stack.send(csv_of(sound_rows(3, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go("/catalogue")
    visit.page.get_by_role("link", name="Download my catalogue").click()
    visit.page.get_by_label("CSV", exact=True).check()
    visit.page.get_by_text("Choose columns").click()
    visit.check()
    visit.page.get_by_label("Price", exact=True).check()
    visit.page.get_by_role("button", name="Download").click()
    expect(visit.page.get_by_role("heading", name="Your catalogue is ready")).to_be_visible()
    visit.check()
    with visit.page.expect_download() as downloading:
        visit.page.get_by_role("link", name="Download the CSV file").click()
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert rows[0] == ["vendor_product_id", "sku", "price", "_export"]
    assert re.fullmatch(r"products_\d{4}-\d\d-\d\d\.csv", path.name)

    path.write_text(path.read_text("utf-8-sig").replace(f"S{run}-2,19.99", f"S{run}-2,21.00"), encoding="utf-8")
    visit.page.get_by_role("link", name="Send the file").click()
    expect(visit.page.get_by_label("Only change them")).to_be_checked()
    visit.page.get_by_label("Choose a CSV file").set_input_files(path)
    visit.page.get_by_role("button", name="Send").click()
    expect(visit.page.locator(".outcome")).to_have_text(re.compile("rows are accepted: 1 changed, [0-9,]+ unchanged.$"))
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-2")
    assert product["price"] == 21


def test_the_form_fits_on_a_phone(visiting: Visiting, stack: Stack) -> None:
    stack.ended(stack.send(csv_of(sound_rows(1, tag())), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    visit = visiting(viewport=PHONE, color_scheme="dark")
    visit.go("/catalogue#download")
    visit.page.get_by_text("Choose columns").click()
    visit.check()


def test_an_export_that_is_not_there_any_more_can_be_made_again(visiting: Visiting, stack: Stack) -> None:
    name = f"EXPORT_old_{tag()}"
    stack.sql(
        "INSERT INTO exports (export_id, vendor_id, format, statuses, columns, status, created_by, expires_at, s3_key)"
        " VALUES (%s, %s, 'csv', '{active}', '{sku}', 'ready', 'test', now() - interval '1 day', 'exports/x')",
        name, VENDOR,
    )  # fmt: skip
    visit = visiting()
    visit.go(f"/exports/{name}")
    expect(visit.page.get_by_role("heading", name="This export is no longer kept")).to_be_visible()
    visit.check()
    visit.page.get_by_role("link", name="Download my catalogue").click()
    expect(visit.page).to_have_url(re.compile("/catalogue#download$"))
