"""Lists and counts what is stalled, and re-drives dead letters once their cause is removed. Safe to repeat."""

from collections import Counter
from typing import Any

from pipeline.aws.dead_letters import ReceivedLetter
from pipeline.domain.dead_letters import DeadLetterKind
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.logs import log
from pipeline.postgres import stalled_uploads
from pipeline.services import Services
from pipeline.stages.parse import HasTime

_REDRIVE_LIMIT = 1000
_LIST_LIMIT = 100
_LIST_SECONDS = 20
_REDRIVE_SECONDS = 120


def list_stalled(services: Services) -> dict[str, Any]:
    """Stuck uploads and dead letters, at most 100 of each. Changes nothing."""
    with services.database.transaction() as cursor:
        uploads = stalled_uploads.find_stuck(cursor)
    return {
        "uploads": [
            {**stuck._asdict(), "still_since": stuck.still_since.isoformat(timespec="seconds")} for stuck in uploads
        ],
        "dead_letters": [
            {
                "kind": received.letter.kind,
                "upload_id": received.letter.upload_id,
                "since": received.sent_at.isoformat(timespec="seconds"),
            }
            for received in _letters(services)
        ],
    }


def status_counts(services: Services) -> dict[str, Any]:
    """How many uploads are under way or ended in 24 hours; of stuck ones and dead letters, counts 100 at most."""
    with services.database.transaction() as cursor:
        by_status = stalled_uploads.count_by_status(cursor)
        stuck = stalled_uploads.find_stuck(cursor)
    return {
        "under_way": {status: number for status, number in by_status.items() if status not in FINAL_STATUSES},
        "ended_in_24_hours": {status: number for status, number in by_status.items() if status in FINAL_STATUSES},
        "stuck": len(stuck),
        "dead_letters": len(_letters(services)),
    }


def _letters(services: Services) -> list[ReceivedLetter]:
    with services.dead_letters.receive(at_most=_LIST_LIMIT, hidden_seconds=_LIST_SECONDS) as letters:
        return list(letters)


def redrive(services: Services, has_time: HasTime) -> dict[DeadLetterKind, int]:
    """Sends up to 1,000 dead letters back to where they failed, and returns how many of each kind there were.

    What fails again returns to the dead-letter queue. Letters of unknown origin stay in it.
    """
    done: Counter[DeadLetterKind] = Counter()
    with services.dead_letters.receive(at_most=_REDRIVE_LIMIT, hidden_seconds=_REDRIVE_SECONDS) as letters:
        for received in letters:
            if not has_time():
                break
            done[received.letter.kind] += 1
            if received.letter.kind != DeadLetterKind.UNKNOWN:
                _send_again(services, received)
                letters.delete(received)
    log("dead_letters.sent_again", letters=dict(done))
    return dict(done)


def _send_again(services: Services, received: ReceivedLetter) -> None:
    # A lost batch of records needs no message: the sweeper decides them from the stored file.
    if received.letter.kind == DeadLetterKind.MESSAGE:
        services.error_queue.redrive(received.letter.payload)
    elif received.letter.kind == DeadLetterKind.PARSER_EVENT:
        services.parser_function.redrive(received.letter.payload)
