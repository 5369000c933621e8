"""The mail beside the notification: what it says to a vendor, in words, and where it may go."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.errors import error_word, fields_in_words
from pipeline.domain.one_line import one_line
from pipeline.domain.uploads import COMPLETED, PARTIAL
from pipeline.outcome.notifications import Outcome
from pipeline.outcome.percentages import percentage

# One plain address: a list, a comment or a line break would send the mail elsewhere too, or be refused.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
# Invisible characters that turn the reading direction: a name could show another ending than it has.
_TURNS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_LONGEST_NAME, _LONGEST_ENDING = 60, 16
_LONGEST_VALUE, _LONGEST_SUGGESTION, _LONGEST_MESSAGE = 60, 120, 500


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a file's rows; `tone` is the colour in which it is shown."""

    word: str
    rows: int
    percent: str
    tone: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One of the most frequent causes of errors."""

    word: str
    errors: int
    field: str | None
    value: str | None
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything that the templates print, but for addresses of pages."""

    subject: str
    headline: str
    sentence: str
    file_name: str
    upload_id: str
    total: int | None
    shares: Sequence[Share]
    reasons: Sequence[Reason]
    failure: str | None
    warnings: Sequence[str]
    dry_run: bool


def letter_of(outcome: Outcome) -> Letter:
    name = _named(outcome.file_name)
    headline = _headline(outcome)
    subject = f"{name}: {_SHORTER.get(headline, headline[0].lower() + headline[1:])}"
    return Letter(
        subject=f"Dry run: {subject}" if outcome.dry_run else subject,
        headline=headline,
        sentence=_sentence(outcome),
        file_name=name,
        upload_id=outcome.upload_id,
        total=outcome.total_records,
        shares=list(_shares(outcome)),
        reasons=[
            Reason(
                error_word(each.error_type),
                each.count,
                fields_in_words(each.error_field),
                _quoted(each.value),
                _quoted(each.suggestion, _LONGEST_SUGGESTION),
            )
            for each in outcome.causes
        ],
        failure=one_line(outcome.failure_message, _LONGEST_MESSAGE) if outcome.failure_message else None,
        warnings=list(dict.fromkeys(one_line(each.message, _LONGEST_MESSAGE) for each in outcome.to_check)),
        dry_run=outcome.dry_run,
    )


def is_address(text: str) -> bool:
    """Whether this is one address that mail may be sent to; other alphabets would have to be encoded first."""
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(text))


_NOT_FINISHED, _NOT_ACCEPTED = "We could not finish this file", "This file was not accepted"
_SHORTER = {_NOT_FINISHED: "we could not finish it", _NOT_ACCEPTED: "not accepted"}


def _headline(outcome: Outcome) -> str:
    total, rejected = outcome.total_records or 0, outcome.error_records
    if outcome.is_our_fault:
        return _NOT_FINISHED
    if outcome.failure_message:
        return _NOT_ACCEPTED
    if outcome.status == COMPLETED:
        return "The one row is accepted" if total == 1 else f"All {total:,} rows are accepted"
    if outcome.status == PARTIAL:
        return f"{outcome.valid_records:,} of {total:,} rows accepted, {rejected:,} to correct"
    return "The one row needs a correction" if total == 1 else f"None of {total:,} rows accepted"


def _sentence(outcome: Outcome) -> str:
    if outcome.is_our_fault:
        return "That is our fault. Please send the file again; what was accepted stays accepted."
    if outcome.failure_message:
        return "Nothing of it is in the catalogue. Correct what is named below and send the file again."
    if outcome.dry_run:
        return "This was a dry run: nothing went into the catalogue."
    if outcome.status == COMPLETED and outcome.to_check:
        return "Every product is in the catalogue, but something may be wrong with them: check what is named below."
    if outcome.status == COMPLETED:
        return "There is nothing left to do: every product is in the catalogue."
    if outcome.status == PARTIAL:
        return (
            "The accepted products are in the catalogue. The fix file holds the other rows only, ready to be corrected."
        )
    return "Nothing of it is in the catalogue. The fix file holds the rows, each with what is wrong."


def _shares(outcome: Outcome) -> list[Share]:
    total = outcome.total_records or 0
    undecided = total - outcome.valid_records - outcome.error_records
    parts = (
        ("Accepted", outcome.valid_records, "good"),
        ("To correct", outcome.error_records, "bad"),
        ("Not checked", undecided, "rest"),
    )
    return [Share(word, rows, percentage(rows, total), tone) for word, rows, tone in parts if total and rows > 0]


def _named(file_name: str) -> str:
    """A file's name inside a line: no turns, no breaks, and if it is long, its beginning and its ending."""
    name = one_line(file_name.translate(_TURNS), 1000) or "Your file"
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - _LONGEST_ENDING - 1]}…{name[-_LONGEST_ENDING:]}"
    return _in_its_direction(name)


def _quoted(value: str | None, most: int = _LONGEST_VALUE) -> str | None:
    return _in_its_direction(one_line(value.translate(_TURNS), most)) if value else None


def _in_its_direction(text: str) -> str:
    """Words that run from right to left stay where they are, and turn nothing around them."""
    if any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text):
        return f"\u2068{text}\u2069"
    return text
