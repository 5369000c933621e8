"""A server that answers AWS calls without delay, so that only our own work is measured.

It runs in a process of its own and counts calls. It can also record requests, delay its answers, or limit the writes to
each partition as DynamoDB does.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO
from urllib.request import urlopen

from bench.alone import PROJECT

_LONGEST_HEAD = 1 << 16
_COUNTS_PATH = "/counts"
_STORED = b'{"UnprocessedItems":{}}'
_REFUSED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"}'


@dataclass(frozen=True)
class Plan:
    """The server's content and behaviour. `files` is a folder with the bucket's objects, named by their last part."""

    files: str = ""
    secret: str = "{}"
    keep: str = ""
    delay_seconds: float = 0.0
    writes_a_second: int = 0


@dataclass(frozen=True)
class InstantAws:
    url: str

    def environment(self) -> dict[str, str]:
        """Environment variables that direct boto3 to this server."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }

    def counts(self) -> dict[str, Any]:
        """`calls` by name, stored `items`, how many of them are `different`, and how many were `refused`."""
        with urlopen(self.url + _COUNTS_PATH) as answer:  # noqa: S310
            return dict(json.load(answer))


@contextmanager
def instant_aws(plan: Plan = Plan()) -> Iterator[InstantAws]:
    command = [sys.executable, "-m", "bench.instant", json.dumps(asdict(plan))]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield InstantAws(process.stdout.readline().strip() if process.stdout else "")
        finally:
            process.terminate()


@dataclass
class _Partition:
    """Limits writes per second; unused ones are saved up for a tenth of a second."""

    writes_a_second: int
    _available: float = 0.0
    _at: float = field(default_factory=time.monotonic)

    def take(self, count: int) -> int:
        now = time.monotonic()
        most = max(self.writes_a_second / 10, 1.0)
        self._available = min(most, self._available + (now - self._at) * self.writes_a_second)
        self._at = now
        count = min(count, int(self._available))
        self._available -= count
        return count


class _Answers:
    def __init__(self, plan: Plan, keep: BinaryIO | None) -> None:
        self._plan, self._record_file = plan, keep
        self._calls: Counter[str] = Counter()
        self._items = self._refused = 0
        self._partitions: dict[str, _Partition] = {}
        self._different: set[tuple[str, str]] = set()

    def of(self, head: str, body: bytes) -> tuple[int, bytes]:
        method, path, _ = head.split(" ", 2)
        if path == _COUNTS_PATH:
            return 200, self._counts()
        target = _header(head, "x-amz-target").rpartition(".")[2]
        name = target or f"{method.capitalize()}Object"
        self._calls[name] += 1
        match name:
            case "BatchWriteItem":
                return self._store(body)
            case "GetSecretValue":
                return 200, json.dumps({"ARN": "secret", "Name": "secret", "SecretString": self._plan.secret}).encode()
            case "GetObject":
                return self._read(path, _header(head, "range"))
        return 200, b"{}"

    def _counts(self) -> bytes:
        different = len(self._different)
        counts = {"calls": self._calls, "items": self._items, "different": different, "refused": self._refused}
        return json.dumps(counts).encode()

    def _store(self, body: bytes) -> tuple[int, bytes]:
        if self._plan.writes_a_second:
            return self._store_in_part(body)
        self._items += body.count(b'"PutRequest"')
        if self._record_file:
            self._record_file.write(body + b"\n")
            self._record_file.flush()
        return 200, _STORED

    def _store_in_part(self, body: bytes) -> tuple[int, bytes]:
        """As BatchWriteItem does: items over the limit are unprocessed; if all are, that is an error."""
        ((table, requests),) = json.loads(body)["RequestItems"].items()
        key = requests[0]["PutRequest"]["Item"]["upload_id"]["S"]
        partition = self._partitions.setdefault(key, _Partition(self._plan.writes_a_second))
        count = partition.take(len(requests))
        for request in requests[:count]:
            self._different.add((key, request["PutRequest"]["Item"]["record_id"]["S"]))
        self._items += count
        self._refused += len(requests) - count
        if not count:
            return 400, _REFUSED
        return 200, json.dumps({"UnprocessedItems": {table: requests[count:]} if requests[count:] else {}}).encode()

    def _read(self, path: str, byte_range: str) -> tuple[int, bytes]:
        file = Path(self._plan.files) / path.partition("?")[0].rsplit("/", 1)[-1]
        first, _, last = byte_range.removeprefix("bytes=").partition("-")
        with file.open("rb") as content:
            content.seek(int(first or 0))
            return (206, content.read(int(last) - int(first) + 1)) if byte_range else (200, content.read())


def _header(head: str, name: str) -> str:
    at = head.lower().find(f"\r\n{name}:")
    return head[at + len(name) + 3 :].partition("\r\n")[0].strip() if at >= 0 else ""


async def _serve(plan: Plan) -> None:
    with Path(plan.keep or "/dev/null").open("ab") as keep:
        answers = _Answers(plan, keep if plan.keep else None)
        server = await asyncio.start_server(
            lambda reader, writer: _converse(reader, writer, answers, plan.delay_seconds),
            "127.0.0.1", 0, limit=_LONGEST_HEAD,
        )  # fmt: skip
        print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
        await server.serve_forever()


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: _Answers, delay_seconds: float
) -> None:
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            body = await reader.readexactly(int(_header(head, "content-length") or 0))
            status, content = answers.of(head, body)
            if delay_seconds:
                await asyncio.sleep(delay_seconds)
            lines = (
                f"HTTP/1.1 {status} OK",
                "Content-Type: application/x-amz-json-1.0",
                f"Content-Length: {len(content)}",
            )
            writer.write("\r\n".join([*lines, "", ""]).encode() + content)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


if __name__ == "__main__":
    asyncio.run(_serve(Plan(**json.loads(sys.argv[1]))))
