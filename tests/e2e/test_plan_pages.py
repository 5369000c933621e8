"""The page of a plan in plain forms: its order, its filters, what is left out, and what applying it does."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.portal import Portal, visiting_portal
from tests.stack import Stack, csv_of, sound_rows, tag

VENDOR = "VEND002"
HEADER = "sku,price,stock_quantity,product_name,listing_status"
Json = dict[str, Any]


@pytest.fixture
def portal(stack: Stack) -> Iterator[Portal]:
    with visiting_portal(stack, VENDOR) as portal:
        yield portal


def send(stack: Stack, content: bytes, **fields: Any) -> Json:
    return stack.ended(stack.send(content, vendor=VENDOR, **fields)["upload_id"], vendor=VENDOR)


def planned(stack: Stack, rows: list[str], header: str = HEADER, **fields: Any) -> Json:
    return send(stack, csv_of(rows, header), **({"mode": "update", "dry_run": True} | fields))


def with_products(stack: Stack, count: int) -> str:
    """A run whose products cost 19.99, of which there are 5."""
    run = tag()
    send(stack, csv_of(sound_rows(count, run)))
    return run


def rows_of(page: str) -> list[int]:
    """The rows of the table, in order."""
    return [int(row) for row in re.findall(r'<input type="checkbox" name="omit" value="(\d+)"', page)]


def price(stack: Stack, run: str, number: int) -> float:
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-{number}")
    return float(product["price"])


def applied(portal: Portal, stack: Stack, plan: Json, **fields: Any) -> Json:
    answer = portal.send(f"/uploads/{plan['upload_id']}/apply-plan", fields)
    assert answer.status_code == 303, answer.text
    return stack.ended(answer.headers["Location"].rpartition("/")[2], vendor=VENDOR)


def test_the_largest_change_comes_first_and_is_marked_in_words(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 6)
    rows = [
        f"S{run}-1,,,Another name,",
        f"S{run}-2,21.99,,,",
        f"S{run}-3,,0,,",
        f"S{run}-4,0.20,,,",
        f"S{run}-5,,,,withdrawn",
        f"S{run}-6,19.99,5,,active",
    ]
    plan = planned(stack, rows)
    page = portal.go(f"/uploads/{plan['upload_id']}").text
    assert rows_of(page) == [4, 3, 5, 2, 1]  # to a hundredth, to nothing, off sale, by a tenth, and a text
    for words in ("−99%", "Falls to 1/100", "Falls to 0", "Goes off sale", "+10%", "Thing 4", f"S{run}-4"):
        assert words in page
    assert "<strong>1 price falls to a hundredth.</strong> Nothing is written before you apply this plan." in page


def test_a_plan_of_small_changes_says_that_nothing_is_written_yet(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 2)
    page = portal.go(f"/uploads/{planned(stack, [f'S{run}-1,20.00,4,,'])['upload_id']}").text
    assert "This is a plan: nothing is written before you apply it." in page
    assert "<strong>" not in page.partition('id="plan"')[2].partition("<form")[0]


def test_filters_and_pages_keep_what_is_ticked(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 60)
    rows = [f"S{run}-{n},{20 + n}.00,{5 if n % 2 else 9},," for n in range(1, 61)]
    plan = planned(stack, rows)
    path = f"/uploads/{plan['upload_id']}/plan"
    first = portal.go(path).text
    prices = portal.send(path, {"field": "price", "omit": ["7", "60"]}).text
    assert rows_of(prices) == list(range(60, 35, -1))  # the largest change of the price first
    assert re.findall(r'name="omit" value="(\d+)" checked', prices) == ["60"]
    assert '<input type="hidden" name="omit" value="7">' in prices
    assert "Apply all but 2 rows" in prices
    cursor = re.search(r'name="cursor" value="([^"]+)"', prices)
    assert cursor
    second = portal.send(path, {"field": "price", "omit": ["7", "60"], "cursor": cursor[1]}).text
    assert rows_of(second) == list(range(35, 10, -1))
    assert re.findall(r'type="hidden" name="omit" value="(\d+)"', second) == ["7", "60"]
    kept = portal.send(path, {"omit": ["7", "60"], "keep_all": "true"}).text
    assert ("Apply exactly this" in kept, rows_of(kept)) == (True, rows_of(first))
    assert "No row matches" in portal.send(path, {"outcome": "created"}).text


def test_what_is_applied_is_the_plan_but_for_the_rows_left_out(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 3)
    plan = planned(stack, [f"S{run}-{n},{n}.00,,," for n in (1, 2, 3)])
    upload = applied(portal, stack, plan, omit=["2"])
    assert (upload["status"], upload["updated_records"], upload["dry_run"]) == ("partial", 2, False)
    assert [price(stack, run, n) for n in (1, 2, 3)] == [1.0, 19.99, 3.0]
    (error,) = stack.errors(upload["upload_id"], vendor=VENDOR)
    assert (error["error_type"], error["row_number"]) == ("PLAN_OUTDATED", 2)
    page = portal.go(f"/uploads/{plan['upload_id']}").text
    assert f'This plan was applied: <a href="/uploads/{upload["upload_id"]}">' in page
    assert "/apply-plan" not in page
    assert "This file was processed again" not in page
    assert applied(portal, stack, plan)["upload_id"] == upload["upload_id"]  # only once


def test_what_changed_since_the_plan_is_not_overwritten_and_both_are_told(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 2)
    plan = planned(stack, [f"S{run}-1,10.00,3,,", f"S{run}-2,11.00,,,"])
    send(stack, csv_of([f"S{run}-1,15.00"], "sku,price"), mode="update")
    upload = applied(portal, stack, plan)
    assert [price(stack, run, n) for n in (1, 2)] == [15.0, 11.0]
    row = portal.go(f"/uploads/{upload['upload_id']}/rows/1").text
    words = re.sub(r"<[^>]+>|\s+", " ", row)
    assert re.search(r"Planned +Price: +19.99 +→ +10.00", words), words
    assert re.search(r"Now +Stock quantity: +5 +→ +3", words), words  # the price is that of a newer file
    page = portal.go(f"/uploads/{upload['upload_id']}").text
    assert "Make a new plan" in page
    again = portal.send(f"/uploads/{upload['upload_id']}/plan-again", {}).headers["Location"].rpartition("/")[2]
    fresh = stack.ended(again, vendor=VENDOR)
    assert (fresh["dry_run"], fresh["updated_records"], fresh["unchanged_records"]) == (True, 1, 1)


def test_new_products_are_listed_by_their_keys(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 1)
    rows = [f"P{run}-1,Thing 1,Electronics,S{run}-1,19.00,5", f"N{run},New,Books,NS{run},5.00,3"]
    plan = send(stack, csv_of(rows), mode="upsert", dry_run=True)
    page = portal.go(f"/uploads/{plan['upload_id']}").text
    assert rows_of(page) == [1, 2]
    assert f"NS{run}" in page
    assert f"N{run}" in page
    only = portal.go(f"/uploads/{plan['upload_id']}/plan?outcome=created").text
    assert rows_of(only) == [2]


def test_a_plan_that_changes_nothing_has_nothing_to_apply(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 1)
    page = portal.go(f"/uploads/{planned(stack, [f'S{run}-1,19.99,,,'])['upload_id']}").text
    assert "Nothing in your catalogue would change" in page
    assert "/apply-plan" not in page


def test_at_most_a_thousand_rows_are_left_out(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 1)
    plan = planned(stack, [f"S{run}-1,10.00,,,"])
    fields = {"omit": [str(row) for row in range(1, 1_002)]}
    answer = portal.send(f"/uploads/{plan['upload_id']}/apply-plan", fields)
    assert (answer.status_code, "at most 1,000 can be left out" in answer.text) == (422, True)
    odd = portal.send(f"/uploads/{plan['upload_id']}/plan", {"omit": ["1", "1", "-5", str(2**40)]}).text
    assert "Apply all but 1 row<" in odd


def test_only_an_ended_dry_run_has_a_plan(portal: Portal, stack: Stack) -> None:
    sound = send(stack, csv_of(sound_rows(1, tag())))
    refused = send(stack, b"sku:price\n1:2", dry_run=True)
    stranger = stack.ended(
        stack.send(csv_of(sound_rows(1, tag())), vendor="VEND003", dry_run=True)["upload_id"], vendor="VEND003"
    )
    for upload in (sound, refused, stranger):
        path = f"/uploads/{upload['upload_id']}"
        assert portal.go(f"{path}/plan").status_code == 404
        assert [portal.send(f"{path}/{act}", {}).status_code for act in ("plan", "apply-plan")] == [404, 404]


def test_a_form_of_another_site_applies_nothing(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 1)
    plan = planned(stack, [f"S{run}-1,10.00,,,"])
    for act in ("plan", "apply-plan", "plan-again"):
        forged = {"form_token": "forged"}
        assert portal.send(f"/uploads/{plan['upload_id']}/{act}", forged).status_code == 403


def test_an_inactive_vendor_looks_at_a_plan_but_does_not_apply_it(portal: Portal, stack: Stack) -> None:
    run = with_products(stack, 1)
    plan = planned(stack, [f"S{run}-1,10.00,,,"])
    stack.sql("UPDATE vendors SET status = 'inactive' WHERE vendor_id = %s", VENDOR)
    try:
        assert portal.go(f"/uploads/{plan['upload_id']}/plan").status_code == 200
        assert portal.send(f"/uploads/{plan['upload_id']}/apply-plan", {}).status_code == 403
    finally:
        stack.sql("UPDATE vendors SET status = 'active' WHERE vendor_id = %s", VENDOR)


def test_support_applies_a_plan_for_a_vendor_and_that_is_recorded(stack: Stack) -> None:
    run = with_products(stack, 1)
    plan = planned(stack, [f"S{run}-1,10.00,,,"])
    with visiting_portal(stack, "support") as support:
        upload = applied(support, stack, plan)
    assert price(stack, run, 1) == 10.0
    acts = stack.sql("SELECT action, vendor_id FROM support_actions WHERE upload_id = %s", upload["upload_id"])
    assert acts == [{"action": "upload_applied", "vendor_id": VENDOR}]
