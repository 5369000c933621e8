"""The client of the API against a server whose answers a test chooses."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from pipeline.http.api_client import ApiClient, ApiError, NotFinal, Refusal


class Answer(NamedTuple):
    status: int
    content: object = None
    headers: tuple[tuple[str, str], ...] = ()


class Server(ThreadingHTTPServer):
    """Gives its answers in order and repeats the last one. Records requests and their keys."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.answers: list[Answer] = []
        self.requests: list[str] = []
        self.keys: list[str | None] = []


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        server = self.server
        server.requests.append(f"{self.command} {self.path}")
        server.keys.append(self.headers["Authorization"])
        answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = b"" if answer.content is None else json.dumps(answer.content).encode()
        self.send_response(answer.status)
        for name, value in (*answer.headers, ("Content-Length", str(len(body)))):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The tests look at `requests` instead."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_busy_service_is_asked_again_as_often_as_the_client_may(server: Server) -> None:
    server.answers = [Answer(503, headers=(("Retry-After", "0"),)), Answer(200, {"categories": []})]
    with ApiClient(server.url, None, attempts=2) as client:
        assert client.rules() == {"categories": []}


def test_a_busy_service_is_asked_once_by_default(server: Server) -> None:
    server.answers = [Answer(503)]
    with ApiClient(server.url, None) as client, pytest.raises(Refusal) as refusal:
        client.rules()
    assert str(refusal.value) == "The service answered 503 to GET /v1/rules."
    assert server.requests == ["GET /v1/rules"]


def test_a_rotated_key_is_read_again(server: Server) -> None:
    server.answers = [Answer(401), Answer(200, {})]
    with ApiClient(server.url, lambda fresh: "new" if fresh else "old") as client:
        client.rules()
    assert server.keys == ["Bearer old", "Bearer new"]


def test_a_key_that_stays_the_same_is_refused_once(server: Server) -> None:
    server.answers = [Answer(401)]
    with ApiClient(server.url, "vk_wrong") as client, pytest.raises(Refusal) as refusal:
        client.rules()
    assert (refusal.value.status, server.keys) == (401, ["Bearer vk_wrong"])


def test_a_problem_is_told_in_its_own_words(server: Server) -> None:
    problem = {"title": "Too large", "detail": "Send less.", "code": "FILE_TOO_LARGE"}
    server.answers = [Answer(413, problem, (("Content-Type", "application/problem+json"),))]
    with ApiClient(server.url, "key") as client, pytest.raises(Refusal, match=r"^Too large: Send less\.$") as refusal:
        client.announce("products.csv", 10)
    assert refusal.value.code == "FILE_TOO_LARGE"


def test_a_file_that_an_earlier_attempt_sent_is_sent(server: Server) -> None:
    address = {"method": "PUT", "url": f"{server.url}/file", "headers": {}}
    server.answers = [Answer(412), Answer(403)]
    with ApiClient(server.url, "key") as client:
        client.send(address, b"content", size_bytes=7)
        with pytest.raises(Refusal, match="the storage answered 403"):
            client.send(address, b"content", size_bytes=7)
    assert server.keys == [None, None]


def test_a_download_takes_no_key_to_the_storage(server: Server) -> None:
    server.answers = [Answer(302, headers=(("Location", f"{server.url}/report"),)), Answer(200, "content")]
    with ApiClient(server.url, "key") as client:
        assert b"".join(client.download("UPLOAD/1", "errors.csv")) == b'"content"'
    assert server.requests == ["GET /v1/uploads/UPLOAD%2F1/errors.csv", "GET /report"]
    assert server.keys == ["Bearer key", None]


def test_an_upload_is_followed_until_it_is_final_or_the_time_is_up(server: Server) -> None:
    pending, ended = ({"status": status, "is_final": status == "completed"} for status in ("processing", "completed"))
    server.answers = [Answer(200, pending), Answer(200, ended)]
    with ApiClient(server.url, "key") as client:
        assert list(client.follow("UPLOAD_1")) == [pending, ended]
        server.answers = [Answer(200, pending)]
        with pytest.raises(NotFinal, match=r"has not ended after 0 s \(it is processing\)"):
            list(client.follow("UPLOAD_1", seconds=0.1))


def test_an_answer_without_json_is_not_taken_for_the_service(server: Server) -> None:
    server.answers = [Answer(200)]
    with ApiClient(server.url, None) as client, pytest.raises(ApiError, match="does not answer as the onboarding"):
        client.rules()
