"""error-processor: invoked by its queue for rejected records, decided uploads, files of changes, of corrections, of
undos and of exports that are to be written, and webhooks and mails that are due.

The mail service reports bounces and complaints on the same queue.
"""

import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.queue import MessageType
from pipeline.domain.uploads import FileOnRequest
from pipeline.handlers.time_left import time_check
from pipeline.logs import log, log_fault
from pipeline.services import services
from pipeline.stages.correct import write_corrected_file
from pipeline.stages.deliver import FIRST_ATTEMPT_SECONDS, deliver_webhooks
from pipeline.stages.mail import mail_vendor, note_mail_event
from pipeline.stages.report import finish_upload
from pipeline.stages.requested_files import write_requested_file
from pipeline.stages.undo_file import write_undo_file

_WRITE_LONG_FILES = (
    MessageType.CHANGES_REQUESTED,
    MessageType.FIX_WORKBOOK_REQUESTED,
    MessageType.UNDO_REQUESTED,
    MessageType.EXPORT_REQUESTED,
)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A batch of messages. The answer names those that failed, so that only they are delivered again."""
    # First the uploads end and their notifications are published, then webhooks, then mails: no receiver and no mail
    # service can delay the end of an upload, and no long file that somebody asks for.
    messages = {record["messageId"]: _read(record["body"]) for record in event["Records"]}
    in_order = sorted(messages.items(), key=lambda item: item[1].get("type") in _WRITE_LONG_FILES)
    failed = [message_id for message_id, message in in_order if not _succeeds(message)]
    due = [target for message in messages.values() if (target := _webhook_target(message))]
    if due and time_check(context, services().settings.handover_seconds)():
        deliver_webhooks(services(), of=due, seconds=FIRST_ATTEMPT_SECONDS)
    for message in messages.values():
        if message.get("type") in (MessageType.UPLOAD_FINISHED, MessageType.MAIL_DUE) and "upload_id" in message:
            mail_vendor(services(), message["upload_id"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _read(body: str) -> dict[str, Any]:
    """The message, or an empty one if it is not ours. An empty one fails by itself and becomes a dead letter."""
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _succeeds(message: dict[str, Any]) -> bool:
    try:
        _execute(message)
    except Exception:  # one message that fails must not hold up the others of its batch
        log_fault("upload.not_finished", upload_id=message.get("upload_id") or message.get("export_id"))
        return False
    return True


def _execute(message: dict[str, Any]) -> None:
    if "eventType" in message:
        note_mail_event(services(), message)
    elif message["type"] == MessageType.RECORDS_REJECTED:
        log("records.rejected", upload_id=message["upload_id"], rejected=len(message["row_numbers"]))
    elif message["type"] == MessageType.UPLOAD_FINISHED:
        finish_upload(services(), message["upload_id"])
    elif message["type"] == MessageType.CHANGES_REQUESTED:
        write_requested_file(services(), message["upload_id"], FileOnRequest.CHANGES)
    elif message["type"] == MessageType.FIX_WORKBOOK_REQUESTED:
        write_requested_file(services(), message["upload_id"], FileOnRequest.FIX_WORKBOOK)
    elif message["type"] == MessageType.CORRECTION_REQUESTED:
        write_corrected_file(services(), message["upload_id"])
    elif message["type"] == MessageType.UNDO_REQUESTED:
        write_undo_file(services(), message["upload_id"])
    elif message["type"] == MessageType.EXPORT_REQUESTED:
        from pipeline.stages.export import write_export  # xlsxwriter is imported by few messages

        write_export(services(), message["export_id"])


def _webhook_target(message: dict[str, Any]) -> str | None:
    """The upload or delivery whose webhooks are due because of this message."""
    field = "upload_id" if message.get("type") == MessageType.UPLOAD_FINISHED else "delivery_id"
    target: str | None = message.get(field)
    return target
