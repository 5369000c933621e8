"""A file that would do to many products what is mostly a mistake stops, until somebody confirms it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.stack import Stack, csv_of, eventually, part, sound_rows, tag

DOUBLES = (
    "This file would more than double the price, or cut it to less than half, for 40 of its 40 products. This was a dry"
    " run; done for real, it needs your confirmation."
)


class Shop(Client):
    """A vendor with some products of its own in this test, each with a price of 19.99 and a stock of 5."""

    def __init__(self, stack: Stack, vendor: str, products: int) -> None:
        super().__init__(stack, vendor)
        self.run, self.count = tag(), products
        assert self.send(csv_of(sound_rows(products, self.run)))["created_records"] == products

    def file(self, column: str, values: list[str]) -> bytes:
        """One value for each product, from the first one on."""
        rows = [f"S{self.run}-{number},{value}" for number, value in enumerate(values, 1)]
        return csv_of(rows, f"sku,{column}")

    def take_back(self, upload: dict[str, Any]) -> dict[str, Any]:
        """The undo of an upload when it has ended."""
        answer = self.call("POST", f"/v1/uploads/{upload['upload_id']}/undo", json={})
        return self.stack.ended(answer.json()["upload_id"], vendor=self.vendor)

    def values(self, column: str) -> list[Any]:
        rows = self.stack.sql(f"SELECT {column} FROM products WHERE sku LIKE %s ORDER BY row_number", f"S{self.run}-%")
        return [row[column] for row in rows]


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Shop:
    return Shop(stack, "VEND002", 40)


def test_a_file_with_every_stock_at_zero_needs_a_confirmation(shop: Shop) -> None:
    refused = shop.send(shop.file("stock_quantity", ["0"] * 40), mode="update")
    failure = refused["failure"]
    assert (refused["status"], failure["code"], refused["total_records"]) == ("failed", "CONFIRMATION_NEEDED", None)
    assert failure["message"] == (
        "This file would set the stock to 0 for 40 of its 40 products in stock. Nothing was changed. Confirm it if it"
        " is meant; otherwise correct the file and send it again."
    )
    examples = [
        {"row_number": number, "sku": f"S{shop.run}-{number}", "before": "5", "after": "0"} for number in range(1, 6)
    ]
    assert failure["guards"] == [{"code": "MASS_ZERO_STOCK", "count": 40, "of": 40, "examples": examples}]
    assert [column["column"] for column in refused["file"]["columns"]] == ["sku", "stock_quantity"]
    assert set(shop.values("stock_quantity")) == {5}
    assert shop.stack.sql("SELECT * FROM record_changes WHERE upload_id = %s", refused["upload_id"]) == []

    applied = shop.apply(refused, accept=["MASS_ZERO_STOCK"])
    assert (applied["status"], applied["updated_records"]) == ("completed", 40)
    assert applied["decisions"]["accept"] == ["MASS_ZERO_STOCK"]
    assert set(shop.values("stock_quantity")) == {0}


def codes(upload: dict[str, Any]) -> list[str]:
    return [guard["code"] for guard in upload["failure"]["guards"]]


def test_half_of_the_stocks_may_be_0_and_not_one_more(shop: Shop) -> None:
    shop.send(shop.file("stock_quantity", ["5"] * 40), mode="update")
    refused = shop.send(shop.file("stock_quantity", ["0"] * 21 + ["5"] * 19), mode="update")
    assert [(guard["count"], guard["of"]) for guard in refused["failure"]["guards"]] == [(21, 40)]
    assert shop.send(shop.file("stock_quantity", ["0"] * 20 + ["5"] * 20), mode="update")["updated_records"] == 20
    shop.send(shop.file("stock_quantity", ["5"] * 40), mode="update")


def test_a_dry_run_warns_and_the_plan_is_confirmed_when_it_is_applied(shop: Shop) -> None:
    plan = shop.send(shop.file("price", ["40"] * 40), mode="update", dry_run=True)
    assert (plan["status"], plan["updated_records"], plan["failure"]) == ("completed", 40, None)
    assert [(each["code"], each["severity"], each["message"]) for each in plan["warnings"]] == [
        (
            "PRICE_CLIFF",
            "warning",
            DOUBLES,
        )
    ]
    refused = shop.apply(plan)
    assert codes(refused) == ["PRICE_CLIFF"]
    assert {str(price) for price in shop.values("price")} == {"19.99"}
    applied = shop.apply(plan, accept=["PRICE_CLIFF"])
    assert (applied["updated_records"], applied["warnings"]) == (40, [])
    assert {str(price) for price in shop.values("price")} == {"40.00"}


def test_a_guard_may_be_accepted_in_the_first_request_and_for_what_comes_of_it(shop: Shop) -> None:
    rows = [{"sku": f"S{shop.run}-{number}", "price": "19.99"} for number in range(1, 41)]
    fields = {"mode": "update", "accept": ["PRICE_CLIFF"], "dry_run": True}
    answer = shop.call("POST", "/v1/uploads/rows", json={"rows": rows, **fields})
    plan = shop.stack.ended(answer.json()["upload_id"], vendor=shop.vendor)
    assert (plan["warnings"], plan["decisions"]["accept"]) == ([], ["PRICE_CLIFF"])
    applied = shop.apply(plan)
    assert (applied["updated_records"], applied["decisions"]["accept"]) == (40, ["PRICE_CLIFF"])


def test_only_what_was_not_accepted_is_asked(shop: Shop) -> None:
    rows = [f"S{shop.run}-{number},99,0" for number in range(1, 41)]
    content = csv_of(rows, "sku,price,stock_quantity")
    assert codes(shop.send(content, mode="update")) == ["MASS_ZERO_STOCK", "PRICE_CLIFF"]
    refused = shop.send(content, mode="update", accept=["PRICE_CLIFF"])
    assert codes(refused) == ["MASS_ZERO_STOCK"]
    applied = shop.apply(refused, accept=["MASS_ZERO_STOCK"])
    assert (applied["failure"], applied["decisions"]["accept"]) == (None, ["MASS_ZERO_STOCK", "PRICE_CLIFF"])
    shop.take_back(applied)


def test_rows_that_are_left_out_of_a_plan_are_not_compared(shop: Shop) -> None:
    plan = shop.send(shop.file("stock_quantity", ["0"] * 25), mode="update", dry_run=True)
    assert [each["code"] for each in plan["warnings"]] == ["MASS_ZERO_STOCK"]
    applied = shop.apply(plan, omit=[1, 2, 3, 4, 5, 6])
    assert (applied["status"], applied["updated_records"]) == ("partial", 19)
    shop.send(shop.file("stock_quantity", ["5"] * 25), mode="update")


def test_a_direct_drop_is_stopped_too(shop: Shop) -> None:
    assert shop.call("PATCH", "/v1/settings", json={"default_mode": "update"}).status_code == 200
    name = f"{tag()}.csv"
    shop.stack.drop(f"uploads/{shop.vendor}/{name}", shop.file("stock_quantity", ["0"] * 40))
    (dropped,) = eventually(lambda: shop.stack.find_uploads(shop.vendor, file_name=name))
    upload = shop.stack.ended(dropped["upload_id"], vendor=shop.vendor)
    shop.call("PATCH", "/v1/settings", json={"default_mode": "create"})
    assert codes(upload) == ["MASS_ZERO_STOCK"]
    assert upload["created_by"] == "direct_drop"


def test_a_fix_file_is_stopped_too(shop: Shop) -> None:
    first = shop.send(shop.file("price", ["free"] * 40), mode="update")
    assert first["error_records"] == 40
    fix_file = shop.stack.download(first["links"]["fix_file"], vendor=shop.vendor).content
    dear = shop.send(fix_file.replace(b",free,", b",99,"), "prices_fix.csv")
    assert (dear["parent_upload_id"], codes(dear)) == (first["upload_id"], ["PRICE_CLIFF"])
    corrected = shop.apply(dear, accept=["PRICE_CLIFF"])
    assert (corrected["parent_upload_id"], corrected["updated_records"]) == (first["upload_id"], 40)
    shop.take_back(corrected)


def test_a_correction_is_not_stopped(shop: Shop) -> None:
    fixes = [{"error_type": "INVALID_PRICE", "error_field": "price", "value": None, "set": "99.00"}]
    second = shop.send(shop.file("price", ["dear"] * 40), mode="update")
    answer = shop.call("POST", f"/v1/uploads/{second['upload_id']}/corrections", json={"fixes": fixes})
    assert answer.status_code == 202, answer.text
    assert shop.stack.ended(answer.json()["upload_id"], vendor=shop.vendor)["updated_records"] == 40
    shop.send(shop.file("price", ["19.99"] * 40), mode="update", accept=["PRICE_CLIFF"])


def test_an_undo_is_not_stopped(shop: Shop) -> None:
    changed = shop.send(shop.file("price", ["99"] * 40), mode="update", accept=["PRICE_CLIFF"])
    assert shop.take_back(changed)["updated_records"] == 40
    assert {str(price) for price in shop.values("price")} == {"19.99"}


def test_the_notification_says_what_would_have_happened(shop: Shop) -> None:
    refused = shop.send(shop.file("stock_quantity", ["0"] * 40), mode="update")
    (mail,) = shop.stack.mails(refused["upload_id"])
    assert mail["Subject"] == "Upload Failed"
    assert f"Reason: {refused['failure']['message']}" in mail["Message"].splitlines()
    (letter,) = eventually(lambda: shop.stack.vendor_mails(refused["upload_id"]))
    assert f"* Row 5, S{shop.run}-5: 5 -> 0" in part(letter, "plain")


@pytest.fixture
def support(stack: Stack) -> Iterator[Client]:
    """Support, which takes back what it has changed of the vendor's thresholds."""
    client = Client(stack, "support")
    yield client
    none = dict.fromkeys(("MASS_WITHDRAWAL", "MASS_ZERO_STOCK", "PRICE_CLIFF"))
    client.call("PATCH", "/v1/settings", params={"vendor_id": "VEND002"}, json={"guards": none})


