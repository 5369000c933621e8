"""The steps of an upload in time: when each happened, how long it took, and its place in the chart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from api.portal.durations import in_short
from api.portal.timeline import Kind, timeline
from pipeline.domain.uploads import DIRECT_DROP
from pipeline.postgres.rows import Upload
from pipeline.postgres.tables import UploadWork

_LEAST_WIDTH = 0.8  # percent: enough to be seen


@dataclass(frozen=True, slots=True)
class Step:
    """A step; `took` is the time since the step before, `x` and `width` are its part of the whole time in percent."""

    at: datetime
    what: str
    meaning: str
    took: str
    x: float
    width: float


def steps_of(upload: Upload, work: UploadWork, *, arrived_at: datetime | None) -> list[Step]:
    happened = sorted(_happened(upload, work, arrived_at), key=lambda each: each[0])
    first = happened[0][0]
    whole = (happened[-1][0] - first).total_seconds() or 1
    steps = [Step(first, *happened[0][1:], took="", x=0, width=0)]
    for (before, *_), (at, what, meaning) in pairwise(happened):
        seconds = (at - before).total_seconds()
        width = max(_LEAST_WIDTH, 100 * seconds / whole) if seconds else 0
        x = min(100 * (before - first).total_seconds() / whole, 100 - width)
        steps.append(Step(at, what, meaning, in_short(seconds), round(x, 2), round(width, 2)))
    return steps


_MEANINGS = {
    Kind.BEGINNING: "the upload has an ID",
    Kind.READING: "csv-parser claimed the file",
    Kind.END: "reports are written, the status is final",
    Kind.NOTIFICATION: "the notification was handed to SNS",
}


def _happened(upload: Upload, work: UploadWork, arrived_at: datetime | None) -> Iterator[tuple[datetime, str, str]]:
    """The events that the vendor sees, explained for support, and those that only the service knows."""
    begin, *others = (event for event in timeline(upload) if event.kind in _MEANINGS)
    yield begin.at, begin.what, _MEANINGS[begin.kind]
    if arrived_at:
        # The bucket reports whole seconds, so a file can seem to arrive before it is announced.
        moment = arrived_at if upload.created_by == DIRECT_DROP else max(arrived_at, upload.upload_timestamp)
        yield moment, "Arrived", "the file is complete in the bucket (to the second)"
    if work.staged_at:
        yield work.staged_at, "Staged", "csv-parser has handed over every row"
    if upload.last_progress_at and upload.last_progress_at != work.staged_at:
        all_decided = upload.total_records == upload.valid_records + upload.error_records
        yield (
            upload.last_progress_at,
            "Decided" if all_decided else "Latest progress",
            ("the last row was validated" if all_decided else "the last sign of life"),
        )
    # Last: sorting by time is stable, so events of the same moment stay in this order.
    yield from ((event.at, event.what, _MEANINGS[event.kind]) for event in others)
