"""What a Lambda container speaks to: gives one event, takes the answer. As AWS documents its runtime API."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Event, Thread
from typing import Any

_PREFIX = "/2018-06-01/runtime"
_SECONDS = 30


@dataclass
class RuntimeApi:
    """One function's runtime API: `address` is for AWS_LAMBDA_RUNTIME_API."""

    address: str = ""
    events: "Queue[object]" = field(default_factory=Queue)
    answers: "Queue[tuple[str, Any]]" = field(default_factory=Queue)
    stopped: Event = field(default_factory=Event)

    def invoke(self, event: object) -> Any:
        """What the function answers; an error that it reports instead is raised."""
        self.events.put(event)
        kind, answer = self.answers.get(timeout=_SECONDS)
        assert kind == "response", answer
        return answer


class _Handler(BaseHTTPRequestHandler):
    api: RuntimeApi
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        event = self._next()
        if event is None:
            return
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + _SECONDS) * 1000)))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:f")
        self.send_header("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")
        self.send_header("Content-Type", "application/json")
        self._answer(json.dumps(event).encode())

    def do_POST(self) -> None:
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.api.answers.put((self.path.rsplit("/", 1)[-1], content))
        self.send_response(202)
        self._answer(b"{}")

    def _next(self) -> object:
        """Blocks until there is an event, as AWS does."""
        assert self.path == f"{_PREFIX}/invocation/next"
        while not self.api.stopped.is_set():
            if not self.api.events.empty():
                return self.api.events.get()
            time.sleep(0.02)
        return None

    def _answer(self, body: bytes) -> None:
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent: the test says what went wrong."""


@contextmanager
def runtime_api() -> Iterator[RuntimeApi]:
    api = RuntimeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    server.daemon_threads = True
    api.address = f"127.0.0.1:{server.server_address[1]}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        api.stopped.set()
        server.shutdown()
        server.server_close()
