"""What stands still, and re-drive: once its cause is gone, all that was given up on is done again. Safe to repeat."""

from collections import Counter
from typing import Any

from pipeline.aws.dead_letters import ReceivedLetter
from pipeline.domain.dead_letters import DeadLetterKind
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.logs import log
from pipeline.postgres import stalled_uploads
from pipeline.services import Services
from pipeline.stages.parse import HasTime

_MOST = 1000
_SHOWN = 100
_LOOKED_AT_SECONDS = 20
_HELD_SECONDS = 120


def what_stands_still(services: Services) -> dict[str, Any]:
    """What an operator looks at first: uploads without progress for five minutes, and dead letters, a hundred each.

    Nothing is changed: whoever looks next sees the same.
    """
    with services.database.transaction() as cursor:
        uploads = stalled_uploads.stuck(cursor)
    return {
        "uploads": [
            {**stuck._asdict(), "still_since": stuck.still_since.isoformat(timespec="seconds")} for stuck in uploads
        ],
        "dead_letters": [
            {
                "kind": held.letter.kind,
                "upload_id": held.letter.upload_id,
                "since": held.sent_at.isoformat(timespec="seconds"),
            }
            for held in _letters(services)
        ],
    }


def how_it_is(services: Services) -> dict[str, Any]:
    """The same in numbers, a hundred at most, beside the uploads under way and those that ended in a day."""
    with services.database.transaction() as cursor:
        counted = stalled_uploads.counted(cursor)
        stuck = stalled_uploads.stuck(cursor)
    return {
        "under_way": {status: number for status, number in counted.items() if status not in FINAL_STATUSES},
        "ended_in_24_hours": {status: number for status, number in counted.items() if status in FINAL_STATUSES},
        "stuck": len(stuck),
        "dead_letters": len(_letters(services)),
    }


def _letters(services: Services) -> list[ReceivedLetter]:
    with services.dead_letters.receive(at_most=_SHOWN, hidden_seconds=_LOOKED_AT_SECONDS) as letters:
        return list(letters)


def redrive(services: Services, has_time: HasTime) -> dict[DeadLetterKind, int]:
    """Sends dead letters where they failed before, and says how many of each kind there were.

    At most a thousand a call. What fails again comes back to the dead-letter queue by itself. Letters that no part
    of ours wrote stay.
    """
    done: Counter[DeadLetterKind] = Counter()
    with services.dead_letters.receive(at_most=_MOST, hidden_seconds=_HELD_SECONDS) as letters:
        for held in letters:
            if not has_time():
                break
            done[held.letter.kind] += 1
            if held.letter.kind != DeadLetterKind.UNKNOWN:
                _send_again(services, held)
                letters.delete(held)
    log("dead_letters.sent_again", letters=dict(done))
    return dict(done)


def _send_again(services: Services, held: ReceivedLetter) -> None:
    """The records of a lost batch need nothing sent: the sweeper decides them from the stored file."""
    if held.letter.kind == DeadLetterKind.MESSAGE:
        services.error_queue.redrive(held.letter.payload)
    elif held.letter.kind == DeadLetterKind.PARSER_EVENT:
        services.parser_function.redrive(held.letter.payload)
