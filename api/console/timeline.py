"""The steps of an upload in time: when each happened, how long it took, and where it lies between first and last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from api.portal.durations import in_short
from api.portal.upload_summary import ENDS
from pipeline.domain.uploads import DIRECT_DROP, FINAL_STATUSES
from pipeline.postgres.queries.diagnostics import Inside
from pipeline.postgres.rows import Upload

_LEAST_WIDTH = 0.8  # percent: whatever took any time can be seen


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `took` is the time since the step before, `x` and `width` its part of it all."""

    at: datetime
    what: str
    meaning: str
    took: str
    x: float
    width: float


def steps_of(upload: Upload, inside: Inside, *, arrived_at: datetime | None) -> list[Step]:
    happened = sorted(_happened(upload, inside, arrived_at), key=lambda each: each[0])
    first = happened[0][0]
    whole = (happened[-1][0] - first).total_seconds() or 1
    steps = [Step(first, *happened[0][1:], took="", x=0, width=0)]
    for (before, *_), (at, what, meaning) in pairwise(happened):
        seconds = (at - before).total_seconds()
        width = max(_LEAST_WIDTH, 100 * seconds / whole) if seconds else 0
        x = min(100 * (before - first).total_seconds() / whole, 100 - width)
        steps.append(Step(at, what, meaning, in_short(seconds), round(x, 2), round(width, 2)))
    return steps


def _happened(upload: Upload, inside: Inside, arrived_at: datetime | None) -> Iterator[tuple[datetime, str, str]]:
    is_drop = upload.created_by == DIRECT_DROP
    yield upload.upload_timestamp, "Recorded" if is_drop else "Announced", "the upload has an ID"
    if arrived_at:
        # The bucket tells whole seconds, so a file can seem to be there before it was announced.
        moment = arrived_at if is_drop else max(arrived_at, upload.upload_timestamp)
        yield moment, "Arrived", "the file is complete in the bucket (to the second)"
    if upload.processing_started_at:
        yield upload.processing_started_at, "Reading began", "csv-parser claimed the file"
    if inside.staged_at:
        yield inside.staged_at, "Staged", "csv-parser has handed over every row"
    if upload.last_progress_at and upload.last_progress_at != inside.staged_at:
        all_decided = upload.total_records == upload.valid_records + upload.error_records
        yield (
            upload.last_progress_at,
            "Decided" if all_decided else "Latest progress",
            ("the last row was validated" if all_decided else "the last sign of life"),
        )
    if upload.status in FINAL_STATUSES and upload.processing_completed_at:
        yield upload.processing_completed_at, ENDS[upload.status], "reports are written, the status is final"
    if upload.notified_at:
        yield upload.notified_at, "Notified", "the notification was handed to SNS"
