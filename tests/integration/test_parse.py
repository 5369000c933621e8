"""The parser's claims: which vendor, which object, and how often."""

import itertools
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from botocore.exceptions import ClientError

from pipeline.aws.staging import Staging
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.parse import receive_object, start_upload
from tests.integration.offline import Offline
from tests.reliability.logged import logged_here
from tests.stack import csv_of, sound_rows, tag


def status_of(offline: Offline, upload_id: str) -> tuple[str, int | None]:
    (upload,) = offline.stack.sql("SELECT status, total_records FROM upload_history WHERE upload_id = %s", upload_id)
    return upload["status"], upload["total_records"]


def test_an_object_under_another_key_does_not_become_an_announced_uploads_file(offline: Offline) -> None:
    with offline.stack.api("VEND002") as api:
        upload_id = api.post("/v1/uploads", json={"file_name": "mine.csv"}).json()["upload_id"]
    for key in (f"uploads/VEND001/{upload_id}/mine.csv", f"uploads/VEND002/{upload_id}/other.csv"):
        receive_object(offline.services, key=key, version_id="v1", size=10, has_time=lambda: True)
    assert status_of(offline, upload_id) == ("awaiting_upload", None)


def test_an_upload_has_the_findings_on_its_refused_file(offline: Offline) -> None:
    upload_id = offline.arrive("sku;price;Größe\nA-1;Müll;3\n".encode("cp1252"))
    offline.end(upload_id)
    with offline.stack.api() as api:
        upload = api.get(f"/v1/uploads/{upload_id}").json()
    assert (upload["status"], upload["failure"]["code"]) == ("failed", "MISSING_COLUMNS")
    assert upload["file"] == {
        "format": "csv", "encoding": "windows-1252", "delimiter": ";", "sheet": None, "header_row": 1, "sha256": None,
        "number_format": None,
        "columns": [{"header": "sku", "column": "sku", "matched_by": "exact"},
                    {"header": "price", "column": "price", "matched_by": "exact"},
                    {"header": "Größe", "column": None, "matched_by": None}],
    }  # fmt: skip
    assert [(warning["code"], "Müll" in warning["message"]) for warning in upload["warnings"]] == [
        ("ENCODING_GUESSED", True)
    ]


def test_an_upload_has_the_proposal_for_its_missing_columns(offline: Offline) -> None:
    upload_id = offline.arrive(b"ID,Name,Category,SKU,Price\n71,Oak spoon,Electronics,S-1,4.50\n")
    offline.end(upload_id)
    with offline.stack.api() as api:
        failure = api.get(f"/v1/uploads/{upload_id}").json()["failure"]
    assert failure["proposal"]["columns"][0] == {
        "header": "ID", "samples": ["71"], "column": "vendor_product_id", "confidence": 0.84, "alternatives": ["sku"],
    }  # fmt: skip
    assert failure["proposal"]["stand_ins"] == [{"column": "stock_quantity", "header": None, "default": "0"}]


def test_the_sheet_row_of_a_header_below_other_rows_is_in_its_upload(offline: Offline) -> None:
    upload_id = offline.arrive(b"Our products\n\n" + csv_of(sound_rows(2, tag())))
    with offline.stack.api() as api:
        upload = api.get(f"/v1/uploads/{upload_id}").json()
    assert (upload["file"]["header_row"], upload["total_records"]) == (3, 2)
    assert [warning["code"] for warning in upload["warnings"]] == ["ROWS_ABOVE_HEADER"]


def test_a_repeated_event_starts_nothing_anew(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(3, tag())))
    before = offline.items(upload_id)
    start_upload(offline.services, upload_id, has_time=lambda: True)
    assert offline.items(upload_id) == before


def test_a_parser_that_died_before_it_staged_anything_is_replaced(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(3, tag())), parse=False)
    offline.stack.sql(
        "UPDATE upload_history SET status = 'processing', lease_token = gen_random_uuid(),"
        " lease_until = now() + interval '1 minute', file_size_bytes = %s, file_version_id = %s WHERE upload_id = %s",
        *offline.stored[upload_id], upload_id,
    )  # fmt: skip
    start_upload(offline.services, upload_id, has_time=lambda: True)
    assert status_of(offline, upload_id) == ("processing", None)
    offline.stack.sql("UPDATE upload_history SET lease_until = now() WHERE upload_id = %s", upload_id)
    start_upload(offline.services, upload_id, has_time=lambda: True)
    assert status_of(offline, upload_id) == ("processing", 3)


def test_a_fault_is_logged_with_its_upload(offline: Offline) -> None:
    """Lambda's own log line would not name the upload, and would quote the exception's message."""
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())), parse=False)
    size, _ = offline.stored[upload_id]
    with logged_here() as lines, pytest.raises(ClientError):
        start_upload(offline.services, upload_id, version_id="no-such", size=size, has_time=lambda: True)
    [line] = [json.loads(line) for line in lines if "upload.not_staged" in line]
    assert (line["level"], line["upload_id"], line["fault"]) == ("ERROR", upload_id, "ClientError")
    assert any("version_stream.py" in place for place in line["where"])


def test_a_direct_drop_with_an_endless_name_is_an_upload_too(offline: Offline) -> None:
    name = tag() + "x" * 400 + ".csv"
    for _ in range(2):
        receive_object(
            offline.services, key=f"uploads/{'V' * 300}/{name}", version_id=name[:10], size=1, has_time=lambda: True
        )
    failures = offline.stack.sql(
        "SELECT failure->>'code' AS code FROM upload_history WHERE file_name LIKE %s", name[:20] + "%"
    )
    assert failures == [{"code": "VENDOR_NOT_FOUND"}]


@contextmanager
def losing_the_first_answer(endpoint: str, interruption: Callable[[], None]) -> Iterator[str]:
    """The address of a proxy for DynamoDB that loses the first answer, after `interruption`."""
    requests = itertools.count()

    class Way(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = httpx.post(endpoint, content=body, headers=dict(self.headers))
            if next(requests) == 0:
                interruption()
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Logs nothing, to keep the output of the tests readable."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Way)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def staging_by(way: str) -> Staging:
    os.environ["AWS_ENDPOINT_URL_DYNAMODB"] = way
    try:
        return Services(Settings()).staging
    finally:
        del os.environ["AWS_ENDPOINT_URL_DYNAMODB"]


def test_a_record_that_was_staged_twice_and_decided_in_between_does_not_stay_pending(offline: Offline) -> None:
    run = tag()
    content = csv_of([*sound_rows(2, run), f"P{run}-x,Lamp,Nowhere,S{run}-x,1,5"])
    upload_id = offline.arrive(content, parse=False)

    def validate() -> None:
        offline.deliver([offline.events(upload_id)])

    services = Services(Settings())
    with losing_the_first_answer(offline.environment["AWS_ENDPOINT_URL"], validate) as way:
        services.staging = staging_by(way)
        size, version_id = offline.stored[upload_id]
        start_upload(services, upload_id, version_id=version_id, size=size, has_time=lambda: True)
    services.database.close()
    offline.end(upload_id)
    result = offline.result(upload_id, run)
    assert result["statuses"] == ["validated", "validated", "error"]
    assert result["upload"]["valid_records"] == 2
