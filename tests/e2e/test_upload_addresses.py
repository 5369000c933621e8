"""An upload address takes one file, and nothing else can be done with it, whatever is sent along."""

from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.stack import Stack, csv_of, sound_rows, tag


@pytest.fixture(scope="module")
def secret(stack: Stack) -> dict[str, Any]:
    """Another vendor's upload with a rejected row, so that it has a file and reports."""
    run = tag()
    content = csv_of([*sound_rows(1, run), f"P{run}-x,Secret,Nowhere,S{run}-x,1,1"])
    upload_id = stack.send(content, vendor="VEND002")["upload_id"]
    stack.ended(upload_id, vendor="VEND002")
    [stored] = stack.sql(  # no answer has the keys under which files are stored
        "SELECT * FROM upload_history WHERE upload_id = %s", upload_id
    )
    export = f"exports/VEND002/{run}.csv"
    stack.drop(export, b"Secret")
    return stored | {"export": export}


def address_of(stack: Stack) -> dict[str, Any]:
    with stack.api() as api:
        address: dict[str, Any] = api.post("/v1/uploads", json={"file_name": "a.csv"}).json()["upload"]
    return address


@pytest.mark.parametrize("key", ["file_s3_key", "error_file_s3_key", "fix_file_s3_key", "export"])
@pytest.mark.parametrize("header", ["x-amz-copy-source", "X-Amz-Copy-Source"])
def test_nothing_is_copied_to_it(stack: Stack, secret: dict[str, Any], key: str, header: str) -> None:
    address = address_of(stack)
    source = quote(f"/{stack.description['bucket']}/{secret[key]}")
    for more in ({}, {"x-amz-copy-source-range": "bytes=0-9"}, {"x-amz-metadata-directive": "REPLACE"}):
        answer = httpx.put(address["url"], headers=address["headers"] | {header: source} | more)
        assert (answer.status_code, "Secret" in answer.text) == (403, False)


def test_no_version_of_a_file_is_copied_to_it(stack: Stack, secret: dict[str, Any]) -> None:
    address = address_of(stack)
    source = f"{quote(stack.description['bucket'] + '/' + secret['file_s3_key'])}?versionId={secret['file_version_id']}"
    answer = httpx.put(address["url"], headers=address["headers"] | {"x-amz-copy-source": source})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "query", ["partNumber=1&uploadId=x", "acl", "tagging", "retention", "legal-hold", "x-amz-copy-source=/a/b"]
)
def test_it_cannot_be_turned_into_another_call(stack: Stack, secret: dict[str, Any], query: str) -> None:
    address = address_of(stack)
    source = {"x-amz-copy-source": quote(f"/{stack.description['bucket']}/{secret['file_s3_key']}")}
    for headers in ({}, source):
        answer = httpx.put(f"{address['url']}&{query}", content=b"x", headers=address["headers"] | headers)
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("x-amz-acl", "public-read"),
        ("x-amz-grant-read", 'uri="http://acs.amazonaws.com/groups/global/AllUsers"'),
        ("x-amz-tagging", "a=b"),
        ("x-amz-website-redirect-location", "https://evil.example"),
        ("x-amz-storage-class", "GLACIER"),
        ("x-amz-server-side-encryption", "aws:kms"),
        ("x-amz-server-side-encryption-customer-algorithm", "AES256"),
        ("x-amz-object-lock-mode", "COMPLIANCE"),
        ("x-amz-meta-vendor", "VEND002"),
    ],
)
def test_headers_that_nobody_signed_are_refused(stack: Stack, header: str, value: str) -> None:
    address = address_of(stack)
    content = csv_of(sound_rows(1, tag()))
    answer = httpx.put(address["url"], content=content, headers=address["headers"] | {header: value})
    assert answer.status_code == 403
    assert httpx.put(address["url"], content=content, headers=address["headers"]).status_code == 200


def test_even_a_service_that_forgets_to_check_headers_reads_no_others_file(
    stack: Stack, secret: dict[str, Any]
) -> None:
    """The role that signs upload addresses may not read: the refusal is IAM's, not only that of the signature."""
    address = address_of(stack)
    source = quote(f"/{stack.description['bucket']}/{secret['file_s3_key']}")
    answer = httpx.put(address["url"], headers=address["headers"] | {"x-amz-copy-source": source})
    assert "s3:GetObject" in answer.text
