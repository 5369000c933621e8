"""DynamoDB's BatchWriteItem, the only AWS call made for every row: with boto3, or as the same request with less work.

For each item boto3 takes about 170 µs of processor time, `LeanPuts` about 4 (docs/performance.md). Either way, boto3
resolves the endpoint, region, credentials and certificates.
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

from pipeline.http.kept_connections import Answer, ConnectionLost, KeptConnections, NotConnected, PendingRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]
"""A DynamoDB item with typed values: `{"sku": {"S": "A-1"}}`."""

Completion = Callable[[], Sequence[Item]]
"""Waits for the answer and returns the unprocessed items. Raises as `Puts.begin` does."""

_THROTTLED = ("ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded")
_LATE = ("InvalidSignatureException", "RequestExpired")  # a wrong key, or a wrong clock
_STALE = ("ExpiredTokenException", "UnrecognizedClientException")
_TARGET = "DynamoDB_20120810.BatchWriteItem"


class Throttled(Exception):
    """Nothing was stored; the request may be sent again later."""


class AnswerLost(Exception):
    """The items may or may not be stored; sending them again stores them twice at worst."""


class PutsRefused(Exception):
    """DynamoDB rejects these items permanently. The message has the error code, never the items."""


class Puts(Protocol):
    def begin(self, items: Sequence[Item]) -> Completion:
        """Sends at most 25 items. Raises Throttled, AnswerLost, or a permanent error."""

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        """Sends the items, waits for the answer and returns the unprocessed ones."""


class BotoPuts:
    def __init__(self, client: "DynamoDBClient", table: str, *, connections: int) -> None:
        self._client, self._table = client, table
        self._pool = ThreadPoolExecutor(connections)

    def begin(self, items: Sequence[Item]) -> Completion:
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
        return _unprocessed(answer, self._table)


class Credentials(Protocol):
    """botocore's credentials. They are read for each request, because botocore renews them when they are due."""

    def get_frozen_credentials(self) -> Any: ...


class LeanPuts:
    """Signs requests itself (Signature Version 4) and keeps connections open. `ca_file` lists the trusted CAs."""

    def __init__(self, endpoint_url: str, region: str, table: str, *, credentials: Credentials, ca_file: str) -> None:
        self._table, self._region, self._credentials = table, region, credentials
        self._connections = KeptConnections(endpoint_url, ca_file=ca_file)
        self._skew = timedelta()

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        return self.begin(items)()

    def begin(self, items: Sequence[Item]) -> Completion:
        body = orjson.dumps({"RequestItems": {self._table: _requests(items)}})
        return partial(self._complete, self._send(body), body)

    def _complete(self, request: PendingRequest, body: bytes) -> Sequence[Item]:
        answer = _answer(request)
        code = _code(answer)
        if code in _LATE or code in _STALE:
            # One repeat, with corrected time and new credentials, cures a wrong clock and an expired token.
            self._skew = _skew(answer)
            answer = _answer(self._send(body))
            code = _code(answer)
        if answer.status != 200:
            raise _fault(code, answer.status)
        return _unprocessed(orjson.loads(answer.body), self._table)

    def _send(self, body: bytes) -> PendingRequest:
        """Raises Throttled if nothing was sent, AnswerLost if the connection broke after that."""
        key = self._credentials.get_frozen_credentials()
        keys = Keys(key.access_key, key.secret_key, key.token)
        host, now = self._connections.host, datetime.now(UTC) + self._skew
        try:
            return self._connections.post("/", signed_headers(keys, self._region, host, body, now=now), body)
        except NotConnected as error:
            raise Throttled(str(error)) from None
        except ConnectionLost as error:
            raise AnswerLost(str(error)) from None


@dataclass(frozen=True, slots=True)
class Keys:
    """An access key; only the session of a role has a `token`."""

    access_key: str
    secret_key: str
    token: str | None = None


def signed_headers(keys: Keys, region: str, host: str, body: bytes, *, now: datetime) -> dict[str, str]:
    """The headers of a BatchWriteItem request, including its signature."""
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    headers = {"content-type": "application/x-amz-json-1.0", "host": host, "x-amz-date": stamp}
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    headers["x-amz-target"] = _TARGET
    names = ";".join(headers)  # the signature requires sorted names; the headers above are added in that order
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


def _answer(request: PendingRequest) -> Answer:
    try:
        return request.answer()
    except ConnectionLost as error:
        raise AnswerLost(str(error)) from None


def _requests(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [{"PutRequest": {"Item": item}} for item in items]


def _unprocessed(answer: dict[str, Any], table: str) -> list[Item]:
    return [request["PutRequest"]["Item"] for request in answer.get("UnprocessedItems", {}).get(table, [])]


def _code(answer: Answer) -> str:
    """The error code of an answer, such as `ThrottlingException`; empty for status 200."""
    if answer.status == 200:
        return ""
    try:
        return str(orjson.loads(answer.body).get("__type", "")).rpartition("#")[2]
    except (ValueError, AttributeError):  # not DynamoDB's JSON, but the error page of a gateway
        return ""


def _fault(code: str, status: int) -> Exception:
    if code in _THROTTLED:
        return Throttled(code)
    return AnswerLost(f"{status} {code}") if status >= 500 else PutsRefused(f"{status} {code}")


def _skew(answer: Answer) -> timedelta:
    """How far DynamoDB's clock is ahead of ours; zero if the answer has no date."""
    try:
        return parsedate_to_datetime(answer.headers["date"]) - datetime.now(UTC)
    except (KeyError, TypeError, ValueError):
        return timedelta()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
