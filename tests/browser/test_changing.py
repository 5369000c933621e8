"""Files that change products: what they are asked to do, and what became of each row."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack, csv_of, sound_rows, tag

LEAVE, CHANGE_OR_ADD, ONLY_CHANGE = "Leave them as they are", "Change them, and add new ones", "Only change them"


@pytest.fixture(scope="module")
def run(stack: Stack, vendors: None) -> str:
    """The mark of five products that the vendor has."""
    mark = tag()
    stack.ended(stack.send(csv_of(sound_rows(5, mark)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    return mark


@pytest.fixture
def default_update(stack: Stack, vendors: None) -> Iterator[None]:
    """The vendor's files usually change products only."""
    stack.sql("UPDATE vendors SET default_mode = 'update' WHERE vendor_id = %s", VENDOR)
    yield
    stack.sql("UPDATE vendors SET default_mode = 'create' WHERE vendor_id = %s", VENDOR)


def _choose(page: Page, content: bytes, name: str) -> None:
    page.get_by_label("Choose a CSV file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def _send(page: Page) -> None:
    page.get_by_role("button", name="Send file").click()


def _prices(run: str, *rows: str) -> bytes:
    return csv_of([f"S{run}-{row}" for row in rows], "sku,price,stock_quantity")


@pytest.mark.parametrize("with_javascript", [True, False])
def test_an_update_is_sent_and_each_row_shows_what_was_before(
    with_javascript: bool, visiting: Visiting, stack: Stack
) -> None:
    run = tag()
    stack.ended(stack.send(csv_of(sound_rows(3, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    visit = visiting(java_script_enabled=with_javascript)
    visit.go("/uploads/new")
    visit.page.get_by_label(ONLY_CHANGE).check()
    _choose(visit.page, _prices(run, "1,9.90,5", "2,19.99,5", "3,19.99,0", "4,1.00,1"), "prices.csv")
    _send(visit.page)
    expect(visit.page.locator(".outcome")).to_have_text(
        "3 of 4 rows are accepted: 2 changed, 1 unchanged; 1 row needs a correction."
    )
    expect(visit.page.get_by_text("Changes products only")).to_be_visible()
    visit.page.get_by_role("link", name="2 rows: changed").click()
    expect(visit.page.get_by_role("table", name="Rows of the file").get_by_role("row")).to_have_count(3)
    visit.page.get_by_role("link", name="Row 1", exact=True).click()
    changes = visit.page.get_by_role("table").get_by_role("row")
    expect(changes).to_have_count(2)
    expect(changes.last.get_by_role("cell")).to_have_text(["Price", "19.99", "9.90"])
    if with_javascript:
        visit.check()


def test_what_the_vendor_usually_does_is_offered_first(visiting: Visiting, default_update: None) -> None:
    visit = visiting()
    visit.go("/uploads/new")
    options = visit.page.locator("[name=mode]")
    expect(options.first).to_have_value("update")
    expect(visit.page.get_by_label(ONLY_CHANGE)).to_be_checked()
    visit.go("/uploads/new?mode=upsert")
    expect(visit.page.get_by_label(CHANGE_OR_ADD)).to_be_checked()
    visit.check()


def test_blank_cells_empty_fields_only_if_that_is_chosen(visiting: Visiting, stack: Stack, run: str) -> None:
    visit = visiting()
    for brand, choice, after in (("Nordvik", "Keeps the value", "Nordvik"), ("", "Empties an optional field", None)):
        visit.go("/uploads/new")
        visit.page.get_by_label(ONLY_CHANGE).check()
        visit.page.get_by_text("Blank cells of products that are changed").click()
        visit.page.get_by_label(choice).check()
        _choose(visit.page, csv_of([f"S{run}-5,{brand}"], "sku,brand"), "brands.csv")
        _send(visit.page)
        expect(visit.page.locator(".outcome")).to_have_text("The one row is accepted: 1 changed.")
        expect(visit.page.get_by_text(choice.lower())).to_be_visible()
        assert [product["brand"] for product in stack.products(vendor=VENDOR, sku=f"S{run}-5")] == [after]


@pytest.mark.parametrize("name", ["{}_fix.csv", "my corrections.csv"])
def test_a_fix_file_begins_with_the_choice_of_its_upload(visiting: Visiting, stack: Stack, run: str, name: str) -> None:
    upload = stack.send(_prices(run, "1,cheap,5"), vendor=VENDOR, file_name="cheap.csv", mode="update")
    stack.ended(upload["upload_id"], vendor=VENDOR)
    fix = stack.download(f"/v1/uploads/{upload['upload_id']}/fix.csv", vendor=VENDOR).content
    corrected = fix.replace(b",cheap,", b",3.00,")
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    visit.page.get_by_role("link", name="Send the corrected file").click()
    expect(visit.page.get_by_label(ONLY_CHANGE)).to_be_checked()
    visit.check()
    visit.go("/uploads/new")
    expect(visit.page.get_by_label(LEAVE)).to_be_checked()
    _choose(visit.page, corrected, name.format(upload["upload_id"]))
    expect(visit.page.get_by_label(ONLY_CHANGE)).to_be_checked()
    expect(visit.page.get_by_text("Begins with what was chosen for cheap.csv.")).to_be_visible()
    _send(visit.page)
    expect(visit.page.locator(".outcome")).to_contain_text("The one row is accepted: 1 ")


def test_another_choice_for_a_fix_file_is_kept(visiting: Visiting, stack: Stack, run: str) -> None:
    upload = stack.send(csv_of(sound_rows(1, run)), vendor=VENDOR, file_name="again.csv")
    stack.ended(upload["upload_id"], vendor=VENDOR)
    fix = stack.download(f"/v1/uploads/{upload['upload_id']}/fix.csv", vendor=VENDOR).content
    visit = visiting()
    visit.go("/uploads/new")
    _choose(visit.page, fix, f"{upload['upload_id']}_fix.csv")
    expect(visit.page.get_by_text("Begins with what was chosen for again.csv.")).to_be_visible()
    visit.page.get_by_label(CHANGE_OR_ADD).check()
    _send(visit.page)
    expect(visit.page.locator(".outcome")).to_contain_text("The one row is accepted: 1 ")


def test_products_that_are_there_already_can_be_changed_with_the_same_file(
    visiting: Visiting, stack: Stack, run: str
) -> None:
    new = tag()
    rows = [row.replace("19.99", "25.00") for row in sound_rows(2, run)] + sound_rows(1, new)
    upload = stack.send(csv_of(rows), vendor=VENDOR)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.locator(".outcome")).to_have_text("1 row is new, 2 have other values than your catalogue.")
    expect(visit.page.get_by_text("Process the same file again, to change the 2 products")).to_be_visible()
    visit.check()
    visit.page.get_by_role("button", name="Update them instead").click()
    expect(visit.page.locator(".outcome")).to_have_text("All 3 rows are accepted: 2 changed, 1 unchanged.")


def test_a_file_that_is_no_longer_kept_has_to_be_sent_again_to_change_products(
    visiting: Visiting, stack: Stack, run: str
) -> None:
    rows = [row.replace("19.99", "35.00") for row in sound_rows(2, run)]
    upload = stack.send(csv_of(rows), vendor=VENDOR)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    stack.sql(
        "UPDATE upload_history SET processing_started_at = now() - interval '2 years' WHERE upload_id = %s",
        upload["upload_id"],
    )
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_text("send the file again and choose “Change them, and add new ones”")).to_be_visible()
    visit.page.get_by_role("link", name="Send it again").click()
    expect(visit.page.get_by_label(CHANGE_OR_ADD)).to_be_checked()


def test_a_dry_run_says_what_would_be(visiting: Visiting, stack: Stack, run: str) -> None:
    upload = stack.send(_prices(run, "3,1.00,5"), vendor=VENDOR, file_name="plan.csv", mode="update", dry_run=True)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go("/uploads?file_name=plan.csv")
    expect(visit.page.get_by_text("1 would be changed")).to_be_visible()
    visit.page.get_by_role("link", name="plan.csv").click()
    expect(visit.page.locator(".outcome")).to_contain_text("The one row is sound: 1 would be changed.")
    visit.go(f"/uploads/{upload['upload_id']}/rows/1")
    expect(visit.page.get_by_role("heading", name="What would change")).to_be_visible()
    visit.check()


def test_a_row_that_a_newer_file_has_overtaken_leads_there(visiting: Visiting, stack: Stack) -> None:
    run, visit = tag(), visiting()
    stack.ended(stack.send(csv_of(sound_rows(1, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    older = _prices(run, "1,1.00,5")
    with stack.client(VENDOR) as client:
        late = client.announce("late.csv", len(older), mode="update")
        newer = stack.send(_prices(run, "1,2.00,5"), vendor=VENDOR, file_name="newer.csv", mode="update")
        stack.ended(newer["upload_id"], vendor=VENDOR)
        client.send(late["upload"], older, size_bytes=len(older))
    stack.ended(late["upload_id"], vendor=VENDOR)
    visit.go(f"/uploads/{late['upload_id']}")
    expect(visit.page.locator(".outcome")).to_have_text("The one row is accepted: 1 overtaken by a newer file.")
    visit.go(f"/uploads/{late['upload_id']}/rows/1")
    expect(visit.page.get_by_text("Overtaken", exact=True)).to_be_visible()
    expect(visit.page.get_by_text("Price: a newer file has given another value")).to_be_visible()
    visit.check()
    visit.page.get_by_role("link", name="newer.csv").click()
    expect(visit.page.get_by_role("heading", name="newer.csv")).to_be_visible()


def test_a_withdrawn_product_leaves_the_catalogue_unless_it_is_asked_for(visiting: Visiting, stack: Stack) -> None:
    run, visit = tag(), visiting()
    stack.ended(stack.send(csv_of(sound_rows(2, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    withdrawn = csv_of([f"S{run}-1,withdrawn"], "sku,listing_status")
    stack.ended(stack.send(withdrawn, vendor=VENDOR, mode="update")["upload_id"], vendor=VENDOR)
    visit.go(f"/catalogue?q=S{run}")
    products = visit.page.get_by_role("table", name="Products").get_by_role("row")
    expect(products).to_have_count(2)
    expect(products.last).to_contain_text(f"S{run}-2")
    visit.page.get_by_label("Status", exact=True).select_option("Withdrawn")
    visit.page.get_by_role("button", name="Search").click()
    expect(products).to_have_count(2)
    expect(products.last).to_contain_text(f"S{run}-1")
    expect(products.last).to_contain_text("Withdrawn")
    visit.check()
    visit.page.get_by_role("link", name="Thing 1").click()
    expect(visit.page.get_by_text("Withdrawn", exact=True)).to_be_visible()
    visit.check()


def test_rows_are_filtered_by_outcome(visiting: Visiting, stack: Stack, run: str) -> None:
    upload: dict[str, Any] = stack.send(
        csv_of([*sound_rows(2, run), *sound_rows(1, tag())]), vendor=VENDOR, mode="upsert"
    )
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    visit.page.get_by_role("link", name="Its rows").click()
    rows = visit.page.get_by_role("table", name="Rows of the file").get_by_role("row")
    expect(rows).to_have_count(4)
    visit.check()
    visit.page.get_by_label("Outcome").select_option("New")
    visit.page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(2)
    visit.page.get_by_label("Outcome").select_option("Removed")
    visit.page.get_by_role("button", name="Filter").click()
    expect(visit.page.get_by_role("heading", name="No row matches")).to_be_visible()
    visit.check()
