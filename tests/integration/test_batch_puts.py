"""BatchWriteItem by boto3 and by our own client, against a server that answers as DynamoDB does on bad days."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from botocore.config import Config
from botocore.credentials import Credentials

from pipeline.aws.batch_puts import AnswerLost, BotoPuts, Item, LeanPuts, Puts, PutsRefused, Throttled
from pipeline.aws.staging import Staging, StagingRefused

ITEMS: list[Item] = [{"upload_id": {"S": "U"}, "record_id": {"S": f"REC_{n:05d}"}} for n in range(25)]
Answering = Callable[["Handler", dict[str, Any]], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: "Server"

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append((self.headers, request))
        answers = self.script.answers
        (answers.pop(0) if answers else stored)(self, request)

    def say(self, status: int, body: dict[str, Any] | str, **headers: str) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response_only(status)
        for name, value in {
            "Content-Length": str(len(content)),
            "Date": format_datetime(datetime.now(UTC)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Logs nothing, to keep the output of the tests readable."""


@dataclass
class Server:
    """Answers each request with the next of `answers`, and after these with success."""

    url: str = ""
    answers: list[Answering] = field(default_factory=list)
    requests: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server()
    listener = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"script": server}))
    listener.handle_error = lambda *_: None  # type: ignore[method-assign]  # who hangs up on us is what some tests are about
    if context:
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    server.url = f"{'https' if context else 'http'}://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def stored(handler: Handler, request: dict[str, Any]) -> None:
    handler.say(200, {"UnprocessedItems": {}})


def half_unprocessed(handler: Handler, request: dict[str, Any]) -> None:
    ((table, requests),) = request["RequestItems"].items()
    handler.say(200, {"UnprocessedItems": {table: requests[::2]}})


def one_processed(handler: Handler, request: dict[str, Any]) -> None:
    ((table, requests),) = request["RequestItems"].items()
    handler.say(200, {"UnprocessedItems": {table: requests[1:]}})


def refused(code: str, status: int = 400, **headers: str) -> Answering:
    return lambda handler, request: handler.say(status, {"__type": f"com.amazonaws.dynamodb#{code}"}, **headers)


def hang_up(handler: Handler, request: dict[str, Any]) -> None:
    handler.close_connection = True


def a_page(handler: Handler, request: dict[str, Any]) -> None:
    handler.say(502, "<html>Bad gateway</html>")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


def lean(server: Server, *, token: str | None = None, ca_file: str = "") -> LeanPuts:
    credentials = Credentials("AKIA", "secret", token)
    return LeanPuts(server.url, "us-east-1", "Records", credentials=credentials, ca_file=ca_file)


def boto(server: Server) -> BotoPuts:
    client = boto3.client(
        "dynamodb", endpoint_url=server.url, region_name="us-east-1", aws_access_key_id="AKIA",
        aws_secret_access_key="secret", config=Config(retries={"total_max_attempts": 1}),
    )  # fmt: skip
    return BotoPuts(client, "Records", connections=4)


@pytest.fixture(params=[lean, boto], ids=["lean", "boto3"])
def puts(server: Server, request: pytest.FixtureRequest) -> Puts:
    puts: Puts = request.param(server)
    return puts


def test_items_are_sent_as_they_are_and_all_is_stored(server: Server, puts: Puts) -> None:
    assert list(puts(ITEMS)) == []
    ((headers, request),) = server.requests
    assert request == {"RequestItems": {"Records": [{"PutRequest": {"Item": item}} for item in ITEMS]}}
    assert headers["X-Amz-Target"] == "DynamoDB_20120810.BatchWriteItem"


def test_what_was_left_is_returned(server: Server, puts: Puts) -> None:
    server.answers = [half_unprocessed]
    assert list(puts(ITEMS)) == ITEMS[::2]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (refused("ThrottlingException"), Throttled),
        (refused("ProvisionedThroughputExceededException"), Throttled),
        (refused("RequestLimitExceeded"), Throttled),
        (refused("InternalServerError", 500), AnswerLost),
        (refused("ServiceUnavailable", 503), AnswerLost),
        (a_page, AnswerLost),
        (hang_up, AnswerLost),
        (refused("ValidationException"), PutsRefused),
        (refused("ResourceNotFoundException"), PutsRefused),
        (refused("AccessDeniedException"), PutsRefused),
    ],
)
def test_a_fault_says_whether_something_may_have_been_stored(
    server: Server, puts: Puts, answer: Answering, fault: type[Exception]
) -> None:
    server.answers = [answer]
    with pytest.raises(fault):
        puts(ITEMS)
    assert list(puts(ITEMS)) == []


