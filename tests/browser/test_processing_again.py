"""A stored file is processed again: as it reads right, with other columns, or to change products."""

import pytest
from playwright.sync_api import expect

from pipeline.domain.proposals import StandIn
from tests.browser.choosing import outcome, process, process_without_stock, select
from tests.browser.chromium import Visit
from tests.browser.conftest import VENDOR, Visiting
from tests.browser.refusals import LIKELY_ENCODINGS, SHOP_HEADER, refuse_columns, refuse_encoding
from tests.stack import HEADER, Stack, csv_of, eventually, sound_rows, tag
from tests.workbooks import workbook_of

pytestmark = pytest.mark.usefixtures("nothing_remembered")


@pytest.mark.parametrize("with_javascript", [True, False])
def test_the_words_tell_how_a_file_reads(with_javascript: bool, visiting: Visiting, stack: Stack) -> None:
    refused = refuse_encoding(stack, VENDOR, *LIKELY_ENCODINGS)
    visit = visiting(java_script_enabled=with_javascript)
    visit.go(f"/uploads/{refused}")
    expect(visit.page.get_by_role("heading", name="Which of these reads right?")).to_be_visible()
    if with_javascript:
        visit.check()
    visit.page.get_by_label("Мышь проводная").check()
    process(visit.page)
    expect(outcome(visit.page)).to_have_text("All 3 products are in the catalogue.")
    ended = stack.ended(visit.page.url.rpartition("/")[2], vendor=VENDOR)
    assert (ended["decisions"]["encoding"], ended["source_upload_id"]) == ("windows-1251", refused)


def test_no_answer_how_a_file_reads_is_asked_again(visiting: Visiting, stack: Stack) -> None:
    visit = visiting(java_script_enabled=False)
    refused = refuse_encoding(stack, VENDOR, *LIKELY_ENCODINGS)
    visit.go(f"/uploads/{refused}")
    form = visit.page.locator("#encoding")
    form.evaluate("form => form.noValidate = true")
    process(visit.page)
    expect(visit.page.get_by_role("alert")).to_have_text("Choose the one whose words are right.")


def test_columns_are_chosen_again_after_a_wrong_guess(visiting: Visiting, stack: Stack) -> None:
    run, visit = tag(), visiting()
    header = "vendor_product_id,product_name,category,sku,price,Preis neu,stock_quantity"
    rows = [f"P{run},Maus,Electronics,S{run},10.00,8.00,5"]
    upload = stack.send(csv_of(rows, header), vendor=VENDOR, file_name="preise.csv")
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit.go(f"/uploads/{upload['upload_id']}")
    visit.page.get_by_text("7 columns").click()
    visit.page.get_by_role("link", name="Choose the columns again").click()
    expect(select(visit.page, "Price").locator("option:checked")).to_have_text("price — 10.00")
    expect(visit.page.get_by_label("Change the products that this file added")).to_be_checked()
    visit.check()
    select(visit.page, "Price").select_option(label="Preis neu — 8.00")
    process(visit.page)
    expect(outcome(visit.page)).to_have_text("The one row is accepted: 1 changed.")
    assert [float(product["price"]) for product in stack.products(vendor=VENDOR, sku=f"S{run}")] == [8.0]


@pytest.mark.parametrize("with_javascript", [True, False])
def test_another_sheet_of_a_workbook_is_read(with_javascript: bool, visiting: Visiting, stack: Stack) -> None:
    visit, header = visiting(java_script_enabled=with_javascript), HEADER.split(",")
    sheets = {name: [header, *(row.split(",") for row in sound_rows(2, tag()))] for name in ("Winter", "Summer 2026")}
    upload = stack.send(workbook_of(sheets), vendor=VENDOR, file_name="products.xlsx")
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_text('only the sheet "Winter" was read')).to_be_visible()
    visit.page.get_by_text("Read another sheet").click()
    if with_javascript:
        visit.check()
    visit.page.get_by_label("The name of the sheet").fill("Summer 2026")
    visit.page.get_by_role("button", name="Process that sheet").click()
    expect(outcome(visit.page)).to_have_text("All 2 products are in the catalogue.")
    ended = stack.ended(visit.page.url.rpartition("/")[2], vendor=VENDOR)
    assert (ended["file"]["sheet"], ended["source_upload_id"]) == ("Summer 2026", upload["upload_id"])


def test_the_unit_that_is_remembered_is_chosen_again(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        api.put("/v1/mapping/Masse", json={"column": "weight_kg", "unit": "g"}).raise_for_status()
    run = tag()
    upload = stack.send(
        csv_of(
            [f"P{run},Maus,Electronics,S{run},9.90,5,450"],
            "vendor_product_id,product_name,category,sku,price,stock_quantity,Masse",
        ),
        vendor=VENDOR,
    )
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}/mapping")
    visit.page.get_by_text("Optional columns (1 of 9 chosen)").click()
    expect(visit.page.locator("#unit")).to_have_value("g")
    visit.check()


