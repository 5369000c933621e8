"""The table of causes in the form for corrections, with what can be done about each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlencode

from api.answers.paging import read_slice
from api.candidates import CategoryCandidates
from api.portal.correcting.form import LATER, PICK, SET, SUGGESTED, Choice, choices_in, key_of
from api.portal.field_names import FieldName, FieldNames
from api.portal.statuses import error_word
from api.portal.upload_summary import result_of
from pipeline.domain.columns import LABELS
from pipeline.domain.errors import ErrorType
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.outcome.change_sentences import resend_hint
from pipeline.postgres.causes import MOST_FREQUENT
from pipeline.postgres.open_causes import OpenCause, open_causes
from pipeline.postgres.queries.products import active_categories
from pipeline.postgres.rows import Upload
from pipeline.postgres.sessions import Session

_PAGE = 50
_TAKEN = "These {} are taken, in this file or in the catalogue. Change them below, row by row."
_BELOW = "Correct them below, row by row."
_ADVICE: Mapping[str, str] = {
    ErrorType.MALFORMED_ROW: "Their cells could not be told apart. Put them right below, row by row.",
    ErrorType.DUPLICATE_SKU: _TAKEN.format("SKUs"),
    ErrorType.DUPLICATE_VENDOR_PRODUCT_ID: _TAKEN.format("IDs"),
    ErrorType.PRODUCT_NOT_FOUND: "Correct their product ID or SKU below, row by row.",
}
_DUPLICATES = {ErrorType.DUPLICATE_SKU, ErrorType.DUPLICATE_VENDOR_PRODUCT_ID}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to what to do with the rows of a cause."""

    value: str
    words: str
    quoted: str = ""
    """What is written, if the words end with it."""


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause. Without options, `advice` says what to do instead, and `link` where."""

    key: str
    word: str
    fields: list[FieldName]
    label: str
    value: str | None
    example: str | None
    suggestion: str | None
    count: int
    address: str
    options: list[Option]
    can_be_set: bool
    is_category: bool
    choice: Choice
    problem: str
    advice: str
    link: tuple[str, str] | None


def cause_table(
    session: Session, upload: Upload, cursor: str | None, sent: Mapping[str, str], problems: Mapping[str, str]
) -> dict[str, Any]:
    """The context of the table's template. `sent` is what the form said, if it comes again, and `problems` what is
    wrong with it, by the keys of causes."""
    causes = read_slice(MOST_FREQUENT, cursor, _PAGE, partial(open_causes, session.cursor, upload.upload_id))
    choices, candidates = choices_in(sent), CategoryCandidates(session.cursor)
    lines = [cause_line(upload, cause, candidates.of(cause), choices, problems) for cause in causes.items]
    keys = {line.key for line in lines}
    return {
        "causes": lines,
        "more_causes": _address(upload, causes=causes.next_cursor) + "#causes" if causes.next_cursor else None,
        "first_causes": _address(upload) + "#causes" if cursor else None,
        "categories": _categories(session) if any(line.is_category for line in lines) else [],
        "other_problems": [problem for key, problem in problems.items() if key not in keys],
        "offers_remembering": ErrorType.INVALID_CATEGORY in upload.errors_by_type,
        "remember": not sent or "remember" in sent,
    }


def cause_line(
    upload: Upload,
    cause: OpenCause,
    candidates: list[str],
    choices: Mapping[str, Choice],
    problems: Mapping[str, str],
) -> CauseLine:
    key, options = key_of(cause), _options(cause, candidates)
    filters = {"error_type": cause.error_type, "error_field": cause.error_field, "value": cause.value}
    return CauseLine(
        key=key,
        word=error_word(cause.error_type),
        fields=FieldNames(upload).of_error(cause.error_field),
        label=LABELS.get(cause.error_field or "", ""),
        value=cause.value,
        example=cause.example,
        suggestion=cause.suggestion,
        count=cause.count,
        address=_address(upload, **filters) + "#rows",
        options=options,
        can_be_set=_can_be_set(cause),
        is_category=cause.error_field == "category",
        choice=choices.get(key, Choice(_usual(cause))),
        problem=problems.get(key, ""),
        advice="" if options else _ADVICE.get(cause.error_type, _BELOW),
        link=_link(upload, cause),
    )


def _address(upload: Upload, **query: str | None) -> str:
    fields = urlencode({name: value for name, value in query.items() if value})
    return f"/uploads/{upload.upload_id}/correct" + (f"?{fields}" if fields else "")


def _can_be_set(cause: OpenCause) -> bool:
    """Whether one value can be right in all rows: identifiers differ, and several fields are several values."""
    return cause.error_field in LABELS and cause.error_field not in IDENTIFIERS and cause.error_type not in _ADVICE


def _usual(cause: OpenCause) -> str:
    """What is chosen when the form opens."""
    is_sure = cause.suggested == cause.count or cause.error_type == ErrorType.PROCESSING_ERROR
    return SUGGESTED if is_sure else LATER


def _options(cause: OpenCause, candidates: list[str]) -> list[Option]:
    """The first leaves the rows as they are; none if the rows can only be corrected one by one."""
    if cause.error_type == ErrorType.PROCESSING_ERROR:
        return [Option(SUGGESTED, "Send these rows again: the fault was ours"), Option(LATER, "Leave them for now")]
    answers = [Option(f"{PICK}{name}", "Write", name) for name in candidates]
    if cause.suggested:
        answers = [_suggested(cause)]
    if _can_be_set(cause):
        answers.append(Option(SET, "Write in all rows:"))
    return [*answers, Option(LATER, "Leave them for now")] if answers else []


def _suggested(cause: OpenCause) -> Option:
    if cause.suggested < cause.count:
        some = f"{cause.suggested:,} of {cause.count:,}"
        return Option(SUGGESTED, f"Write what is suggested where there is a suggestion ({some})")
    if cause.error_type == ErrorType.INVALID_CATEGORY or cause.count == 1:
        return Option(SUGGESTED, "Write", cause.suggestion or "")
    return Option(SUGGESTED, "Write what is suggested")


def _link(upload: Upload, cause: OpenCause) -> tuple[str, str] | None:
    """Where such rows are put right in another way, and in which words."""
    if cause.error_type in _DUPLICATES and resend_hint(result_of(upload)):
        return "Or change the products that you have", f"/uploads/{upload.upload_id}"
    if cause.error_type == ErrorType.PRODUCT_NOT_FOUND:
        return "Or add new products", f"/uploads/new?like={upload.upload_id}&mode=upsert"
    return None


def _categories(session: Session) -> list[str]:
    return [category.category_name for category in active_categories(session)]
