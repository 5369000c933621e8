"""What support looks for: the fields of the search, what the text in its box is taken for, and what that means."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from api.portal.forms import Blank, Cursor, Day, ListFilter, Words
from api.portal.statuses import error_word
from api.rest.support import BROAD
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import FailureCode
from pipeline.domain.uploads import is_upload_id
from pipeline.postgres.queries.errors import FoundErrors
from pipeline.postgres.queries.support_lookups import is_sku, is_vendor_product_id
from pipeline.postgres.queries.uploads import UploadFilter
from pipeline.postgres.queries.vendor_states import vendors_called
from pipeline.postgres.sessions import Session

_QUICK_CHARACTERS = 3  # from so many on, the text index finds a part of a text
_CHOICES = 5


class Question(ListFilter):
    """The search as its address says it; `until` is the last day that counts."""

    path = "/support"
    pages = frozenset({"cursor", "uploads"})

    q: Words = None
    vendor: Words = None
    upload_id: Words = None
    sku: Words = None
    error_type: Annotated[ErrorType | None, Blank] = None
    since: Day = None
    until: Day = None
    as_text: Annotated[bool | None, Blank] = None
    uploads: Cursor = None

    @property
    def has_filters(self) -> bool:
        return any((self.vendor, self.upload_id, self.sku, self.error_type, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text in the box is taken for: a field of the search, in words, and its value there."""

    field: str
    word: str
    value: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """A question in the terms of the queries; None for errors or uploads where the question is not about them.

    `notes` say what was bounded; `vendors` are those whose name the text might mean.
    """

    errors: FoundErrors | None
    uploads: UploadFilter | None
    reading: Reading | None
    vendors: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    vendor_problem: str | None = None


def meaning_of(session: Session, question: Question, now: datetime) -> Meaning:
    reading = _read(session, question) if question.q else None
    vendor_id, choices, problem = _vendor(session, question, reading)
    if problem:
        return Meaning(errors=None, uploads=None, reading=reading, vendors=choices, vendor_problem=problem)
    errors, errors_note = _errors(question, reading, vendor_id, now)
    uploads, uploads_note = _uploads(errors, reading, now)
    is_about_a_file = reading is not None and reading.field == "failure_code"
    is_about_rows = errors.sku or errors.vendor_product_id or errors.error_type
    return Meaning(
        errors=None if is_about_a_file else errors,
        uploads=None if is_about_rows else uploads,
        reading=reading,
        vendors=choices,
        notes=tuple(note for note in (errors_note, None if is_about_rows else uploads_note) if note),
    )


def _errors(
    question: Question, reading: Reading | None, vendor_id: str | None, now: datetime
) -> tuple[FoundErrors, str | None]:
    told = {reading.field: reading.value} if reading else {}
    wanted = FoundErrors(
        vendor_id=vendor_id,
        upload_id=question.upload_id or told.get("upload_id"),
        error_type=question.error_type or told.get("error_type"),
        sku=question.sku or told.get("sku"),
        vendor_product_id=told.get("vendor_product_id"),
        from_=midnight(question.since),
        to=midnight(question.until + timedelta(days=1)) if question.until else None,
        q=told.get("q"),
    )
    if wanted.q is None or len(wanted.q) >= _QUICK_CHARACTERS or wanted.is_narrow:
        return wanted, None
    bounded, was_cut = within_a_month(wanted, now)
    said = f"So short a text is looked for over 31 days at most: here from {_day(bounded)} on."
    return bounded, said if was_cut else None


def _uploads(errors: FoundErrors, reading: Reading | None, now: datetime) -> tuple[UploadFilter, str | None]:
    told = {reading.field: reading.value} if reading else {}
    wanted = UploadFilter(from_=errors.from_, to=errors.to, failure_code=told.get("failure_code"), named=told.get("q"))
    if not (wanted.failure_code or wanted.named):
        return wanted, None
    bounded, was_cut = within_a_month(errors, now)
    what = "File names and references are" if wanted.named else "Refused files are"
    said = f"{what} looked for over 31 days at most: here from {_day(bounded)} on."
    return replace(wanted, from_=bounded.from_, to=bounded.to), said if was_cut else None


def within_a_month(wanted: FoundErrors, now: datetime) -> tuple[FoundErrors, bool]:
    """The last 31 days of what is wanted, and whether more was wanted: nothing but time bounds the work."""
    to = wanted.to or midnight(now.date() + timedelta(days=1)) or now
    earliest = to - BROAD
    was_cut = wanted.from_ is None or wanted.from_ < earliest
    return replace(wanted, from_=earliest if was_cut else wanted.from_, to=to), was_cut


def _day(bounded: FoundErrors) -> str:
    return f"{bounded.from_:%d %b %Y}"


def midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _read(session: Session, question: Question) -> Reading:
    """What is written exactly like an id or a code is one, unless it is to be looked for as text, or one is given."""
    searched = question.q or ""
    if not question.as_text:
        given = {name for name in ("vendor", "upload_id", "sku", "error_type") if getattr(question, name)}
        for reading in _readings(session, searched):
            if reading.field.removesuffix("_id") not in given and reading.field not in given:
                return reading
    return Reading("q", "text", searched)


def _readings(session: Session, searched: str) -> Iterator[Reading]:
    code = searched.upper().replace(" ", "_")
    if is_upload_id(searched):
        yield Reading("upload_id", "upload", searched)
    if code in ErrorType.__members__:
        yield Reading("error_type", f"error type {error_word(code)}", code)
    if code in FailureCode.__members__:
        yield Reading("failure_code", "reason why a whole file was refused", code)
    called = vendors_called(session, searched, limit=1)
    if called and searched.lower() in {each.lower() for each in called[0]}:
        yield Reading("vendor_id", f"vendor {called[0][1]}", called[0][0])
    if is_sku(session, searched):
        yield Reading("sku", "SKU", searched)
    if is_vendor_product_id(session, searched):
        yield Reading("vendor_product_id", "vendor’s product ID", searched)


_Vendor = tuple[str | None, tuple[tuple[str, str], ...], str | None]


def _vendor(session: Session, question: Question, reading: Reading | None) -> _Vendor:
    """The vendor that is meant; or those that might be, and what to say of it."""
    if question.vendor is None:
        if reading and reading.field == "vendor_id":
            return reading.value, (), None
        is_text = reading and reading.field == "q"
        return None, tuple(vendors_called(session, reading.value, limit=_CHOICES)) if reading and is_text else (), None
    found = vendors_called(session, question.vendor, limit=_CHOICES)
    if len(found) == 1:
        return found[0][0], (), None
    if found:
        return None, tuple(found), f"Several vendors are called “{question.vendor}”. Which one do you mean?"
    return None, (), f"There is no vendor “{question.vendor}”. Try the ID, or a part of the name."
