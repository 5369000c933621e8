"""The sender of webhooks: one signed POST to an address that anybody may have chosen.

What a URL's owner controls is the name, its addresses and the receiver. So the addresses are looked up once, all
of them must be public, and the connection goes to one of exactly these, while the certificate must be the name's.
No redirect is followed, no proxy asked, and the whole attempt ends in time however slowly it is answered.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property

import httpcore
from standardwebhooks import Webhook

from pipeline.http.pinned_connection import PinnedBackend
from pipeline.outcome.webhooks import TIMED_OUT, Answer, Receiver, UrlRefused, is_public, read_url

_LOOKUP_SECONDS = 2.0
# httpcore's exceptions have no class in common. The fault of the network is the cause of most of them.
_HTTP_FAULTS = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


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
        deadline = time.monotonic() + self.seconds
        try:
            receiver = read_url(url, allow_private=self._allow_private)
            backend = PinnedBackend(self._addresses(receiver), deadline)
            status = self._post(receiver, backend, _headers(receiver, secret, delivery_id, body), body)
            return Answer(status, _fault_of_status(status))
        except UrlRefused as refused:
            return Answer(fault=f"The URL {refused}.")
        except (OSError, *_HTTP_FAULTS) as error:
            is_late = time.monotonic() >= deadline
            return Answer(fault=TIMED_OUT if is_late else _fault_of(error))

    def _post(self, receiver: Receiver, backend: PinnedBackend, headers: Mapping[str, str], body: str) -> int:
        """The status code of the answer. A first block of its body is read: most receivers then see an orderly end."""
        url = httpcore.URL(scheme="https", host=receiver.host, port=receiver.port, target=receiver.target)
        # A connection of its own, not a pool: a pool hides the causes of faults.
        with (
            httpcore.HTTPConnection(url.origin, self._tls, network_backend=backend) as connection,
            connection.stream("POST", url, headers=list(headers.items()), content=body.encode()) as answer,
        ):
            with suppress(*_HTTP_FAULTS):
                next(answer.iter_stream(), b"")
            return answer.status

    def _addresses(self, receiver: Receiver) -> list[str]:
        """Every address of the host. One that is not public spoils them all: a name must not lead both ways."""
        found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
        if not self._allow_private and not all(is_public(address) for address in addresses):
            raise UrlRefused("leads to a private address")
        return addresses

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


def _headers(receiver: Receiver, secret: str, delivery_id: str, body: str) -> dict[str, str]:
    """Those of Standard Webhooks: the signature covers id, time and body."""
    now = datetime.now(UTC)
    return {
        "Host": receiver.authority,  # httpcore's own has no brackets around an IPv6 address
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
        case httpcore.TimeoutException():
            return TIMED_OUT
        case httpcore.ProtocolError():
            return "The answer was not HTTP."
        case socket.gaierror():
            return "The host name is not known."
    match error.__cause__:
        case ssl.SSLCertVerificationError() as refused:
            return f"The certificate was not accepted: {refused.verify_message}"[:300]
        case ssl.SSLError():
            return "The TLS connection failed."
        case ConnectionRefusedError():
            return "The connection was refused."
    return "The connection failed."
