"""What became of an upload, in sentences: of files that change products, and of products that are there already."""

from typing import Any

import pytest

from pipeline.domain.decisions import UploadMode
from pipeline.domain.failures import Failure, FailureCode, FileWarning
from pipeline.domain.severity import WarningCode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.change_sentences import resend_hint, update_effect
from pipeline.outcome.mails import mail_content
from pipeline.outcome.notifications import Outcome, body, subject
from pipeline.outcome.results import Result
from pipeline.outcome.sentences import sentence_of, wording_of
from pipeline.stages.mail_templates import as_text
from tests.unit.test_mails import READER

_DRY = "This was a dry run: nothing in the catalogue has changed."
_DRY_CREATE = "This was a dry run: nothing went into the catalogue."


def result(status: str, accepted: int, rejected: int = 0, **fields: Any) -> Result:
    defaults: dict[str, Any] = {"total": accepted + rejected, "mode": UploadMode.UPSERT}
    return Result(status=UploadStatus(status), accepted=accepted, rejected=rejected, **(defaults | fields))


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (result("completed", 1000, updated=41, unchanged=956),
         "All 1,000 rows are accepted: 3 new, 41 changed, 956 unchanged."),
        (result("completed", 1, updated=1), "The one row is accepted: 1 changed."),
        (result("completed", 1002, updated=1000, superseded=2),
         "All 1,002 rows are accepted: 1,000 changed, 2 overtaken by a newer file."),
        (result("completed", 1000, updated=41, unchanged=956, dry_run=True),
         f"All 1,000 rows are sound: 3 would be new, 41 changed, 956 unchanged. {_DRY}"),
        (result("completed", 44, updated=41, unchanged=3, dry_run=True),
         f"All 44 rows are sound: 41 would be changed, 3 unchanged. {_DRY}"),
        (result("completed", 2, updated=2, is_doubtful=True),
         ("All 2 rows are accepted: 2 changed. Something may be wrong with them, though: please check what is named"
         " below.")),
        (result("partial", 950, 50, updated=130, unchanged=800),
         "950 of 1,000 rows are accepted: 20 new, 130 changed, 800 unchanged; 50 rows need a correction."),
        (result("partial", 2, 1, unchanged=2, dry_run=True),
         f"2 of 3 rows are sound: 2 would be unchanged; 1 row needs a correction. {_DRY}"),
        (result("failed", 0, 4), "None of the 4 rows could be accepted; each needs a correction."),
        (result("failed", 0, total=None, failure_code=FailureCode.MISSING_COLUMNS),
         "The file could not be accepted, so nothing in the catalogue has changed."),
        (result("failed", 9, total=20, updated=9, failure_code=FailureCode.PROCESSING_FAILED),
         "We could not finish this file, and that is our fault. What was done until then stays: 9 changed."),
        (result("cancelled", 7, 2, total=20, updated=4),
         ("This upload was cancelled. 7 rows were accepted (3 new, 4 changed), 2 rows were rejected, 11 were not"
         " checked.")),
        (result("cancelled", 0, 2, total=20),
         "This upload was cancelled. 0 rows were accepted, 2 rows were rejected, 18 were not checked."),
    ],
)  # fmt: skip
def test_what_became_of_products_is_counted_without_zeros(upload: Result, text: str) -> None:
    assert sentence_of(upload) == text


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (result("partial", 3, 27, already_in_catalogue=27, differing=2),
         "3 rows are new, 2 have other values than your catalogue, 25 are there already."),
        (result("partial", 1, 1, already_in_catalogue=1, differing=1),
         "1 row is new, 1 has other values than your catalogue."),
        (result("partial", 3, 32, already_in_catalogue=27, differing=0),
         "3 rows are new, 27 are there already. 5 rows need a correction."),
        (result("partial", 3, 27, already_in_catalogue=27),
         "3 rows are new, 27 are in your catalogue already."),
        (result("partial", 1, 27, already_in_catalogue=27, differing=0),
         "1 row is new, 27 are there already. There is nothing to change."),
        (result("failed", 0, 27, already_in_catalogue=27, differing=2),
         "No row is new, 2 have other values than your catalogue, 25 are there already."),
        (result("failed", 0, 27, already_in_catalogue=27, differing=27),
         "All 27 rows are in your catalogue already, with other values."),
        (result("failed", 0, 1, already_in_catalogue=1, differing=0),
         "The one row is in your catalogue already, with the same values. There is nothing to change."),
        (result("failed", 0, 3, already_in_catalogue=2, differing=0, dry_run=True),
         f"No row is new, 2 are there already. 1 row needs a correction. {_DRY_CREATE}"),
        (result("partial", 3, 27, already_in_catalogue=27, differing=2, dry_run=True),
         f"3 rows are new, 2 have other values than your catalogue, 25 are there already. {_DRY_CREATE}"),
    ],
)  # fmt: skip
def test_products_that_are_there_already_are_no_mere_errors(upload: Result, text: str) -> None:
    assert sentence_of(_create(upload)) == text


