"""`python -m tests.browser.screenshots`: takes the README's pictures of the portal, on a stack of its own."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from playwright.sync_api import Browser

from infra.local.demo_acts import SAMPLE, with_new_ids
from tests.browser.chromium import PHONE, Visit, running_browser
from tests.stack import PROJECT, Stack, csv_of, running, sound_rows, tag

FOLDER = PROJECT / "docs" / "images"
WINDOW = {"width": 1280, "height": 800}
_LARGEST = 150_000


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder, running(Path(folder) / "state") as stack, running_browser() as browser:
        upload_id = _fill(stack)
        columns = _refuse(stack)
        upload = f"/uploads/{upload_id}"
        _shoot(stack, browser, "uploads", "/uploads")
        _shoot(stack, browser, "upload", upload)
        _shoot(stack, browser, "errors-dark", f"{upload}#errors", scheme="dark")
        _shoot(stack, browser, "upload-phone", upload, viewport=PHONE)
        _shoot(stack, browser, "columns", f"/uploads/{columns}#columns")
        _shoot(stack, browser, "correct", f"{upload}/correct")
        plan = f"/uploads/{_plan(stack)}"
        _shoot(stack, browser, "plan", f"{plan}#plan")
        _shoot(stack, browser, "plan-phone-dark", f"{plan}#plan", viewport=PHONE, scheme="dark")
        _shoot(stack, browser, "console", "/support?error_type=INVALID_PRICE", caller="support")
        _shoot(stack, browser, "errors-phone-dark", f"{upload}#errors", viewport=PHONE, scheme="dark")


def _fill(stack: Stack) -> str:
    """Sends what a vendor may send in a week; returns the upload for the detailed pictures."""
    bad = [f"B{tag()},Desk lamp,Furnitur,B{tag()},49.90,3"]
    for content, fields in (
        (csv_of(sound_rows(120, tag())), {"file_name": "summer-sale.csv"}),
        (b"PK\x03\x04 a workbook", {"file_name": "products (final).csv"}),
        (csv_of(sound_rows(48, tag()) + bad), {"file_name": "lamps.csv", "dry_run": True}),
        (csv_of(sound_rows(2400, tag())), {"file_name": "autumn-2026.csv"}),
        (csv_of(sound_rows(310, tag()) + bad), {"file_name": "new-arrivals.csv"}),
        (with_new_ids(SAMPLE.read_text(encoding="utf-8")).encode(), {"file_name": "products.csv"}),
    ):
        upload = stack.send(content, **fields)
        stack.ended(upload["upload_id"])
    return str(upload["upload_id"])


def _plan(stack: Stack) -> str:
    """Sends new prices of products that are there, one of them with a point in the wrong place, as a dry run."""
    run = tag()[:4].upper()
    wares = ("Mirrorless camera", "Tripod", "Camera bag", "Lens 35 mm", "Lens 85 mm", "Memory card", "Battery grip")
    prices = [1299, 149, 89, 649, 779, 39, 119]
    rows = [f"{run}-{at},{name},Electronics,{run}-{at},{prices[at]}.00,{at + 4}" for at, name in enumerate(wares)]
    stack.ended(stack.send(csv_of(rows), file_name="cameras.csv")["upload_id"])
    changes = [f"{run}-0,12.99,4", *(f"{run}-{at},{prices[at] * 1.04:.2f},{at % 3 * 5}" for at in range(1, 7))]
    content = csv_of(changes, "sku,price,stock_quantity")
    upload = stack.send(content, file_name="prices-2027.csv", mode="update", dry_run=True)
    stack.ended(upload["upload_id"])
    return str(upload["upload_id"])


def _refuse(stack: Stack) -> str:
    """Sends a file whose columns have names of its vendor's own; returns its upload."""
    run = tag()[:4].upper()
    wares = ("Desk lamp", "Notebook A5", "Wireless mouse", "Fountain pen", "Monitor stand")
    rows = [f"{run}-{at + 101};{name};Electronics;{at + 9},90;{at * 3 + 2};warm" for at, name in enumerate(wares)]
    content = csv_of(rows, "Code for us;What it is;Section;Selling at;How many;Mood")
    upload = stack.send(content, file_name="winter-list.csv")
    stack.ended(upload["upload_id"])
    return str(upload["upload_id"])


def _shoot(
    stack: Stack,
    browser: Browser,
    name: str,
    path: str,
    *,
    caller: str = "VEND001",
    viewport: Any = WINDOW,
    scheme: Literal["light", "dark"] = "light",
) -> None:
    context = browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    visit = Visit(context, stack)
    visit.sign_in(caller)
    visit.go(path)
    picture = FOLDER / f"{name}.png"
    visit.page.screenshot(path=picture)
    context.close()
    size = picture.stat().st_size
    assert size < _LARGEST, f"{picture} has {size} bytes"
    print(f"{picture.relative_to(PROJECT)}  {size // 1024} KiB")


if __name__ == "__main__":
    main()
