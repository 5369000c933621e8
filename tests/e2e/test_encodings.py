"""Files in encodings that nobody can be sure of: refused with the likely ones, and read in the one that is chosen."""

from typing import Any

import httpx
import pytest

from tests.stack import HEADER, Stack, tag


def send(stack: Stack, content: bytes, **decisions: Any) -> dict[str, Any]:
    with stack.client("VEND001") as client:
        upload = client.announce("products.csv", len(content), **decisions)
        client.send(upload["upload"], content, size_bytes=len(content))
    return stack.ended(upload["upload_id"], vendor="VEND001")


def russian(run: str) -> bytes:
    names = ("Ложка деревянная", "Чашка", "Наушники", "Клавиатура")
    rows = [f"P{run}-{n},{name},Electronics,S{run}-{n},19.99,5" for n, name in enumerate(names)]
    return "\n".join([HEADER, *rows, ""]).encode("cp1251")


def test_a_refused_file_is_accepted_in_the_encoding_that_was_proposed(stack: Stack) -> None:
    content = russian(tag())
    refused = send(stack, content)
    assert (refused["status"], refused["failure"]["code"]) == ("failed", "UNSUPPORTED_ENCODING")
    assert list(refused["failure"]["proposal"]) == ["encodings"]
    likely, *others = refused["failure"]["proposal"]["encodings"]
    assert likely["encoding"] == "windows-1251"
    assert len(likely["words"]) == 3
    assert all(len(each["words"]) == 3 and each["words"] != likely["words"] for each in others)

    read = send(stack, content, encoding=likely["encoding"])
    assert (read["status"], read["valid_records"], read["warnings"]) == ("completed", 4, [])
    assert (read["file"]["encoding"], read["decisions"]["encoding"]) == ("windows-1251", "windows-1251")
    with stack.api("VEND001") as api:
        products = api.get("/v1/products", params={"upload_id": read["upload_id"]}).json()["items"]
    assert {each["product_name"] for each in products} >= {"Чашка", "Наушники"}


def test_bytes_that_are_not_of_the_chosen_encoding_are_named_with_the_likely_ones(stack: Stack) -> None:
    upload = send(stack, russian(tag()), encoding="Shift-JIS")
    assert upload["decisions"]["encoding"] == "shift_jis"
    assert (upload["failure"]["code"], upload["failure"]["line"]) == ("UNSUPPORTED_ENCODING", 2)
    assert upload["failure"]["proposal"]["encodings"][0]["encoding"] == "windows-1251"


def test_a_failure_that_is_not_of_the_encoding_shows_the_chosen_one(stack: Stack) -> None:
    upload = send(stack, "größe\n1\n".encode("cp1250"), encoding="CP1250")
    assert (upload["failure"]["code"], upload["file"]["encoding"]) == ("MISSING_COLUMNS", "windows-1250")


def test_a_form_names_the_encoding_too(stack: Stack) -> None:
    content = russian(tag())
    with stack.api("VEND001") as api:
        fields, files = {"decisions": '{"encoding": "win1251"}'}, {"file": ("products.csv", content)}
        answer = api.post("/v1/uploads/file", data=fields, files=files)
    assert answer.status_code == httpx.codes.ACCEPTED
    assert stack.ended(answer.json()["upload_id"], vendor="VEND001")["file"]["encoding"] == "windows-1251"


@pytest.mark.parametrize("name", ["zip", "utf-7", "ANSI", "", "x" * 41])
def test_what_is_no_encoding_of_text_is_refused(stack: Stack, name: str) -> None:
    with stack.api("VEND001") as api:
        answer = api.post("/v1/uploads", json={"file_name": "a.csv", "encoding": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")
    (error,) = answer.json()["errors"]
    assert error["field"] == "encoding"
