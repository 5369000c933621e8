"""Correcting rejected rows in plain forms: what a preview says, what sending it does, and what is refused."""

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


@pytest.fixture
def own_name(stack: Stack) -> Iterator[str]:
    """A name that the vendor has for a category; what is remembered of it is forgotten after the test."""
    name = f"Haustechnik {tag()}"
    yield name
    stack.sql("DELETE FROM category_aliases WHERE vendor_id = %s AND name LIKE %s", VENDOR, f"{name.casefold()}%")


def send(stack: Stack, rows: list[str], header: str | None = None, **fields: Any) -> Json:
    content = csv_of(rows, header) if header else csv_of(rows)
    return stack.ended(stack.send(content, vendor=VENDOR, **fields)["upload_id"], vendor=VENDOR)


def rows_of(category: str, count: int, price: str = "9.90") -> list[str]:
    run = tag()
    return [f"P{run}-{n},Lamp,{category},S{run}-{n},{price},5" for n in range(1, count + 1)]


def preview(portal: Portal, stack: Stack, upload: Json, **fields: str) -> Json:
    """The ended preview of what the form for corrections says."""
    answer = portal.send(f"/uploads/{upload['upload_id']}/correct", fields)
    assert answer.status_code == 303, answer.text
    return stack.ended(answer.headers["Location"].partition("?")[0].rpartition("/")[2], vendor=VENDOR)


def send_corrections(portal: Portal, stack: Stack, preview: Json, remember: list[str] | None = None) -> Json:
    answer = portal.send(f"/uploads/{preview['upload_id']}/send-corrections", {"remember": remember or []})
    assert answer.status_code == 303, answer.text
    return stack.ended(answer.headers["Location"].rpartition("/")[2], vendor=VENDOR)


def upload_of(stack: Stack, upload: Json) -> Json:
    with stack.api(VENDOR) as api:
        found: Json = api.get(f"/v1/uploads/{upload['upload_id']}").json()
        return found


def aliases(stack: Stack, own_name: str) -> dict[str, str]:
    rows = stack.sql("SELECT value, category FROM category_aliases WHERE vendor_id = %s", VENDOR)
    return {row["value"]: row["category"] for row in rows if own_name in row["value"]}


def set_category(value: str, category: str) -> dict[str, str]:
    return {f"do.INVALID_CATEGORY.category.{value.replace(' ', '%20')}": f"pick:{category}"}


def test_what_is_sent_after_a_preview_is_what_a_correction_does_at_once(
    portal: Portal, stack: Stack, own_name: str
) -> None:
    header = "Nr;Was;category;sku;price;stock_quantity;Gewicht (g)"
    decisions = {"mapping": {"vendor_product_id": "Nr", "product_name": "Was"}, "number_format": "1.234,56"}
    run = tag()
    rows = [f"P{run}-{n};Thing;{own_name};S{run}-{n};1.299,50;5;250" for n in range(1, 5)]
    parent = send(stack, rows, header, mode="upsert", **decisions)
    later = send(stack, sound_rows(1, tag()))

    shown = preview(portal, stack, parent, **set_category(own_name, "Electronics"))
    assert (shown["dry_run"], shown["parent_upload_id"]) == (True, parent["upload_id"])
    assert upload_of(stack, parent)["corrected_records"] == 0
    sent = send_corrections(portal, stack, shown)
    assert (sent["dry_run"], sent["created_records"], sent["source_upload_id"]) == (False, 4, shown["upload_id"])
    assert sent["parent_upload_id"] == parent["upload_id"]
    assert sent["decisions"] == parent["decisions"]
    assert sent["effective_at"] < later["effective_at"]
    assert upload_of(stack, parent)["corrected_records"] == 4
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-1")
    assert (product["price"], product["weight_kg"]) == (1299.5, 0.25)


def test_a_row_that_is_rejected_again_counts_for_every_upload_above_it_later(portal: Portal, stack: Stack) -> None:
    parent = send(stack, rows_of("Electronics", 2, "-1"))
    price = "write.INVALID_PRICE.price."
    first = send_corrections(portal, stack, preview(portal, stack, parent, **{price: "0"}))
    assert (first["status"], upload_of(stack, parent)["corrected_records"]) == ("failed", 0)
    page = portal.go(f"/uploads/{parent['upload_id']}/correct").text
    assert "2 rows are still to be corrected" in page
    assert '<span class="cell" dir="auto">0</span>' in page
    sent = send_corrections(portal, stack, preview(portal, stack, parent, **{price: "2.50"}))
    assert sent["status"] == "completed"
    assert [upload_of(stack, each)["corrected_records"] for each in (parent, first)] == [2, 2]
    assert "Nothing is left to correct" in portal.go(f"/uploads/{parent['upload_id']}/correct").text


