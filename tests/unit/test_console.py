"""The console: the layout of charts and steps, and the address of a search."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.console.charts import columns, round_top
from api.console.search_query import SearchQuery, within_a_month
from api.console.timeline import steps_of
from api.portal.durations import in_short
from pipeline.postgres.queries.errors import FoundErrors
from pipeline.postgres.rows import Upload
from pipeline.postgres.tables import UploadWork

_NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_NOTHING = UploadWork()


def _after(seconds: float) -> datetime:
    return _NOW + timedelta(seconds=seconds)


def _upload(**fields: Any) -> Upload:
    return Upload(
        upload_id="UPLOAD_20261122_120000_aaaaaaaa", file_name="a.csv", file_s3_key="uploads/a", upload_timestamp=_NOW,
        **fields,
    )  # fmt: skip


def test_columns_are_in_place_and_high_enough_to_be_seen() -> None:
    first, last = columns([("1 Nov", 50), ("2 Nov", 0), ("3 Nov", 0), ("4 Nov", 1)], top=1000)
    assert (first.label, first.count, first.height, first.y) == ("1 Nov", 50, 5.0, 95.0)
    assert (last.label, last.height, last.y) == ("4 Nov", 1.5, 98.5)
    assert first.x < 25 <= 75 < last.x
    assert last.x + last.width <= 100


@pytest.mark.parametrize(
    ("largest", "top"), [(0, 1), (1, 1), (2, 2), (3, 5), (7, 10), (10, 10), (11, 20), (4158, 5000), (9999, 10000)]
)
def test_the_top_of_a_scale_is_a_round_number(largest: int, top: int) -> None:
    assert round_top(largest) == top


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "at once"), (0.0042, "4 ms"), (1.23, "1.2 s"), (59.9, "59.9 s"), (75, "1 min 15 s"), (3600, "1 h"),
        (9000, "2 h 30 min"), (100_000, "1 d 3 h"),
    ],
)  # fmt: skip
def test_durations_in_short(seconds: float, words: str) -> None:
    assert in_short(seconds) == words


def test_steps_follow_one_another_and_fill_the_time() -> None:
    upload = _upload(
        status="partial", total_records=3, valid_records=2, error_records=1, processing_started_at=_after(2),
        last_progress_at=_after(6), processing_completed_at=_after(9), notified_at=_after(10),
    )  # fmt: skip
    work = UploadWork(staged_at=_after(4), notification_claimed_at=_after(9))
    steps = steps_of(upload, work, arrived_at=_after(1))
    assert [(step.what, step.took) for step in steps] == [
        ("Announced", ""), ("Arrived", "1.0 s"), ("Reading began", "1.0 s"), ("Staged", "2.0 s"),
        ("Decided", "2.0 s"), ("Ended, with rows to correct", "3.0 s"), ("Notification sent", "1.0 s"),
    ]  # fmt: skip
    assert [(step.x, step.width) for step in steps] == [
        (0, 0), (0, 10), (10, 10), (20, 20), (40, 20), (60, 30), (90, 10)
    ]  # fmt: skip


def test_a_file_does_not_arrive_before_it_is_announced() -> None:
    """The bucket reports whole seconds."""
    steps = steps_of(_upload(), _NOTHING, arrived_at=_after(-0.4))
    assert [(step.what, step.took) for step in steps] == [("Announced", ""), ("Arrived", "at once")]


def test_a_file_that_a_vendors_own_tool_put_there_arrives_before_it_is_recorded() -> None:
    steps = steps_of(_upload(created_by="direct_drop"), _NOTHING, arrived_at=_after(-2))
    assert [(step.what, step.took) for step in steps] == [("Arrived", ""), ("Found in the bucket", "2.0 s")]


def test_the_address_of_a_search_keeps_its_fields_and_drops_the_cursor() -> None:
    search = SearchQuery(q="A & B", since=date(2026, 11, 1), cursor="abc", as_text=True)
    assert search.address() == "/support?q=A+%26+B&since=2026-11-01&as_text=true"
    assert search.address(error_type="INVALID_PRICE", q=None) == (
        "/support?error_type=INVALID_PRICE&since=2026-11-01&as_text=true"
    )
    assert SearchQuery().address() == "/support"


def test_a_longer_period_is_reduced_to_its_last_31_days() -> None:
    midnight = datetime(2026, 11, 23, tzinfo=UTC)
    bounded, is_shorter = within_a_month(FoundErrors(), _NOW)
    assert (bounded.from_, bounded.to, is_shorter) == (midnight - timedelta(days=31), midnight, True)
    recent = FoundErrors(from_=datetime(2026, 11, 1, tzinfo=UTC))
    assert within_a_month(recent, _NOW) == (FoundErrors(from_=recent.from_, to=midnight), False)