def test_support_changes_the_thresholds_of_a_vendor(shop: Shop, support: Client) -> None:
    usual = {"MASS_WITHDRAWAL": 20, "MASS_ZERO_STOCK": 50, "PRICE_CLIFF": 20}
    assert shop.call("GET", "/v1/settings").json()["guards"] == usual
    own = {"guards": {"PRICE_CLIFF": 100, "MASS_WITHDRAWAL": 5}}
    answer = support.call("PATCH", "/v1/settings", params={"vendor_id": shop.vendor}, json=own)
    assert (answer.status_code, answer.json()["guards"]) == (200, usual | own["guards"])
    assert shop.call("GET", "/v1/settings").json()["guards"] == usual | own["guards"]
    assert shop.send(shop.file("price", ["99"] * 40), mode="update")["updated_records"] == 40

    back = {"guards": {"PRICE_CLIFF": None}}
    answer = support.call("PATCH", "/v1/settings", params={"vendor_id": shop.vendor}, json=back)
    assert answer.json()["guards"] == usual | {"MASS_WITHDRAWAL": 5}
    assert codes(shop.send(shop.file("price", ["19.99"] * 40), mode="update")) == ["PRICE_CLIFF"]


def test_a_vendor_cannot_change_its_own_thresholds(shop: Shop) -> None:
    answer = shop.call("PATCH", "/v1/settings", json={"blank_cells": "keep", "guards": {"PRICE_CLIFF": 100}})
    assert (answer.status_code, answer.json()["code"]) == (403, "SUPPORT_ONLY")