def test_a_preview_is_sent_once(portal: Portal, stack: Stack) -> None:
    shown = preview(portal, stack, send(stack, rows_of("Elektronics", 1)), **set_category("Elektronics", "Electronics"))
    page = portal.go(f"/uploads/{shown['upload_id']}").text
    assert "This is a preview: the corrected row would be accepted." in page
    first, second = (send_corrections(portal, stack, shown) for _ in range(2))
    assert first["upload_id"] == second["upload_id"]
    page = portal.go(f"/uploads/{shown['upload_id']}").text
    assert "These corrections were sent." in page
    assert "Send these corrections" not in page


def test_only_what_is_ticked_and_has_one_meaning_is_remembered(portal: Portal, stack: Stack, own_name: str) -> None:
    names = [f"{own_name} {letter}" for letter in "abc"]
    rows = [*rows_of(names[0], 3), *rows_of(names[0].upper(), 1), *rows_of(names[1], 2), *rows_of(names[2], 1, "-1")]
    parent = send(stack, rows)
    fields = {
        **set_category(names[0], "Books"),
        **set_category(names[1], "Clothing"),
        **set_category(names[2], "Shoes"),
    }
    shown = preview(portal, stack, parent, **fields, remember="true")
    page = portal.go(f"/uploads/{shown['upload_id']}").text
    offered = re.findall(r'name="remember" value="([^"]+)" checked', page)
    assert offered == names[:2]  # the row of the third is not in the preview: its price is still wrong
    assert "1 rejected row is left as it is." in page
    send_corrections(portal, stack, shown, [names[1], "Something else"])
    assert aliases(stack, own_name) == {names[1]: "Clothing"}
    assert send(stack, rows_of(names[1], 1))["status"] == "completed"


def test_a_category_with_two_meanings_is_not_offered(portal: Portal, stack: Stack, own_name: str) -> None:
    parent = send(stack, rows_of(own_name, 2))
    fix = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": own_name, "set": "Books"}
    rows = [{"row_number": 2, "set": {"category": "Shoes"}}]
    with stack.api(VENDOR) as api:
        path = f"/v1/uploads/{parent['upload_id']}/corrections"
        shown = api.post(path, json={"fixes": [fix], "rows": rows, "dry_run": True}).raise_for_status().json()
    stack.ended(shown["upload_id"], vendor=VENDOR)
    page = portal.go(f"/uploads/{shown['upload_id']}").text
    assert "all 2 corrected rows would be accepted" in page
    assert 'name="remember"' not in page


