"""Webhooks: their events, the URLs that they may have, and how often a delivery is tried."""

import base64
import ipaddress
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import Literal
from urllib.parse import SplitResult, urlsplit


class WebhookEvent(StrEnum):
    """How an upload ended: `upload.` and its final status."""

    COMPLETED = "upload.completed"
    PARTIAL = "upload.partial"
    FAILED = "upload.failed"
    CANCELLED = "upload.cancelled"
    EXPIRED = "upload.expired"


TestEvent = Literal["webhook.test"]
TEST_EVENT: TestEvent = "webhook.test"


class DeliveryState(StrEnum):
    """Whether an event has reached its receiver; `failed` ones are not tried again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


MAX_WEBHOOKS = 10
"""The maximum for one vendor, including disabled ones."""

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 240, 420, 600))
"""The delays between attempts: 8 attempts in 24 hours, including the first. A test event is tried once."""

TIMED_OUT = "There was no answer in time."

_HTTPS_PORT = 443
_ID_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_URL = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,2048}")  # printable ASCII without a backslash, which some read as a slash
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


class UrlRefused(Exception):
    """The service does not send to this URL; the text says why, for the vendor to read."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """The parts of a webhook's URL; `target` is path and query."""

    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header: brackets around an IPv6 address, and no port if it is the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _HTTPS_PORT else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one attempt: the receiver's status code, or why there is none."""

    status_code: int | None = None
    fault: str | None = None

    @property
    def is_delivered(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300

    @property
    def is_gone(self) -> bool:
        """Whether the receiver asks for no more deliveries (410)."""
        return self.status_code == 410


def new_webhook_id() -> str:
    return "wh_" + "".join(secrets.choice(_ID_LETTERS) for _ in range(16))


def new_secret() -> str:
    """256 random bits in the format of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def read_url(url: str, *, allow_private: bool = False) -> Receiver:
    """Raises UrlRefused for a URL that is not https, has credentials, or names a private address.

    A host name may still resolve to a private address: whoever connects must check it with `is_public`.
    """
    if not _URL.fullmatch(url):
        raise UrlRefused("must be at most 2048 characters of ASCII without blanks or backslashes")
    try:
        parts = urlsplit(url)
        port = _HTTPS_PORT if parts.port is None else parts.port
    except ValueError:
        raise UrlRefused("is not a valid URL") from None
    if parts.scheme != "https":
        raise UrlRefused("must start with https://")
    if "@" in parts.netloc:
        raise UrlRefused("must not carry a user name or password; check the signature instead")
    if parts.fragment or not port:
        raise UrlRefused("must have no fragment, and a port from 1 to 65535 if any")
    return Receiver(_host(parts, allow_private), port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _host(parts: SplitResult, allow_private: bool) -> str:
    host = parts.hostname or ""
    if ":" in host or _NUMBER.fullmatch(host.rpartition(".")[2]):
        return _ip_literal(host, allow_private)
    if not _HOST_NAME.fullmatch(host):
        raise UrlRefused("has no valid host name (write an international one as xn--…)")
    if not allow_private and (host == "localhost" or host.endswith(".localhost")):
        raise UrlRefused("leads to a private address")
    return host


def _ip_literal(host: str, allow_private: bool) -> str:
    """The IP address in its usual form. Raises UrlRefused for decimal, octal, hexadecimal and shortened forms."""
    # Resolvers accept these forms, too, so they could smuggle in a private address.
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise UrlRefused("has an IP address that is not in its usual form") from None
    if "%" in host or not (allow_private or is_public(host)):
        raise UrlRefused("leads to a private address")
    return str(address)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, rather than a private network or this machine.

    An IPv6 address that embeds an IPv4 address (mapped, NAT64, 6to4) is public if that one is.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        embedded = _embedded(ip)
        if embedded is None:
            return ip in _GLOBAL_UNICAST and ip.is_global
        ip = embedded
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
