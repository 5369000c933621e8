"""Remembered columns: listed, changed and forgotten, by vendors and by support."""

import pytest
from playwright.sync_api import expect

from tests.browser.choosing import remembered
from tests.browser.chromium import PHONE
from tests.browser.conftest import VENDOR, Visiting
from tests.stack import Stack

pytestmark = pytest.mark.usefixtures("nothing_remembered")


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


def test_remembered_categories_are_forgotten(visiting: Visiting, stack: Stack) -> None:
    with stack.api(VENDOR) as api:
        for value, category in (("Haustechnik <b>", "Tools & Hardware"), ("Wohnen", "Furniture")):
            api.put(f"/v1/aliases/{value}", json={"category": category}).raise_for_status()
    visit = visiting()
    visit.go("/remembered")
    table = visit.page.get_by_role("table", name="Remembered categories")
    expect(table.get_by_role("row").filter(has_text="Wohnen")).to_contain_text("Furniture")
    visit.check()
    table.get_by_role("row").filter(has_text="Haustechnik <b>").get_by_role("button", name="Forget").click()
    expect(visit.page.get_by_role("status")).to_have_text("Forgotten.")
    visit = visiting("support")
    visit.go(f"/remembered?vendor_id={VENDOR}")
    visit.page.get_by_role("button", name="Forget").click()
    expect(visit.page.get_by_role("heading", name="Nothing is remembered yet")).to_be_visible()
    assert stack.sql("SELECT FROM category_aliases WHERE vendor_id = %s", VENDOR) == []
    acts = stack.sql("SELECT details FROM support_actions WHERE action = 'category_forgotten'")
    assert [act["details"] for act in acts] == [{"value": "Wohnen"}]
