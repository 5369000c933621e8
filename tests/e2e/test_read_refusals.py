"""What no read call answers: unknown parameters, forged cursors, what is another vendor's."""

from typing import Any

import pytest

from tests.e2e.reading import refused
from tests.e2e.test_api import problem
from tests.stack import Stack


@pytest.fixture(scope="module")
def paths(upload: dict[str, Any]) -> list[str]:
    own = f"/v1/uploads/{upload['upload_id']}"
    return [
        f"{own}/errors/summary", f"{own}/records", "/v1/errors", "/v1/errors/summary", "/v1/vendors", "/v1/products",
    ]  # fmt: skip


def test_what_we_do_not_know_is_refused(stack: Stack, paths: list[str]) -> None:
    for path in [*paths, "/v1/me"]:
        assert refused(stack, "support", path, colour="red") == (422, "INVALID_REQUEST"), path
    for path in paths:
        assert refused(stack, "support", path, limit=201) == (422, "INVALID_REQUEST"), path


@pytest.mark.parametrize("number", ["+1", "1_0", "1.0", " 1", "١"])
def test_a_number_in_an_address_is_written_in_digits(stack: Stack, paths: list[str], number: str) -> None:
    for path in paths:
        assert refused(stack, "support", path, limit=number) == (422, "INVALID_REQUEST"), path
    with stack.api("support") as api:
        assert api.get(f"/v1/products/{number}").status_code == 422


# Not JSON; not a list; too short; a number too large for its column; a text that PostgreSQL cannot hold.
@pytest.mark.parametrize("cursor", ["x", "bm90IGpzb24", "W10", "WyJcdTAwMDAiLCJcdTAwMDAiLCJ4IiwieCJd"])
def test_a_cursor_that_is_not_ours_is_refused(stack: Stack, paths: list[str], cursor: str) -> None:
    for path in paths:
        assert refused(stack, "support", path, cursor=cursor) == (400, "INVALID_CURSOR"), path


@pytest.mark.parametrize(
    "cursor",
    ["WzFlOTksMV0", "WzFlOTksIngiLCJ4IiwieCJd", "WyJcdWQ4MDAiLCAiXHVkODAwIiwgIlx1ZDgwMCIsICJcdWQ4MDAiXQ"],
    ids=["huge numbers", "a huge number and texts", "half a surrogate pair"],
)
def test_a_forged_cursor_never_breaks_us(stack: Stack, paths: list[str], cursor: str) -> None:
    with stack.api("support") as api:
        assert {api.get(path, params={"cursor": cursor}).status_code for path in paths} <= {200, 400}


def test_what_is_no_text_or_too_long_a_text_is_refused(stack: Stack, paths: list[str]) -> None:
    names = {"records": ["sku"], "errors": ["q", "value", "sku", "error_field", "upload_id"], "products": ["q", "sku"]}
    for path in paths:
        for name in names.get(path.rsplit("/", 1)[1], []):
            assert refused(stack, "support", path, **{name: "a\0b"}) == (422, "INVALID_REQUEST"), (path, name)
            with stack.api("support") as api:
                for text in ("%ED%A0%80", "%ff", "gr%f6%dfe", "a" * 201, "%C3%A9" * 201):
                    answer = api.get(f"{path}?{name}={text}")
                    assert problem(answer) == (422, "INVALID_REQUEST"), (path, name)
                    assert [error["field"] for error in answer.json()["errors"]] == [name]
                assert api.get(f"{path}?{name}={'%C3%A9' * 200}").status_code == 200, (path, name)


@pytest.mark.parametrize("part", ["errors/summary", "records"])
def test_another_vendors_rows_are_not_there(stack: Stack, upload: dict[str, Any], part: str) -> None:
    with stack.api("VEND001") as api:
        theirs = api.get(f"/v1/uploads/{upload['upload_id']}/{part}")
        missing = api.get(f"/v1/uploads/UPLOAD_20200101_000000_aaaaaaaa/{part}")
    assert problem(theirs) == problem(missing) == (404, "NOT_FOUND")
    assert theirs.json() | {"request_id": ""} == missing.json() | {"request_id": ""}
