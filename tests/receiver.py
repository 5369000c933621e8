"""A vendor's program that webhooks are sent to: a real HTTPS server, which answers as its test wants."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme
from standardwebhooks import Webhook


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def payload(self) -> dict[str, Any]:
        payload: dict[str, Any] = json.loads(self.body)
        return payload

    def verified(self, secret: str) -> dict[str, Any]:
        """What it tells, if the signature is right; raises otherwise."""
        payload: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return payload


Answering = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, **headers: str) -> Answering:
    """Answers with this status and these headers."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(b"x" * 100_000)

    return answer


@dataclass
class Receiver:
    """Listens on 127.0.0.1, with a certificate of an authority in `ca_file`."""

    url: str
    ca_file: str
    received: list[Received] = field(default_factory=list)
    answer: Answering = field(default_factory=lambda: status(204))


@contextmanager
def receiving(folder: Path, *, name: str = "127.0.0.1") -> Iterator[Receiver]:
    """`name` is what the certificate is for."""
    authority = trustme.CA()
    ca_file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver = server.receiver = Receiver(f"https://127.0.0.1:{server.server_port}/hook", str(ca_file))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    receiver: Receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {header.lower(): value for header, value in self.headers.items()}
        self.server.receiver.received.append(Received(self.path, headers, body))
        self.server.receiver.answer(self)

    do_GET = do_POST  # noqa: N815  a redirect that is followed comes as this

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the test's output is not the place."""
