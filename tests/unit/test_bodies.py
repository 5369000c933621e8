"""Bodies are read before a request takes a place, and forms that are not UTF-8 are refused."""

import asyncio
from collections.abc import Sequence

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import Message

from api.answers.problems import Problem
from api.entry.bodies import read_body

PARTS = "multipart/form-data; boundary=b"
FIELDS = "application/x-www-form-urlencoded"


def part(name: bytes, value: bytes) -> bytes:
    return b'--b\r\nContent-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value + b"\r\n"


def request(content_type: str, chunks: Sequence[bytes], *, ends: bool = True) -> Request:
    messages: list[Message] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.request", "body": b""} if ends else {"type": "http.disconnect"})

    async def receive() -> Message:
        return messages.pop(0)

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers, "app": None}
    return Request(scope, receive)


@pytest.mark.parametrize(
    ("content_type", "body", "field"),
    [
        (PARTS, part(b"reference", b"gr\xf6\xdfe") + b"--b--\r\n", "reference"),
        (PARTS, part(b"a", b"x") + part(b"b", b"\xed\xa0\x80") + b"--b--\r\n", "b"),
        (FIELDS, b"reference=gr%F6%DFe", "body"),
        (FIELDS, b"reference=\xff", "body"),
    ],
)
def test_a_form_that_is_not_utf8_is_refused(content_type: str, body: bytes, field: str) -> None:
    with pytest.raises(Problem) as refused:
        asyncio.run(read_body(request(content_type, [body]), is_form=True))
    assert refused.value.code == "INVALID_REQUEST"
    assert [error["field"] for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"a": ["x\\ud800"]}', "body"),
        (b'{"\\udfff": 1}', "body"),
        (b'{"a": 1, "b": 2, "b": 3}', "b"),
        (b'[{"a": {"c": 1, "c": 1}}]', "c"),
        (b'{"x": 1, "\\u0078": 2}', "x"),
        (b"[{%s}]" % b",".join(b'"%d": 1' % n for n in range(1_001)), "body"),
    ],
)
def test_what_is_no_text_or_has_a_name_twice_is_refused(body: bytes, field: str) -> None:
    with pytest.raises(Problem) as refused:
        asyncio.run(read_body(request("application/json", [body]), is_form=False))
    assert [error["field"] for error in refused.value.errors] == [field]


@pytest.mark.parametrize(
    "body", [b'{"a": "\\ud83d\\ude00"}', b'{"a": [{"b": 1}, {"b": 2}]}', b"{", b"", b"[" * 100_000]
)
def test_any_other_body_is_left_to_the_route(body: bytes) -> None:
    asyncio.run(read_body(request("application/json", [body]), is_form=False))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (PARTS, part(b"reference", "größe 商品".encode()) + b"--b--\r\n"),
        (FIELDS, b"reference=gr%C3%B6%C3%9Fe+%E5%95%86%E5%93%81"),
    ],
)
def test_the_route_can_read_the_form_again(content_type: str, body: bytes) -> None:
    async def test() -> None:
        form = request(content_type, [body[:7], body[7:]])
        await read_body(form, is_form=True)
        assert dict(await form.form()) == {"reference": "größe 商品"}

    asyncio.run(test())


def test_damaged_and_incomplete_forms_are_refused() -> None:
    without_boundary = request("multipart/form-data", [b"x"])
    for form in (without_boundary, request(FIELDS, [b"a=1"], ends=False), request(PARTS, [], ends=False)):
        with pytest.raises(HTTPException) as refused:
            asyncio.run(read_body(form, is_form=True))
        assert refused.value.status_code == 400


def test_a_call_that_takes_json_does_not_parse_a_form() -> None:
    async def test() -> None:
        body = part(b"a", b"\xff") + b"--b--\r\n"
        form = request(PARTS, [body])
        await read_body(form, is_form=False)
        assert await form.body() == body

    asyncio.run(test())
