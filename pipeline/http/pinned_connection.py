"""Connections for httpcore to addresses that were checked before, with one deadline for everything.

httpcore itself resolves a name when it connects, when the name may point elsewhere than when it was checked. Its
timeouts bound single reads and writes, so a receiver that sends a byte now and then could hold a connection for ever.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

_CONNECT_SECONDS = 4.0
_WRITE_BYTES = 16 * 1024  # one TLS record, which is sent as a whole: a larger write could outlast its timeout


class PinnedBackend(httpcore.SyncBackend):
    """Connects to the first of `addresses` that accepts, and ignores the host name that httpcore passes."""

    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        fault: Exception = httpcore.ConnectTimeout()
        for address in self._addresses:
            seconds = min(_remaining(self._deadline, httpcore.ConnectTimeout), _CONNECT_SECONDS)
            try:
                stream = super().connect_tcp(address, port, seconds, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
                continue
            return _StreamWithDeadline(stream, self._deadline)
        raise fault


class _StreamWithDeadline(httpcore.NetworkStream):
    """Limits every read and write to the time that remains until the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _remaining(self._deadline, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_BYTES):
            seconds = _remaining(self._deadline, httpcore.WriteTimeout)
            self._stream.write(buffer[start : start + _WRITE_BYTES], seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _remaining(self._deadline, httpcore.ConnectTimeout)
        return _StreamWithDeadline(self._stream.start_tls(ssl_context, server_hostname, seconds), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _remaining(deadline: float, too_late: Callable[[], Exception]) -> float:
    """Seconds until the deadline. Raises after it."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:  # a timeout of 0 would make the socket non-blocking
        raise too_late()
    return seconds
