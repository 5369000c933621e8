"""The form that asks which column of a file is which, on the page of a refused file."""

import pytest
from playwright.sync_api import expect

from pipeline.domain.proposals import StandIn
from tests.browser.choosing import outcome, process, remembered, select
from tests.browser.chromium import PHONE
from tests.browser.conftest import VENDOR, Visiting
from tests.browser.refusals import SHOP_HEADER, refuse_columns, shop_rows
from tests.stack import Stack, csv_of, sound_rows, tag

pytestmark = pytest.mark.usefixtures("nothing_remembered")


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}, {"viewport": PHONE}])
def test_the_columns_are_chosen_on_the_page_of_the_refused_file(
    options: dict[str, object], visiting: Visiting, stack: Stack
) -> None:
    refused = refuse_columns(stack, VENDOR, stand_ins=(StandIn("vendor_product_id", header=SHOP_HEADER[0]),))
    visit = visiting(**options)
    page = visit.page
    visit.go(f"/uploads/{refused}")
    expect(page.get_by_role("heading", name="Which of your columns is which?")).to_be_visible()
    expect(select(page, "Product name").locator("option:checked")).to_have_text("Was es ist — Maus 0, Maus 1, Maus 2")
    expect(page.get_by_label("Use it for both: Vendor product id and SKU")).to_be_checked()
    select(page, "Stock quantity").select_option(label="Anzahl da — 5, 5, 5")
    page.get_by_text("Optional columns").click()
    select(page, "Weight").select_option(label="Masse")
    page.locator("#unit").select_option("g")
    if "java_script_enabled" not in options:
        visit.check()
    process(page)
    expect(outcome(page)).to_contain_text("All 3 products are in the catalogue.")
    again = page.url.rpartition("/")[2]
    page.get_by_role("link", name="Processes the file of an earlier upload again").click()
    page.get_by_role("link", name=again).click()
    expect(outcome(page)).to_contain_text("All 3 products are in the catalogue.")
    assert remembered(stack) == {
        "Artikel-Kennung": ["vendor_product_id", "sku"],
        "Was es ist": ["product_name"],
        "Gruppe": ["category"],
        "Kosten heute": ["price"],
        "Anzahl da": ["stock_quantity"],
        "Masse": ["weight_kg"],
    }


def test_the_refusal_leads_to_the_question_below_it(visiting: Visiting, stack: Stack) -> None:
    announcement = stack.send(
        csv_of(["Lampe;Leuchten;9,90;5"], "Was es ist;Gruppe;Kosten heute;Anzahl da"), vendor=VENDOR
    )
    assert stack.ended(announcement["upload_id"], vendor=VENDOR)["failure"]["code"] == "MISSING_COLUMNS"
    visit = visiting()
    visit.go(f"/uploads/{announcement['upload_id']}")
    refusal = visit.page.get_by_role("region", name="Outcome")
    expect(refusal).to_contain_text("Choose the columns below, or rename them in the file and send it again.")
    expect(refusal).not_to_contain_text("in the portal")


