"""The form that asks which column of a file is which, as its templates print it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from api.portal.column_choices import Choice, Choices, first_choices
from api.portal.file_headers import FileHeader
from api.portal.statuses import Chip
from pipeline.domain.columns import COLUMNS, LABELS, REQUIRED, MatchedBy
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.proposals import Proposal
from pipeline.domain.weights import WeightUnit
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import Scope, find_upload
from pipeline.postgres.remembered_headers import find_header
from pipeline.postgres.rows import Upload

_MOST_OPTION_BYTES = 45_000
_OPTION_BYTES = 40
_MOST_SOURCES = 5
_FOUND: Mapping[MatchedBy | None, Chip] = {
    MatchedBy.EXACT: Chip("Found", "good"),
    MatchedBy.SYNONYM: Chip("Known name", "good"),
    MatchedBy.REMEMBERED: Chip("Remembered", "good"),
    MatchedBy.MAPPING: Chip("Chosen", "good"),
}
_PROPOSED, _NOT_FOUND, _UNUSED = (
    Chip("Please check", "partial"),
    Chip("Not found", "bad"),
    Chip("Not in the file", "quiet"),
)
UNITS = [
    ("", "as its name says, else kg"),
    (WeightUnit.GRAM, "g"),
    (WeightUnit.KILOGRAM, "kg"),
    (WeightUnit.POUND, "lb"),
    (WeightUnit.OUNCE, "oz"),
]


@dataclass(frozen=True, slots=True)
class ColumnField:
    """The part of the form for one column."""

    column: str
    label: str
    is_required: bool
    choice: Choice
    header: FileHeader | None
    chip: Chip
    takes_default: bool
    offered_default: str
    """A value that could hold for all rows."""
    shared_with: list[str]
    """The labels of the other columns with the same header, if it has to be said that this is no mistake."""
    problem: str | None


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """`needs_all` is false in a file that only changes products: there, one key and any other column are enough."""

    choices: Choices
    headers: Sequence[FileHeader]
    required: list[ColumnField]
    optional: list[ColumnField]
    needs_all: bool
    has_list: bool
    """Whether the headers are too many for a select at each column; then they are typed, with a list to help."""
    offers_dry_run: bool
    offers_changes: bool
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def found_optional(self) -> int:
        return sum(each.header is not None for each in self.optional)

    @property
    def choosable(self) -> list[FileHeader]:
        return [each for each in self.headers if not each.problem]


def proposal_in(upload: Upload) -> Proposal | None:
    """What the pipeline proposes for a file that was refused."""
    stored = (upload.failure or {}).get("proposal")
    return Proposal.of(stored) if stored else None


def known_proposal(db: Cursor, scope: Scope, upload: Upload) -> Proposal | None:
    """The proposal for this upload, or for one that it comes from: it has cells of the file."""
    proposal, source = proposal_in(upload), upload
    for _ in range(_MOST_SOURCES):
        earlier = find_upload(db, scope, source.source_upload_id) if not proposal and source.source_upload_id else None
        if not earlier:
            break
        source, _vendor = earlier
        proposal = proposal_in(source)
    return proposal


def first_form(db: Cursor, upload: Upload, headers: Sequence[FileHeader]) -> ColumnForm:
    """The form as it opens."""
    choices = first_choices(headers, Decisions.of(upload.decisions), proposal_in(upload))
    opening = replace(
        choices,
        unit=choices.unit or _remembered_unit(db, upload, headers),
        dry_run=upload.dry_run,
        changes_products=_has_created(upload),
    )
    return column_form(upload, headers, opening)


def _remembered_unit(db: Cursor, upload: Upload, headers: Sequence[FileHeader]) -> str:
    """Of the header of weights, if its column was found as remembered."""
    weights = (each for each in headers if "weight_kg" in each.columns and each.matched_by == MatchedBy.REMEMBERED)
    header = next(weights, None)
    kept = find_header(db, upload.vendor_id, header.header) if header and upload.vendor_id else None
    return (kept and kept.unit) or ""


def _has_created(upload: Upload) -> bool:
    """Whether products are there that the file has created: its rows would now be duplicates."""
    return upload.mode == UploadMode.CREATE and not upload.dry_run and upload.valid_records > 0


def column_form(
    upload: Upload, headers: Sequence[FileHeader], choices: Choices, problems: Mapping[str, str] | None = None
) -> ColumnForm:
    decisions = Decisions.of(upload.decisions)
    is_update = decisions.mode == UploadMode.UPDATE
    needed = IDENTIFIERS if is_update else REQUIRED
    proposal = proposal_in(upload)
    offered = {each.column: each.default or "" for each in proposal.stand_ins} if proposal else {}
    fields = [
        replace(_field(column, headers, choices, problems or {}, decisions), offered_default=offered.get(column, ""))
        for column in COLUMNS
    ]
    return ColumnForm(
        choices=choices,
        headers=headers,
        required=[each for each in fields if each.column in needed],
        optional=[each for each in fields if each.column not in needed],
        needs_all=not is_update,
        has_list=_option_bytes(headers) > _MOST_OPTION_BYTES,
        offers_dry_run=upload.dry_run,
        offers_changes=_has_created(upload),
        problems=problems or {},
    )


def _field(
    column: str, headers: Sequence[FileHeader], choices: Choices, problems: Mapping[str, str], decisions: Decisions
) -> ColumnField:
    choice = choices.of(column)
    header = headers[choice.header] if choice.header is not None else None
    others = [other for other in choices.sharing().get(header.position, ()) if other != column] if header else []
    missing = _missing(choices, decisions)
    must_say = choice.shares or column in problems
    return ColumnField(
        column=column,
        label=LABELS[column],
        is_required=column in REQUIRED,
        choice=choice,
        header=header,
        chip=_chip(column, choice, header, is_missing=column in missing),
        takes_default=decisions.creates and column not in IDENTIFIERS,
        offered_default="",
        shared_with=[LABELS[other] for other in others] if must_say else [],
        problem=problems.get(column),
    )


def _chip(column: str, choice: Choice, header: FileHeader | None, *, is_missing: bool) -> Chip:
    if header:
        return _FOUND[header.matched_by] if column in header.columns else _PROPOSED
    if choice.default:
        return _PROPOSED
    return _NOT_FOUND if is_missing else _UNUSED


def _missing(choices: Choices, decisions: Decisions) -> frozenset[str]:
    """The columns that are still looked for; in a file that only changes products, the keys if it has none."""
    found = choices.header_positions().keys()
    if decisions.creates:
        return frozenset(REQUIRED).difference(found)
    return frozenset() if found & IDENTIFIERS else frozenset(IDENTIFIERS)


def _option_bytes(headers: Sequence[FileHeader]) -> int:
    """What the selects weigh; those of required columns show cells, too."""
    names = sum(_OPTION_BYTES + len(each.name.encode()) for each in headers)
    samples = sum(len(option_samples(each).encode()) for each in headers)
    return len(COLUMNS) * names + len(REQUIRED) * samples


def option_samples(header: FileHeader) -> str:
    """The cells as the text of an option has room for them."""
    return ", ".join(sample[:20] for sample in islice(header.samples, 3))
