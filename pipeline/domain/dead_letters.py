"""Dead letters: messages and events that failed as often as they may, and what re-drive does with them."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.domain.uploads import UPLOAD_ID


class DeadLetterKind(StrEnum):
    MESSAGE = "message"
    PARSER_EVENT = "parser_event"
    RECORDS = "records"
    UNKNOWN = "unknown"


MEANINGS = {
    DeadLetterKind.MESSAGE: "A message that error-processor failed on. It is sent again.",
    DeadLetterKind.PARSER_EVENT: "An event that csv-parser failed on. It is handed over again.",
    DeadLetterKind.RECORDS: (
        "A batch of rows that product-validator failed on. The sweeper decides them from the stored file."
    ),
    DeadLetterKind.UNKNOWN: "Nothing that this service writes. It stays: look at it in the queue, and delete it there.",
}
"""What a dead letter of each kind is, and what re-drive does with it."""

REDRIVE_RESULTS = {
    DeadLetterKind.MESSAGE: "messages sent again",
    DeadLetterKind.PARSER_EVENT: "events handed over again",
    DeadLetterKind.RECORDS: "batches left to the sweeper",
    DeadLetterKind.UNKNOWN: "unknown letters left alone",
}
"""The result of a re-drive, in words, for each kind of letter."""

_UPLOAD_ID = re.compile(UPLOAD_ID)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of the dead-letter queue; `payload` is sent again, `upload_id` is the upload it names, if any."""

    kind: DeadLetterKind
    upload_id: str | None
    payload: dict[str, Any]


def read_dead_letter(body: str) -> DeadLetter:
    """Classifies a message of the dead-letter queue by its body."""
    try:
        letter = json.loads(body)
    except ValueError:
        letter = None
    match letter:
        case {"type": str(), **__}:
            return DeadLetter(DeadLetterKind.MESSAGE, _upload_id_in(body), letter)
        case {"requestPayload": dict(payload), **__}:
            return DeadLetter(DeadLetterKind.PARSER_EVENT, _upload_id_in(body), payload)
        case {"DDBStreamBatchInfo": dict(), **__}:
            return DeadLetter(DeadLetterKind.RECORDS, None, {})
    return DeadLetter(DeadLetterKind.UNKNOWN, None, {})


def _upload_id_in(body: str) -> str | None:
    match = _UPLOAD_ID.search(body)
    return match.group() if match else None
