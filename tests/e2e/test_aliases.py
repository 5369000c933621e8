"""A vendor's own names for categories: remembered once, read in every later file."""

from typing import Any

import pytest

from tests.stack import Stack, csv_of, tag

OWN_NAME = "Elektronik & Zubehör"


class Vendor:
    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def call(self, method: str, path: str, **options: Any) -> Any:
        with self.stack.api("VEND003") as api:
            return api.request(method, path, **options)

    def send(self, *categories: str) -> dict[str, Any]:
        run = tag()
        rows = [f"P{run}-{n},Thing,{category},S{run}-{n},1.50,5" for n, category in enumerate(categories)]
        upload = self.stack.send(csv_of(rows), vendor="VEND003")
        return self.stack.ended(upload["upload_id"], vendor="VEND003")


@pytest.fixture
def vendor(stack: Stack) -> Vendor:
    return Vendor(stack)


def test_a_remembered_name_stands_for_its_category_in_later_files(vendor: Vendor) -> None:
    before = vendor.send(OWN_NAME)
    assert before["errors_by_type"] == {"INVALID_CATEGORY": 1}
    answer = vendor.call("PUT", f"/v1/aliases/{OWN_NAME}", json={"category": "electronics"})
    assert answer.json() == {"value": OWN_NAME, "category": "Electronics"}
    assert vendor.call("GET", "/v1/aliases").json()["items"] == [answer.json()]

    after = vendor.send(OWN_NAME, f"  {OWN_NAME.upper()} ", "Electronics")
    assert (after["status"], after["created_records"]) == ("completed", 3)
    products = vendor.stack.products(vendor="VEND003", upload_id=after["upload_id"])
    assert {product["category"] for product in products} == {"Electronics"}

    assert vendor.call("DELETE", f"/v1/aliases/{OWN_NAME.casefold()}").status_code == 204
    assert vendor.send(OWN_NAME)["errors_by_type"] == {"INVALID_CATEGORY": 1}
    assert vendor.call("DELETE", f"/v1/aliases/{OWN_NAME}").json()["code"] == "NOT_FOUND"


def test_a_category_is_always_meant_by_its_own_name(vendor: Vendor) -> None:
    vendor.call("PUT", "/v1/aliases/Clothing", json={"category": "Electronics"})
    upload = vendor.send("Clothing")
    (product,) = vendor.stack.products(vendor="VEND003", upload_id=upload["upload_id"])
    assert product["category"] == "Clothing"
    vendor.call("DELETE", "/v1/aliases/Clothing")


def test_only_one_of_the_marketplaces_categories_can_be_meant(vendor: Vendor) -> None:
    answer = vendor.call("PUT", "/v1/aliases/Elektro", json={"category": "Nowhere"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "category")
    assert vendor.call("PUT", "/v1/aliases/%20", json={"category": "Electronics"}).status_code == 422
    assert vendor.call("GET", "/v1/aliases").json()["items"] == []


def test_support_names_the_vendor(stack: Stack, vendor: Vendor) -> None:
    vendor.call("PUT", "/v1/aliases/Bücher%2FMedien", json={"category": "Electronics"})
    with stack.api("support") as support:
        items = support.get("/v1/aliases", params={"vendor_id": "VEND003"}).json()["items"]
        assert items == [{"value": "Bücher/Medien", "category": "Electronics"}]
        assert support.delete("/v1/aliases/Bücher/Medien", params={"vendor_id": "VEND003"}).status_code == 204
        assert support.get("/v1/aliases").status_code == 422