def _create(upload: Result) -> Result:
    fields = {name: getattr(upload, name) for name in Result.__dataclass_fields__}
    return Result(**(fields | {"mode": UploadMode.CREATE}))


@pytest.mark.parametrize(("differing", "is_given"), [(0, False), (2, True), (None, True)])
def test_who_has_other_values_is_told_how_to_change_them(differing: int | None, is_given: bool) -> None:
    there = _create(result("partial", 3, 27, already_in_catalogue=27, differing=differing))
    hint = resend_hint(there) or ""
    assert ("choose “Change them, and add new ones”" in hint) is is_given
    assert hint in wording_of(there).advice
    assert resend_hint(result("partial", 3, 27)) is None


@pytest.mark.parametrize(
    ("differing", "text"),
    [(2, "to change the 2 products with other values."), (1, "to change the product with other values."),
     (None, "to change the products with other values.")],
)  # fmt: skip
def test_the_same_file_can_change_those_that_differ(differing: int | None, text: str) -> None:
    there = _create(result("partial", 3, 27, already_in_catalogue=27, differing=differing))
    assert text in (update_effect(there) or "")


def test_rows_that_are_there_already_are_no_rejected_ones() -> None:
    there = _create(result("partial", 3, 32, already_in_catalogue=27, differing=2))
    assert there.parts == [
        ("accepted", 3, "good"), ("with other values", 2, "late"), ("already there", 25, "same"),
        ("rejected", 5, "bad"), ("not checked", 0, "rest"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("upload", "text"),
    [
        (result("partial", 29, 11, corrected=10, mode=UploadMode.CREATE),
         "29 of 40 products are in the catalogue; 1 of 11 rejected rows still needs a correction."),
        (result("partial", 29, 11, corrected=11, mode=UploadMode.CREATE),
         "29 of 40 products are in the catalogue; 11 rows needed a correction."),
        (result("partial", 2, 1, updated=2, corrected=1),
         "2 of 3 rows are accepted: 2 changed; 1 row needed a correction."),
        (result("failed", 0, 4, corrected=4), "None of the 4 rows could be accepted; each needed a correction."),
        (result("failed", 0, 1, corrected=1), "The one row needed a correction."),
    ],
)  # fmt: skip
def test_what_is_corrected_needed_a_correction(upload: Result, text: str) -> None:
    assert sentence_of(upload) == text


# ---------------------------------------------------------------- the notification and the mail


def outcome(**changes: Any) -> Outcome:
    defaults: dict[str, Any] = {
        "upload_id": "UPLOAD_1",
        "file_name": "prices.csv",
        "status": UploadStatus.COMPLETED,
        "total_records": 1000,
        "valid_records": 1000,
        "error_records": 0,
        "mode": UploadMode.UPDATE,
        "updated_records": 41,
        "unchanged_records": 959,
    }
    return Outcome(**(defaults | changes))


def test_the_notification_counts_the_outcomes_behind_the_status() -> None:
    lines = body(outcome(valid_records=950, error_records=50, mode=UploadMode.UPSERT, unchanged_records=800))
    assert lines.splitlines()[5:] == ["Status: COMPLETED", "Created: 109", "Updated: 41", "Unchanged: 800"]
    lost = body(outcome(unchanged_records=957, superseded_records=2)).splitlines()
    assert lost[6:] == ["Created: 0", "Updated: 41", "Unchanged: 957", "Superseded: 2"]
    assert subject(outcome()) == "Upload Complete (100.0% Success)"


def test_the_outcomes_precede_what_is_wrong() -> None:
    guessed = FileWarning(WarningCode.ENCODING_GUESSED, "It was read as Windows-1252.")
    refused = Failure(FailureCode.MISSING_COLUMNS, "The key is missing.")
    lines = body(outcome(status=UploadStatus.FAILED, warnings=[guessed], failure=refused)).splitlines()
    assert [line.partition(":")[0] for line in lines[6:]] == ["Created", "Updated", "Unchanged", "Reason", "Warnings"]


def test_a_file_that_only_adds_products_has_the_lines_that_it_always_had() -> None:
    lines = body(outcome(mode=UploadMode.CREATE, updated_records=0, unchanged_records=0)).splitlines()
    assert lines[-1] == "Status: COMPLETED"


@pytest.mark.parametrize(
    ("changes", "subject", "advice"),
    [
        ({}, "prices.csv: 41 products changed, 959 unchanged",
         "There is nothing left to do: your catalogue is up to date."),
        ({"mode": UploadMode.UPSERT, "unchanged_records": 956},
         "prices.csv: 3 new products, 41 changed, 956 unchanged",
         "There is nothing left to do: your catalogue is up to date."),
        ({"dry_run": True}, "Dry run: prices.csv: 41 products would be changed, 959 unchanged", _DRY),
        ({"status": UploadStatus.PARTIAL, "valid_records": 1, "error_records": 999, "updated_records": 1,
          "unchanged_records": 0},
         "prices.csv: 1 product changed, 999 to correct",
         "The accepted rows are in the catalogue. The fix file holds the other rows only, ready to be corrected."),
        ({"status": UploadStatus.FAILED, "valid_records": 0, "error_records": 1000, "updated_records": 0,
          "unchanged_records": 0},
         "prices.csv: none of 1,000 rows accepted",
         "Nothing in the catalogue has changed. The fix file holds the rows, each with what is wrong."),
        ({"status": UploadStatus.FAILED, "total_records": None, "valid_records": 0, "updated_records": 0,
          "unchanged_records": 0, "failure": Failure(FailureCode.CONFIRMATION_NEEDED, "This file would …")},
         "prices.csv: needs your confirmation",
         ("Nothing in the catalogue has changed. If what it would do is meant, confirm it in the portal: you need not"
         " send the file again. If not, correct the file and send it.")),
        ({"mode": UploadMode.CREATE, "status": UploadStatus.PARTIAL, "valid_records": 3, "error_records": 27,
          "updated_records": 0, "unchanged_records": 0, "already_in_catalogue_records": 27, "differing_records": 0},
         "prices.csv: 3 new products, 27 already in your catalogue",
         "3 rows are new, 27 are there already. There is nothing to change."),
        ({"mode": UploadMode.CREATE, "status": UploadStatus.FAILED, "valid_records": 0, "error_records": 27,
          "updated_records": 0, "unchanged_records": 0, "already_in_catalogue_records": 22, "differing_records": 22},
         "prices.csv: 22 already in your catalogue, 5 to correct",
         ("No row is new, 22 have other values than your catalogue. 5 rows need a correction. To change"
         " the products that you have, send the file again and choose"
         " “Change them, and add new ones”. Rows without a difference change nothing. The fix file holds the rejected"
         " rows, each with what is wrong.")),
    ],
)  # fmt: skip
def test_the_mail_says_the_same_in_sentences(changes: dict[str, Any], subject: str, advice: str) -> None:
    letter = mail_content(outcome(**changes))
    assert (letter.subject, letter.sentence) == (subject, advice)


def test_the_mail_counts_the_rows_by_what_became_of_them() -> None:
    text = as_text(mail_content(outcome(unchanged_records=955, superseded_records=4)), READER)
    table = [" ".join(line.split()) for line in text.splitlines()]
    assert table[table.index("Rows in the file 1,000") + 1 :][:3] == [
        "Changed 41 4.1%",
        "Unchanged 955 95.5%",
        "Overtaken 4 0.4%",
    ]
