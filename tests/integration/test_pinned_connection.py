"""Pinned connections go to the given addresses and end in time, whatever the server does."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpcore
import pytest

from pipeline.http.pinned_connection import PinnedBackend

SECONDS = 0.5


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """The port of a server on 127.0.0.1 that accepts one connection."""

    def accept() -> None:
        connected, _ = server.accept()
        with connected, suppress(OSError):
            serve(connected)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        thread.join(10)


def connect(port: int, *addresses: str, host: str = "receiver.invalid") -> httpcore.NetworkStream:
    return PinnedBackend(addresses, time.monotonic() + SECONDS).connect_tcp(host, port)


def say_hello(connected: socket.socket) -> None:
    connected.sendall(b"hello")


def drip(connected: socket.socket) -> None:
    for _ in range(100):
        connected.sendall(b"H")
        time.sleep(0.05)


def ignore(connected: socket.socket) -> None:
    time.sleep(2 * SECONDS)


def read_to_the_end(stream: httpcore.NetworkStream) -> None:
    while stream.read(1):
        pass


def test_the_address_counts_and_not_the_name() -> None:
    with listening(say_hello) as port:
        stream = connect(port, "127.0.0.1")
        assert stream.read(5) == b"hello"
        stream.close()


def test_an_address_that_takes_no_connection_is_skipped() -> None:
    with listening(say_hello) as port:
        stream = connect(port, "127.0.0.2", "127.0.0.1")
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", port)
        stream.close()


def test_without_an_address_that_takes_a_connection_the_last_fault_is_raised() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(httpcore.ConnectError) as raised:
        connect(port, "127.0.0.2", "127.0.0.1")
    assert isinstance(raised.value.__cause__, ConnectionRefusedError)


def test_bytes_that_trickle_do_not_move_the_deadline() -> None:
    with listening(drip) as port:
        begin = time.monotonic()
        stream = connect(port, "127.0.0.1")
        with pytest.raises(httpcore.ReadTimeout):
            read_to_the_end(stream)
        stream.close()
    assert SECONDS <= time.monotonic() - begin < 2 * SECONDS


def test_a_receiver_that_reads_nothing_does_not_move_it_either() -> None:
    with listening(ignore) as port:
        begin = time.monotonic()
        stream = connect(port, "127.0.0.1")
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x" * 50_000_000)
        assert SECONDS <= time.monotonic() - begin < 2 * SECONDS
        stream.close()
