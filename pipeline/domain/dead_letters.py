"""Dead letters: what was tried often enough and set aside, and what is to be done with it."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pipeline.domain.uploads import UPLOAD_ID


class DeadLetterKind(StrEnum):
    MESSAGE = "message"
    """A message that error-processor could not work off: it is sent to its queue again."""
    PARSER_EVENT = "parser_event"
    """An event that csv-parser failed on: it is handed to csv-parser again."""
    RECORDS = "records"
    """A batch of the stream, named by its place only: its records are decided from the stored file, by the sweeper."""
    UNKNOWN = "unknown"
    """Something that none of our parts puts there: it is left where it is."""


_UPLOAD_ID = re.compile(UPLOAD_ID)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message of the dead-letter queue. `payload` is what is sent again, `upload_id` what it names, if anything."""

    kind: DeadLetterKind
    upload_id: str | None
    payload: dict[str, Any]


def read_dead_letter(body: str) -> DeadLetter:
    """What a message of the dead-letter queue is."""
    try:
        letter = json.loads(body)
    except ValueError:
        letter = None
    match letter:
        case {"type": str(), **__}:
            return DeadLetter(DeadLetterKind.MESSAGE, _named_in(body), letter)
        case {"requestPayload": dict(payload), **__}:
            return DeadLetter(DeadLetterKind.PARSER_EVENT, _named_in(body), payload)
        case {"DDBStreamBatchInfo": dict(), **__}:
            return DeadLetter(DeadLetterKind.RECORDS, None, {})
    return DeadLetter(DeadLetterKind.UNKNOWN, None, {})


def _named_in(body: str) -> str | None:
    found = _UPLOAD_ID.search(body)
    return found.group() if found else None
