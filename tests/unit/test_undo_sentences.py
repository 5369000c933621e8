"""What is said of an upload that takes another back."""

from typing import Any

import pytest

from pipeline.domain.decisions import UploadMode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.results import Result
from pipeline.outcome.sentences import wording_of


def undo(status: UploadStatus = UploadStatus.COMPLETED, *, rejected: int = 0, **counts: Any) -> Result:
    accepted = counts.pop("created", 0) + sum(
        counts[name] for name in ("updated", "removed", "unchanged") if name in counts
    )
    total = accepted + rejected
    return Result(status, total, accepted, rejected, mode=UploadMode.UPDATE, is_undo=True, **counts)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (undo(updated=41, removed=3, unchanged=2), "3 products were removed, 41 set back, 2 left as they are."),
        (undo(removed=1), "1 product was removed."),
        (undo(unchanged=1), "1 product was left as it is."),
        (undo(updated=2, created=1), "2 products were set back, 1 created again."),
        (
            undo(updated=1, dry_run=True),
            "1 product would be set back. This was a dry run: nothing in the catalogue has changed.",
        ),
        (undo(UploadStatus.PARTIAL, created=1, rejected=2), "1 product was created again, 2 not created again."),
        (undo(UploadStatus.FAILED, rejected=1), "1 product was not created again."),
    ],
)
def test_an_undo_says_what_it_took_back(result: Result, sentence: str) -> None:
    assert wording_of(result).sentence == sentence


def test_its_mail_says_why_something_is_left() -> None:
    wording = wording_of(undo(updated=41, unchanged=2))
    assert wording.title == "41 products set back, 2 left as they are"
    assert wording.advice == "What other uploads have changed since is left as it is; the rows of this one name them."
    rejected = wording_of(undo(UploadStatus.PARTIAL, created=1, rejected=1))
    assert rejected.advice == "The error report says which keys other products have by now."
    assert wording_of(undo(updated=1)).advice == "What the upload had done to your catalogue is taken back."
