"""A refused file is processed again: its vendor says which column is which, or how it reads; nothing is sent twice."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from pipeline.domain.proposals import StandIn
from tests.browser.chromium import PHONE, Visit
from tests.browser.conftest import VENDOR, Visiting
from tests.browser.refusals import LIKELY_ENCODINGS, SHOP_HEADER, refuse_columns, refuse_encoding, shop_rows
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


@pytest.fixture(autouse=True)
def nothing_remembered(stack: Stack, vendors: None) -> Iterator[None]:
    yield
    stack.sql("DELETE FROM remembered_headers WHERE vendor_id = %s", VENDOR)


def select(page: Page, label: str) -> Locator:
    return page.get_by_label(f"Column of your file for {label}")


def process(page: Page) -> None:
    page.get_by_role("button", name="Process the file").click()


def outcome(page: Page) -> Locator:
    return page.locator(".outcome")


def remembered(stack: Stack) -> dict[str, list[str]]:
    rows = stack.sql("SELECT header, columns FROM remembered_headers WHERE vendor_id = %s", VENDOR)
    return {row["header"]: row["columns"] for row in rows}


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
    page.get_by_label("Unit", exact=True).last.select_option("g")
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
        "Lieferzeit": [],
    }


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
    select(page, "Vendor product id").select_option(label="Was es ist — Maus 0, Maus 1, Maus 2")
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
    expect(visit.page.get_by_text("Processes the file of an earlier upload again")).to_be_visible()
    upload_id = visit.page.url.rpartition("/")[2]
    ended = stack.ended(upload_id, vendor=VENDOR)
    assert (ended["decisions"]["encoding"], ended["source_upload_id"]) == ("windows-1251", refused)


def test_what_the_service_proposes_itself_is_chosen_first(visiting: Visiting, stack: Stack) -> None:
    run = tag()
    rows = [f"A{run}{at};Maus {at};Electronics;{at + 9},90;{at + 3}" for at in range(9)]
    upload = stack.send(csv_of(rows, "Kennung;Was es ist;Gruppe;Kosten heute;Wie viele da sind"), vendor=VENDOR)
    assert stack.ended(upload["upload_id"], vendor=VENDOR)["failure"]["proposal"]["columns"]
    visit = visiting()
    visit.go(f"/uploads/{upload['upload_id']}")
    expect(select(visit.page, "Category").locator("option:checked")).to_contain_text("Gruppe — Electronics")
    visit.check()


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


def test_a_dry_run_stays_one_unless_that_is_taken_back(visiting: Visiting, stack: Stack) -> None:
    stand_ins = (StandIn("vendor_product_id", header=SHOP_HEADER[0]), StandIn("stock_quantity", default="0"))
    refused = refuse_columns(stack, VENDOR, stand_ins=stand_ins, dry_run=True)
    visit = visiting()
    visit.go(f"/uploads/{refused}")
    visit.check()
    process(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 rows are sound")
    visit.go(f"/uploads/{refused}")
    visit.page.get_by_text("Choose the columns again").click()
    visit.page.get_by_label("Dry run", exact=True).uncheck()
    visit.check()
    process(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")


def test_support_chooses_for_a_vendor_and_that_is_recorded(visiting: Visiting, stack: Stack) -> None:
    stand_ins = (StandIn("vendor_product_id", header=SHOP_HEADER[0]), StandIn("stock_quantity", default="0"))
    refused = refuse_columns(stack, VENDOR, stand_ins=stand_ins, file_name=f"{tag()}.csv")
    visit = visiting("support")
    visit.go(f"/uploads/{refused}")
    process(visit.page)
    expect(outcome(visit.page)).to_contain_text("All 3 products are in the catalogue.")
    again = visit.page.url.rpartition("/")[2]
    acts = stack.sql("SELECT action, vendor_id FROM support_actions WHERE upload_id = %s", again)
    assert acts == [{"action": "upload_applied", "vendor_id": VENDOR}]
    visit.go("/support/actions?what=upload_applied")
    expect(visit.page.locator("tbody tr").filter(has_text=again)).to_contain_text("File processed again")
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


def test_a_form_of_another_session_is_refused(visiting: Visiting, stack: Stack) -> None:
    visit = visiting()
    visit.go(f"/uploads/{refuse_columns(stack, VENDOR)}")
    visit.page.locator("#columns [name=form_token]").evaluate("field => field.value = 'x'")
    process(visit.page)
    expect(visit.page.get_by_role("heading", name="This form is not valid any more")).to_be_visible()


def test_remembered_columns_are_changed_and_forgotten(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        for header, meaning in (
            ("Gewicht brutto", {"column": "weight_kg", "unit": "g"}),
            ("Was <b>es</b> ist", {"column": "product_name"}),
            ("Donaudampfschifffahrt" * 9, {"column": None}),
        ):
            api.put(f"/v1/mapping/{header.replace('/', '%2F')}", json=meaning).raise_for_status()
    for viewport in (None, PHONE):
        visit = visiting(**({"viewport": viewport} if viewport else {}))
        visit.go("/remembered")
        visit.check()
    row = visit.page.get_by_role("row").filter(has_text="Gewicht brutto")
    expect(row.get_by_role("combobox").locator("option:checked")).to_have_text("Weight in g")
    row.get_by_role("combobox").select_option("Weight in lb")
    row.get_by_role("button", name="Change").click()
    expect(visit.page.get_by_role("status")).to_contain_text("Changed.")
    assert _units(stack) == {"Gewicht brutto": "lb"}
    visit.page.get_by_role("row").filter(has_text="Was").get_by_role("button", name="Forget").click()
    expect(visit.page.get_by_role("status")).to_have_text("Forgotten.")
    assert set(remembered(stack)) == {"Gewicht brutto", "Donaudampfschifffahrt" * 9}


def _units(stack: Stack) -> dict[str, str]:
    rows = stack.sql("SELECT header, unit FROM remembered_headers WHERE vendor_id = %s AND unit IS NOT NULL", VENDOR)
    return {row["header"]: row["unit"] for row in rows}


def test_a_header_for_two_columns_keeps_the_other_when_one_is_changed(visiting: Visiting, stack: Stack) -> None:
    stack.sql(
        "INSERT INTO remembered_headers (vendor_id, name, header, columns) VALUES (%s, 'nr', 'Nr', %s)",
        VENDOR,
        ["vendor_product_id", "sku"],
    )
    visit = visiting("support")
    visit.go(f"/support/vendors/{VENDOR}")
    visit.page.get_by_role("link", name="Its remembered columns").click()
    visit.check()
    visit.page.get_by_label("Meaning 1").select_option("Not used")
    visit.page.get_by_role("button", name="Change").click()
    expect(visit.page.get_by_role("status")).to_contain_text("Changed.")
    assert remembered(stack) == {"Nr": ["sku"]}
    visit.page.get_by_role("button", name="Forget").click()
    expect(visit.page.get_by_role("heading", name="Nothing is remembered yet")).to_be_visible()
    visit.check()
    acts = stack.sql("SELECT action, details FROM support_actions WHERE vendor_id = %s ORDER BY action_id", VENDOR)
    assert [(act["action"], act["details"]["header"]) for act in acts[-2:]] == [
        ("header_remembered", "Nr"),
        ("header_forgotten", "Nr"),
    ]


def test_more_remembered_columns_than_a_page_shows(visiting: Visiting, stack: Stack) -> None:
    stack.sql(
        "INSERT INTO remembered_headers (vendor_id, name, header, columns)"
        " SELECT %s, 'feld' || n, 'Feld ' || n, '{brand}' FROM generate_series(100, 160) AS n",
        VENDOR,
    )
    visit = visiting()
    visit.go("/remembered")
    expect(visit.page.get_by_role("rowheader")).to_have_count(40)
    visit.page.get_by_role("link", name="Next page").click()
    expect(visit.page.get_by_role("rowheader")).to_have_count(21)
    visit.check()


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
