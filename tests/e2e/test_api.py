"""The REST API as a vendor's developer meets it: answers, refusals, and nothing of anybody else."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, sound_rows, tag


@pytest.fixture(scope="module")
def foreign(stack: Stack) -> dict[str, Any]:
    """An ended upload of VEND002, with an error report."""
    content = csv_of([*sound_rows(1, tag()), "P,Lamp,Nowhere,S,-1,x"])
    return stack.ended(stack.send(content, vendor="VEND002")["upload_id"], vendor="VEND002")


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["request_id"] == answer.headers["X-Request-Id"]
    assert {"type", "title", "detail"} <= set(body)
    return answer.status_code, body["code"]


def test_a_new_upload_says_where_and_how_to_send_the_file(stack: Stack) -> None:
    with stack.api() as api:
        answer = api.post("/v1/uploads", json={"file_name": "Prödukte 1.csv", "size_bytes": 10, "reference": "r-1"})
    upload = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == upload["links"]["self"]
    assert re.fullmatch(r"UPLOAD_\d{8}_\d{6}_[a-z2-7]{8}", upload["upload_id"])
    assert (upload["status"], upload["total_records"], upload["progress"]) == ("awaiting_upload", None, 0)
    assert upload["created_by"] == stack.description["api_keys"]["VEND001"][:7] + "…"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", upload["upload"]["expires_at"])


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"file_name": ""},
        {"file_name": "a/b.csv"},
        {"file_name": "a\\b.csv"},
        {"file_name": "a\u0007.csv"},
        {"file_name": "."},
        {"file_name": ".."},
        {"file_name": "x" * 201},
        {"file_name": "a.csv", "size_bytes": -1},
        {"file_name": "a.csv", "mode": "replace"},
        {"file_name": "a.csv", "colour": "red"},
        {"file_name": "a.csv", "size_bytes": "5"},
        {"file_name": "a.csv", "size_bytes": True},
        {"file_name": "a.csv", "dry_run": "true"},
        {"file_name": "a.csv", "reference": "\u0000"},
    ],
)
def test_a_request_that_is_not_valid_names_its_fields(stack: Stack, body: dict[str, object]) -> None:
    with stack.api() as api:
        answer = api.post("/v1/uploads", json=body)
    assert problem(answer) == (422, "INVALID_REQUEST")
    assert all({"field", "message"} == set(error) for error in answer.json()["errors"])


def test_a_file_over_the_limit_is_refused_before_it_is_sent(stack: Stack) -> None:
    with stack.api() as api:
        answer = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": 1024**3 + 1})
    assert problem(answer) == (413, "FILE_TOO_LARGE")


def test_an_address_with_a_zero_character_is_refused(stack: Stack) -> None:
    with stack.api() as api:
        for path in ("/v1/uploads/%00", "/v1/uploads?file_name=%00", "/v1/uploads?cursor=WyJhIiwiXHUwMDAwIl0"):
            assert api.get(path).status_code in {400, 422}
        infinite = base64.urlsafe_b64encode(b"[Infinity,0,0]").decode()
        assert problem(api.get("/v1/uploads", params={"cursor": infinite})) == (400, "INVALID_CURSOR")


def test_a_cursor_holds_for_one_list_with_the_same_filters(stack: Stack) -> None:
    run = tag()
    with stack.api() as api:
        for n in range(3):
            api.post("/v1/uploads", json={"file_name": f"{run}-{n}.csv"}).raise_for_status()
        filters: dict[str, Any] = {"file_name": run, "status": ["awaiting_upload", "failed"]}
        cursor = api.get("/v1/uploads", params={**filters, "limit": 1}).json()["next_cursor"]
        same = filters | {"cursor": cursor, "limit": 2, "status": ["failed", "awaiting_upload"]}
        assert len(api.get("/v1/uploads", params=same).json()["items"]) == 2
        for other in ({"file_name": run}, {"status": "failed"}, {}, {**filters, "dry_run": "false"}):
            answer = api.get("/v1/uploads", params={**other, "cursor": cursor})
            assert problem(answer) == (400, "INVALID_CURSOR"), other
        assert problem(api.get("/v1/webhooks", params={"cursor": cursor})) == (400, "INVALID_CURSOR")
        changed = cursor[:5] + ("A" if cursor[5] != "A" else "B") + cursor[6:]
        assert problem(api.get("/v1/uploads", params={**filters, "cursor": changed})) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize(
    "query", ["to=20260101", "from=5", "limit=1&limit=2", "status=done", "failure_code=FOO", "limit=0", "limit=201"]
)
def test_a_query_that_is_not_valid_names_its_parameter(stack: Stack, query: str) -> None:
    with stack.api("support") as api:
        answer = api.get(f"/v1/uploads?{query}")
    assert problem(answer) == (422, "INVALID_REQUEST")
    assert answer.json()["errors"][0]["field"].split(".")[0] == query.split("=")[0]


@pytest.mark.parametrize("body", [b"{", b'{"file_name": "\xff"}', b"[" * 5000, b"null"])
def test_a_body_that_is_no_json_is_said_to_be_none(stack: Stack, body: bytes) -> None:
    with stack.api() as api:
        answer = api.post("/v1/uploads", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (422, "INVALID_REQUEST")
    assert answer.json()["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("from=2026-13-01", "there is no such date or time"),
        ("from=2026-13-01T00:00:00Z", "there is no such date or time"),
        ("from=2026-01-01T25:00:00Z", "there is no such date or time"),
        ("limit=many", "must be a whole number"),
    ],
)
def test_a_refusal_says_in_plain_words_what_to_give(stack: Stack, query: str, words: str) -> None:
    with stack.api() as api:
        (error,) = api.get(f"/v1/uploads?{query}").json()["errors"]
    assert error["message"].startswith(words)


def test_every_refusal_of_a_request_says_which_part_of_it_is_meant(stack: Stack) -> None:
    with stack.api("support") as api:
        refused = [
            (api.get("/v1/uploads?file_name=%00"), "address"),
            (api.post("/v1/uploads", json={"file_name": "a.csv", "reference": "\0"}), "reference"),
            (api.post("/v1/uploads", json=["a.csv"]), "body"),
            (api.post("/v1/webhooks", json={"url": "https://shop.example/", "vendor_id": "\0"}), "vendor_id"),
        ]
    for answer, field in refused:
        assert problem(answer) == (422, "INVALID_REQUEST")
        (error,) = answer.json()["errors"]
        assert (error["field"], "pattern" in error["message"], "Input" in error["message"]) == (field, False, False)


def test_an_unknown_query_parameter_is_refused(stack: Stack) -> None:
    with stack.api() as api:
        for path in ("/v1/uploads", "/healthz", "/readyz"):
            assert problem(api.get(path, params={"stauts": "failed"})) == (422, "INVALID_REQUEST")


def test_a_cursor_of_somebody_elses_making_is_refused(stack: Stack) -> None:
    with stack.api() as api:
        for cursor in ("x", "bm90IGpzb24", "WzFd", "W10", "%00"):
            assert problem(api.get("/v1/uploads", params={"cursor": cursor})) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01"])
def test_a_time_that_no_calendar_has_in_utc_is_no_cursor(stack: Stack, time: str) -> None:
    with stack.api("support") as api:
        for path, key in (("/v1/uploads", "x"), ("/v1/webhooks", "x"), ("/v1/errors", 1)):
            cursor = base64.urlsafe_b64encode(json.dumps([time, key]).encode()).decode().rstrip("=")
            assert problem(api.get(path, params={"cursor": cursor})) == (400, "INVALID_CURSOR")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer vk_wrong"}, {"Authorization": "Basic eDp5"}])
def test_without_a_valid_key_nothing_is_answered(stack: Stack, headers: dict[str, str]) -> None:
    for path in ("/v1/uploads", "/v1/uploads/UPLOAD_20260101_000000_aaaaaaaa"):
        answer = httpx.get(stack.api_url + path, headers=headers)
        assert problem(answer) == (401, "UNAUTHENTICATED")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("part", ["", "/errors", "/errors.csv", "/fix.csv", "/file"])
def test_another_vendors_upload_answers_as_one_that_does_not_exist(
    stack: Stack, foreign: dict[str, Any], part: str
) -> None:
    with stack.api("VEND001") as api:
        theirs = api.get(f"/v1/uploads/{foreign['upload_id']}{part}")
        missing = api.get(f"/v1/uploads/UPLOAD_20200101_000000_aaaaaaaa{part}")
    assert problem(theirs) == problem(missing) == (404, "NOT_FOUND")
    assert theirs.json() | {"request_id": ""} == missing.json() | {"request_id": ""}


def test_lists_show_a_vendor_its_own_and_support_everybodys(stack: Stack, foreign: dict[str, Any]) -> None:
    own = {upload["vendor_id"] for upload in stack.find_uploads("VEND001")}
    assert own <= {"VEND001"}
    assert foreign["upload_id"] in {u["upload_id"] for u in stack.find_uploads("support", vendor_id="VEND002")}


def test_only_support_may_ask_for_a_vendor_or_send_for_one(stack: Stack) -> None:
    with stack.api("VEND001") as vendor, stack.api("support") as support:
        assert problem(vendor.get("/v1/uploads", params={"vendor_id": "VEND002"})) == (403, "SUPPORT_ONLY")
        request = {"file_name": "a.csv", "vendor_id": "VEND002"}
        assert problem(vendor.post("/v1/uploads", json=request)) == (403, "SUPPORT_ONLY")
        assert support.post("/v1/uploads", json=request).json()["vendor_id"] == "VEND002"
        assert problem(support.post("/v1/uploads", json={"file_name": "a.csv"})) == (422, "INVALID_REQUEST")
        inactive = request | {"vendor_id": "VEND004"}
        assert problem(support.post("/v1/uploads", json=inactive)) == (403, "VENDOR_INACTIVE")


def test_uploads_are_listed_newest_first_page_by_page_and_filtered(stack: Stack) -> None:
    run = tag()
    with stack.api("VEND003") as api:
        upload_ids = [
            api.post("/v1/uploads", json={"file_name": f"{run}-{n}.csv"}).json()["upload_id"] for n in range(5)
        ]
        first = api.get("/v1/uploads", params={"file_name": run.upper(), "limit": 3}).json()
        api.post("/v1/uploads", json={"file_name": f"{run}-later.csv"})
        rest = api.get("/v1/uploads", params={"file_name": run, "limit": 3, "cursor": first["next_cursor"]}).json()
        none = api.get("/v1/uploads", params={"file_name": run, "to": "2020-01-01"}).json()
        both = api.get("/v1/uploads", params={"file_name": run, "status": ["completed", "awaiting_upload"]}).json()
    assert [upload["upload_id"] for upload in first["items"] + rest["items"]] == upload_ids[::-1]
    assert (rest["next_cursor"], none["items"], len(both["items"])) == (None, [], 6)


def test_an_unfinished_upload_asks_for_patience(stack: Stack) -> None:
    with stack.api() as api:
        upload = api.post("/v1/uploads", json={"file_name": "never.csv"}).json()
        polled = api.get(f"/v1/uploads/{upload['upload_id']}")
        report = api.get(f"/v1/uploads/{upload['upload_id']}/errors.csv")
    assert polled.headers["Retry-After"]
    assert problem(report) == (409, "NOT_FINAL")
    assert report.headers["Retry-After"]


def test_a_file_that_will_not_come_is_not_waited_for(stack: Stack) -> None:
    with stack.api() as api:
        upload_id = api.post("/v1/uploads", json={"file_name": "never.csv"}).json()["upload_id"]
        awaited = api.get(f"/v1/uploads/{upload_id}/file")
        api.post(f"/v1/uploads/{upload_id}/cancel").raise_for_status()
        gone = api.get(f"/v1/uploads/{upload_id}/file")
    assert (problem(awaited), awaited.headers["Retry-After"]) == ((409, "NOT_FINAL"), "2")
    assert (problem(gone), "Retry-After" in gone.headers) == ((404, "NOT_FOUND"), False)
    assert gone.json()["detail"] == "The upload is cancelled without a file, so there is nothing to download."


def test_an_unchanged_upload_is_not_sent_again(stack: Stack, foreign: dict[str, Any]) -> None:
    with stack.api("VEND002") as api:
        address = f"/v1/uploads/{foreign['upload_id']}"
        etag = api.get(address).headers["ETag"]
        for entity_tags in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            again = api.get(address, headers={"If-None-Match": entity_tags})
            assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda address, headers, body: (address, headers, body + b"x"), 403),
        (lambda address, headers, body: (address.replace("VEND001", "VEND002"), headers, body), 403),
        (
            lambda address, headers, body: (address, {k: v for k, v in headers.items() if k != "If-None-Match"}, body),
            403,
        ),
    ],
    ids=["another size", "another vendor's folder", "without the guard against overwriting"],
)
def test_an_upload_address_takes_nothing_but_what_was_announced(
    stack: Stack, change: Callable[..., tuple[str, dict[str, str], bytes]], status: int
) -> None:
    body = csv_of(sound_rows(1, tag()))
    with stack.api() as api:
        upload = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": len(body)}).json()["upload"]
    address, headers, changed = change(upload["url"], upload["headers"], body)
    assert httpx.put(address, content=changed, headers=headers).status_code == status


def test_a_second_file_for_the_same_upload_is_refused(stack: Stack) -> None:
    body = csv_of(sound_rows(1, tag()))
    upload = stack.send(body)
    again = httpx.put(upload["upload"]["url"], content=body, headers=upload["upload"]["headers"])
    assert again.status_code == 412


def test_a_report_link_opens_nothing_when_it_is_tampered_with(stack: Stack) -> None:
    assert problem(httpx.get(f"{stack.api_url}/r/WyJVUExPQUQiXQ.aaaa.bbbb")) == (404, "NOT_FOUND")


def test_health_and_the_openapi_document_need_no_key(stack: Stack) -> None:
    assert httpx.get(f"{stack.api_url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{stack.api_url}/readyz").json() == {"status": "ok"}
    document = httpx.get(f"{stack.api_url}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    operations = [call["operationId"] for path in document["paths"].values() for call in path.values()]
    assert {"create_upload", "list_uploads", "get_upload", "list_upload_errors"} <= set(operations)


def test_what_is_not_there_is_a_problem_too(stack: Stack) -> None:
    assert problem(httpx.get(f"{stack.api_url}/v2/anything")) == (404, "NOT_FOUND")
    assert problem(httpx.delete(f"{stack.api_url}/healthz")) == (405, "METHOD_NOT_ALLOWED")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/healthz", "GET"),
        ("/v1/uploads", "GET, POST"),
        ("/v1/webhooks/wh_x", "DELETE, GET"),
        ("/openapi.json", "GET, HEAD"),
        ("/assets/portal.css", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_possible_names_those_that_are(stack: Stack, path: str, methods: str) -> None:
    answer = httpx.patch(f"{stack.api_url}{path}")
    assert (problem(answer), answer.headers["Allow"]) == ((405, "METHOD_NOT_ALLOWED"), methods)
