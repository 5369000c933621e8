"""The words of the portal: shares, sizes, durations, outcomes of uploads."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.portal.bars import proportion
from api.portal.durations import in_words
from api.portal.pages import size
from api.portal.statuses import STATUS_CHOICES, chip_of, chip_of_result, error_word
from api.portal.timeline import timeline
from api.portal.upload_summary import next_step, progress_of, result_of
from pipeline.domain.errors import ErrorType
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.percentages import short_percentage
from pipeline.outcome.sentences import sentence_of
from pipeline.postgres.rows import Upload

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _upload(status: str, **columns: Any) -> Upload:
    return Upload(
        upload_id="U", file_name="a.csv", file_s3_key="k", status=UploadStatus(status), upload_timestamp=NOON, **columns
    )


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "0%"), (0, 9, "0%"), (1, 2_000_000, "under 0.1%"), (1, 1000, "0.1%"), (1, 3, "33.3%"),
     (1_999_999, 2_000_000, "99.9%"), (5, 5, "100%")],
)  # fmt: skip
def test_shares_are_rounded_down_but_never_to_zero(part: int, whole: int, text: str) -> None:
    assert short_percentage(part, whole) == text


def test_the_parts_of_a_bar_fill_it_and_the_smallest_can_be_seen() -> None:
    parts = proportion([("valid", 1_999_999, "good"), ("rejected", 1, "bad"), ("rest", 0, "rest")])
    assert [part.word for part in parts] == ["valid", "rejected"]
    assert parts[0].width + parts[1].width == pytest.approx(100)
    assert parts[1].x == parts[0].width
    assert parts[1].width > 0.5
    assert proportion([("valid", 0, "good")]) == []


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (734003200, "700 MiB"),
        (2**30, "1 GiB"),
    ],
)
def test_sizes_have_units(count: int, text: str) -> None:
    assert size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "less than a second"), (1.2, "1 second"), (75, "75 seconds"), (480, "8 minutes"), (9000, "2.5 hours")],
)
def test_durations_are_in_words(seconds: float, text: str) -> None:
    assert in_words(seconds) == text


@pytest.mark.parametrize(
    ("upload", "word"),
    [
        (_upload("partial", total_records=4, valid_records=2, error_records=2, corrected_records=1), "Partial"),
        (_upload("partial", total_records=4, valid_records=2, error_records=2, corrected_records=2), "Corrected"),
        (_upload("failed", total_records=2, error_records=2, corrected_records=2), "Corrected"),
        (_upload("partial", total_records=4, valid_records=2, error_records=2, corrected_records=2, dry_run=True),
         "Partial"),
        (_upload("cancelled", total_records=9, error_records=2, corrected_records=2), "Cancelled"),
        (_upload("failed", total_records=9, error_records=2, corrected_records=2,
                 failure={"code": "PROCESSING_FAILED", "message": ""}), "Failed"),
        (_upload("failed", total_records=2, error_records=2, already_in_catalogue_records=2), "Already there"),
        (_upload("failed", total_records=2, error_records=2, already_in_catalogue_records=2, differing_records=1),
         "Values differ"),
        (_upload("processing", total_records=9, error_records=2, already_in_catalogue_records=2), "Processing"),
    ],
)  # fmt: skip
def test_the_chip_says_what_is_left_to_do(upload: Upload, word: str) -> None:
    assert chip_of_result(result_of(upload)).word == word


def test_every_status_has_a_word_and_every_error_too() -> None:
    assert [status for status, _ in STATUS_CHOICES] == list(UploadStatus)
    assert len({chip_of(status).word for status in UploadStatus}) == len(UploadStatus)
    words = [error_word(code) for code in ErrorType]
    assert "Duplicate vendor product ID" in words
    assert "Duplicate SKU" in words


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (_upload("completed", total_records=1, valid_records=1), "The product is in the catalogue."),
        (_upload("completed", total_records=1200, valid_records=1200), "All 1,200 products are in the catalogue."),
        (
            _upload("partial", total_records=3, valid_records=2, error_records=1, dry_run=True),
            "2 of 3 rows are sound; 1 row needs a correction. This was a dry run: nothing went into the catalogue.",
        ),
        (_upload("failed", total_records=4, error_records=4),
         "None of the 4 rows could be accepted; each needs a correction."),
        (_upload("failed", failure={"code": "NOT_A_CSV", "message": ""}),
         "The file could not be accepted, so none of its rows are in the catalogue."),
        (_upload("failed", failure={"code": "PROCESSING_FAILED", "message": ""}, total_records=9, valid_records=1234),
         "We could not finish this file, and that is our fault. 1,234 products are in the catalogue all the same."),
        (_upload("failed", failure={"code": "PROCESSING_FAILED", "message": ""}, valid_records=5, dry_run=True),
         "We could not finish this file, and that is our fault. This was a dry run: nothing went into the catalogue."),
        (_upload("cancelled"), "This upload was cancelled before any row was checked."),
        (_upload("expired"), "The file did not arrive in time, so nothing was done."),
    ],
)  # fmt: skip
def test_the_outcome_is_one_sentence(upload: Upload, text: str) -> None:
    assert sentence_of(result_of(upload)) == text


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (_upload("completed"), "New upload"),
        (_upload("partial", error_records=1), "Send the corrected file"),
        (_upload("failed", failure={"code": "NOT_A_CSV"}), "Send the corrected file"),
        (_upload("expired", failure={"code": "FILE_NOT_RECEIVED"}), "Send the file again"),
    ],
)
def test_the_next_step_fits_the_outcome(upload: Upload, text: str) -> None:
    assert next_step(upload) == text


def test_the_remaining_time_is_shown_once_it_can_be_estimated() -> None:
    upload = _upload("processing", total_records=1000, valid_records=240, error_records=10, processing_started_at=NOON)
    assert progress_of(upload, NOON + timedelta(seconds=1)).remaining is None
    progress = progress_of(upload, NOON + timedelta(seconds=10))
    assert (progress.remaining, progress.percent, progress.quarter) == ("30 seconds left", "25%", 1)
    assert [stage.state for stage in progress.stages] == ["done", "done", "now", "next"]
    assert (progress.pause_seconds, progress_of(upload, NOON + timedelta(minutes=2)).pause_seconds) == (1, 2)


def test_the_timeline_is_in_order_of_time() -> None:
    moments = [NOON + timedelta(seconds=n) for n in range(4)]
    upload = _upload(
        "partial", processing_started_at=moments[1], processing_completed_at=moments[3], notified_at=moments[3],
        created_by="vk_3f9a…",
    )  # fmt: skip
    assert [(event.what, event.more) for event in timeline(upload)] == [
        ("Announced", "with key vk_3f9a…"),
        ("Reading began", ""),
        ("Ended, with rows to correct", "after 2 seconds"),
        ("Notification sent", ""),
    ]
