"""What the command line prints about an upload, by its mode and what became of its rows."""

from typing import Any

import pytest

from api.openapi.examples import UPLOAD
from onboarding.outcomes import upload_summary
from pipeline.outcome.outcome_words import in_words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((3, 41, 956, 0), "3 new, 41 changed, 956 unchanged"),
        ((0, 1200, 0, 0), "1,200 changed"),
        ((0, 0, 5, 2), "5 unchanged, 2 superseded"),
        ((0, 0, 0, 0), "nothing"),
    ],
)
def test_outcomes_fit_into_a_few_words(counts: tuple[int, int, int, int], words: str) -> None:
    assert in_words(*counts) == words


def printed(capsys: pytest.CaptureFixture[str], **fields: Any) -> list[str]:
    """The lines about an upload that has ended well, but for these fields."""
    ended = {"status": "completed", "valid_records": 1000, "error_records": 0, "corrected_records": 0, "warnings": []}
    upload_summary(UPLOAD | ended | fields)
    return capsys.readouterr().out.splitlines()[1:]


def update(capsys: pytest.CaptureFixture[str], **fields: Any) -> list[str]:
    counts = {"created_records": 0, "updated_records": 41, "unchanged_records": 959}
    return printed(capsys, **{"mode": "update", **counts, **fields})


def test_an_upload_that_only_creates_counts_its_products(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys) == [
        "All 1,000 products are in the catalogue.",
        "Status completed: 1,000 rows, 1,000 accepted, 0 rejected.",
    ]


def test_an_update_counts_what_it_changed(capsys: pytest.CaptureFixture[str]) -> None:
    assert update(capsys) == [
        "Your products: 41 changed, 959 unchanged.",
        "Status completed: 1,000 rows, 1,000 accepted, 0 rejected.",
    ]


def test_rejected_rows_are_named_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"valid_records": 950, "unchanged_records": 909, "error_records": 50}
    first, *_ = update(capsys, status="partial", **counts)
    assert first == "Your products: 41 changed, 909 unchanged. 50 rows need a correction."
    first, *_ = update(capsys, status="failed", valid_records=0, error_records=1000)
    assert first == "None of the 1,000 rows could be accepted; each needs a correction."


def test_a_dry_run_tells_what_would_become_of_the_products(capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = update(capsys, dry_run=True)
    assert first == (
        "Your products would be: 41 changed, 959 unchanged. This was a dry run: nothing went into the catalogue."
    )


def test_what_was_cancelled_tells_what_it_had_changed(capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = update(capsys, status="cancelled", valid_records=41, unchanged_records=0, not_processed_records=959)
    assert first == "This upload was cancelled. Your products: 41 changed."


@pytest.mark.parametrize(("count", "rows"), [(1, "1 row is"), (1000, "1,000 rows are")])
def test_superseded_is_explained_in_plain_words(capsys: pytest.CaptureFixture[str], count: int, rows: str) -> None:
    lines = update(capsys, updated_records=0, unchanged_records=1000 - count, superseded_records=count)
    assert lines[-1] == f"{rows} superseded: newer files have given these products other values, which stay."


@pytest.mark.parametrize(("count", "are"), [(1, "1 is"), (1000, "1,000 are")])
def test_rows_of_products_that_are_there_already_are_counted(
    capsys: pytest.CaptureFixture[str], count: int, are: str
) -> None:
    lines = printed(capsys, status="failed", valid_records=0, error_records=1000, already_in_catalogue_records=count)
    assert lines[-1] == (
        f"Of the rejected rows, {are} already in your catalogue. To change these products, send the file with"
        " --mode upsert."
    )
    *_, last = update(capsys, status="failed", valid_records=0, already_in_catalogue_records=count)
    assert last == f"Of the rejected rows, {are} already in your catalogue."


def test_a_price_list_that_was_sent_without_a_mode_learns_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"code": "MISSING_COLUMNS", "message": "Required columns are missing from line 1.", "line": 1}
    columns = [{"header": "SKU", "column": "sku"}, {"header": "Price", "column": "price"}]
    refused = {"status": "failed", "valid_records": 0, "total_records": None, "failure": failure}
    proposal = "To change products that you have already, these columns are enough: add --mode update."
    assert proposal in printed(capsys, **refused, file=UPLOAD["file"] | {"columns": columns})
    assert proposal not in printed(capsys, **refused)
    assert proposal not in printed(capsys, **refused, file=None)
