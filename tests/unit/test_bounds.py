"""Every text in a request has a maximum length, which the document states."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import Scope

from api.entry.bounds import LONGEST_CURSOR, LONGEST_TEXT, garbled_text, longest
from api.main import create_app

DOCUMENT = create_app().openapi()
_BOUNDS = {"maxLength", "enum", "const", "format"}


def _parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, call in methods.items():
            for parameter in call.get("parameters", ()):
                yield f"{method} {path} {parameter['in']} {parameter['name']}", parameter["schema"]


def _bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, call in methods.items():
            for content in call.get("requestBody", {}).get("content", {}).values():
                yield f"{method} {path}", content["schema"]


PARAMETERS, BODIES = list(_parameters()), list(_bodies())


def _unbounded(schema: dict[str, Any], where: str) -> Iterator[str]:
    """The texts in a schema without a maximum length."""
    if reference := schema.get("$ref"):
        yield from _unbounded(DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]], where)
    if schema.get("type") == "string" and not _BOUNDS & schema.keys() and "contentMediaType" not in schema:
        yield where
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from _unbounded(part, where)
    if isinstance(items := schema.get("items"), dict):
        yield from _unbounded(items, f"{where}[]")
    for name, field in schema.get("properties", {}).items():
        yield from _unbounded(field, f"{where}.{name}")


@pytest.mark.parametrize(("where", "schema"), PARAMETERS, ids=[where for where, _ in PARAMETERS])
def test_every_text_in_an_address_or_a_header_has_a_bound(where: str, schema: dict[str, Any]) -> None:
    assert not list(_unbounded(schema, where))


@pytest.mark.parametrize(("where", "schema"), BODIES, ids=[where for where, _ in BODIES])
def test_every_text_in_a_body_has_a_bound(where: str, schema: dict[str, Any]) -> None:
    assert not list(_unbounded(schema, where))


def test_texts_may_have_200_characters_and_cursors_more() -> None:
    assert longest("q") == longest("upload_id") == LONGEST_TEXT == 200
    assert longest("cursor") == LONGEST_CURSOR
    assert longest("token", "/mail/x") > longest("token", "/r/x") == LONGEST_TEXT


def _address(path: bytes, query: bytes = b"") -> Scope:
    return {"type": "http", "path": path.decode("utf-8", "replace"), "raw_path": path, "query_string": query}


@pytest.mark.parametrize(
    ("path", "query", "field"),
    [
        (b"/v1/products/%ED%A0%80", b"", "address"),
        (b"/v1/products/\xff", b"", "address"),
        (b"/v1/products", b"sku=1&q=%ff", "q"),
        (b"/v1/products", b"q=gr\xf6\xdfe", "q"),
        (b"/v1/products", b"%ff=1", "\ufffd"),
        (b"/v1/products", b"q=a%00b", "address"),
        (b"/v1/products/%00", b"", "address"),
    ],
)
def test_an_address_that_is_not_utf8_is_refused(path: bytes, query: bytes, field: str) -> None:
    refusal = garbled_text(_address(path, query))
    assert refusal
    assert (refusal.code, [error["field"] for error in refusal.errors]) == ("INVALID_REQUEST", [field])


@pytest.mark.parametrize(
    "query", [b"", b"q=gr%C3%B6%C3%9Fe", b"q=%E5%95%86%E5%93%81", b"q=50%25", b"q=%2500", b"q=a+b&"]
)
def test_any_utf8_address_is_accepted(query: bytes) -> None:
    assert garbled_text(_address(b"/v1/products", query)) is None
