"""The content of the mail that accompanies the notification, and which addresses are valid."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.domain.errors import DUPLICATES, error_word, fields_in_words
from pipeline.domain.guards import GuardFinding
from pipeline.domain.one_line import one_line
from pipeline.domain.reports import FixFileName, usual_fix_file
from pipeline.outcome.corrected import Corrected, LineAbove, left_above, lines_above
from pipeline.outcome.notifications import Outcome
from pipeline.outcome.percentages import percentage
from pipeline.outcome.results import Result
from pipeline.outcome.sentences import wording_of
from pipeline.outcome.wording import Wording

# A single plain address: with a list, a comment or a line break, the mail would go elsewhere, too, or be rejected.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
# Invisible characters that change the direction of text: with them, a name could display a false ending.
_DIRECTION_MARKS = dict.fromkeys(map(ord, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
_MAX_NAME_LENGTH, _ENDING_LENGTH = 60, 16
_MAX_VALUE_LENGTH, _MAX_SUGGESTION_LENGTH, _MAX_MESSAGE_LENGTH = 60, 120, 500


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a file's rows; `tone` is its colour."""

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
class HeldChange:
    """What a row would have done to a product, had a guard not stopped its file."""

    row_number: int
    sku: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class HeldChanges:
    """Examples of what a guard has stopped, and how many changes there are besides."""

    heading: str
    examples: Sequence[HeldChange]
    more: int


@dataclass(frozen=True, slots=True)
class MailContent:
    """Everything that the templates print, except the links."""

    subject: str
    headline: str
    sentence: str
    file_name: str
    upload_id: str
    total: int | None
    shares: Sequence[Share]
    reasons: Sequence[Reason]
    fix_file: FixFileName | None
    """The form of it that the vendor probably wants; None if there is no row to correct."""
    failure: str | None
    held: Sequence[HeldChanges]
    warnings: Sequence[str]
    dry_run: bool
    corrects: Sequence[LineAbove]


def mail_content(outcome: Outcome, above: Sequence[Corrected] = ()) -> MailContent:
    """`above` are the uploads that this one corrects, its parent first."""
    name = _display_name(outcome.file_name)
    corrects = [replace(each, file_name=_display_name(each.file_name)) for each in above]
    result = replace(outcome.result, left_above=left_above(corrects))
    wording = wording_of(result)
    return MailContent(
        subject=_subject(name, wording, dry_run=outcome.dry_run),
        headline=wording.title,
        sentence=wording.advice,
        file_name=name,
        upload_id=outcome.upload_id,
        total=outcome.total_records,
        shares=_shares(result),
        reasons=[
            Reason(
                error_word(each.error_type),
                each.count,
                fields_in_words(each.error_field),
                _display_value(each.value),
                _display_value(each.suggestion, _MAX_SUGGESTION_LENGTH),
            )
            for each in outcome.causes
            if not (result.has_some_there and each.error_type in DUPLICATES)
        ],
        fix_file=usual_fix_file(outcome.file_format, outcome.error_records) if result.to_correct else None,
        failure=one_line(outcome.failure.message, _MAX_MESSAGE_LENGTH) if outcome.failure else None,
        held=[_held(finding) for finding in outcome.failure.guards] if outcome.failure else [],
        warnings=list(dict.fromkeys(one_line(each.message, _MAX_MESSAGE_LENGTH) for each in outcome.to_check)),
        dry_run=outcome.dry_run,
        corrects=lines_above(corrects, dry_run=outcome.dry_run),
    )


def is_address(text: str) -> bool:
    """Whether this is a single address in ASCII, to which mail can be sent."""
    return len(text) <= 254 and bool(_ADDRESS.fullmatch(text))


def _subject(name: str, wording: Wording, *, dry_run: bool) -> str:
    subject = f"{name}: {wording.short or wording.title[0].lower() + wording.title[1:]}"
    return f"Dry run: {subject}" if dry_run else subject


def _held(finding: GuardFinding) -> HeldChanges:
    examples = [
        HeldChange(each.row_number, *map(_display_value, (each.sku, each.before, each.after)))
        for each in finding.examples
    ]
    return HeldChanges(finding.heading, examples, finding.count - len(examples))


def _shares(result: Result) -> list[Share]:
    total = result.total or 0
    return [
        Share(word.capitalize(), rows, percentage(rows, total), tone)
        for word, rows, tone in result.parts
        if total and rows
    ]


def _display_name(file_name: str) -> str:
    """A file name on one line without direction marks; of a long one, the beginning and the ending."""
    name = one_line(file_name.translate(_DIRECTION_MARKS), 1000) or "Your file"
    if len(name) > _MAX_NAME_LENGTH:
        name = f"{name[: _MAX_NAME_LENGTH - _ENDING_LENGTH - 1]}…{name[-_ENDING_LENGTH:]}"
    return _isolate_direction(name)


def _display_value(value: str | None, most: int = _MAX_VALUE_LENGTH) -> str | None:
    return _isolate_direction(one_line(value.translate(_DIRECTION_MARKS), most)) if value else None


def _isolate_direction(text: str) -> str:
    """Isolates text with right-to-left words, so that it does not reorder the text around it."""
    if any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in text):
        return f"\u2068{text}\u2069"
    return text
