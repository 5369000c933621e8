"""The catalogue, what a file needs, and oneself."""

import csv
import io
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.e2e.reading import RUN, get, items, paged, refused
from tests.e2e.test_api import problem
from tests.stack import Stack

# The catalogue


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"sku": f"S{RUN}-1"}, [1]),
        ({"sku": f"s{RUN}-1"}, []),
        ({"vendor_product_id": f"P{RUN}-2"}, [2]),
        ({"q": f"s{RUN}".upper()}, [1, 2, 3, 4]),
        ({"q": "THING 3"}, [3]),
        ({"category": "elec"}, [1, 2, 3, 4]),
        ({"category": "Clothing"}, []),
        ({"updated_since": "2020-01-01"}, [1, 2, 3, 4]),
        ({"updated_since": "2100-01-01"}, []),
    ],
)
def test_products_are_filtered(
    stack: Stack, upload: dict[str, Any], filters: dict[str, str], expected: list[int]
) -> None:
    for caller in ("VEND002", "support"):
        products = paged(stack, caller, "/v1/products", upload_id=upload["upload_id"], **filters)
        assert [product["row_number"] for product in products] == expected


def test_products_are_listed_by_the_vendors_own_id(stack: Stack, upload: dict[str, Any]) -> None:
    products = paged(stack, "VEND002", "/v1/products", q=RUN)
    assert [product["vendor_product_id"] for product in products] == [f"P{RUN}-{n}" for n in range(1, 5)]


def test_a_product_says_which_row_of_which_upload_set_it(stack: Stack, upload: dict[str, Any]) -> None:
    (listed,) = items(stack, "VEND002", "/v1/products", sku=f"S{RUN}-3")
    product = get(stack, "VEND002", f"/v1/products/{listed['product_id']}")
    fields = product.pop("fields")
    assert product == listed
    assert set(fields) == {"product_name", "category", "price", "stock_quantity"}
    assert {(each["upload_id"], each["row_number"]) for each in fields.values()} == {(upload["upload_id"], 3)}
    assert (product["upload_id"], product["row_number"], product["line"]) == (upload["upload_id"], 3, 4)
    assert (product["price"], product["compare_at_price"], product["unit"]) == (19.99, None, "piece")


def test_another_vendors_products_are_not_there(stack: Stack, upload: dict[str, Any]) -> None:
    (theirs,) = items(stack, "support", "/v1/products", sku=f"S{RUN}-1", vendor_id="VEND002")
    assert items(stack, "VEND001", "/v1/products", sku=f"S{RUN}-1") == []
    assert refused(stack, "VEND001", "/v1/products", vendor_id="VEND002") == (403, "SUPPORT_ONLY")
    with stack.api("VEND001") as api:
        answers = [api.get(f"/v1/products/{name}") for name in (theirs["product_id"], 2**62, 2**70, -1)]
    assert {problem(answer) for answer in answers} == {(404, "NOT_FOUND")}
    assert len({answer.json()["detail"] for answer in answers}) == 1


# What a file needs, and oneself


@pytest.mark.parametrize("path", ["/v1/categories", "/v1/rules", "/v1/limits", "/v1/template.csv", "/v1/template.xlsx"])
def test_what_a_file_needs_is_told_without_a_key_and_once(stack: Stack, path: str) -> None:
    answer = httpx.get(stack.api_url + path)
    for entity_tag in (answer.headers["ETag"], f'"another", W/{answer.headers["ETag"]}', "*"):
        again = httpx.get(stack.api_url + path, headers={"If-None-Match": entity_tag})
        assert (answer.status_code, again.status_code, again.content) == (200, 304, b"")
    assert problem(httpx.get(stack.api_url + path, params={"colour": "red"})) == (422, "INVALID_REQUEST")


def test_the_rules_are_complete(stack: Stack) -> None:
    rules = httpx.get(f"{stack.api_url}/v1/rules").json()
    columns = {column["name"]: column for column in rules["columns"]}
    assert [name for name, column in columns.items() if column["required"]] == [
        "vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity"
    ]  # fmt: skip
    assert (columns["price"]["minimum"], columns["price"]["maximum"]) == (0.01, 999999.99)
    assert (columns["sku"]["max_length"], columns["unit"]["default"]) == (100, "piece")
    assert [rule["number"] for rule in rules["rules"]][:7] == [1, 2, 3, 4, 5, 6, 7]
    assert Counter(rule["code"] for rule in rules["rules"] + rules["failures"]).most_common(1)[0][1] == 1
    assert rules["version"]


def test_limits_and_categories_are_the_services_own(stack: Stack) -> None:
    limits = httpx.get(f"{stack.api_url}/v1/limits").json()
    rules = httpx.get(f"{stack.api_url}/v1/rules").json()
    categories = httpx.get(f"{stack.api_url}/v1/categories").json()
    assert (limits["file_bytes"], limits["rows"], limits["columns"]) == (1024**3, 2_000_000, 500)
    active = stack.sql(  # what the answers are held to has to come from elsewhere
        "SELECT category_name FROM product_categories WHERE is_active ORDER BY category_id"
    )
    assert [item["category_name"] for item in categories["items"]] == [row["category_name"] for row in active]
    assert limits["version"] != categories["version"]
    assert rules["categories"] == [row["category_name"] for row in active]
    assert rules["limits"].items() <= limits.items()


def test_the_template_is_accepted_as_it_is(stack: Stack) -> None:
    answer = httpx.get(f"{stack.api_url}/v1/template.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="product-template.csv"'
    assert len(list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))) == 3
    upload = stack.ended(stack.send(answer.content, dry_run=True)["upload_id"])
    assert (upload["status"], upload["valid_records"], upload["warnings"]) == ("completed", 2, [])


def test_a_key_tells_whose_it_is(stack: Stack) -> None:
    vendor, support = get(stack, "VEND002", "/v1/me"), get(stack, "support", "/v1/me")
    prefix = stack.description["api_keys"]["VEND002"][: len(vendor["key_prefix"])]
    assert vendor == {
        "role": "vendor", "vendor_id": "VEND002", "vendor_name": "StyleWear", "key_prefix": prefix
    }  # fmt: skip
    assert (support["role"], support["vendor_id"], support["vendor_name"]) == ("support", None, None)
