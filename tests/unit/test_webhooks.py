"""Where a webhook may lead: what a URL may say, and which addresses are the public internet's."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.http.webhook_client import WebhookClient
from pipeline.outcome.webhooks import RETRY_DELAYS, Receiver, UrlRefused, WebhookEvent, is_public, new_secret, read_url


@pytest.mark.parametrize(
    ("url", "receiver"),
    [
        ("https://shop.example/hook", Receiver("shop.example", 443, "/hook")),
        ("HTTPS://Shop.Example:8443", Receiver("shop.example", 8443, "/")),
        ("https://shop.example/a%20b?x=1&y", Receiver("shop.example", 443, "/a%20b?x=1&y")),
        ("https://93.184.215.14/", Receiver("93.184.215.14", 443, "/")),
        ("https://[2606:2800:21f::1]:444/x", Receiver("2606:2800:21f::1", 444, "/x")),
        ("https://xn--bcher-kva.example/", Receiver("xn--bcher-kva.example", 443, "/")),
    ],
)
def test_a_public_https_url_is_read_into_its_parts(url: str, receiver: Receiver) -> None:
    assert read_url(url) == receiver


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://shop.example/", "https"),
        ("ftp://shop.example/", "https"),
        ("//shop.example/", "https"),
        ("shop.example", "https"),
        ("https://user:pass@shop.example/", "password"),
        ("https://user@shop.example/", "password"),
        ("https://shop.example@127.0.0.1/", "password"),
        ("https:///path", "host name"),
        ("https://-.example/", "host name"),
        ("https://bücher.example/", "ASCII"),
        ("https://shop.example/a b", "blanks"),
        ("https://shop.example/\r\nHost: other", "blanks"),
        ("https://shop.example\\@127.0.0.1/", "backslash"),
        ("https://shop.example/" + "x" * 2048, "2048"),
        ("https://shop.example:0/", "port"),
        ("https://shop.example:65536/", "valid URL"),
        ("https://shop.example:abc/", "valid URL"),
        ("https://shop.example/#part", "fragment"),
        ("https://[::1/", "valid URL"),
        ("https://localhost/", "private"),
        ("https://a.localhost/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://10.1.2.3/", "private"),
        ("https://0.0.0.0/", "private"),
        ("https://[::1]/", "private"),
        ("https://[::]/", "private"),
        ("https://[::ffff:127.0.0.1]/", "private"),
        ("https://[::ffff:7f00:1]/", "private"),
        ("https://[fe80::1%25eth0]/", "private"),
        ("https://2130706433/", "usual form"),
        ("https://017700000001/", "usual form"),
        ("https://0x7f000001/", "usual form"),
        ("https://0177.0.0.1/", "usual form"),
        ("https://0x7f.0.0.1/", "usual form"),
        ("https://127.1/", "usual form"),
        ("https://127.0.0.1./", "host name"),
    ],
)
def test_a_url_that_must_not_be_called_is_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(UrlRefused, match=reason):
        read_url(url)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://shop.example:443/hook", "shop.example"),
        ("https://shop.example:8443/hook", "shop.example:8443"),
        ("https://[2606:2800:21f::1]/x", "[2606:2800:21f::1]"),
        ("https://[2606:2800:21f::1]:444/x", "[2606:2800:21f::1]:444"),
    ],
)
def test_a_request_says_which_host_it_is_for(url: str, authority: str) -> None:
    assert read_url(url).authority == authority


def test_an_intranet_may_allow_private_addresses_but_nothing_else() -> None:
    assert read_url("https://127.0.0.1:8443/x", allow_private=True).host == "127.0.0.1"
    assert read_url("https://localhost/", allow_private=True).host == "localhost"
    for url in ("http://127.0.0.1/", "https://u:p@127.0.0.1/", "https://2130706433/"):
        with pytest.raises(UrlRefused):
            read_url(url, allow_private=True)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_an_address_of_the_public_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_every_other_address_is_not(address: str) -> None:
    assert not is_public(address)


def test_a_new_webhook_may_not_lead_to_this_machine_whatever_it_is_called() -> None:
    client = WebhookClient(seconds=1)
    assert client.refusal("https://localhost/") == "leads to a private address"
    assert client.refusal("https://not-known.invalid/") is None


def test_every_final_status_has_its_event() -> None:
    assert set(WebhookEvent) == {f"upload.{status}" for status in FINAL_STATUSES}


def test_a_secret_signs_as_standard_webhooks_do() -> None:
    secret, now = new_secret(), datetime.now(UTC)
    signature = Webhook(secret).sign("msg_1", now, "{}")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature}
    assert Webhook(secret).verify("{}", headers) == {}
    assert len(secret) == len("whsec_") + 44


def test_a_delivery_is_tried_eight_times_in_about_a_day() -> None:
    assert len(RETRY_DELAYS) == 7
    assert timedelta(hours=23) < sum(RETRY_DELAYS, timedelta()) < timedelta(hours=25)
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)
