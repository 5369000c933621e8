"""Statuses, outcomes of rows, and error types in the words of the portal."""

from dataclasses import dataclass

from pipeline.domain import errors
from pipeline.domain.uploads import FINAL_STATUSES, Outcome, UploadStatus
from pipeline.outcome.results import OUTCOME_WORDS, Result
from pipeline.postgres.rows import Upload


@dataclass(frozen=True, slots=True)
class Chip:
    """A word in a coloured field; `tone` is a class of the style sheet, which also has a mark for it."""

    word: str
    tone: str


_CHIPS = {
    UploadStatus.AWAITING_UPLOAD: Chip("Waiting for file", "waiting"),
    UploadStatus.PROCESSING: Chip("Processing", "busy"),
    UploadStatus.COMPLETED: Chip("Completed", "good"),
    UploadStatus.PARTIAL: Chip("Partial", "partial"),
    UploadStatus.FAILED: Chip("Failed", "bad"),
    UploadStatus.EXPIRED: Chip("Expired", "quiet"),
    UploadStatus.CANCELLED: Chip("Cancelled", "quiet"),
}
STATUS_CHOICES = [(status, chip.word) for status, chip in _CHIPS.items()]

error_word = errors.error_word


def chip_of(status: UploadStatus) -> Chip:
    return _CHIPS[status]


CORRECTED = Chip("Corrected", "good")
NEEDS_ANSWER = Chip("Needs your answer", "asks")


def chip_of_result(result: Result) -> Chip:
    """The status, or what its vendor should know instead: that nothing is left to do, or that nothing is wrong."""
    if result.status not in {UploadStatus.PARTIAL, UploadStatus.FAILED} or result.failure_code:
        return chip_of(result.status)
    if result.is_corrected:
        return CORRECTED
    if result.is_there_already:
        return Chip("Values differ", "partial") if result.differing else Chip("Already there", "good")
    return chip_of(result.status)


_OUTCOME_TONES = {
    Outcome.CREATED: "good",
    Outcome.UPDATED: "good",
    Outcome.UNCHANGED: "quiet",
    Outcome.SUPERSEDED: "partial",
    Outcome.REMOVED: "partial",
    Outcome.ERROR: "bad",
    Outcome.PENDING: "quiet",
}
_MAYBE = frozenset({Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SUPERSEDED, Outcome.REMOVED})
"""The outcomes that a dry run only foretells."""


def chip_of_row(upload: Upload, outcome: Outcome) -> Chip:
    return Chip(_word_of_row(upload, outcome).capitalize(), _OUTCOME_TONES[outcome])


def chip_of_outcome(outcome: Outcome) -> Chip:
    """Of what has happened, whatever its upload."""
    return Chip(OUTCOME_WORDS[outcome].capitalize(), _OUTCOME_TONES[outcome])


def outcome_choices(upload: Upload) -> list[tuple[Outcome, str]]:
    return [(outcome, _word_of_row(upload, outcome).capitalize()) for outcome in Outcome]


def _word_of_row(upload: Upload, outcome: Outcome) -> str:
    if outcome == Outcome.PENDING and upload.status not in FINAL_STATUSES:
        return "not checked yet"
    would_be = upload.dry_run and outcome in _MAYBE
    return f"would be {OUTCOME_WORDS[outcome]}" if would_be else OUTCOME_WORDS[outcome]
