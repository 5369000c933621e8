"""Every download is saved, never shown, whatever its vendor stored it as and called it."""

from typing import Any

import httpx
import pytest

from tests.e2e.console import signed_in
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

PAGE = b"<script>alert(document.domain)</script>"


@pytest.fixture(scope="module")
def page(stack: Stack) -> dict[str, Any]:
    """A direct drop that says that it is a web page."""
    run = tag()
    stack.aws("s3").put_object(
        Bucket=stack.description["bucket"],
        Key=f"uploads/VEND001/{run} Größe\n\u202elmth.csv",
        Body=PAGE,
        ContentType="text/html",
        ContentDisposition="inline",
        ContentEncoding="gzip",
        CacheControl="public, max-age=31536000",
    )
    [upload] = eventually(lambda: stack.find_uploads("VEND001", file_name=run, status="failed"))
    return upload


def assert_is_saved(answer: httpx.Response, content_type: str) -> None:
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Type"] == content_type
    assert "public" not in answer.headers["Cache-Control"]


def test_a_drop_that_says_it_is_a_page_is_saved_as_bytes(stack: Stack, page: dict[str, Any]) -> None:
    answer = stack.download(f"/v1/uploads/{page['upload_id']}/file")
    assert_is_saved(answer, "application/octet-stream")
    assert answer.content == PAGE
    assert answer.headers["Content-Disposition"].endswith("Gr%C3%B6%C3%9Fe%20lmth.csv")


@pytest.mark.parametrize("caller", ["VEND001", "support"])
def test_the_portal_has_it_saved_too(stack: Stack, page: dict[str, Any], caller: str) -> None:
    with signed_in(stack, caller) as visitor:
        answer = visitor.client.get(f"/uploads/{page['upload_id']}/file", follow_redirects=True)
    assert_is_saved(answer, "application/octet-stream")


def test_reports_are_saved_as_csv_by_every_way(stack: Stack) -> None:
    run = tag()
    upload_id = stack.send(csv_of([*sound_rows(1, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,1"]))["upload_id"]
    stack.ended(upload_id)
    [mail] = stack.mails(upload_id)
    link = mail["Message"].partition("Download Errors: ")[2].strip()
    for address in (f"/v1/uploads/{upload_id}/errors.csv", f"/v1/uploads/{upload_id}/fix.csv", link):
        assert_is_saved(stack.download(address), "text/csv; charset=utf-8")


def test_the_way_to_a_download_is_kept_nowhere(stack: Stack, page: dict[str, Any]) -> None:
    with stack.api() as api:
        answer = api.get(f"/v1/uploads/{page['upload_id']}/file")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (307, "no-store")
