"""SQS: messages to error-processor, for rejected records, decided uploads, and webhooks and mails that are due."""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from pipeline.domain.uploads import FileOnRequest

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class MessageType(StrEnum):
    UPLOAD_FINISHED = "upload_finished"
    RECORDS_REJECTED = "records_rejected"
    WEBHOOK_DUE = "webhook_due"
    MAIL_DUE = "mail_due"
    CHANGES_REQUESTED = "changes_requested"
    FIX_WORKBOOK_REQUESTED = "fix_workbook_requested"
    CORRECTION_REQUESTED = "correction_requested"
    UNDO_REQUESTED = "undo_requested"
    EXPORT_REQUESTED = "export_requested"


class ErrorQueue:
    """Messages only wake error-processor: no outcome changes if they are lost, repeated or reordered."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client, self._url = client, url

    def upload_finished(self, upload_id: str) -> None:
        """Every record of the upload is decided, or its file failed as a whole, so it can end."""
        self._send({"type": MessageType.UPLOAD_FINISHED, "upload_id": upload_id})

    def records_rejected(self, upload_id: str, row_numbers: Sequence[int]) -> None:
        """One message per batch of a validator, with the rows that it rejected."""
        self._send({"type": MessageType.RECORDS_REJECTED, "upload_id": upload_id, "row_numbers": list(row_numbers)})

    def webhook_due(self, delivery_id: str) -> None:
        """A delivery whose next attempt should not wait for the sweeper."""
        self._send({"type": MessageType.WEBHOOK_DUE, "delivery_id": delivery_id})

    def mail_due(self, upload_id: str) -> None:
        """A mail whose next attempt is due."""
        self._send({"type": MessageType.MAIL_DUE, "upload_id": upload_id})

    def file_requested(self, upload_id: str, file: FileOnRequest) -> None:
        """Somebody wants to download a file of an upload that is not written yet."""
        self._send({"type": MessageType(f"{file}_requested"), "upload_id": upload_id})

    def correction_requested(self, upload_id: str) -> None:
        """An upload corrects another; its file is not written yet."""
        self._send({"type": MessageType.CORRECTION_REQUESTED, "upload_id": upload_id})

    def undo_requested(self, upload_id: str) -> None:
        """An upload takes another back; its file is not written yet."""
        self._send({"type": MessageType.UNDO_REQUESTED, "upload_id": upload_id})

    def export_requested(self, export_id: str) -> None:
        """Somebody asked for an export, whose file is not written yet."""
        self._send({"type": MessageType.EXPORT_REQUESTED, "export_id": export_id})

    def redrive(self, message: dict[str, object]) -> None:
        """Sends a message that became a dead letter."""
        self._send(message)

    def _send(self, message: dict[str, object]) -> None:
        self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message))
