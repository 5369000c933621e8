"""Cursors are signed, for one list with its filters, and can name any item."""

from contextvars import copy_context
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import Request
from itsdangerous import Signer

from api.answers.paging import begin_list, decode_cursor, encode_cursor
from api.answers.problems import Problem

SERVICES = SimpleNamespace(cursors=Signer("secret", salt="cursor"))
APP = SimpleNamespace(state=SimpleNamespace(context=SimpleNamespace(services=SERVICES)))


def request(address: str, owner: str = "vendor VEND001") -> Request:
    path, _, query = address.partition("?")
    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": [], "app": APP}
    return Request(scope | {"state": {"owner": owner}})


def write(address: str, values: list[Any]) -> str:
    def encode() -> str:
        begin_list(request(address))
        return encode_cursor(values)

    return copy_context().run(encode)


def read(address: str, cursor: str | None, owner: str = "vendor VEND001") -> list[Any] | None:
    def decode() -> list[Any] | None:
        begin_list(request(address, owner))
        return decode_cursor(cursor, list)

    return copy_context().run(decode)


@pytest.mark.parametrize(
    "values", [["VEND001", "P-1"], [1, 2], [-(2**63), "größe 商品 😀"], ['a"b\\c', "x.y"], ["", ""], ["a" * 1000]]
)
def test_a_cursor_comes_back_as_it_was(values: list[Any]) -> None:
    cursor = write("/v1/uploads?limit=5", values)
    assert read(f"/v1/uploads?limit=9&cursor={cursor}", cursor) == values


def test_the_longest_cursor_is_within_its_bound() -> None:
    assert len(write("/v1/uploads", [2**31, "INVALID_CATEGORY", "category", "😀" * 201])) < 4000


def test_the_order_and_capitals_of_filters_do_not_matter() -> None:
    cursor = write("/v1/uploads?status=failed&status=partial&file_name=a", [1])
    assert read("/v1/uploads?file_name=A&status=partial&status=failed", cursor) == [1]


@pytest.mark.parametrize("other", ["/v1/uploads", "/v1/uploads?file_name=b", "/v1/webhooks?file_name=a", "/uploads"])
def test_a_cursor_of_another_list_is_refused(other: str) -> None:
    cursor = write("/v1/uploads?file_name=a", [1])
    with pytest.raises(Problem, match="INVALID_CURSOR"):
        read(other, cursor)


@pytest.mark.parametrize(
    "cursor", ["x", ".", "..", "W10", "W10.", "W10.x", ".x", "é.ü", "[1].x", "WzFd.AAAAAAAAAAAAAAAA"]
)
def test_a_cursor_without_our_signature_is_refused(cursor: str) -> None:
    with pytest.raises(Problem, match="INVALID_CURSOR"):
        read("/v1/uploads", cursor)


@pytest.mark.parametrize("cursor", [None, ""])
def test_no_cursor_is_the_first_page(cursor: str | None) -> None:
    assert read("/v1/uploads", cursor) is None


def test_pages_share_their_cursors() -> None:
    cursor = write("/uploads/UPLOAD_1/errors?q=a&error_type=", [1])
    assert read("/uploads/UPLOAD_1?q=a", cursor) == [1]


def test_a_cursor_of_one_vendor_is_invalid_for_another() -> None:
    cursor = write("/v1/products?limit=2", ["VEND001", "P-1"])
    assert read("/v1/products?limit=2", cursor) == ["VEND001", "P-1"]
    with pytest.raises(Problem, match="INVALID_CURSOR"):
        read("/v1/products?limit=2", cursor, owner="vendor VEND002")