def test_categories_are_not_ticked_if_they_were_not_to_be_remembered(portal: Portal, stack: Stack) -> None:
    parent = send(stack, rows_of("Elektronics", 1))
    answer = portal.send(f"/uploads/{parent['upload_id']}/correct", set_category("Elektronics", "Electronics"))
    page = answer.headers["Location"]
    stack.ended(page.partition("?")[0].rpartition("/")[2], vendor=VENDOR)
    assert re.findall(r'name="remember" value="Elektronics"( checked)?>', portal.go(page).text) == [""]
    live = portal.go(page.replace("?", "/live?"))
    assert re.findall(r'name="remember" value="Elektronics"( checked)?>', live.text) == [""]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Nothing is chosen yet."),
        ({"do.INVALID_CATEGORY.category.Nowhere": "later"}, "Nothing is chosen yet."),
        ({"do.INVALID_CATEGORY.category.Nowhere": "set"}, "Write what all these rows should say"),
        ({"write.INVALID_CATEGORY.category.Nowhere": "Moon"}, "There is no category “Moon”."),
        ({"write.INVALID_CATEGORY.category.Elsewhere": "Moon"}, "“Elsewhere”: There is no category “Moon”."),
        ({"do.INVALID_CATEGORY.category.Nowhere": "pick:Books"}, "each still has an error"),
        ({"do.INVALID_CATEGORY.category.Nowhere": "suggested"}, "each still has an error"),
    ],
)
def test_the_form_comes_again_with_what_was_chosen(
    fields: dict[str, str], sentence: str, portal: Portal, stack: Stack
) -> None:
    upload = send(stack, rows_of("Nowhere", 1, "-1"))
    before = len(stack.find_uploads(VENDOR))
    answer = portal.send(f"/uploads/{upload['upload_id']}/correct", fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    if fields.get("do.INVALID_CATEGORY.category.Nowhere") == "set":
        assert 'name="do.INVALID_CATEGORY.category.Nowhere" value="set" checked' in answer.text
    assert len(stack.find_uploads(VENDOR)) == before


def test_rows_that_we_could_not_process_are_sent_again(portal: Portal, stack: Stack) -> None:
    upload = send(stack, rows_of("Books", 1, "-1"))
    # Only a fault of ours makes such an error. The other one is deleted, so that the counts kept for support agree.
    kept = "upload_id, vendor_id, row_number, line, sheet_row, vendor_product_id, sku, error_message, original_data"
    stack.sql(
        f"INSERT INTO validation_errors ({kept}, error_type, report_order)"
        f" SELECT {kept}, 'PROCESSING_ERROR', report_order FROM validation_errors WHERE upload_id = %s",
        upload["upload_id"],
    )
    stack.sql(
        "DELETE FROM validation_errors WHERE upload_id = %s AND error_type <> 'PROCESSING_ERROR'", upload["upload_id"]
    )
    page = portal.go(f"/uploads/{upload['upload_id']}/correct").text
    assert 'name="do.PROCESSING_ERROR.." value="suggested" checked' in page
    shown = preview(portal, stack, upload, **{"do.PROCESSING_ERROR..": "suggested"})
    assert [error["error_type"] for error in stack.errors(shown["upload_id"], vendor=VENDOR)] == ["INVALID_PRICE"]


def test_what_cannot_be_corrected_has_no_form(portal: Portal, stack: Stack) -> None:
    sound = send(stack, sound_rows(1, tag()))
    with stack.client(VENDOR) as client:
        waiting = client.announce("a.csv", 10)
    stranger = stack.ended(stack.send(csv_of(rows_of("Nowhere", 1)), vendor="VEND003")["upload_id"], vendor="VEND003")
    dry = send(stack, rows_of("Nowhere", 1), dry_run=True)
    for upload, status in ((sound, 422), (waiting, 409), (stranger, 404)):
        page = f"/uploads/{upload['upload_id']}/correct"
        assert [portal.go(page).status_code, portal.send(page, {}).status_code] == [status, status], upload
    for upload in (sound, waiting, stranger, dry):
        assert portal.send(f"/uploads/{upload['upload_id']}/send-corrections", {}).status_code == 404
    assert "Correct here" not in portal.go(f"/uploads/{dry['upload_id']}").text


def test_a_form_of_another_site_corrects_nothing(portal: Portal, stack: Stack) -> None:
    upload = send(stack, rows_of("Elektronics", 1))
    fields = set_category("Elektronics", "Electronics")
    shown = preview(portal, stack, upload, **fields)
    forged = {"form_token": "forged"}
    assert portal.send(f"/uploads/{upload['upload_id']}/correct", fields | forged).status_code == 403
    assert portal.send(f"/uploads/{shown['upload_id']}/send-corrections", forged).status_code == 403


def test_an_inactive_vendor_looks_but_corrects_nothing(portal: Portal, stack: Stack) -> None:
    upload = send(stack, rows_of("Elektronics", 1))
    fields = set_category("Elektronics", "Electronics")
    shown = preview(portal, stack, upload, **fields)
    stack.sql("UPDATE vendors SET status = 'inactive' WHERE vendor_id = %s", VENDOR)
    try:
        assert portal.go(f"/uploads/{upload['upload_id']}/correct").status_code == 200
        assert portal.send(f"/uploads/{upload['upload_id']}/correct", fields).status_code == 403
        assert portal.send(f"/uploads/{shown['upload_id']}/send-corrections", {}).status_code == 403
    finally:
        stack.sql("UPDATE vendors SET status = 'active' WHERE vendor_id = %s", VENDOR)


def test_support_corrects_for_a_vendor_and_that_is_recorded(stack: Stack) -> None:
    upload = send(stack, rows_of("Elektronics", 1))
    with visiting_portal(stack, "support") as support:
        shown = preview(support, stack, upload, **set_category("Elektronics", "Electronics"))
        sent = send_corrections(support, stack, shown)
    query = "SELECT upload_id, details ->> 'source_upload_id' AS source FROM support_actions WHERE action = %s"
    acts = [tuple(act.values()) for act in stack.sql(f"{query} ORDER BY action_id", "upload_corrected")][-2:]
    chain = [upload["upload_id"], shown["upload_id"], sent["upload_id"]]
    assert acts == [(chain[1], chain[0]), (chain[2], chain[1])]


def test_a_form_with_a_thousand_causes_is_read(portal: Portal, stack: Stack) -> None:
    run = tag()
    rows = [f"P{run}-{n},Lamp,Nowhere {run} {n},S{run}-{n},9.90,5" for n in range(1_200)]
    parent = send(stack, rows)
    fields: dict[str, str] = {}
    for n in range(1_200):
        fields |= set_category(f"Nowhere {run} {n}", "Books") | {f"write.INVALID_CATEGORY.category.x{n}": ""}
    assert preview(portal, stack, parent, **fields)["valid_records"] == 1_200
    page = portal.go(f"/uploads/{parent['upload_id']}/correct")
    assert len(page.content) < 90_000
    assert page.text.count("<fieldset>") == 50
    more = re.search(r'href="([^"]+)">More causes', page.text)
    assert more
    assert "First causes" in portal.go(more[1].replace("&amp;", "&").partition("#")[0]).text
