"""What the command line prints about an upload, by its mode and what became of its rows."""

from typing import Any

import pytest

from api.openapi.examples import UPLOAD
from onboarding.outcomes import upload_summary


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
        "All 1,000 rows are accepted: 41 changed, 959 unchanged.",
        "Status completed: 1,000 rows, 1,000 accepted, 0 rejected.",
    ]


def test_rejected_rows_are_named_beside_it(capsys: pytest.CaptureFixture[str]) -> None:
    counts = {"valid_records": 950, "unchanged_records": 909, "error_records": 50}
    first, *_ = update(capsys, status="partial", **counts)
    assert first == "950 of 1,000 rows are accepted: 41 changed, 909 unchanged; 50 rows need a correction."
    first, *_ = update(capsys, status="failed", valid_records=0, error_records=1000)
    assert first == "None of the 1,000 rows could be accepted; each needs a correction."


def test_a_dry_run_tells_what_would_become_of_the_products(capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = update(capsys, dry_run=True)
    assert first == (
        "All 1,000 rows are sound: 41 would be changed, 959 unchanged. This was a dry run: nothing in the catalogue has"
        " changed."
    )


def test_what_was_cancelled_tells_what_it_had_changed(capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = update(capsys, status="cancelled", valid_records=41, unchanged_records=0, not_processed_records=959)
    assert "41 rows were accepted (41 changed)" in first


def test_superseded_rows_are_named_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    first, *_ = update(capsys, updated_records=0, unchanged_records=999, superseded_records=1)
    assert first == "All 1,000 rows are accepted: 999 unchanged, 1 overtaken by a newer file."


def test_who_sends_products_again_learns_how_to_change_them(capsys: pytest.CaptureFixture[str]) -> None:
    rejected = {"status": "failed", "valid_records": 0, "error_records": 1000, "already_in_catalogue_records": 27}
    hint = "To change the products that you have already, send the file with --mode upsert."
    first, *_, last = printed(capsys, **rejected)
    assert (first.count("27 are in your catalogue already"), last) == (1, hint)
    assert hint not in update(capsys, **rejected)


def test_a_price_list_that_was_sent_without_a_mode_learns_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"code": "MISSING_COLUMNS", "message": "Required columns are missing from line 1.", "line": 1}
    columns = [{"header": name, "column": name, "matched_by": "exact"} for name in ("sku", "price")]
    refused = {"status": "failed", "valid_records": 0, "total_records": None, "failure": failure}
    proposal = "To change products that you have already, these columns are enough: add --mode update."
    assert proposal in printed(capsys, **refused, file=UPLOAD["file"] | {"columns": columns})
    assert proposal not in printed(capsys, **refused)
    assert proposal not in printed(capsys, **refused, file=None)
