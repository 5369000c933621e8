"""Rows sent as JSON: written to a file, and all else as if that had been sent."""

from typing import Any

import httpx
import pytest

from tests.stack import Stack, tag


class Vendor:
    def __init__(self, stack: Stack) -> None:
        self.stack, self.run = stack, tag()

    def post(self, body: Any, **headers: str) -> httpx.Response:
        with self.stack.api("VEND002") as api:
            return api.post("/v1/uploads/rows", json=body, headers=headers)

    def send(self, *rows: dict[str, Any], **fields: Any) -> dict[str, Any]:
        answer = self.post({"rows": list(rows), **fields})
        assert answer.status_code == 202, answer.text
        return self.stack.ended(answer.json()["upload_id"], vendor="VEND002")

    def row(self, number: int, **changed: Any) -> dict[str, Any]:
        return {
            "vendor_product_id": f"P{self.run}-{number}",
            "product_name": 'Monitor 27", black\nwith stand',
            "category": "Electronics",
            "sku": f"00{self.run}-{number}",
            "price": 9.9,
            "stock_quantity": 5,
        } | changed

    def products(self, upload: dict[str, Any]) -> list[dict[str, Any]]:
        return self.stack.products(vendor="VEND002", upload_id=upload["upload_id"])


@pytest.fixture
def vendor(stack: Stack) -> Vendor:
    return Vendor(stack)


def test_rows_become_products(vendor: Vendor) -> None:
    rows = [vendor.row(1), vendor.row(2, price="1,299.00", brand="=1+1"), vendor.row(3, price=1.299, weight_kg=1e-3)]
    upload = vendor.send(*rows, reference="nightly")
    assert (upload["file_name"], upload["reference"], upload["total_records"]) == ("rows.csv", "nightly", 3)
    assert [(product["price"], product["brand"]) for product in vendor.products(upload)] == [
        (9.9, None),
        (1299, "=1+1"),
    ]
    assert vendor.products(upload)[0]["product_name"] == 'Monitor 27", black\nwith stand'
    (error,) = vendor.stack.errors(upload["upload_id"], vendor="VEND002")
    assert (error["row_number"], error["value"]) == (3, "1.299")


def test_prices_change_by_sku_with_a_null_for_what_is_kept(vendor: Vendor) -> None:
    vendor.send(vendor.row(1))
    upload = vendor.send({"sku": vendor.row(1)["sku"], "price": 12, "stock_quantity": None}, mode="update")
    assert upload["updated_records"] == 1
    with vendor.stack.api("VEND002") as api:
        (product,) = api.get("/v1/products", params={"sku": vendor.row(1)["sku"]}).json()["items"]
    assert (product["price"], product["stock_quantity"]) == (12, 5)


def test_names_may_be_mapped_as_the_headers_of_a_file(vendor: Vendor) -> None:
    row = vendor.row(1)
    row["Nr"] = row.pop("sku")
    del row["vendor_product_id"]
    upload = vendor.send(row, mapping={"sku": "Nr", "vendor_product_id": "Nr"})
    assert upload["created_records"] == 1


def test_a_repeat_with_the_same_idempotency_key_sends_nothing_twice(vendor: Vendor) -> None:
    body, key = {"rows": [vendor.row(1)]}, {"Idempotency-Key": f"rows-{tag()}"}
    first, second = vendor.post(body, **key), vendor.post(body, **key)
    assert first.json()["upload_id"] == second.json()["upload_id"]
    assert vendor.post({"rows": [vendor.row(2)]}, **key).json()["code"] == "IDEMPOTENCY_MISMATCH"


def test_a_thousand_rows_with_long_texts_fit_into_one_call(vendor: Vendor) -> None:
    upload = vendor.send(*(vendor.row(number, description="word " * 500) for number in range(1000)))
    assert upload["created_records"] == 1000


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [{"sku": "A"}] * 1001,
        [{"sku": True}],
        [{"sku": ["A"]}],
        [{"sku": "a\0b"}],
        [{"": "A"}],
        [{f"column {number}": "A" for number in range(501)}],
        {"sku": "A"},
    ],
)
def test_what_is_no_table_is_refused(vendor: Vendor, rows: Any) -> None:
    answer = vendor.post({"rows": rows})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")
    assert len(answer.text) < 2_000
