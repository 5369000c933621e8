"""`optional_values: leave_out`: rows are accepted without optional values that break a rule."""

from typing import Any

import pytest

from tests.e2e.console import signed_in
from tests.e2e.test_changing_products import Shop, counters
from tests.stack import Stack, eventually, part

HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity,brand,weight_kg"


def row(shop: Shop, number: int, *, price: str = "10.00", brand: str = "Nordvik", weight: str = "1") -> str:
    return f"P{shop.run}-{number},Lamp,Electronics,{shop.sku(number)},{price},5,{brand},{weight}"


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Shop:
    return Shop(stack, vendor="VEND002")


@pytest.fixture(scope="module")
def upload(shop: Shop) -> dict[str, Any]:
    """Rows with values that are left out, a row that is rejected all the same, and a row that repeats the first."""
    rows = [
        row(shop, 1, weight="abc"),
        row(shop, 2, weight="5 lb", brand="x" * 300),
        row(shop, 3),
        row(shop, 4, price="free", weight="abc"),
        row(shop, 1, weight="abc"),
    ]
    return shop.send(rows, HEADER, optional_values="leave_out")


def test_rows_are_accepted_without_the_values(shop: Shop, upload: dict[str, Any]) -> None:
    assert counters(upload) == {"created": 3, "error": 2}
    assert [shop.product(number)["weight_kg"] for number in (1, 2, 3)] == [None, None, 1]
    assert shop.product(2)["brand"] is None


def test_the_ledger_shows_what_was_left_out(shop: Shop, upload: dict[str, Any]) -> None:
    left_out = [each["left_out"] for each in shop.records(upload)]
    assert left_out == [{"weight_kg": "abc"}, {"weight_kg": "5 lb", "brand": "x" * 200 + "…"}, {}, {}, {}]


def test_a_rejected_row_has_all_of_its_errors(shop: Shop, upload: dict[str, Any]) -> None:
    errors = {each["row_number"]: [e["error_type"] for e in each["errors"]] for each in shop.records(upload)}
    assert errors[4] == ["INVALID_PRICE", "INVALID_VALUE"]
    assert errors[5] == ["DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID", "INVALID_VALUE"]
    assert upload["already_in_catalogue_records"] == 0


def test_a_warning_counts_the_rows(stack: Stack, upload: dict[str, Any]) -> None:
    (warning,) = upload["warnings"]
    assert (warning["code"], warning["severity"], warning["line"]) == ("VALUES_LEFT_OUT", "warning", 2)
    assert "2 rows were accepted" in warning["message"]
    assert "brand in 1, weight_kg in 2 (lines 2, 3)" in warning["message"]
    (notification,) = stack.mails(upload["upload_id"])
    assert "Warnings: VALUES_LEFT_OUT" in notification["Message"].splitlines()
    (mail,) = eventually(lambda: stack.vendor_mails(upload["upload_id"]))
    assert "2 rows were accepted without values that break a rule" in " ".join(part(mail, "plain").split())


@pytest.mark.parametrize("mode", ["upsert", "update"])
def test_a_product_keeps_the_value_that_it_has(shop: Shop, upload: dict[str, Any], mode: str) -> None:
    rows = [row(shop, 3, price="11" if mode == "update" else "12", weight="heavy", brand="")]
    changed = shop.send(rows, HEADER, mode=mode, blank_cells="clear", optional_values="leave_out")
    (record,) = shop.records(changed)
    assert record["left_out"] == {"weight_kg": "heavy"}
    assert "price" in record["changes"]
    assert "weight_kg" not in record["changes"]
    assert (shop.product(3)["weight_kg"], shop.product(3)["brand"]) == (1, None)


def test_a_row_of_no_product_is_rejected_for_everything(shop: Shop, upload: dict[str, Any]) -> None:
    sent = shop.send([f"{shop.sku(99)},12,abc"], "sku,price,weight_kg", mode="update", optional_values="leave_out")
    (record,) = shop.records(sent)
    assert [each["error_type"] for each in record["errors"]] == ["INVALID_VALUE", "PRODUCT_NOT_FOUND"]
    assert (record["left_out"], sent["warnings"]) == ({}, [])


def test_a_row_that_the_catalogue_has_already_is_rejected_for_everything(shop: Shop, upload: dict[str, Any]) -> None:
    sent = shop.send([row(shop, 3, weight="abc")], HEADER, optional_values="leave_out")
    (record,) = shop.records(sent)
    assert [each["error_type"] for each in record["errors"]] == [
        "DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID", "INVALID_VALUE",
    ]  # fmt: skip


def test_a_dry_run_shows_the_same(shop: Shop, upload: dict[str, Any]) -> None:
    rows = [row(shop, 50, weight="abc"), row(shop, 3, price="15", weight="abc")]
    planned = shop.send(rows, HEADER, mode="upsert", optional_values="leave_out", dry_run=True)
    assert counters(planned) == {"created": 1, "updated": 1}
    assert [each["left_out"] for each in shop.records(planned)] == [{"weight_kg": "abc"}] * 2
    assert [each["code"] for each in planned["warnings"]] == ["VALUES_LEFT_OUT"]


def test_the_setting_of_the_vendor_holds_where_the_request_says_nothing(shop: Shop, upload: dict[str, Any]) -> None:
    shop.change_settings(optional_values="leave_out")
    try:
        sent = shop.send([row(shop, 60, weight="abc")], HEADER)
    finally:
        shop.change_settings(optional_values="reject")
    assert counters(sent) == {"created": 1}
    assert counters(shop.send([row(shop, 61, weight="abc")], HEADER)) == {"error": 1}


def test_the_portal_shows_what_was_left_out(stack: Stack, upload: dict[str, Any]) -> None:
    here = f"/uploads/{upload['upload_id']}"
    with signed_in(stack, "VEND002") as visitor:
        pages = [visitor.client.get(f"{here}{path}").text for path in ("", "/rows", "/rows/1")]
    assert "2 rows were accepted without values that break a rule" in pages[0]
    assert "Is left out; its row is accepted".lower() in pages[0].lower()
    assert "Left out: Brand, Weight" in pages[1]
    assert "What was left out" in pages[2]


def test_defaults_may_be_written_as_people_write_numbers(shop: Shop) -> None:
    header = "vendor_product_id,product_name,category,sku,stock_quantity"
    rows = [f"P{shop.run}-70,Lamp,Electronics,{shop.sku(70)},5"]
    sent = shop.send(rows, header, defaults={"price": "€ 12,99", "compare_at_price": "1.299,00", "weight_kg": "0,5"})
    assert sent["decisions"]["defaults"] == {"price": "12.99", "compare_at_price": "1299.00", "weight_kg": "0.5"}
    product = shop.product(70)
    assert (product["price"], product["compare_at_price"], product["weight_kg"]) == (12.99, 1299, 0.5)


@pytest.mark.parametrize("price", ["1,299", "12,99 kg", "free", "€ $ 5"])
def test_a_default_that_cannot_be_read_in_one_way_is_refused(stack: Stack, price: str) -> None:
    with stack.api("VEND002") as api:
        answer = api.post("/v1/uploads", json={"file_name": "a.csv", "defaults": {"price": price}})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")
