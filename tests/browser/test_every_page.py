"""Every page, in every state: nothing forbidden, nothing complained of, open to everyone, light enough for a train."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from pipeline.domain.guards import GuardCode
from tests.browser.chromium import DESKTOP, PHONE, Visit
from tests.browser.conftest import NEWCOMER, VENDOR, Visiting
from tests.browser.refusals import LIKELY_ENCODINGS, refuse_columns, refuse_encoding
from tests.browser.samples import rows_that_fill_a_page
from tests.stack import Stack, csv_of

_MOST_BYTES = 150_000
_WIDTHS = [DESKTOP, PHONE]


@pytest.fixture(scope="module")
def addresses(stack: Stack, partial: dict[str, Any]) -> list[str]:
    """Each page of the vendor's, and each state that it can be in."""
    refused = stack.send(b"PK\x03\x04 not a table", vendor=VENDOR, file_name="products.csv")
    guessed = stack.send(csv_of(["A,Café,Toys,C,5,5"]).decode().encode("cp1252"), vendor=VENDOR, dry_run=True)
    names = {"file_name": "lang" * 40 + ".csv", "reference": "lang" * 50}
    full = stack.send(csv_of(rows_that_fill_a_page()), vendor=VENDOR, **names)
    with stack.api(VENDOR) as api:
        waiting = api.post("/v1/uploads", json=names | {"dry_run": True}).json()
        product = api.get("/v1/products", params={"upload_id": partial["upload_id"]}).json()["items"][0]
    changed = stack.send(_changes_of(stack, partial), vendor=VENDOR, mode="update", blank_cells="clear")
    for upload in (refused, guessed, full, changed):
        stack.ended(upload["upload_id"], vendor=VENDOR)
    path = f"/uploads/{partial['upload_id']}"
    columns, encoding = refuse_columns(stack, VENDOR), refuse_encoding(stack, VENDOR, *LIKELY_ENCODINGS)
    with stack.api(VENDOR) as api:
        again = api.post(f"/v1/uploads/{columns}/apply", json={"dry_run": True}).json()
        api.put("/v1/mapping/Kosten%20heute", json={"column": "price"})
        api.put("/v1/aliases/Haustechnik", json={"category": "Tools & Hardware"})
        suggested = {"error_type": "INVALID_CATEGORY", "error_field": "category", "suggested": True}
        preview = api.post(f"/v1{path}/corrections", json={"fixes": [suggested], "dry_run": True}).json()
    for upload in (again, preview):
        stack.ended(upload["upload_id"], vendor=VENDOR)
    return [
        "/uploads",
        "/uploads?file_name=nothing-like-it",
        "/uploads/new",
        path,
        f"{path}?q=nothing-like-it",
        f"{path}/rows/1",
        f"{path}/rows/67",
        f"{path}/rows",
        f"{path}/rows?outcome=error",
        f"/uploads/new?like={partial['upload_id']}",
        *(f"/uploads/{upload['upload_id']}" for upload in (refused, guessed, full, changed, waiting)),
        f"/uploads/{changed['upload_id']}/rows",
        *(f"/uploads/{changed['upload_id']}/rows/{row}" for row in (1, 2, 3)),
        "/catalogue",
        "/catalogue?status=withdrawn",
        f"/catalogue/{product['product_id']}",
        "/rules",
        *_asked(stack, columns, encoding, again["upload_id"]),
        f"{path}/mapping",
        f"{path}/correct",
        f"/uploads/{full['upload_id']}/correct",
        f"/uploads/{preview['upload_id']}",
        "/remembered",
        *_planned(stack, VENDOR, partial),
    ]


def _planned(stack: Stack, vendor: str, upload: dict[str, Any]) -> list[str]:
    """A plan as long and as full of errors as a page can be, one that is outdated, an undo, and what it took back."""
    rows = [
        f"{product['sku']},{0.01 if at % 2 else 999999.99},{at},{'Donaudampfschifffahrt' * 9},{'שלום ' * 900},withdrawn"
        for at, product in enumerate(stack.products(vendor=vendor, upload_id=upload["upload_id"]))
    ]
    bad = [f"{'x' * 90}-{n},-1,-1,{'long' * 60},{'שלום ' * 900},gone" for n in range(40)]
    header = "sku,price,stock_quantity,product_name,description,listing_status"
    names = {"file_name": "lang" * 40 + ".csv", "mode": "update"}

    def ended(upload: dict[str, Any]) -> str:
        return str(stack.ended(upload["upload_id"], vendor=vendor)["upload_id"])

    full = ended(stack.send(csv_of([*rows, *bad], header), vendor=vendor, dry_run=True, **names))
    nothing = ended(stack.send(csv_of(["not-there,1"], "sku,price"), vendor=vendor, dry_run=True, mode="update"))
    ended(stack.send(csv_of(rows[:3], header), vendor=vendor, **names))
    with stack.api(vendor) as api:
        applied = ended(api.post(f"/v1/uploads/{full}/apply", json={"omit": [7, 8], "accept": [*GuardCode]}).json())
        ended(stack.send(csv_of([rows[9]], header), vendor=vendor, mode="update"))
        preview = ended(api.post(f"/v1/uploads/{applied}/undo", json={"dry_run": True}).json())
        undo = ended(api.post(f"/v1/uploads/{applied}/undo").json())
        product = api.get("/v1/products", params={"sku": rows[12].partition(",")[0]}).json()["items"][0]
    uploads = [f"/uploads/{each}" for each in (full, nothing, applied, preview, undo)]
    filters = "?outcome=created", "?field=price", "?outcome=updated&field=description"
    plans = [f"/uploads/{full}/plan{query}" for query in ("", *filters)]
    return [
        *uploads,
        *plans,
        f"/uploads/{applied}/rows/1",
        f"{uploads[-1]}/rows",
        f"/catalogue/{product['product_id']}",
    ]