@pytest.mark.parametrize("guards", [{"PRICE_CLIFF": 101}, {"PRICE_CLIFF": -1}, {"PRICE_FALL": 5}])
def test_what_is_no_threshold_is_refused(guards: dict[str, Any], support: Client) -> None:
    answer = support.call("PATCH", "/v1/settings", params={"vendor_id": "VEND002"}, json={"guards": guards})
    assert answer.status_code == 422


def test_what_is_no_guard_cannot_be_accepted(shop: Shop) -> None:
    answer = shop.call("POST", "/v1/uploads", json={"file_name": "a.csv", "accept": ["EVERYTHING"]})
    assert answer.status_code == 422


def test_withdrawals_are_counted_against_all_active_products(stack: Stack) -> None:
    vendor, run = f"V{tag()}", tag()
    stack.sql("INSERT INTO vendors (vendor_id, vendor_name, email) VALUES (%s, 'A shop', 's@example.com')", vendor)
    support = Client(stack, "support")
    assert support.send(csv_of(sound_rows(125, run)), vendor_id=vendor)["created_records"] == 125
    header = "vendor_product_id,listing_status"
    some = csv_of([f"P{run}-{number},withdrawn" for number in range(1, 26)], header)
    assert support.send(some, vendor_id=vendor, mode="update")["updated_records"] == 25
    more = csv_of([f"P{run}-{number},withdrawn" for number in range(1, 51)], header)
    refused = support.send(more, vendor_id=vendor, mode="update")
    (found,) = refused["failure"]["guards"]
    assert (found["code"], found["count"], found["of"]) == ("MASS_WITHDRAWAL", 25, 100)
    assert found["examples"][0] == {"row_number": 26, "sku": f"S{run}-26", "before": "active", "after": "withdrawn"}
