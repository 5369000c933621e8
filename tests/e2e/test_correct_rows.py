"""Rejected rows in the form for corrections, without JavaScript: shown, checked, and sent as one correction."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.e2e.portal import Portal, visiting_portal
from tests.e2e.test_correcting_in_portal import send, send_corrections, upload_of
from tests.stack import HEADER, Stack, csv_of, tag

VENDOR = "VEND002"
Json = dict[str, Any]
_FIELD = re.compile(r'<input id="[^"]+" name="(cell\.[^"]+)" value="([^"]*)"')
_TEXT = re.compile(r'<textarea id="[^"]+" name="(cell\.[^"]+)"[^>]*>\n(.*?)</textarea>', re.DOTALL)


@pytest.fixture
def portal(stack: Stack) -> Iterator[Portal]:
    with visiting_portal(stack, VENDOR) as portal:
        yield portal


def wrong_rows(run: str) -> list[str]:
    """Row 1: a wrong category; row 2: price and stock; row 3: two fields missing; row 4: good; row 5: the SKU of row 4;
    row 6: too many cells."""
    return [
        f"P{run}-1,Lamp,Elektronics,S{run}-1,9.90,5",
        f"P{run}-2,Lamp,Electronics,S{run}-2,-3,5 pcs",
        f"P{run}-3,,Electronics,,9.90,5",
        f"P{run}-4,Lamp,Electronics,S{run}-4,9.90,5",
        f"P{run}-5,Lamp,Electronics,S{run}-4,9.90,5",
        f"P{run}-6,Lamp, bright,Electronics,S{run}-6,9.90,5",
    ]


@pytest.fixture(scope="module")
def upload(stack: Stack) -> Json:
    return send(stack, wrong_rows(tag()))


def fields_of(page: str) -> dict[str, str]:
    """The cells that a page of the form sends if nothing is changed."""
    found = [*_FIELD.findall(page), *_TEXT.findall(page)]
    return {html.unescape(name): html.unescape(value) for name, value in found}


def check(portal: Portal, upload: Json, row: int, cells: Mapping[str, str], **fields: str) -> httpx.Response:
    named = {f"cell.{row}.{column}": value for column, value in cells.items()}
    return portal.send(f"/uploads/{upload['upload_id']}/rows/{row}/check", named | fields)


def checked(portal: Portal, upload: Json, row: int, cells: Mapping[str, str], **fields: str) -> Json:
    answer: Json = check(portal, upload, row, cells, **fields).raise_for_status().json()
    return answer


def preview(portal: Portal, stack: Stack, upload: Json, fields: Mapping[str, str]) -> Json:
    answer = portal.send(f"/uploads/{upload['upload_id']}/correct", fields)
    assert answer.status_code == 303, answer.text
    return stack.ended(answer.headers["Location"].partition("?")[0].rpartition("/")[2], vendor=VENDOR)


def test_every_rejected_row_is_shown_with_its_wrong_cells(portal: Portal, upload: Json) -> None:
    page = portal.go(f"/uploads/{upload['upload_id']}/correct").text
    fields = fields_of(page)
    by_row: dict[str, list[str]] = {}
    for name in fields:
        _, row, column = name.split(".")
        by_row.setdefault(row, []).append(column)
    assert by_row == {
        "1": ["category"],
        "2": ["price", "stock_quantity"],
        "3": ["product_name", "sku"],
        "5": ["sku"],
        "6": HEADER.split(","),
    }
    assert fields["cell.1.category"] == "Elektronics"
    assert "5 rows are left to correct." in page
    assert "Row 4 of this file</a>" in page


def test_a_page_of_the_form_that_is_sent_unchanged_says_nothing(portal: Portal, upload: Json) -> None:
    path = f"/uploads/{upload['upload_id']}/correct"
    answer = portal.send(path, fields_of(portal.go(path).text))
    assert (answer.status_code, "Nothing is chosen yet." in answer.text) == (422, True)


def test_cells_that_are_changed_are_one_correction(portal: Portal, stack: Stack) -> None:
    run = tag()
    parent = send(stack, wrong_rows(run))
    path = f"/uploads/{parent['upload_id']}/correct"
    written = {
        "cell.1.category": "Electronics",
        "cell.2.price": "3",
        "cell.2.stock_quantity": "5",
        "cell.3.product_name": "Lamp",
        "cell.3.sku": f"S{run}-3",
        "cell.5.sku": f"S{run}-5",
        "cell.6.product_name": "Lamp, bright",
        "cell.6.category": "Electronics",
        "cell.6.sku": f"S{run}-6",
        "cell.6.price": "9.90",
        "cell.6.stock_quantity": "5",
    }
    shown = preview(portal, stack, parent, fields_of(portal.go(path).text) | written)
    assert (shown["dry_run"], shown["total_records"], shown["valid_records"]) == (True, 5, 5)
    sent = send_corrections(portal, stack, shown)
    assert (sent["status"], sent["valid_records"]) == ("completed", 5)
    assert upload_of(stack, parent)["corrected_records"] == 5
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-6")
    assert (product["product_name"], product["price"]) == ("Lamp, bright", 9.9)
    assert "Nothing is left to correct" in portal.go(path).text


def test_a_preview_names_rows_that_were_changed_and_are_not_sent(portal: Portal, stack: Stack) -> None:
    path = f"/uploads/{send(stack, wrong_rows(tag()))['upload_id']}/correct"
    address = portal.send(path, {"cell.1.category": "Electronics", "cell.2.price": "3"}).headers["Location"]
    stack.ended(address.partition("?")[0].rpartition("/")[2], vendor=VENDOR)
    page = portal.go(address).text
    assert "1 row that you changed is not sent, because something else in it is still wrong:" in page
    assert f'href="{path}?row=2#rows"' in page
    assert 'data-unsent="2"' in page


def test_the_form_comes_again_with_what_was_written(portal: Portal, upload: Json) -> None:
    path = f"/uploads/{upload['upload_id']}/correct"
    answer = portal.send(path, {"cell.2.price": "3 <b>", "cell.3.sku": "S-1"})
    assert answer.status_code == 422
    assert "each still has an error" in answer.text
    fields = fields_of(answer.text)
    assert (fields["cell.2.price"], fields["cell.3.sku"]) == ("3 <b>", "S-1")


def test_rows_of_a_cause_and_single_rows_are_shown_alone(portal: Portal, upload: Json) -> None:
    path = f"/uploads/{upload['upload_id']}/correct"
    page = portal.go(f"{path}?error_type=INVALID_CATEGORY&error_field=category&value=ELEKTRONICS").text
    assert set(fields_of(page)) == {"cell.1.category"}
    assert "1 of 5: Invalid category, category “ELEKTRONICS”" in page
    assert set(fields_of(portal.go(f"{path}?row=1").text)) == {f"cell.1.{name}" for name in HEADER.split(",")}
    assert "Row 4 is not left to correct" in portal.go(f"{path}?row=4").text
    assert "No row is left here" in portal.go(f"{path}?error_type=SKU_CHANGED").text
    assert set(fields_of(portal.go(f"/uploads/{upload['upload_id']}/rows/2/other-cells").text)) == {
        f"cell.2.{name}" for name in ("vendor_product_id", "product_name", "category", "sku")
    }


def test_more_rows_follow_on_the_next_page(portal: Portal, stack: Stack) -> None:
    run = tag()
    rows = [f"P{run}-{n},Lamp {'x' * 100},Electronics,S{run}-{n},-{n},many" for n in range(1, 121)]
    parent = send(stack, rows)
    path, seen = f"/uploads/{parent['upload_id']}/correct", 0
    while path:
        page = portal.go(path)
        assert len(page.content) < 150_000
        seen += len(fields_of(page.text)) // 2
        following = re.search(r'rel="next" href="([^"]+)">Next rows', page.text)
        path = html.unescape(following[1]).partition("#")[0] if following else ""
    assert seen == 120


def test_a_row_is_checked_by_the_rules_of_its_upload(portal: Portal, upload: Json) -> None:
    answer = checked(portal, upload, 2, {"price": "3,50", "stock_quantity": "5 pcs"})
    assert answer == {
        "is_good": False,
        "faults": {
            "stock_quantity": [
                {
                    "message": "Stock quantity must be a whole number from 0 to 1000000, such as 25",
                    "suggestion": "5",
                }
            ]
        },
        "notes": [],
    }
    assert checked(portal, upload, 2, {"price": "3,50", "stock_quantity": "5"}) == {
        "is_good": True, "faults": {}, "notes": [],
    }  # fmt: skip


def test_a_cell_that_was_good_can_become_wrong(portal: Portal, upload: Json) -> None:
    answer = checked(portal, upload, 1, {"category": "electronics", "sku": "a\nb"})
    assert list(answer["faults"]) == ["sku"]
    assert not answer["is_good"]


def test_a_duplicate_is_wrong_until_something_else_is_written_and_then_checked_later(
    portal: Portal, upload: Json
) -> None:
    unchanged = checked(portal, upload, 5, {"product_name": "Another lamp"})
    assert (list(unchanged["faults"]), unchanged["is_good"], unchanged["notes"]) == (["sku"], False, [])
    answer = checked(portal, upload, 5, {"sku": f"S{tag()}"})
    assert (answer["faults"], answer["is_good"]) == ({}, True)
    assert answer["notes"] == ["Whether it is unique is checked again when you preview."]


def test_a_malformed_row_is_checked_with_all_its_cells(portal: Portal, upload: Json) -> None:
    answer = checked(portal, upload, 6, {"product_name": "Lamp, bright"})
    assert set(answer["faults"]) >= {"category", "price"}
    good = {"product_name": "Lamp", "category": "Electronics", "sku": f"S{tag()}", "price": "1", "stock_quantity": "5"}
    assert checked(portal, upload, 6, good)["is_good"]


def test_nothing_is_written_by_a_check(portal: Portal, stack: Stack, upload: Json) -> None:
    before = stack.sql("SELECT * FROM upload_history WHERE upload_id = %s", upload["upload_id"])
    checked(portal, upload, 1, {"category": "Electronics"})
    assert stack.sql("SELECT * FROM upload_history WHERE upload_id = %s", upload["upload_id"]) == before
    assert upload_of(stack, upload)["corrected_records"] == 0


def test_a_check_needs_our_form_and_the_vendors_own_row(portal: Portal, stack: Stack, upload: Json) -> None:
    assert check(portal, upload, 1, {"category": "Toys"}, form_token="forged").status_code == 403
    strangers = stack.ended(stack.send(csv_of(wrong_rows(tag())), vendor="VEND003")["upload_id"], vendor="VEND003")
    assert check(portal, strangers, 1, {"category": "Toys"}).status_code == 404
    assert portal.go(f"/uploads/{strangers['upload_id']}/rows/1/other-cells").status_code == 404
    for row in (4, 99, 2**31 - 1):
        assert check(portal, upload, row, {"price": "1"}).status_code == 404
        assert portal.go(f"/uploads/{upload['upload_id']}/rows/{row}/other-cells").status_code == 404
    with httpx.Client(base_url=stack.api_url, timeout=30) as nobody:
        answer = nobody.post(f"/uploads/{upload['upload_id']}/rows/1/check", data={"cell.1.category": "Toys"})
        assert answer.headers["Location"].startswith("/sign-in")


def test_support_checks_rows_of_every_vendor(stack: Stack, upload: Json) -> None:
    with visiting_portal(stack, "support") as support:
        assert checked(support, upload, 1, {"category": "Electronics"})["is_good"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "[clear]",
        "#N/A",
        "=cmd|' /C calc'!A0",
        "'=1+1",
        "\u202e",
        "é" * 19_000,
        "\x07",
        "a\0b",
        "\U0001f4a9",
        "a\r\nb\rc",
    ],
)
def test_whatever_is_written_is_judged(value: str, portal: Portal, upload: Json) -> None:
    for column in HEADER.split(","):
        answer = checked(portal, upload, 2, {column: value})
        assert set(answer) == {"is_good", "faults", "notes"}
        assert not answer["is_good"]


@pytest.mark.parametrize(
    "fields",
    [
        {"cell.99999999999.price": "1"},
        {"cell.0.price": "1"},
        {"cell.2.no_such": "1"},
        {"cell.2.price.x": "1"},
        {"cell.4.price": "1"},
        {"whole.1": "true"},
        {"cell.2147483647.price": "1"},
    ],
)
def test_fields_that_no_form_of_ours_has_change_nothing(fields: dict[str, str], portal: Portal, upload: Json) -> None:
    answer = portal.send(f"/uploads/{upload['upload_id']}/correct", fields)
    assert (answer.status_code, "Nothing is chosen yet." in answer.text) == (422, True)


def test_a_cell_that_is_too_long_is_refused_in_words(portal: Portal, upload: Json) -> None:
    long = {"cell.2.price": "x" * 20_001}
    answer = portal.send(f"/uploads/{upload['upload_id']}/correct", long)
    assert (answer.status_code, "at most 20000 characters" in answer.text) == (422, True)
    assert list(checked(portal, upload, 2, {"price": "x" * 20_001})["faults"]) == ["price", "stock_quantity"]


def test_a_thousand_rows_are_sent_at_once_and_no_more(portal: Portal, stack: Stack) -> None:
    run = tag()
    parent = send(stack, [f"P{run}-{n},Lamp,Electronics,S{run}-{n},-1,5" for n in range(1, 1_002)])
    written = {f"cell.{n}.price": "1.50" for n in range(1, 1_002)}
    refused = portal.send(f"/uploads/{parent['upload_id']}/correct", written)
    assert refused.status_code == 422
    assert "At most 1,000 rows can be corrected one by one in one go." in refused.text
    del written["cell.7.price"]
    assert preview(portal, stack, parent, written)["valid_records"] == 1_000


def test_a_cause_and_cells_together_put_a_row_right(portal: Portal, stack: Stack) -> None:
    run = tag()
    parent = send(stack, [f"P{run},Lamp,Elektronics,S{run},-1,5"])
    path = f"/uploads/{parent['upload_id']}/correct"
    fields = fields_of(portal.go(path).text) | {"cell.1.price": "2"}
    fields["do.INVALID_CATEGORY.category.Elektronics"] = "pick:Electronics"
    assert preview(portal, stack, parent, fields)["valid_records"] == 1


def test_a_row_that_is_rejected_again_is_shown_as_it_is_now(portal: Portal, stack: Stack) -> None:
    run = tag()
    parent = send(stack, [f"P{run},Lamp,Electronics,S{run},-1,5"])
    path = f"/uploads/{parent['upload_id']}/correct"
    send_corrections(portal, stack, preview(portal, stack, parent, {"cell.1.price": "free"}))
    assert fields_of(portal.go(path).text) == {"cell.1.price": "free"}
    sent = send_corrections(portal, stack, preview(portal, stack, parent, {"cell.1.price": "2"}))
    assert (sent["status"], upload_of(stack, parent)["corrected_records"]) == ("completed", 1)
