"""The page of a product: who set each field, and what happened to it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.portal import Portal, visiting_portal
from tests.stack import Stack, csv_of, sound_rows, tag

VENDOR = "VEND002"


@pytest.fixture
def portal(stack: Stack) -> Iterator[Portal]:
    with visiting_portal(stack, VENDOR) as portal:
        yield portal


def send(stack: Stack, content: bytes, **fields: Any) -> str:
    return str(stack.ended(stack.send(content, vendor=VENDOR, **fields)["upload_id"], vendor=VENDOR)["upload_id"])


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_a_product_says_who_set_each_field_and_what_happened_to_it(portal: Portal, stack: Stack) -> None:
    run = tag()
    creation = send(stack, csv_of(sound_rows(1, run)), file_name="first.csv")
    rows = [f"S{run}-1,9.99,Lumen"]
    changed = send(stack, csv_of(rows, "sku,price,brand"), mode="update", file_name="prices.csv")
    cleared = send(stack, csv_of([f"S{run}-1,[clear]"], "sku,brand"), mode="update", file_name="brands.csv")
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-1")
    page = portal.go(f"/catalogue/{product['product_id']}").text
    words = text_of(page)
    assert re.search(r"Price ?9\.99 ?by row 1 of prices\.csv", words), words
    assert re.search(r"Brand ?nothing ?by row 1 of brands\.csv", words)
    assert not re.search(r"Unit ?piece ?by", words)
    history = page.partition('id="history"')[2]
    assert re.findall(r'href="/uploads/(\w+)/rows/1"', history) == [cleared, changed, creation]
    assert re.search(r"Price: 19\.99 → now 9\.99 −50%", text_of(history)), text_of(history)
    assert re.findall(r'href="/uploads/(\w+)#undo"', history) == [cleared, changed, creation]


def test_a_long_history_has_pages(portal: Portal, stack: Stack) -> None:
    run = tag()
    creation = send(stack, csv_of(sound_rows(1, run)))
    (product,) = stack.products(vendor=VENDOR, sku=f"S{run}-1")
    stack.sql(
        """
        INSERT INTO record_changes (upload_id, vendor_id, row_number, line, sheet_row, product_id, outcome, is_written,
                                    changes)
        SELECT %s, %s, n, n, n, %s, 'updated', true, '{"price": {"before": "1.00", "after": "2.00"}}'
        FROM generate_series(2, 31) AS n
        """,
        *(creation, VENDOR, product["product_id"]),
    )
    path, rows = f"/catalogue/{product['product_id']}", list[int]()
    while path:
        history = portal.go(path).text.partition('id="history"')[2]
        rows += map(int, re.findall(r"/rows/(\d+)\"", history))
        earlier = re.search(r'href="([^"#]+)#history">Earlier', history)
        path = earlier[1] if earlier else ""
    assert rows == [*range(31, 0, -1)]


def test_a_product_of_another_vendor_is_not_found(portal: Portal, stack: Stack) -> None:
    run = tag()
    stack.ended(stack.send(csv_of(sound_rows(1, run)), vendor="VEND003")["upload_id"], vendor="VEND003")
    (product,) = stack.products(vendor="VEND003", sku=f"S{run}-1")
    assert portal.go(f"/catalogue/{product['product_id']}").status_code == 404