def test_a_dry_run_stays_one_unless_that_is_taken_back(visiting: Visiting, stack: Stack) -> None:
    stand_ins = (StandIn("vendor_product_id", header=SHOP_HEADER[0]), StandIn("stock_quantity", default="0"))
    refused = refuse_columns(stack, VENDOR, stand_ins=stand_ins, dry_run=True)
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    visit.check()
    process_without_stock(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 rows are sound")
    visit.go(f"/uploads/{refused}")
    visit.page.get_by_text("Choose the columns again").click()
    visit.page.get_by_label("Dry run", exact=True).uncheck()
    visit.check()
    process_without_stock(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")


def test_support_chooses_for_a_vendor_and_that_is_recorded(visiting: Visiting, stack: Stack) -> None:
    stand_ins = (StandIn("vendor_product_id", header=SHOP_HEADER[0]), StandIn("stock_quantity", default="0"))
    refused = refuse_columns(stack, VENDOR, stand_ins=stand_ins, file_name=f"{tag()}.csv")
    visit = visiting("support")
    visit.go(f"/uploads/{refused}")
    process_without_stock(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")
    again = visit.page.url.rpartition("/")[2]
    acts = stack.sql("SELECT action, vendor_id FROM support_actions WHERE upload_id = %s", again)
    assert acts == [{"action": "upload_applied", "vendor_id": VENDOR}]
    visit.go("/support/actions?what=upload_applied")
    expect(visit.page.locator("tbody tr").filter(has_text=again)).to_contain_text("File processed again")
    visit.check()


@pytest.mark.parametrize(
    "content", [b"P1,Maus,Electronics,S1,9.90,5\nP2,Maus,Electronics,S2,9.90,5", b"sku:price\n1:2"]
)
def test_a_file_whose_header_has_no_names_to_choose_from_is_not_asked_about(
    content: bytes, visiting: Visiting, stack: Stack
) -> None:
    upload = stack.send(content, vendor=VENDOR)
    assert stack.ended(upload["upload_id"], vendor=VENDOR)["failure"]["code"] == "MISSING_COLUMNS"
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_role("button", name="Process the file")).to_have_count(0)
    expect(visit.page.get_by_role("link", name="Send the corrected file")).to_be_visible()
    visit.check()


def test_a_file_that_is_gone_offers_nothing_that_needs_it(visiting: Visiting, stack: Stack) -> None:
    refused = refuse_columns(stack, VENDOR)
    stack.sql(
        "UPDATE upload_history SET processing_started_at = now() - interval '2 years' WHERE upload_id = %s", refused
    )
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    expect(visit.page.get_by_role("link", name="Send the corrected file")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Process the file")).to_have_count(0)
    assert visit.go(f"/uploads/{refused}/mapping") == 410


@pytest.mark.parametrize("with_javascript", [True, False])
def test_products_that_are_there_are_changed_with_the_same_file(
    with_javascript: bool, visiting: Visiting, stack: Stack
) -> None:
    run = tag()
    stack.ended(stack.send(csv_of(sound_rows(2, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    rows = [row.replace("19.99", "25.00") for row in sound_rows(2, run)] + sound_rows(1, tag())
    upload = stack.send(csv_of(rows), vendor=VENDOR)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit = visiting(java_script_enabled=with_javascript)
    visit.go(f"/uploads/{upload['upload_id']}")
    visit.page.get_by_role("button", name="Update them instead").click()
    expect(outcome(visit.page)).to_have_text("All 3 rows are accepted: 2 changed, 1 unchanged.")
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(visit.page.get_by_text("This file was processed again")).to_be_visible()
    expect(visit.page.get_by_role("button", name="Update them instead")).to_have_count(0)


def test_a_file_is_processed_again_once_however_often_the_button_is_pressed(visiting: Visiting, stack: Stack) -> None:
    refused = refuse_columns(
        stack,
        VENDOR,
        stand_ins=(StandIn("vendor_product_id", header=SHOP_HEADER[0]), StandIn("stock_quantity", default="0")),
    )
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    visit.page.get_by_label("Stock quantity for rows without one", exact=True).fill("0")
    visit.page.get_by_role("button", name="Process the file").dblclick()
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")
    assert len(_again(stack, refused)) == 1


def _again(stack: Stack, refused: str) -> list[dict[str, object]]:
    return eventually(lambda: stack.find_uploads(VENDOR, source_upload_id=refused))


def test_an_upload_whose_header_was_never_read_has_no_columns_to_choose(visiting: Visiting, stack: Stack) -> None:
    upload = stack.send(b"PK\x03\x04 not a table", vendor=VENDOR)
    stack.ended(upload["upload_id"], vendor=VENDOR)
    visit: Visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}/mapping")
    expect(visit.page.get_by_role("heading", name="No columns to choose")).to_be_visible()
    visit.check()
