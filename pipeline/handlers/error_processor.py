"""error-processor: woken by the queue when records were rejected, an upload is decided, a webhook or mail is due.

The mail service tells its bounces and complaints on the same queue.
"""

import json
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.aws.queue import MessageType
from pipeline.handlers.time_left import time_left
from pipeline.logs import log, log_fault
from pipeline.services import services
from pipeline.stages.deliver import FIRST_ATTEMPT_SECONDS, deliver_webhooks
from pipeline.stages.mail import mail_vendor, note_mail_event
from pipeline.stages.report import finish_upload


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """A batch of messages; those that failed are named, so that only they come again.

    Webhooks are told when every upload of the batch has ended and been notified, and mails are sent last: neither a
    receiver nor the mail service can delay that.
    """
    messages = {record["messageId"]: _read(record["body"]) for record in event["Records"]}
    failed = [message_id for message_id, message in messages.items() if not _is_done(message)]
    due = [told for message in messages.values() if (told := _tells_webhooks(message))]
    if due and time_left(context, services().settings.handover_seconds)():
        deliver_webhooks(services(), of=due, seconds=FIRST_ATTEMPT_SECONDS)
    for message in messages.values():
        if message.get("type") in (MessageType.UPLOAD_FINISHED, MessageType.MAIL_DUE) and "upload_id" in message:
            mail_vendor(services(), message["upload_id"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _read(body: str) -> dict[str, Any]:
    """A message; an empty one, which fails alone and ends with the dead letters, for what is none of ours."""
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _is_done(message: dict[str, Any]) -> bool:
    try:
        _do(message)
    except Exception:  # each message stands for itself: the others of the batch are done all the same
        log_fault("upload.not_finished", upload_id=message.get("upload_id"))
        return False
    return True


def _do(message: dict[str, Any]) -> None:
    if "eventType" in message:
        note_mail_event(services(), message)
    elif message["type"] == MessageType.RECORDS_REJECTED:
        log("records.rejected", upload_id=message["upload_id"], rejected=len(message["row_numbers"]))
    elif message["type"] == MessageType.UPLOAD_FINISHED:
        finish_upload(services(), message["upload_id"])


def _tells_webhooks(message: dict[str, Any]) -> str | None:
    """The upload or the delivery that this message lets webhooks tell of."""
    told: str | None = message.get("upload_id" if message.get("type") == MessageType.UPLOAD_FINISHED else "delivery_id")
    return told