def test_the_next_file_with_these_columns_is_not_asked_about(visiting: Visiting, stack: Stack) -> None:
    refused = refuse_columns(stack, VENDOR, stand_ins=(StandIn("vendor_product_id", header=SHOP_HEADER[0]),))
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    select(visit.page, "Stock quantity").select_option(label="Anzahl da — 5, 5, 5")
    process(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")
    text = "\r\n".join(";".join(row) for row in [list(SHOP_HEADER), *shop_rows()])
    later = stack.send(text.encode(), vendor=VENDOR)
    assert stack.ended(later["upload_id"], vendor=VENDOR)["status"] == "completed"
    visit.go(f"/uploads/{later['upload_id']}")
    visit.page.get_by_text("7 columns").click()
    visit.page.get_by_role("link", name="remembered columns").click()
    expect(visit.page.get_by_role("rowheader", name="Kosten heute")).to_be_visible()


def test_what_is_missing_is_marked_and_nothing_chosen_is_lost(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    page = visit.page
    visit.go(f"/uploads/{refuse_columns(stack, VENDOR)}")
    select(page, "Category").select_option("")
    page.get_by_label("Category for rows without one", exact=True).fill("Electronics")
    page.get_by_label("Remember for next time").uncheck()
    select(page, "Vendor product id").select_option("0")  # the header that was found for the SKU
    page.get_by_label("Price for rows without one", exact=True).locator("xpath=..").locator("summary").click()
    page.get_by_label("Price for rows without one", exact=True).fill("cheap")
    process(page)
    expect(page.get_by_role("alert")).to_have_text("Please look at what is marked below.")
    expect(page.get_by_text("Choose a column of your file, or give one value for all rows.")).to_have_count(1)
    expect(page.get_by_text("is chosen for Vendor product id, too")).to_be_visible()
    expect(page.get_by_text("This value fits no row")).to_be_visible()
    expect(page.get_by_label("Price for rows without one", exact=True)).to_have_value("cheap")
    expect(page.get_by_label("Category for rows without one", exact=True)).to_have_value("Electronics")
    expect(page.get_by_label("Remember for next time")).not_to_be_checked()
    visit.complaints.clear()  # the browser itself notes the status 422
    visit.check()
    page.get_by_label("Price for rows without one", exact=True).fill("9.90")
    page.get_by_label("Stock quantity for rows without one").fill("3")
    page.get_by_label("Use it for both").check()
    process(page)
    expect(outcome(page)).to_contain_text("All 3 products are in the catalogue.")
    assert remembered(stack) == {}


def test_the_keyboard_alone_is_enough(visiting: Visiting, stack: Stack) -> None:
    refused = refuse_columns(stack, VENDOR, stand_ins=(StandIn("vendor_product_id", header=SHOP_HEADER[0]),))
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    visit.page.keyboard.press("Tab")
    for _ in range(60):
        if visit.page.evaluate("document.activeElement.id") == "column-stock_quantity":
            break
        visit.page.keyboard.press("Tab")
    visit.page.keyboard.type("Anzahl")
    expect(select(visit.page, "Stock quantity").locator("option:checked")).to_contain_text("Anzahl da")
    visit.page.keyboard.press("Tab")
    expect(visit.page.locator("#column-stock_quantity-samples")).to_have_text("5 5 5")
    while visit.page.evaluate("document.activeElement.textContent") != "Process the file":
        visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Enter")
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")


def test_five_hundred_headers_are_typed(visiting: Visiting, stack: Stack) -> None:
    header = (*SHOP_HEADER, *(f"Merkmal {number}" for number in range(493)))
    rows = [[*row, *(f"Wert {at}" for at in range(493))] for row in shop_rows()]
    stand_ins = (StandIn("vendor_product_id", header=SHOP_HEADER[0]),)
    visit = visiting()
    page = visit.page
    visit.go(f"/uploads/{refuse_columns(stack, VENDOR, header, rows, stand_ins=stand_ins)}")
    expect(select(page, "Price")).to_have_value("Kosten heute")
    select(page, "Stock quantity").fill("Anzahl")
    process(page)
    expect(page.get_by_text("No column of your file has this name.")).to_be_visible()
    expect(select(page, "Stock quantity")).to_have_value("Anzahl")
    select(page, "Stock quantity").fill("Anzahl da")
    select(page, "Stock quantity").blur()
    expect(page.locator("#column-stock_quantity-samples")).to_have_text("5, 5, 5")
    process(page)
    expect(outcome(page)).to_contain_text("All 3 products are in the catalogue.")


def test_a_price_list_needs_one_key_and_one_column(visiting: Visiting, stack: Stack) -> None:
    run, visit = tag(), visiting()
    stack.ended(stack.send(csv_of(sound_rows(1, run)), vendor=VENDOR)["upload_id"], vendor=VENDOR)
    rows = [[f"S{run}-1", "7,50"]]
    refused = refuse_columns(stack, VENDOR, ("Das Ding", "Kosten heute"), rows, mode="update")
    visit.go(f"/uploads/{refused}")
    visit.check()
    process(visit.page)
    expect(visit.page.get_by_role("alert")).to_contain_text("Still missing: vendor_product_id or sku")
    select(visit.page, "SKU").select_option("0")
    process(visit.page)
    expect(outcome(visit.page)).to_have_text("The one row is accepted: 1 changed.")


def test_what_the_service_proposes_itself_is_chosen_first(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    rows = [f"A{run}{at};Maus {at};Electronics;{at + 9},90;{at + 3}" for at in range(9)]
    upload = stack.send(csv_of(rows, "Kennung;Was es ist;Gruppe;Kosten heute;Wie viele da sind"), vendor=VENDOR)
    assert stack.ended(upload["upload_id"], vendor=VENDOR)["failure"]["proposal"]["columns"]
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(select(visit.page, "Category").locator("option:checked")).to_contain_text("Gruppe — Electronics")
    visit.check()


def test_a_form_of_another_session_is_refused(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    visit.go(f"/uploads/{refuse_columns(stack, VENDOR)}")
    visit.page.locator("#columns [name=form_token]").evaluate("field => field.value = 'x'")
    process(visit.page)
    expect(visit.page.get_by_role("heading", name="This form is not valid any more")).to_be_visible()
