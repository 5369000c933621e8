"""The proxy in front of the AWS services: HTTP, one request at a time."""

import re
import socket
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.reliability.wire import Answer, Call, Fate, Wire, reset


class AwsWire(Wire):
    """A proxy in front of the AWS services. It passes on the Host header unchanged, so that signatures stay valid."""

    def __init__(self, upstream_port: int) -> None:
        super().__init__(upstream_port)
        wire = self

        class Relay(_HttpRelay):
            def __init__(self, *arguments: object) -> None:
                self.wire = wire
                super().__init__(*arguments)  # type: ignore[arg-type]

        self._relay, self.port = Relay, 0
        self.whole: tuple[str, bytes] = ("", b"")
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Accepts connections, after a `close` on the same port as before."""
        self._server = _QuietServer(("127.0.0.1", self.port), self._relay)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Refuses new connections from now on, and breaks open ones."""
        self._server.shutdown()
        self._server.server_close()
        self._server.break_all()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._open: set[socket.socket] = set()

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: callers that disappear are expected here."""

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def break_all(self) -> None:
        for connection in list(self._open):
            reset(connection)


class _HttpRelay(BaseHTTPRequestHandler):
    wire: AwsWire
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = Call("aws", self._operation(body), body)
        decided = self.wire.decide(call)
        if decided is Fate.CUT_BEFORE:
            self._cut(call)
        elif isinstance(decided, Answer):
            self._give(decided)
        else:
            self._forward(call, body, decided)

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST  # noqa: N815

    def _forward(self, call: Call, body: bytes, decided: Fate) -> None:
        try:
            answers = [self._answer_of(body) for _ in range(2 if decided is Fate.TWICE else 1)]
        except (OSError, HTTPException):  # the service itself is down, and its caller sees that
            self._cut(None)
            return
        if decided is Fate.CUT_AFTER:
            self._cut(call)
        elif decided is Fate.TORN:
            self._give(answers[-1], part=0.5)
            self._cut(call)
        else:
            self._give(answers[-1])

    def _answer_of(self, body: bytes) -> Answer:
        """The service's answer."""
        # The embedded bucket ignores the range for a version and sends all of it. This sends the range, as AWS does.
        byte_range = _RANGE.fullmatch(self.headers.get("Range", ""))
        if byte_range is None or self.path != self.wire.whole[0]:
            answer = self._answer(body)
            if byte_range is None or answer.status != 200:
                return answer
            self.wire.whole = self.path, answer.content  # a version never changes
        part = self.wire.whole[1][int(byte_range[1]) : int(byte_range[2]) + 1]
        return Answer(206, [("Content-Length", str(len(part)))], part)

    def _answer(self, body: bytes) -> Answer:
        with closing(HTTPConnection("127.0.0.1", self.wire.upstream_port, timeout=60)) as upstream:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in {"expect", "connection"}:
                    upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            headers = [(n, v) for n, v in answer.getheaders() if n.lower() not in _HOP_BY_HOP]
            content = answer.read()
            length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(content))
            return Answer(answer.status, [*headers, ("Content-Length", length or "0")], content)

    def _give(self, answer: Answer, *, part: float = 1) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.content[: int(len(answer.content) * part)])

    def _cut(self, call: Call | None) -> None:
        if call:
            self.wire.on_cut(call)
        self.close_connection = True
        reset(self.connection)

    def _operation(self, body: bytes) -> str:
        """The operation, from a header, a form field, or method and path, depending on the service."""
        if target := self.headers.get("X-Amz-Target"):
            return str(target).rpartition(".")[2]
        if body.startswith(b"Action=") or b"&Action=" in body[:2000]:
            return parse_qs(body.decode())["Action"][0]
        if self.path.startswith("/2015-03-31/functions/"):
            return "Invoke"
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if self.command == "POST" and {"uploads", "uploadId"} & query.keys():
            return "CreateMultipartUpload" if "uploads" in query else "CompleteMultipartUpload"
        return "UploadPart" if "partNumber" in query else f"{self.command.capitalize()}Object"

    def log_message(self, *arguments: object) -> None:
        pass


_RANGE = re.compile("bytes=([0-9]+)-([0-9]+)")
_HOP_BY_HOP = {"connection", "transfer-encoding", "keep-alive", "content-length", "date", "server"}