def test_a_clock_that_is_wrong_is_put_right_by_the_answer(server: Server) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    server.answers = [refused("InvalidSignatureException", Date=format_datetime(ahead))]
    puts = lean(server)
    assert list(puts(ITEMS)) == list(puts(ITEMS)) == []
    stamps = [datetime.strptime(headers["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z") for headers, _ in server.requests]
    assert [round((stamp - stamps[0]) / timedelta(hours=1)) for stamp in stamps] == [0, 3, 3]


def test_a_key_that_is_wrong_is_refused_after_one_repeat(server: Server) -> None:
    server.answers = [refused("InvalidSignatureException")] * 2
    with pytest.raises(PutsRefused):
        lean(server)(ITEMS)
    assert len(server.requests) == 2


def test_credentials_are_asked_for_anew_and_an_expired_token_is_tried_once_more(server: Server) -> None:
    puts = lean(server, token="first")
    server.answers = [refused("ExpiredTokenException")]
    keys = iter(["first", "second"])
    puts._credentials = type("Turning", (), {"get_frozen_credentials": lambda _: Credentials("A", "s", next(keys))})()
    assert list(puts(ITEMS)) == []
    assert [headers["X-Amz-Security-Token"] for headers, _ in server.requests] == ["first", "second"]


def test_a_connection_that_was_closed_meanwhile_is_not_used_again(server: Server) -> None:
    def stored_and_gone(handler: Handler, request: dict[str, Any]) -> None:
        stored(handler, request)
        handler.close_connection = True

    server.answers = [stored_and_gone] * 3
    puts = lean(server)
    for _ in range(3):
        assert list(puts(ITEMS)) == []
        time.sleep(0.1)
    assert len(server.requests) == 3


def test_a_connection_is_kept(server: Server) -> None:
    ports = []

    def stored_from(handler: Handler, request: dict[str, Any]) -> None:
        ports.append(handler.client_address[1])
        stored(handler, request)

    server.answers = [stored_from] * 3
    puts = lean(server)
    for _ in range(3):
        assert list(puts(ITEMS)) == []
    assert len(set(ports)) == 1


def test_an_answer_may_come_in_pieces(server: Server) -> None:
    def in_pieces(handler: Handler, request: dict[str, Any]) -> None:
        content = json.dumps({"UnprocessedItems": {"Records": request["RequestItems"]["Records"][::2]}}).encode()
        handler.send_response_only(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for piece in (content[:7], content[7:900], content[900:]):
            handler.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
            handler.wfile.flush()
            time.sleep(0.02)
        handler.wfile.write(b"0\r\n\r\n")

    server.answers = [in_pieces]
    assert list(lean(server)(ITEMS)) == ITEMS[::2]


def test_what_follows_an_answer_unasked_is_not_taken_for_a_part_of_it(server: Server) -> None:
    def stored_and_too_late(handler: Handler, request: dict[str, Any]) -> None:
        late = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\n\r\nlate"
        good = b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"UnprocessedItems":{}}'
        handler.wfile.write(good + late)
        handler.close_connection = True

    server.answers = [stored_and_too_late] * 2
    puts = lean(server)
    assert [list(puts(ITEMS)) for _ in range(3)] == [[], [], []]
    assert len(server.requests) == 3


def test_answers_that_do_not_come_are_waited_for_together(server: Server) -> None:
    """Waiting for one after the other would take longer than a lease."""

    def silent(handler: Handler, request: dict[str, Any]) -> None:
        time.sleep(3)
        handler.close_connection = True

    server.answers = [silent] * 4
    counts: list[int] = []
    begin = time.monotonic()
    puts = lean(server)
    puts._connections.answer_seconds = 1
    Staging(puts, threads=4, days=7).write(ITEMS * 6, counts.append)
    assert counts == [25] * 6
    assert time.monotonic() - begin < 2.5


def test_who_refuses_before_the_whole_request_has_come_is_heard(server: Server) -> None:
    def refused_early(handler: Handler, request: dict[str, Any]) -> None:
        handler.say(413, {"__type": "com.amazonaws.dynamodb#RequestTooLarge"}, Connection="close")

    server.answers = [refused_early]
    with pytest.raises(PutsRefused, match="413 RequestTooLarge"):
        lean(server)(ITEMS)


def test_nobody_listens_and_nothing_was_stored() -> None:
    with serving() as server:
        puts = lean(server)
    with pytest.raises(Throttled):
        puts(ITEMS)


def test_only_a_certificate_of_the_given_authorities_is_trusted(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusted, strange = tmp_path / "known.pem", tmp_path / "strange.pem"
    authority.cert_pem.write_to_path(str(trusted))
    trustme.CA().cert_pem.write_to_path(str(strange))
    with serving(context) as server:
        assert list(lean(server, ca_file=str(trusted))(ITEMS)) == []
        with pytest.raises(AnswerLost):
            lean(server, ca_file=str(strange))(ITEMS)
        assert len(server.requests) == 1


def test_staging_has_several_requests_in_flight(server: Server, puts: Puts) -> None:
    """Answers none of four requests before all four have arrived."""
    all_are_here = threading.Barrier(4, timeout=20)

    def stored_together(handler: Handler, request: dict[str, Any]) -> None:
        all_are_here.wait()
        stored(handler, request)

    server.answers = [stored_together] * 8
    counts: list[int] = []
    Staging(puts, threads=4, days=7).write(ITEMS * 8, counts.append)
    assert counts == [25] * 8


@pytest.mark.parametrize("answer", [half_unprocessed, refused("ThrottlingException"), hang_up])
def test_staging_sends_until_all_is_stored_and_tells_of_what_was_sent_twice(server: Server, answer: Answering) -> None:
    server.answers = [answer] * 3
    counts: list[int] = []
    repeated: list[Item] = []
    Staging(lean(server), threads=1, days=7).write(ITEMS * 2, counts.append, repeated.extend)
    assert counts == [25, 25]
    assert bool(repeated) == (answer is hang_up)


def test_staging_gives_up_on_what_is_always_left(server: Server) -> None:
    begin = time.monotonic()
    server.answers = [refused("ThrottlingException")] * 100
    staging = Staging(lean(server), threads=1, days=7)
    staging.longest_pause = 0.01
    with pytest.raises(StagingRefused, match="25 of 25"):
        staging.write(ITEMS)
    assert len(server.requests) == 12
    assert time.monotonic() - begin < 30


def test_staging_does_not_give_up_while_something_is_taken(server: Server) -> None:
    server.answers = [one_processed, refused("ThrottlingException")] * 24
    staging = Staging(lean(server), threads=1, days=7)
    staging.longest_pause = 0.01
    staging.write(ITEMS)
    assert len(server.requests) == 49
