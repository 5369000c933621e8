"""Corrections and rows at the limits of a request, and beyond: the documented problem, at once, and nothing else."""

import json
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, sound_rows, tag

_VENDOR = "VEND002"
_LIMIT = 4 * 1024 * 1024
_NO_HANG_SECONDS = 60


@pytest.fixture(scope="module")
def parent(stack: Stack) -> str:
    """An upload of 1,000 rows with wrong prices."""
    wrong = [row.replace("19.99", "free") for row in sound_rows(1_000, tag())]
    upload_id = stack.send(csv_of(wrong), vendor=_VENDOR)["upload_id"]
    stack.ended(upload_id, vendor=_VENDOR)
    return str(upload_id)


@pytest.fixture
def api(stack: Stack) -> Iterator[httpx.Client]:
    with stack.api(_VENDOR) as api:
        api.timeout = httpx.Timeout(_NO_HANG_SECONDS)
        yield api
        assert api.get("/v1/uploads", params={"limit": 1}).status_code == 200


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(answer.text) < 5_000
    return answer.status_code, answer.json()["code"]


def change(row: int, price: str = "5.00") -> dict[str, Any]:
    return {"row_number": row, "set": {"price": price}}


def category_fix(number: int) -> dict[str, Any]:
    value = f"Category {number}"
    return {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": value, "set": "Electronics"}


def test_a_thousand_rows_are_corrected_in_one_call_and_no_more(api: httpx.Client, parent: str) -> None:
    path = f"/v1/uploads/{parent}/corrections"
    rows = [change(row) for row in range(1, 1_002)]
    assert problem(api.post(path, json={"rows": rows})) == (422, "INVALID_REQUEST")
    answer = api.post(path, json={"rows": rows[:1_000], "dry_run": True})
    assert (answer.status_code, answer.json()["corrected_rows"]) == (202, 1_000)


def test_fixes_have_no_limit_but_that_of_the_body(api: httpx.Client, parent: str) -> None:
    path = f"/v1/uploads/{parent}/corrections"
    fixes = [category_fix(number) for number in range(25_000)]
    assert _LIMIT / 2 < len(json.dumps({"fixes": fixes})) < _LIMIT
    assert problem(api.post(path, json={"fixes": fixes})) == (422, "NOTHING_MATCHED")
    price = {"error_type": "INVALID_PRICE", "error_field": "price", "set": "5.00"}
    answer = api.post(path, json={"fixes": [*fixes, price], "dry_run": True})
    assert (answer.status_code, answer.json()["corrected_rows"]) == (202, 1_000)
    assert problem(api.post(path, json={"fixes": [*fixes, fixes[0]]})) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize(
    "correction",
    [
        {"omit": list(range(1, 100_002))},
        {"rows": [change(1, "9" * 20_001)]},
        {"rows": [change(2**31)]},
        {"fixes": [{**category_fix(1), "value": "x" * 20_001}]},
        {"fixes": [{**category_fix(1), "error_field": "x" * 201}]},
        {"rows": [{"row_number": 1, "set": {f"column {n}": "x" for n in range(10_000)}}]},
    ],
    ids=["omit", "cell", "row number", "value", "field", "columns"],
)
def test_what_is_too_much_is_refused(correction: dict[str, Any], api: httpx.Client, parent: str) -> None:
    assert problem(api.post(f"/v1/uploads/{parent}/corrections", json=correction)) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("what", ["corrections", "rows"])
@pytest.mark.parametrize("has_length", [True, False])
def test_a_body_over_the_limit_is_refused(what: str, has_length: bool, api: httpx.Client, parent: str) -> None:
    path = "/v1/uploads/rows" if what == "rows" else f"/v1/uploads/{parent}/corrections"
    body = b'{"rows": [' + b" " * (_LIMIT + 128 * 1024) + b"]}"
    content = body if has_length else iter([body[at : at + 65_536] for at in range(0, len(body), 65_536)])
    answer = api.post(path, content=content, headers={"Content-Type": "application/json"})
    assert problem(answer) == (413, "FILE_TOO_LARGE")
    assert "4 MiB" in answer.json()["detail"]


@pytest.mark.parametrize("what", ["corrections", "rows"])
@pytest.mark.parametrize(
    "body", ["[" * 3_000_000, '{"rows":' * 400_000, '{"rows": ['], ids=["lists", "objects", "half"]
)
def test_a_body_that_is_no_such_json_is_refused(what: str, body: str, api: httpx.Client, parent: str) -> None:
    path = "/v1/uploads/rows" if what == "rows" else f"/v1/uploads/{parent}/corrections"
    answer = api.post(path, content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("what", ["corrections", "rows"])
@pytest.mark.parametrize(
    "body",
    [
        '{"fixes": [' + "1," * 2_000_000 + "1]}",
        '{"fixes": [' + "{}," * 1_300_000 + "{}]}",
        '{"omit": [' + "[]," * 1_300_000 + "1]}",
        '{"rows": [' + "[]," * 1_300_000 + "1]}",
        '{"rows": [{"row_number": 1, "set": {' + ",".join(f'"{n}":[]' for n in range(350_000)) + "}}]}",
        '{"rows": [{' + ",".join(f'"{n}":[]' for n in range(350_000)) + "}]}",
        '{"rows": [' + ",".join(["{" + ",".join(f'"{n}":[]' for n in range(450)) + "}"] * 900) + "]}",
        '{"' + "x" * 4_000_000 + '": 1}',
    ],
    ids=["numbers", "empty fixes", "omit", "lists", "a wide set", "a wide row", "wide rows", "a long name"],
)
def test_what_is_wrong_throughout_is_refused_at_once(what: str, body: str, api: httpx.Client, parent: str) -> None:
    """Each error takes more memory than the bytes that are wrong."""
    path = "/v1/uploads/rows" if what == "rows" else f"/v1/uploads/{parent}/corrections"
    answer = api.post(path, content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "INVALID_REQUEST")


def test_a_thousand_rows_are_sent_in_one_call_and_no_more(api: httpx.Client) -> None:
    run = tag()
    names = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
    rows = [dict(zip(names, row.split(","), strict=True)) for row in sound_rows(1_001, run)]
    assert problem(api.post("/v1/uploads/rows", json={"rows": rows, "dry_run": True})) == (422, "INVALID_REQUEST")
    assert api.post("/v1/uploads/rows", json={"rows": rows[:1_000], "dry_run": True}).status_code == 202
    wide = dict(chain(zip(names, rows[0].values(), strict=True), zip(map(str, range(500)), repeat("x"))))
    assert problem(api.post("/v1/uploads/rows", json={"rows": [wide]})) == (422, "INVALID_REQUEST")
