"""The service as a vendor's own program uses it: the REST API, and the inbox."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
import httpx
from botocore.config import Config

SECONDS_TO_END = 300.0
SECONDS_TO_NOTIFY = 20.0

Json = dict[str, Any]


class VendorError(Exception):
    """The service refused, or did not end an upload in time; the message says so to a person."""


class Vendor:
    """The REST API as a vendor's own program uses it."""

    def __init__(self, description: Json, vendor_id: str) -> None:
        self._client = httpx.Client(
            base_url=description["api_url"],
            headers={"Authorization": f"Bearer {description['api_keys'][vendor_id]}"},
            timeout=30,
            trust_env=False,  # no proxy stands between this machine and itself
        )

    def announce(self, file_name: str, size_bytes: int) -> Json:
        return self._call("POST", "/v1/uploads", json={"file_name": file_name, "size_bytes": size_bytes})

    def send(self, announced: Json, content: bytes) -> None:
        address = announced["upload"]
        with httpx.Client(timeout=300, trust_env=False) as client:
            _checked(client.request(address["method"], address["url"], headers=address["headers"], content=content))

    def follow(self, upload_id: str, *, seconds: float = SECONDS_TO_END, pause: float = 0.2) -> Iterator[Json]:
        """The upload again and again, until it has ended."""
        deadline = time.monotonic() + seconds
        while True:
            upload = self._call("GET", f"/v1/uploads/{upload_id}")
            yield upload
            if upload["is_final"]:
                return
            if time.monotonic() > deadline:
                raise VendorError(f"Upload {upload_id} has not ended after {seconds:.0f} s (it is {upload['status']}).")
            time.sleep(pause)

    def errors(self, upload_id: str) -> list[Json]:
        """The first 200 errors, in the order of the report."""
        items: list[Json] = self._call("GET", f"/v1/uploads/{upload_id}/errors", params={"limit": 200})["items"]
        return items

    def _call(self, method: str, path: str, **request: Any) -> Json:
        answer: Json = _checked(self._client.request(method, path, **request)).json()
        return answer


@dataclass(frozen=True)
class Mail:
    """A notification as it reached the mailbox."""

    subject: str
    arrived_at: datetime


class Mailbox:
    """The queue that holds what the vendors' inboxes would receive. Everything read is left in it."""

    def __init__(self, description: Json) -> None:
        self._url = description["mailbox_queue_url"]
        self._sqs = boto3.client(
            "sqs",
            endpoint_url=description["aws_endpoint_url"],
            region_name=description["aws_region"],
            aws_access_key_id=description["aws_access_key_id"],
            aws_secret_access_key=description["aws_secret_access_key"],
            config=Config(proxies={}),
        )

    def wait_for(self, upload_id: str, *, seconds: float = SECONDS_TO_NOTIFY) -> Mail | None:
        """The notification about an upload, or None if none comes in time."""
        seen: list[str] = []
        deadline = time.monotonic() + seconds
        try:
            while time.monotonic() < deadline:
                answer = self._sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=10,
                    WaitTimeSeconds=1,
                    VisibilityTimeout=int(seconds) + 10,  # each is read once
                    MessageSystemAttributeNames=["SentTimestamp"],
                )
                for message in answer.get("Messages", []):
                    seen.append(message["ReceiptHandle"])
                    said = json.loads(message["Body"])
                    if f"Upload ID: {upload_id}\n" in said["Message"]:
                        sent = int(message["Attributes"]["SentTimestamp"]) / 1000
                        return Mail(said["Subject"], datetime.fromtimestamp(sent, UTC))
            return None
        finally:
            for handle in seen:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)


def _checked(answer: httpx.Response) -> httpx.Response:
    """Raises what a refusal says: a problem's title and detail, or the beginning of any other answer."""
    if answer.is_success:
        return answer
    said = answer.text[:300]
    if answer.headers.get("Content-Type", "").startswith("application/problem+json"):
        said = f"{answer.json()['title']}: {answer.json()['detail']}"
    raise VendorError(
        f"{answer.request.method} {answer.request.url.copy_with(query=None)}: {answer.status_code} {said}"
    )
