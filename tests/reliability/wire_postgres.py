"""The proxy in front of PostgreSQL: its protocol, one message at a time."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import BinaryIO

from tests.reliability.wire import Call, Fate, Wire, reset


class PostgresWire(Wire):
    """A proxy in front of PostgreSQL. A call is a connect or a simple query; psycopg2 sends nothing else."""

    def __init__(self, upstream_port: int) -> None:
        super().__init__(upstream_port)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self.most_at_once = 0
        self._open: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        self.drop_all()

    def drop_all(self) -> None:
        """Breaks every connection, as a broken network does."""
        for client in list(self._open):
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with self._counting:
            self._open.add(client)
            self.most_at_once = max(self.most_at_once, len(self._open))
        try:
            with closing(socket.create_connection(("127.0.0.1", self.upstream_port))) as upstream:
                upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Session(self, client, upstream).run()
        except (OSError, EOFError):  # one side has closed, so the other is closed too
            pass
        finally:
            with self._counting:
                self._open.discard(client)
            client.close()


class _Session:
    """One connection: the start of the session, then one query after another."""

    def __init__(self, wire: PostgresWire, client: socket.socket, upstream: socket.socket) -> None:
        self._wire, self._client, self._upstream = wire, client, upstream
        self._from_client, self._from_upstream = client.makefile("rb"), upstream.makefile("rb")
        self._is_over = False

    def run(self) -> None:
        if self._decided(Call("sql", "connect"), self._greet) is None:
            return
        for message in iter(lambda: _typed(self._from_client), None):
            if message[:1] != b"Q":
                self._upstream.sendall(message)
            elif self._decided(Call("sql", _verb(message), message), lambda m=message: self._ask(m)) is None:  # type: ignore[misc]
                return

    def _decided(self, call: Call, work: Callable[[], bytes]) -> bytes | None:
        """The answer for the client, or None if the connection ended: it was cut, or the server died."""
        decided = self._wire.decide(call)
        answer = b"" if decided is Fate.CUT_BEFORE else work()
        if decided in (Fate.CUT_BEFORE, Fate.CUT_AFTER):
            self._wire.on_cut(call)
            reset(self._client)
            return None
        self._client.sendall(answer)
        return None if self._is_over else answer

    def _ask(self, message: bytes) -> bytes:
        self._upstream.sendall(message)
        return b"".join(self._until_ready())

    def _greet(self) -> bytes:
        """Starts a session, up to its first ReadyForQuery message."""
        first = _untyped(self._from_client)
        while struct.unpack("!i", first[4:8])[0] in _WANTS_ENCRYPTION:
            self._client.sendall(b"N")
            first = _untyped(self._from_client)
        self._upstream.sendall(first)
        while True:
            message = _needed(_typed(self._from_upstream))
            if message[:1] != b"R" or message[5:9] in (_IS_IN, _LAST_OF_SCRAM):
                if message[:1] == b"E":
                    return message
                if message[:1] == b"R" and message[5:9] == _IS_IN:
                    return message + b"".join(self._until_ready())
                self._client.sendall(message)
            else:
                self._client.sendall(message)
                self._upstream.sendall(_needed(_typed(self._from_client)))

    def _until_ready(self) -> Iterator[bytes]:
        for message in iter(lambda: _typed(self._from_upstream), None):
            yield message
            if message[:1] == b"Z":
                return
        self._is_over = True


_WANTS_ENCRYPTION = (80877103, 80877104)  # SSLRequest, GSSENCRequest
_IS_IN, _LAST_OF_SCRAM = struct.pack("!i", 0), struct.pack("!i", 12)


def _verb(message: bytes) -> str:
    return message[5:40].split(b"\0")[0].split(b";")[0].strip().split(b" ")[0].split(b"\n")[0].decode().upper()


def _untyped(stream: BinaryIO) -> bytes:
    length = stream.read(4)
    if len(length) < 4:
        raise EOFError
    return length + stream.read(struct.unpack("!i", length)[0] - 4)


def _typed(stream: BinaryIO) -> bytes | None:
    """One message with its type byte, or None at the end of the connection."""
    kind = stream.read(1)
    return kind + _untyped(stream) if kind else None


def _needed(message: bytes | None) -> bytes:
    if message is None:
        raise EOFError
    return message
