"""DynamoDB's BatchWriteItem, the one AWS call that is made for every row: by boto3, or the same request with less work.

For each item boto3 takes about 170 µs of processor time, `LeanPuts` about 4 (docs/performance.md). Endpoint, region,
credentials and certificates are found by boto3 in either case.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from botocore.exceptions import ClientError, HTTPClientError

from pipeline.http.kept_connections import Answer, BrokenOff, KeptConnections, NotConnected, Sent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
"""A DynamoDB item with typed values: `{"sku": {"S": "A-1"}}`."""

Left = Callable[[], Sequence[Item]]
"""Waits for the answer and returns the items that were left. Raises as `Puts.begin`."""

_THROTTLED = ("ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded")
_LATE = ("InvalidSignatureException", "RequestExpired")  # besides a wrong key: a clock that is wrong
_STALE = ("ExpiredTokenException", "UnrecognizedClientException")
_TARGET = "DynamoDB_20120810.BatchWriteItem"


class Throttled(Exception):
    """Nothing was stored; try again later."""


class AnswerLost(Exception):
    """Nobody knows what was stored; trying again stores it twice at worst."""


class PutsRefused(Exception):
    """DynamoDB will not have these items, however often they are sent. Names the code, not the items."""


class Puts(Protocol):
    def begin(self, items: Sequence[Item]) -> Left:
        """Sends at most 25 items to be stored. Raises Throttled, AnswerLost, or what will not go away."""

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        """Sends them, and waits for the answer."""


class BotoPuts:
    def __init__(self, client: "DynamoDBClient", table: str, *, connections: int) -> None:
        self._client, self._table = client, table
        self._pool = ThreadPoolExecutor(connections)

    def begin(self, items: Sequence[Item]) -> Left:
        return self._pool.submit(self, items).result

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        try:
            requests: Any = {self._table: _requests(items)}
            answer: Any = self._client.batch_write_item(RequestItems=requests)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            raise _fault(error.response["Error"]["Code"], status) from None
        except HTTPClientError as error:
            raise AnswerLost(type(error).__name__) from None
        return _left(answer, self._table)


class Credentials(Protocol):
    """botocore's: frozen ones are read anew from it for each request, so that it can renew them in time."""

    def get_frozen_credentials(self) -> Any: ...


class LeanPuts:
    """Signs by hand (Signature Version 4) and keeps its connections; TLS is verified with the given authorities."""

    def __init__(self, endpoint_url: str, region: str, table: str, *, credentials: Credentials, ca_file: str) -> None:
        self._table, self._region, self._credentials = table, region, credentials
        self._connections = KeptConnections(endpoint_url, ca_file=ca_file)
        self._skew = timedelta()

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        return self.begin(items)()

    def begin(self, items: Sequence[Item]) -> Left:
        body = orjson.dumps({"RequestItems": {self._table: _requests(items)}})
        return partial(self._left, self._send(body), body)

    def _left(self, sent: Sent, body: bytes) -> Sequence[Item]:
        answer = _answer(sent)
        code = _code(answer)
        if code in _LATE or code in _STALE:
            self._skew = _skew(answer)
            answer = _answer(self._send(body))
            code = _code(answer)
        if answer.status != 200:
            raise _fault(code, answer.status)
        return _left(orjson.loads(answer.body), self._table)

    def _send(self, body: bytes) -> Sent:
        """A request that breaks off in the middle is lost, one that never began may be repeated."""
        key = self._credentials.get_frozen_credentials()
        keys = Keys(key.access_key, key.secret_key, key.token)
        host, now = self._connections.host, datetime.now(UTC) + self._skew
        try:
            return self._connections.post("/", signed_headers(keys, self._region, host, body, now=now), body)
        except NotConnected as error:
            raise Throttled(str(error)) from None
        except BrokenOff as error:
            raise AnswerLost(str(error)) from None


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key; `token` only of a role's session."""

    access_key: str
    secret_key: str
    token: str | None = None


def signed_headers(keys: Keys, region: str, host: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a BatchWriteItem request, its signature among them."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    headers = {"content-type": "application/x-amz-json-1.0", "host": host, "x-amz-date": stamp}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    headers["x-amz-target"] = _TARGET
    names = ";".join(headers)  # in order of their names, as the signature wants it
    canonical = "\n".join(
        ["POST", "/", "", *(f"{name}:{value}" for name, value in headers.items()), "", names, _sha256(body)]
    )
    scope = f"{stamp[:8]}/{region}/dynamodb/aws4_request"
    key = f"AWS4{keys.secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    signature = _hmac(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{_sha256(canonical.encode())}").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={keys.access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _answer(sent: Sent) -> Answer:
    try:
        return sent.answer()
    except BrokenOff as error:
        raise AnswerLost(str(error)) from None


def _requests(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [{"PutRequest": {"Item": item}} for item in items]


def _left(answer: dict[str, Any], table: str) -> list[Item]:
    return [request["PutRequest"]["Item"] for request in answer.get("UnprocessedItems", {}).get(table, [])]


def _code(answer: Answer) -> str:
    """The error that an answer names, such as `ThrottlingException`; nothing for a good one."""
    if answer.status == 200:
        return ""
    try:
        return str(orjson.loads(answer.body).get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError):  # a gateway's page
        return ""


def _fault(code: str, status: int) -> Exception:
    if code in _THROTTLED:
        return Throttled(code)
    return AnswerLost(f"{status} {code}") if status >= 500 else PutsRefused(f"{status} {code}")


def _skew(answer: Answer) -> timedelta:
    """How far DynamoDB's clock is ahead of ours."""
    try:
        return parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)
    except (KeyError, TypeError, ValueError):
        return timedelta()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
