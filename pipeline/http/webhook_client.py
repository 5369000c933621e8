"""Sends webhooks: one signed POST to a URL that a vendor chose.

The owner of a URL controls its name, its addresses and its receiver. So the name is resolved once, all its addresses
must be public, the connection goes to one of exactly these, and the certificate must match the name. Redirects are not
followed, no proxy is used, and the whole attempt has one deadline, however slowly the receiver answers.
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
# httpcore's exceptions have no common base class. Most of them have the operating system's error as their cause.
_HTTP_FAULTS = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


class WebhookClient:
    """Sends to public addresses only. `allow_private` and `ca_file` are for tests and intranets."""

    def __init__(self, *, seconds: float, allow_private: bool = False, ca_file: str = "") -> None:
        self.seconds = seconds
        self._allow_private, self._ca_file = allow_private, ca_file

    def refusal(self, url: str) -> str | None:
        """Why a webhook may not have this URL, or None. A name that does not resolve (yet) is accepted.

        This only helps against typing errors: the address is checked again whenever something is sent.
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
        """Makes one attempt. Never raises for a fault of the receiver or its URL."""
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
        """The status code of the answer."""
        url = httpcore.URL(scheme="https", host=receiver.host, port=receiver.port, target=receiver.target)
        # A connection of its own, not a pool: a pool hides the causes of faults.
        with (
            httpcore.HTTPConnection(url.origin, self._tls, network_backend=backend) as connection,
            connection.stream("POST", url, headers=list(headers.items()), content=body.encode()) as answer,
        ):
            with suppress(*_HTTP_FAULTS):  # reads one block of the body, so that most receivers see an orderly close
                next(answer.iter_stream(), b"")
            return answer.status

    def _addresses(self, receiver: Receiver) -> list[str]:
        """Every address of the host. Raises UrlRefused if any of them is not public."""
        results = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in results))
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
        # A lookup cannot be cancelled; in a thread of its own, a slow one does not hold up the request that started it.
        return ThreadPoolExecutor(4, thread_name_prefix="lookup")


def _headers(receiver: Receiver, secret: str, delivery_id: str, body: str) -> dict[str, str]:
    """The headers of Standard Webhooks. The signature covers the id, the time and the body."""
    now = datetime.now(UTC)
    return {
        "Host": receiver.authority,  # httpcore's own header lacks the brackets around an IPv6 address
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
    """What failed, in our words or OpenSSL's. Never quotes the receiver."""
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
