"""The search query: its fields, how the text in its box is read, and the filters that follow from it."""

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

_QUICK_CHARACTERS = 3  # the trigram index finds parts of a text with at least this many
_CHOICES = 5


class SearchQuery(ListFilter):
    """The fields of the search; `until` is the last day that is included."""

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
    """How the text in the box is read: as the value of a field, which `word` names for people."""

    field: str
    word: str
    value: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """The filters that a search means; None for errors or uploads if the search is not about them.

    `notes` explain limits of time; `vendors` are those whose names match the text.
    """

    errors: FoundErrors | None
    uploads: UploadFilter | None
    reading: Reading | None
    vendors: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    vendor_problem: str | None = None


def meaning_of(session: Session, search: SearchQuery, now: datetime) -> Meaning:
    reading = _read(session, search) if search.q else None
    vendor_id, choices, problem = _vendor(session, search, reading)
    if problem:
        return Meaning(errors=None, uploads=None, reading=reading, vendors=choices, vendor_problem=problem)
    errors, errors_note = _errors(search, reading, vendor_id, now)
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
    search: SearchQuery, reading: Reading | None, vendor_id: str | None, now: datetime
) -> tuple[FoundErrors, str | None]:
    fields = {reading.field: reading.value} if reading else {}
    filters = FoundErrors(
        vendor_id=vendor_id,
        upload_id=search.upload_id or fields.get("upload_id"),
        error_type=search.error_type or fields.get("error_type"),
        sku=search.sku or fields.get("sku"),
        vendor_product_id=fields.get("vendor_product_id"),
        from_=midnight(search.since),
        to=midnight(search.until + timedelta(days=1)) if search.until else None,
        q=fields.get("q"),
    )
    if filters.q is None or len(filters.q) >= _QUICK_CHARACTERS or filters.is_narrow:
        return filters, None
    bounded, is_shorter = within_a_month(filters, now)
    note = f"A text this short is searched for over 31 days at most: here from {_day(bounded)} on."
    return bounded, note if is_shorter else None


def _uploads(errors: FoundErrors, reading: Reading | None, now: datetime) -> tuple[UploadFilter, str | None]:
    fields = {reading.field: reading.value} if reading else {}
    filters = UploadFilter(
        from_=errors.from_, to=errors.to, failure_code=fields.get("failure_code"), named=fields.get("q")
    )
    if not (filters.failure_code or filters.named):
        return filters, None
    bounded, is_shorter = within_a_month(errors, now)
    what = "File names and references are" if filters.named else "Refused files are"
    note = f"{what} searched for over 31 days at most: here from {_day(bounded)} on."
    return replace(filters, from_=bounded.from_, to=bounded.to), note if is_shorter else None


def within_a_month(filters: FoundErrors, now: datetime) -> tuple[FoundErrors, bool]:
    """The filters for their last 31 days, and whether that is less than before."""
    to = filters.to or midnight(now.date() + timedelta(days=1)) or now
    earliest = to - BROAD
    is_shorter = filters.from_ is None or filters.from_ < earliest
    return replace(filters, from_=earliest if is_shorter else filters.from_, to=to), is_shorter


def _day(bounded: FoundErrors) -> str:
    return f"{bounded.from_:%d %b %Y}"


def midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, UTC) if day else None


def _read(session: Session, search: SearchQuery) -> Reading:
    """Reads the text as an id or code if it is exactly one and that field is empty, otherwise as text."""
    text = search.q or ""
    if not search.as_text:
        filled = {name for name in ("vendor", "upload_id", "sku", "error_type") if getattr(search, name)}
        for reading in _readings(session, text):
            if reading.field.removesuffix("_id") not in filled and reading.field not in filled:
                return reading
    return Reading("q", "text", text)


def _readings(session: Session, text: str) -> Iterator[Reading]:
    code = text.upper().replace(" ", "_")
    if is_upload_id(text):
        yield Reading("upload_id", "upload", text)
    if code in ErrorType.__members__:
        yield Reading("error_type", f"error type {error_word(code)}", code)
    if code in FailureCode.__members__:
        yield Reading("failure_code", "reason why a whole file was refused", code)
    vendors = vendors_called(session, text, limit=1)
    if vendors and text.lower() in {each.lower() for each in vendors[0]}:
        yield Reading("vendor_id", f"vendor {vendors[0][1]}", vendors[0][0])
    if is_sku(session, text):
        yield Reading("sku", "SKU", text)
    if is_vendor_product_id(session, text):
        yield Reading("vendor_product_id", "vendor’s product ID", text)


_Vendor = tuple[str | None, tuple[tuple[str, str], ...], str | None]


def _vendor(session: Session, search: SearchQuery, reading: Reading | None) -> _Vendor:
    """The id of the vendor that is meant, other vendors that may be meant, and the problem if it is unclear."""
    if search.vendor is None:
        if reading and reading.field == "vendor_id":
            return reading.value, (), None
        is_text = reading and reading.field == "q"
        return None, tuple(vendors_called(session, reading.value, limit=_CHOICES)) if reading and is_text else (), None
    vendors = vendors_called(session, search.vendor, limit=_CHOICES)
    if len(vendors) == 1:
        return vendors[0][0], (), None
    if vendors:
        return None, tuple(vendors), f"Several vendors are called “{search.vendor}”. Which one do you mean?"
    return None, (), f"There is no vendor “{search.vendor}”. Try the ID, or a part of the name."
