"""What a vendor's program can do with an upload: repeat itself, send it in one call, cancel it, send it twice."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.e2e.test_api import problem
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


def announce(stack: Stack, key: str, vendor: str = "VEND001", **fields: object) -> httpx.Response:
    with stack.api(vendor) as api:
        return api.post("/v1/uploads", json={"file_name": "a.csv"} | fields, headers={"Idempotency-Key": key})


def test_twenty_repeats_at_once_make_one_upload(stack: Stack) -> None:
    key = tag()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: announce(stack, key, reference=key), range(20)))
    upload_ids = {answer.json()["upload_id"] for answer in answers if answer.status_code == 201}
    waiting = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert len(upload_ids) == 1
    assert waiting <= {"IDEMPOTENCY_IN_PROGRESS"}
    assert len(stack.find_uploads("VEND001", reference=key)) == 1


def test_a_repeat_gets_the_same_answer_with_an_address_that_works(stack: Stack) -> None:
    key, content = tag(), csv_of(sound_rows(1, tag()))
    first = announce(stack, key, size_bytes=len(content))
    again = announce(stack, key, size_bytes=len(content))
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert "Idempotent-Replayed" not in first.headers
    assert again.json() | {"upload": None} == first.json() | {"upload": None}
    assert again.headers["Location"] == first.headers["Location"] == first.json()["links"]["self"]
    address = again.json()["upload"]
    assert httpx.put(address["url"], content=content, headers=address["headers"]).status_code == 200


def test_a_name_that_was_used_for_something_else_is_refused(stack: Stack) -> None:
    key = tag()
    announce(stack, key)
    other = announce(stack, key, dry_run=True)
    assert problem(other) == (422, "IDEMPOTENCY_MISMATCH")
    assert [error["field"] for error in other.json()["errors"]] == ["Idempotency-Key"]
    assert announce(stack, key, vendor="VEND002").status_code == 201


def test_a_request_that_failed_leaves_its_name_free(stack: Stack) -> None:
    key = tag()
    assert problem(announce(stack, key, "support", vendor_id="VEND004")) == (403, "VENDOR_INACTIVE")
    assert announce(stack, key, "support", vendor_id="VEND001").status_code == 201


@pytest.mark.parametrize("key", ["", "with blank", "x" * 256])
def test_a_name_must_be_plain_text(stack: Stack, key: str) -> None:
    refused = announce(stack, key)
    assert problem(refused) == (422, "INVALID_REQUEST")
    assert "pattern" not in refused.json()["detail"]


def send(
    stack: Stack, content: bytes, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    with stack.api() as api:
        return api.post("/v1/uploads/file", files={"file": ("a.csv", content)}, data=fields, headers=headers)


def test_a_small_file_is_sent_in_one_call(stack: Stack) -> None:
    answer = send(stack, csv_of(sound_rows(3, tag())), {"reference": "in one call"})
    upload = stack.ended(answer.json()["upload_id"])
    assert (answer.status_code, upload["status"], upload["valid_records"]) == (202, "completed", 3)
    assert (upload["file_name"], upload["reference"]) == ("a.csv", "in one call")


def test_a_small_file_that_is_sent_again_with_its_name_is_one_upload(stack: Stack) -> None:
    content, headers = csv_of(sound_rows(2, tag())), {"Idempotency-Key": tag()}
    first, again = (send(stack, content, headers=headers) for _ in range(2))
    other = send(stack, content + b"\n", headers=headers)
    assert first.json()["upload_id"] == again.json()["upload_id"]
    assert problem(other) == (422, "IDEMPOTENCY_MISMATCH")


def test_more_files_at_once_than_functions_all_end_soon(stack: Stack) -> None:
    with ThreadPoolExecutor(10) as pool:
        uploads = list(pool.map(lambda _: stack.send(csv_of(sound_rows(1, tag()))), range(30)))
    assert {stack.ended(upload["upload_id"])["status"] for upload in uploads} == {"completed"}


@pytest.mark.parametrize("more", [1, 70_000])
def test_a_large_file_is_sent_elsewhere(stack: Stack, more: int) -> None:
    assert send(stack, b"x" * 4 * 1024 * 1024).status_code == 202
    answer = send(stack, b"x" * (4 * 1024 * 1024 + more))
    assert problem(answer) == (413, "FILE_TOO_LARGE")
    assert "POST /v1/uploads" in answer.json()["detail"]


def test_a_body_that_does_not_say_its_size_is_counted(stack: Stack) -> None:
    with stack.api() as api:
        body = (b'{"file_name": "' + b"x" * 20_000 for _ in range(60))
        answer = api.post("/v1/uploads", content=body, headers={"Content-Type": "application/json"})
    assert problem(answer) == (413, "FILE_TOO_LARGE")
    assert "1 MiB" in answer.json()["detail"]


@pytest.mark.parametrize(
    "fields", [{"size_bytes": "1"}, {"mode": "replace"}, {"colour": "red"}, {"file_name": "a/b"}, {"file_name": ".."}]
)
def test_the_fields_of_a_small_file_are_checked_as_those_of_an_announced_one(
    stack: Stack, fields: dict[str, str]
) -> None:
    assert problem(send(stack, csv_of(sound_rows(1, tag())), fields)) == (422, "INVALID_REQUEST")


def test_of_two_files_or_two_values_none_is_dropped_in_silence(stack: Stack) -> None:
    one, another = ("file", ("a.csv", b"x")), ("file", ("b.csv", b"y"))
    with stack.api() as api:
        two_files = api.post("/v1/uploads/file", files=[one, another])
        two_values = api.post("/v1/uploads/file", files=[one], data={"reference": ["a", "b"]})
    for answer, field in ((two_files, "file"), (two_values, "reference")):
        assert problem(answer) == (422, "INVALID_REQUEST")
        assert answer.json()["errors"] == [{"field": field, "message": "must occur only once"}]


def test_a_name_that_was_sent_instead_of_the_file_is_explained(stack: Stack) -> None:
    with stack.api() as api:
        answer = api.post("/v1/uploads/file", files={"file": (None, "products.csv")})
    assert problem(answer) == (422, "INVALID_REQUEST")
    (error,) = answer.json()["errors"]
    assert (error["field"], "`-F file=@products.csv`" in error["message"]) == ("file", True)


def cancel(stack: Stack, upload_id: str, vendor: str = "VEND001") -> httpx.Response:
    with stack.api(vendor) as api:
        return api.post(f"/v1/uploads/{upload_id}/cancel")


def test_an_upload_that_waits_for_its_file_can_be_cancelled_and_the_file_is_not_processed(stack: Stack) -> None:
    content = csv_of(sound_rows(1, tag()))
    with stack.api() as api:
        upload = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": len(content)}).json()
    cancelled = cancel(stack, upload["upload_id"])
    assert (cancelled.status_code, cancelled.json()["status"]) == (202, "cancelled")
    httpx.put(upload["upload"]["url"], content=content, headers=upload["upload"]["headers"]).raise_for_status()
    assert stack.mails(upload["upload_id"], seconds=2) == []
    assert stack.ended(upload["upload_id"])["status"] == "cancelled"


def test_a_cancelled_upload_keeps_what_was_checked_and_counts_the_rest(stack: Stack) -> None:
    run = tag()
    rows = [row for n, good in enumerate(sound_rows(3000, run)) for row in (good, f"P{run}-x{n},,,,,")]
    upload_id = stack.send(csv_of(rows))["upload_id"]

    def is_under_way() -> dict[str, Any] | None:
        with stack.api() as api:
            upload: dict[str, Any] = api.get(f"/v1/uploads/{upload_id}").json()
        return upload if upload["error_records"] else None

    eventually(is_under_way)
    upload = cancel(stack, upload_id).json()
    total = upload["valid_records"] + upload["error_records"] + upload["not_processed_records"]
    assert (upload["status"], upload["total_records"], total) == ("cancelled", 6000, 6000)
    assert upload["not_processed_records"] > 0
    assert len(stack.products(upload_id=upload_id)) == upload["valid_records"]

    ended = eventually(lambda: state if (state := stack.ended(upload_id))["links"]["error_report"] else None)
    assert ended is not None
    report = stack.download(ended["links"]["error_report"]).text.splitlines()
    assert len(report) - 1 == upload["error_records"]
    assert stack.mails(upload_id, seconds=2) == []
    assert len(stack.products(upload_id=upload_id)) == upload["valid_records"]


def test_what_has_ended_cannot_be_cancelled_and_what_is_not_yours_is_not_there(stack: Stack) -> None:
    upload_id = stack.ended(stack.send(csv_of(sound_rows(1, tag())))["upload_id"])["upload_id"]
    assert problem(cancel(stack, upload_id)) == (409, "ALREADY_FINAL")
    assert problem(cancel(stack, upload_id, "VEND002")) == (404, "NOT_FOUND")


def test_the_same_file_sent_again_is_recognised(stack: Stack) -> None:
    content = csv_of(sound_rows(2, tag()))
    first = stack.ended(stack.send(content)["upload_id"])
    again = stack.ended(stack.send(content)["upload_id"])
    other = stack.ended(stack.send(content, vendor="VEND002")["upload_id"], vendor="VEND002")
    (warning,) = again["warnings"]
    assert (warning["code"], first["upload_id"] in warning["message"]) == ("SAME_FILE", True)
    assert first["warnings"] == other["warnings"] == []


def test_requests_are_limited_a_key_and_the_answer_says_when_to_come_again(stack: Stack) -> None:
    with stack.api("VEND003") as api, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.get("/v1/uploads", params={"limit": "1"}), range(450)))
        refused = [answer for answer in answers if answer.status_code == 429]
        granted = [answer for answer in answers if answer.status_code == 200]
    assert len(granted) >= 200
    assert problem(refused[0]) == (429, "TOO_MANY_REQUESTS")
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert (granted[0].headers["RateLimit-Limit"], refused[0].headers["RateLimit-Remaining"]) == ("200", "0")
    with stack.api("VEND002") as other:
        assert other.get("/v1/uploads").status_code == 200


def test_every_answer_carries_the_security_headers(stack: Stack) -> None:
    with stack.api() as api:
        answers = [api.get("/v1/uploads"), api.get("/v1/nothing"), httpx.get(f"{stack.api_url}/docs")]
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_documentation_is_served_by_us_alone(stack: Stack) -> None:
    page = httpx.get(f"{stack.api_url}/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("/assets/swagger/swagger-ui-bundle.js", "/assets/swagger/swagger-ui.css", "/assets/docs.js"):
        assert asset in page
        assert httpx.get(stack.api_url + asset).status_code == 200


def test_what_a_problem_and_an_error_link_to_explains_their_code(stack: Stack) -> None:
    with stack.api() as api:
        refused = api.get("/v1/uploads", params={"limit": 0}).json()["type"]
    upload_id = stack.ended(stack.send(csv_of([f"P{tag()},Lamp,Electronics,S{tag()},-1,5"]))["upload_id"])["upload_id"]
    (error,) = stack.errors(upload_id)
    for address, code in ((refused, "INVALID_REQUEST"), (error["help_url"], "INVALID_PRICE")):
        page, fragment = address.split("#")
        assert fragment == code
        assert f'id="{code}"' in httpx.get(page).text


def test_an_upload_address_expires(stack: Stack) -> None:
    with stack.api() as api:
        upload = api.post("/v1/uploads", json={"file_name": "a.csv"}).json()
    expired = re.sub(r"X-Amz-Date=\d{8}T", "X-Amz-Date=20200101T", upload["upload"]["url"])
    for address in (expired, upload["upload"]["url"].replace("X-Amz-Expires=3600", "X-Amz-Expires=86400")):
        assert address != upload["upload"]["url"]
        assert httpx.put(address, content=b"x", headers=upload["upload"]["headers"]).status_code == 403


def test_the_logs_tell_of_uploads_but_not_what_is_in_them_nor_how_to_get_in(stack: Stack) -> None:
    secret = f"secret-{tag()}"
    upload = stack.ended(stack.send(csv_of([f"P,{secret},Nowhere,S,{secret},1"]), reference=secret)["upload_id"])
    stack.download(upload["links"]["error_report"])
    (mail,) = stack.mails(upload["upload_id"])
    token = mail["Message"].rsplit("/r/", 1)[1].strip()
    httpx.get(f"{stack.api_url}/r/{token}")
    logs = "".join(path.read_text() for path in stack.logs.glob("a*.log"))
    assert upload["upload_id"] in logs
    for secret_text in (secret, token, stack.description["api_keys"]["VEND001"], "X-Amz-Signature", "whsec_"):
        assert secret_text not in logs, f"the logs contain {secret_text[:12]}…"


def test_an_uploads_files_are_there_when_it_has_ended(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of([*sound_rows(1, tag()), "P,,Electronics,S,1,1"]))["upload_id"])
    with stack.api() as api:
        for status in ("awaiting_upload", "processing"):  # by SQL: an upload does not stay in them long enough
            stack.sql("UPDATE upload_history SET status = %s WHERE upload_id = %s", status, upload["upload_id"])
            assert api.get(upload["links"]["self"]).json()["links"]["file"] is None
            for part in ("errors.csv", "fix.csv", "file"):
                answer = api.get(f"{upload['links']['self']}/{part}")
                assert problem(answer) == (409, "NOT_FINAL")
                assert answer.headers["Retry-After"]
        stack.sql("UPDATE upload_history SET status = 'partial' WHERE upload_id = %s", upload["upload_id"])
        assert api.get(f"{upload['links']['self']}/file").status_code == 307


def test_files_are_kept_for_90_days(stack: Stack) -> None:
    run = tag()
    upload = stack.ended(stack.send(csv_of([*sound_rows(1, run), "P,,Electronics,S,1,1"]))["upload_id"])
    begin, end = (datetime.fromisoformat(upload[each]) for each in ("processing_started_at", "files_expire_at"))
    assert end - begin == timedelta(days=90)
    stack.sql(  # nothing else makes 91 days pass
        "UPDATE upload_history SET processing_started_at = now() - interval '91 days' WHERE upload_id = %s",
        upload["upload_id"],
    )
    for file in ("file", "error_report", "fix_file"):
        answer = stack.download(upload["links"][file])
        assert (answer.status_code, answer.json()["code"]) == (410, "GONE")
        assert answer.json()["detail"].startswith("Files are kept for 90 days; this one was kept until ")
