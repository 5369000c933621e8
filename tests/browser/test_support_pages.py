"""Every page of the console: sound in both widths, light, closed to vendors, and working without JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Response, expect

from tests.browser.chromium import DESKTOP, PHONE, Visit
from tests.browser.conftest import NEWCOMER, VENDOR, Visiting
from tests.stack import Stack

_WIDTHS = [DESKTOP, PHONE]
_MOST_BYTES = 150_000
_LONG = "LONG" * 10


@pytest.fixture(scope="module")
def addresses(partial: dict[str, Any], stack: Stack) -> list[str]:
    """Each page of the console, and each state that it can be in."""
    upload = partial["upload_id"]
    stack.sql(
        "INSERT INTO vendors (vendor_id, vendor_name, email) VALUES (%s, repeat('N', 200), repeat('e', 250) || '@a.b')",
        _LONG,
    )
    with stack.api(VENDOR) as api:
        waiting = api.post("/v1/uploads", json={"file_name": "قائمة " + "long" * 40 + ".csv"}).json()["upload_id"]
    return [
        "/support",
        "/support?q=Elektronics",
        "/support?q=zz",
        f"/support?q={upload}",
        "/support?q=nothing-like-it-anywhere&kinds=true",
        "/support?q=NOT_A_CSV",
        "/support?vendor=e",
        "/support?vendor=nobody-of-that-name",
        f"/support?vendor={VENDOR}&error_type=INVALID_CATEGORY&since=2020-01-01&until=2030-01-01",
        f"/support/uploads/{upload}",
        f"/support/uploads/{upload}?row=3",
        f"/support/uploads/{upload}?row=999999",
        f"/support/uploads/{waiting}",
        f"/uploads/{upload}",
        "/support/trends",
        "/support/trends?days=84",
        f"/support/trends?days=7&vendor={NEWCOMER}",
        "/support/trends?vendor=nobody-of-that-name",
        "/support/standstill",
        "/support/standstill?letters=true&done=failed",
        "/support/vendors",
        "/support/vendors?q=nobody-of-that-name",
        f"/support/vendors/{VENDOR}",
        f"/support/vendors/{NEWCOMER}?done=activated",
        f"/support/vendors/{_LONG}",
        "/support/actions",
        "/support/actions?who=nobody-of-that-name",
    ]


@pytest.mark.parametrize("viewport", _WIDTHS)
def test_every_page_is_sound(viewport: dict[str, int], visiting: Visiting, addresses: list[str]) -> None:
    visit = visiting("support", viewport=viewport)
    for address in addresses:
        assert visit.go(address) == 200, address
        visit.page.wait_for_load_state("networkidle")
        visit.check()


def test_no_page_weighs_more_than_150_kb_in_all(visiting: Visiting, addresses: list[str]) -> None:
    visit = visiting("support")
    weights = {address: _weight(visit, address) for address in addresses}
    assert max(weights.values()) < _MOST_BYTES, weights


def _weight(visit: Visit, address: str) -> int:
    """Bytes of a page, of all that it needs, and of the parts that come a moment later."""
    network = visit.page.context.new_cdp_session(visit.page)
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    bodies: list[int] = []

    def weigh(response: Response) -> None:
        bodies.append(len(response.body()))

    visit.page.on("response", weigh)
    visit.go(address)
    visit.page.wait_for_load_state("networkidle")
    visit.page.remove_listener("response", weigh)
    network.detach()
    assert len(bodies) > 3
    return sum(bodies)


def test_a_vendor_finds_nothing_here(visiting: Visiting, addresses: list[str]) -> None:
    visit = visiting(VENDOR)
    for address in addresses:
        if address.startswith("/support"):
            assert visit.go(address) == 404, address
            expect(visit.page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    visit.go("/uploads")
    expect(visit.page.get_by_role("link", name="Standstill")).to_have_count(0)


def test_everything_works_without_javascript(visiting: Visiting, partial: dict[str, Any]) -> None:
    visit = visiting("support", java_script_enabled=False)
    page = visit.page
    visit.go("/support")
    page.get_by_label("Anything you know").fill("Elektronics")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("link", name="Count them by type").click()
    expect(page.get_by_role("heading", name="errors since")).to_be_visible()
    page.get_by_role("link", name="Standstill").click()
    page.get_by_role("link", name="Look into the queue").click()
    expect(page.get_by_text("A letter that was just shown")).to_be_visible()
