"""A vendor on this machine: a client of the REST API with the vendor's key, and an inbox."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config

from pipeline.http.api_client import ApiClient, Json

SECONDS_TO_NOTIFY = 20.0


def vendor_client(description: Mapping[str, Any], vendor_id: str) -> ApiClient:
    """A client of the service that `stack.json` describes. Ignores proxies, because the service is on this machine."""
    return ApiClient(description["api_url"], description["api_keys"][vendor_id], trust_env=False)


@dataclass(frozen=True)
class Mail:
    """A notification in the mailbox."""

    subject: str
    arrived_at: datetime


class Mailbox:
    """The queue of what vendors' inboxes would receive. Reading removes nothing from it."""

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
        """The notification of an upload, or None if none arrives in time."""
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
                    notification = json.loads(message["Body"])
                    if f"Upload ID: {upload_id}\n" in notification["Message"]:
                        sent_seconds = int(message["Attributes"]["SentTimestamp"]) / 1000
                        return Mail(notification["Subject"], datetime.fromtimestamp(sent_seconds, UTC))
            return None
        finally:
            for handle in seen:
                self._sqs.change_message_visibility(QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0)
