"""An upload that changes products, in its notification, its mail, the portal and the console."""

from typing import Any

import pytest

from tests.e2e.console import signed_in
from tests.stack import Stack, csv_of, eventually, part, sound_rows, tag

VENDOR, OTHER = "VEND002", "VEND003"
RUN = tag()


@pytest.fixture(scope="module")
def products(stack: Stack) -> None:
    """Three products that the vendor has."""
    stack.ended(stack.send(csv_of(sound_rows(3, RUN)), vendor=VENDOR)["upload_id"], vendor=VENDOR)


@pytest.fixture(scope="module")
def changed(stack: Stack, products: None) -> dict[str, Any]:
    """One product new, one changed, two unchanged, and a SKU that differs."""
    rows = [*sound_rows(3, RUN), f"N{RUN},Lamp,Electronics,N{RUN},5.00,1", f"P{RUN}-3,Thing 3,Electronics,X{RUN},1,1"]
    content = csv_of([rows[0].replace("19.99", "9.90"), *rows[1:4]])
    return stack.ended(stack.send(content, vendor=VENDOR, mode="upsert")["upload_id"], vendor=VENDOR)


def _outcome_lines(notification: dict[str, Any]) -> list[str]:
    lines: list[str] = notification["Message"].splitlines()
    return lines[lines.index(next(line for line in lines if line.startswith("Status:"))) + 1 :]


def test_the_notification_counts_what_became_of_the_rows(stack: Stack, changed: dict[str, Any]) -> None:
    [notification] = stack.mails(changed["upload_id"])
    assert notification["Subject"] == "Upload Complete (100.0% Success)"
    assert _outcome_lines(notification) == ["Created: 1", "Updated: 1", "Unchanged: 2"]


def test_the_mail_says_it_in_a_sentence(stack: Stack, changed: dict[str, Any]) -> None:
    [mail] = eventually(lambda: stack.vendor_mails(changed["upload_id"]))
    assert mail["Subject"] == "products.csv: 1 new product, 1 changed, 2 unchanged"
    for kind in ("plain", "html"):
        assert "There is nothing left to do: your catalogue is up to date." in " ".join(part(mail, kind).split())


def test_what_a_newer_file_overtook_is_counted_if_there_is_any(stack: Stack, products: None) -> None:
    older, newer = (csv_of([f"S{RUN}-3,{price}"], "sku,price") for price in ("1.00", "2.00"))
    with stack.client(VENDOR) as client:
        late = client.announce("late.csv", len(older), mode="update")
        stack.ended(stack.send(newer, vendor=VENDOR, mode="update")["upload_id"], vendor=VENDOR)
        client.send(late["upload"], older, size_bytes=len(older))
    assert stack.ended(late["upload_id"], vendor=VENDOR)["superseded_records"] == 1
    [notification] = stack.mails(late["upload_id"])
    assert _outcome_lines(notification) == ["Created: 0", "Updated: 0", "Unchanged: 0", "Superseded: 1"]


def test_support_finds_the_errors_that_only_changes_have(stack: Stack, products: None) -> None:
    missing = stack.send(csv_of([f"missing-{RUN},1"], "sku,price"), vendor=VENDOR, mode="update")
    other_sku = stack.send(csv_of([f"P{RUN}-3,X{RUN},1"], "vendor_product_id,sku,price"), vendor=VENDOR, mode="update")
    for upload in (missing, other_sku):
        assert stack.ended(upload["upload_id"], vendor=VENDOR)["status"] == "failed"
    with signed_in(stack) as console:
        for code, upload in (("PRODUCT_NOT_FOUND", missing), ("SKU_CHANGED", other_sku)):
            page = console.client.get("/support", params={"error_type": code, "upload_id": upload["upload_id"]})
            assert f'<option value="{code}" selected>' in page.text
            assert f"/uploads/{upload['upload_id']}/rows/1" in page.text
            assert f'id="{code}"' in console.client.get("/rules").text
        inside = console.client.get(f"/support/uploads/{missing['upload_id']}").text
        assert "changed; none are added" in inside


def test_no_form_tells_what_another_vendor_chose(stack: Stack, changed: dict[str, Any]) -> None:
    upload_id = changed["upload_id"]
    with signed_in(stack, OTHER) as visitor:
        assert visitor.client.get(f"/uploads/{upload_id}/rows").status_code == 404
        page = visitor.client.get("/uploads/new", params={"like": upload_id}).text
        assert "Begins with what was chosen" not in page
        assert 'value="create" aria-describedby="mode-create-help" checked' in page


@pytest.mark.parametrize(("mode", "status"), [("update", 201), ("", 201), ("replace everything", 422)])
def test_the_form_takes_no_mode_that_does_not_exist(stack: Stack, mode: str, status: int) -> None:
    with signed_in(stack, OTHER) as visitor:
        assert visitor.send("/uploads/announce", file_name="a.csv", mode=mode).status_code == status


def test_what_the_form_does_not_name_is_as_in_the_earlier_upload(stack: Stack, changed: dict[str, Any]) -> None:
    with signed_in(stack, VENDOR) as visitor:
        answer = visitor.send(
            "/uploads/announce", file_name="again.csv", blank_cells="clear", like=changed["upload_id"]
        )
    with stack.client(VENDOR) as client:
        decisions = client.upload(answer.json()["page"].removeprefix("/uploads/"))["decisions"]
    assert decisions == changed["decisions"] | {"blank_cells": "clear"}
