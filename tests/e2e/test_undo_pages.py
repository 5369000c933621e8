"""Undoing an upload in plain forms: what its preview says, what it does, and what is refused."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.portal import Portal, visiting_portal
from tests.stack import Stack, csv_of, sound_rows, tag

VENDOR = "VEND002"
Json = dict[str, Any]


@pytest.fixture
def portal(stack: Stack) -> Iterator[Portal]:
    with visiting_portal(stack, VENDOR) as portal:
        yield portal


def send(stack: Stack, content: bytes, **fields: Any) -> Json:
    return stack.ended(stack.send(content, vendor=VENDOR, **fields)["upload_id"], vendor=VENDOR)


def prices(stack: Stack, run: str, *rows: str, **fields: Any) -> Json:
    return send(stack, csv_of([f"S{run}-{row}" for row in rows], "sku,price"), mode="update", **fields)


def undone(portal: Portal, stack: Stack, upload: Json, **fields: Any) -> Json:
    """The ended undo of an upload, or its preview."""
    answer = portal.send(f"/uploads/{upload['upload_id']}/undo", fields)
    assert answer.status_code == 303, answer.text
    return stack.ended(answer.headers["Location"].rpartition("/")[2], vendor=VENDOR)


def words(portal: Portal, upload: Json) -> str:
    page = portal.go(f"/uploads/{upload['upload_id']}").text.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def products(stack: Stack, run: str) -> dict[str, float]:
    found = stack.sql("SELECT sku, price FROM products WHERE sku LIKE %s ORDER BY sku", f"S{run}-%")
    return {row["sku"].rpartition("-")[2]: float(row["price"]) for row in found}


def test_a_preview_says_what_would_happen_and_the_undo_does_it(portal: Portal, stack: Stack) -> None:
    run = tag()
    rows = [f"P{run}-{n},Thing,Electronics,S{run}-{n},{n}.00,5" for n in (3, 4)]
    send(stack, csv_of(sound_rows(3, run)))
    upload = send(
        stack, csv_of([row.replace("Thing,", "Thing 3,") for row in rows]), mode="upsert", file_name="new.csv"
    )
    other = prices(stack, run, "4,44.00", file_name="later.csv")
    assert "Undo this upload" in words(portal, upload)
    preview = undone(portal, stack, upload, dry_run="true")
    page = words(portal, preview)
    assert "1 product would be set back, 1 left as it is." in page
    assert "This is a preview: nothing has been taken back so far." in page
    assert "Changed by: later.csv" in page
    assert products(stack, run) == {"1": 19.99, "2": 19.99, "3": 3.0, "4": 44.0}
    table = page.partition("What the undo would do")[2]
    assert "Price: 3.00 → would be 19.99" in table
    assert f"Price stays as it is: {other['upload_id']} changed it since." in table

    done = undone(portal, stack, upload)
    assert products(stack, run) == {"1": 19.99, "2": 19.99, "3": 19.99, "4": 44.0}
    page = words(portal, done)
    assert "1 product was set back, 1 left as it is." in page
    assert "This takes back new.csv." in page
    assert "Taken back by new_undo.csv" in words(portal, upload)
    assert "Undo this upload" not in words(portal, upload)
    assert "This was done: new_undo.csv" in words(portal, preview)
    assert undone(portal, stack, upload)["upload_id"] == done["upload_id"]  # once


def test_created_products_are_removed_and_an_undo_is_taken_back(portal: Portal, stack: Stack) -> None:
    run = tag()
    upload = send(stack, csv_of(sound_rows(3, run)))
    preview = undone(portal, stack, upload, dry_run="true")
    assert "3 products would be removed." in words(portal, preview)
    assert "Would be removed" in words(portal, preview).partition("What the undo would do")[2]
    done = undone(portal, stack, upload)
    assert "3 products were removed." in words(portal, done)
    assert products(stack, run) == {}
    assert "Do it again" in words(portal, done)
    again = undone(portal, stack, done, dry_run="true")
    assert "3 products would be created again." in words(portal, again)
    undone(portal, stack, done)
    assert products(stack, run) == {"1": 19.99, "2": 19.99, "3": 19.99}


def test_an_undo_offers_nothing_that_its_file_is_no_good_for(portal: Portal, stack: Stack) -> None:
    run = tag()
    done = undone(portal, stack, send(stack, csv_of(sound_rows(1, run))))
    page = words(portal, done)
    for offer in ("Original file", "Choose the columns again", "New upload", "Its products", "Changes products only"):
        assert offer not in page, offer


def test_what_cannot_be_undone_is_not_offered(portal: Portal, stack: Stack) -> None:
    run = tag()
    old = send(stack, csv_of(sound_rows(1, run)))
    dry = prices(stack, run, "1,5.00", dry_run=True)
    same = prices(stack, run, "1,19.99")
    stack.sql(
        "UPDATE upload_history SET processing_completed_at = now() - interval '31 days' WHERE upload_id = %s",
        old["upload_id"],
    )
    stranger = stack.ended(stack.send(csv_of(sound_rows(1, tag())), vendor="VEND003")["upload_id"], vendor="VEND003")
    for upload, status in ((old, 409), (dry, 409), (same, 409)):
        assert "Undo this upload" not in words(portal, upload)
        assert portal.send(f"/uploads/{upload['upload_id']}/undo", {}).status_code == status
    assert portal.send(f"/uploads/{stranger['upload_id']}/undo", {}).status_code == 404


def test_a_form_of_another_site_and_an_inactive_vendor_undo_nothing(portal: Portal, stack: Stack) -> None:
    upload = send(stack, csv_of(sound_rows(1, tag())))
    path = f"/uploads/{upload['upload_id']}/undo"
    assert portal.send(path, {"form_token": "forged"}).status_code == 403
    stack.sql("UPDATE vendors SET status = 'inactive' WHERE vendor_id = %s", VENDOR)
    try:
        assert portal.send(path, {}).status_code == 403
    finally:
        stack.sql("UPDATE vendors SET status = 'active' WHERE vendor_id = %s", VENDOR)


def test_support_undoes_for_a_vendor_and_that_is_recorded(stack: Stack) -> None:
    upload = send(stack, csv_of(sound_rows(1, tag())))
    with visiting_portal(stack, "support") as support:
        done = undone(support, stack, upload)
        assert "1 product was removed." in words(support, done)
    acts = stack.sql("SELECT action, vendor_id FROM support_actions WHERE upload_id = %s", done["upload_id"])
    assert acts == [{"action": "upload_undone", "vendor_id": VENDOR}]
