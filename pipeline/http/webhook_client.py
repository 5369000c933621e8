"""The sender of webhooks: one signed POST to an address that anybody may have chosen.

What a URL's owner controls is the name, its addresses and the receiver. So the addresses are looked up once, all
of them must be public, and the connection goes to one of exactly these, while the certificate must be the name's.
No redirect is followed, no proxy asked, and the whole attempt ends in time however slowly it is answered.
"""

import socket
import ssl
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from threading import Timer

from standardwebhooks import Webhook

from pipeline.outcome.webhooks import Receiver, UrlRefused, is_public, read_url

_CONNECT_SECONDS = 4.0
_LOOKUP_SECONDS = 2.0
_READ_BYTES = 4096  # of an answer that nobody looks at, so that most receivers see an orderly end

TOO_SLOW = "There was no answer in time."


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one attempt: the receiver's status code, or why there is none."""

    status_code: int | None = None
    fault: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def says_gone(self) -> bool:
        """The receiver does not want to be told any more."""
        return self.status_code == 410


class WebhookClient:
    """Sends to public addresses; `allow_private` is for tests and intranets, as is `ca_file`."""

    def __init__(self, *, seconds: float, allow_private: bool = False, ca_file: str = "") -> None:
        self.seconds = seconds
        self._allow_private, self._ca_file = allow_private, ca_file

    def refusal(self, url: str) -> str | None:
        """Why a new webhook may not have this URL. A name that is not known (yet) is no reason: it may come to be.

        This is a kindness to whoever mistyped; what counts is where the name leads when something is sent.
        """
        try:
            receiver = read_url(url, allow_private=self._allow_private)
            self._lookups.submit(self._addresses, receiver).result(_LOOKUP_SECONDS)
        except UrlRefused as refused:
            return str(refused)
        except (OSError, TimeoutError):
            return None
        return None

    def send(self, url: str, *, secret: str, delivery_id: str, body: str) -> Answer:
        """One attempt; never raises for what the receiver or its URL does."""
        begin = time.monotonic()
        try:
            receiver = read_url(url, allow_private=self._allow_private)
            addresses = self._addresses(receiver)
            headers = _headers(secret, delivery_id, body)
            with self._connected(receiver, addresses, begin + self.seconds) as connection:
                connection.request("POST", receiver.target, body.encode(), headers)
                answer = connection.getresponse()
                with suppress(OSError, HTTPException):
                    answer.read(_READ_BYTES)
            return Answer(answer.status, _fault_of_status(answer.status))
        except UrlRefused as refused:
            return Answer(fault=f"The URL {refused}.")
        except (OSError, HTTPException) as error:
            is_late = time.monotonic() - begin >= self.seconds
            return Answer(fault=TOO_SLOW if is_late else _fault_of(error))

    def _addresses(self, receiver: Receiver) -> list[str]:
        """Every address of the host. One that is not public spoils them all: a name must not lead both ways."""
        found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise UrlRefused("leads to a private address")
        return addresses

    @contextmanager
    def _connected(self, receiver: Receiver, addresses: Sequence[str], deadline: float) -> Iterator[HTTPSConnection]:
        with _open(addresses, receiver.port, deadline) as plain, _cut_off(plain, deadline):
            connection = HTTPSConnection(receiver.host, receiver.port, context=self._tls)
            # The socket is given, so http.client opens none itself; it only writes the Host header.
            connection.sock = self._tls.wrap_socket(plain, server_hostname=receiver.host)
            try:
                yield connection
            finally:
                connection.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._ca_file:
            context.load_verify_locations(self._ca_file)
        return context

    @cached_property
    def _lookups(self) -> ThreadPoolExecutor:
        """A resolver can take long, and nobody can stop it: this many may wait for it, and no request does."""
        return ThreadPoolExecutor(4, thread_name_prefix="lookup")


def _open(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """A connection to the first address that takes one."""
    fault: OSError = TimeoutError()
    for address in addresses:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            break
        try:
            connected = socket.create_connection((address, port), min(remaining, _CONNECT_SECONDS))
        except OSError as error:
            fault = error
            continue
        connected.settimeout(remaining)
        return connected
    raise fault


@contextmanager
def _cut_off(connected: socket.socket, deadline: float) -> Iterator[None]:
    """Ends the connection at the deadline: a timeout bounds one read, but a byte now and then makes many of them."""
    with connected.dup() as handle:  # of its own: TLS takes the other one over

        def cut() -> None:
            with suppress(OSError):
                handle.shutdown(socket.SHUT_RDWR)

        timer = Timer(max(0.0, deadline - time.monotonic()), cut)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()


def _headers(secret: str, delivery_id: str, body: str) -> dict[str, str]:
    """Those of Standard Webhooks: the signature covers id, time and body."""
    now = datetime.now(UTC)
    return {
        "Content-Type": "application/json",
        "User-Agent": "product-onboarding-webhooks/1",
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(delivery_id, now, body),
    }


def _fault_of_status(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    hint = " Redirects are not followed: register the final URL." if 300 <= status < 400 else ""
    return f"The receiver answered {status}.{hint}"


def _fault_of(error: Exception) -> str:
    """In our words and OpenSSL's, never in the receiver's."""
    match error:
        case ssl.SSLCertVerificationError():
            return f"The certificate was not accepted: {error.verify_message}"[:300]
        case ssl.SSLError():
            return "The TLS connection failed."
        case socket.gaierror():
            return "The host name is not known."
        case ConnectionRefusedError():
            return "The connection was refused."
        case TimeoutError():
            return TOO_SLOW
        case HTTPException():
            return "The answer was not HTTP."
    return "The connection failed."