def _asked(stack: Stack, *uploads: str) -> list[str]:
    """Pages that ask about columns and encodings: of these uploads, and of files that try their limits."""
    many = tuple(f"Merkmal {number} der Liste" for number in range(500))
    long = tuple(f"{'Donaudampfschifffahrt' * 20} {number}" for number in range(40))
    difficult = [
        refuse_columns(stack, VENDOR, header, [["Wert " * 50] * len(header)] * 3, {header[7]: "price"})
        for header in (many, long, ("Farbe", "Farbe", "", "", "مقاس المنتج", "a\nb", "<b>", "Preis netto"))
    ]
    return [f"/uploads/{upload}" for upload in (*uploads, *difficult)]


def _changes_of(stack: Stack, upload: dict[str, Any]) -> bytes:
    """An update that changes a product in every way, withdraws one, leaves one, and names one that is not there."""
    products = stack.products(vendor=VENDOR, upload_id=upload["upload_id"])
    long = "Donaudampfschifffahrt" * 40
    rows = [
        f'{products[0]["sku"]},0.01,"{long}",active',
        f"{products[1]['sku']},,,withdrawn",
        f"{products[2]['sku']},,,active",
    ]
    return csv_of([*rows, "not-there,1,,"], "sku,price,description,listing_status")


@pytest.mark.parametrize("viewport", _WIDTHS)
def test_every_page_is_sound(viewport: dict[str, int], visiting: Visiting, addresses: list[str]) -> None:
    visit = visiting(viewport=viewport)
    for address in addresses:
        assert visit.go(address) == 200, address
        visit.check()


@pytest.mark.parametrize("viewport", _WIDTHS)
def test_every_page_without_anything_on_it_is_sound(viewport: dict[str, int], visiting: Visiting) -> None:
    visit = visiting(NEWCOMER, viewport=viewport)
    for address, heading in (
        ("/uploads", "No uploads yet"),
        ("/catalogue", "No products yet"),
        ("/remembered", "Nothing is remembered yet"),
    ):
        visit.go(address)
        expect(visit.page.get_by_role("heading", name=heading)).to_be_visible()
        visit.check()


@pytest.mark.parametrize("viewport", _WIDTHS)
def test_every_page_for_strangers_is_sound(viewport: dict[str, int], visiting: Visiting) -> None:
    visit = visiting(None, viewport=viewport)
    for address in ("/sign-in", "/sign-in?ended=true", "/rules"):
        visit.go(address)
        visit.check()
    assert visit.go("/nothing-here") == 404
    visit.complaints.clear()  # the browser itself notes the 404
    visit.check()


def test_no_page_weighs_more_than_150_kb_in_all(browser: Browser, visiting: Visiting, addresses: list[str]) -> None:
    visit = visiting()
    for address in ("/sign-in", *addresses):
        assert _weight(visit, address) < _MOST_BYTES, address


def test_assets_are_kept_by_the_browser(visiting: Visiting) -> None:
    visit = visiting()
    visit.go("/uploads")
    visit.go("/catalogue")
    sizes = "performance.getEntriesByType('resource').filter(e => e.name.includes('?v=')).map(e => e.transferSize)"
    assert set(visit.page.evaluate(sizes)) == {0}  # they came with the page before


def _weight(visit: Visit, address: str) -> int:
    """Bytes of a page and of all that it needs, as for somebody who has never been here; nothing is compressed."""
    network = visit.page.context.new_cdp_session(visit.page)
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    bodies: list[int] = []

    def weigh(response: Any) -> None:
        if "/live" not in response.url:
            bodies.append(len(response.body()))

    visit.page.on("response", weigh)
    visit.go(address)
    visit.page.wait_for_load_state("load")
    visit.page.remove_listener("response", weigh)
    network.detach()
    assert len(bodies) > 3
    return sum(bodies)
