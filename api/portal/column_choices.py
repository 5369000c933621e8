"""What a vendor chooses in the form for the columns of a file, and the decisions that this makes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from api.portal.file_headers import FileHeader, can_be_named
from api.schemas.decisions import MAX_NOT_USED, problem_with_default
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, LABELS, MatchedBy, column_of
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.header_matching import synonym_of
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.proposals import Proposal
from pipeline.domain.weights import WeightUnit


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for one column: a header by its position, a value for rows without one, or both.

    `typed` is a name that is none of the file's. `shares` says that the header may serve another column, too.
    """

    header: int | None = None
    default: str = ""
    shares: bool = False
    typed: str = ""


NO_CHOICE = Choice()


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form says."""

    columns: Mapping[str, Choice] = field(default_factory=dict)
    unit: str = ""
    remember: bool = True
    dry_run: bool = False
    changes_products: bool = False
    """Whether products that the vendor has are changed, although the upload only created some."""

    def of(self, column: str) -> Choice:
        return self.columns.get(column, NO_CHOICE)

    def header_positions(self) -> dict[str, int]:
        """Column → the position of its header, of the columns that have one."""
        chosen = {column: self.of(column).header for column in COLUMNS}
        return {column: position for column, position in chosen.items() if position is not None}

    def sharing(self) -> dict[int, list[str]]:
        """The positions that are chosen for several columns, with these columns."""
        columns: dict[int, list[str]] = defaultdict(list)
        for column, position in self.header_positions().items():
            columns[position].append(column)
        return {position: served for position, served in columns.items() if len(served) > 1}


def first_choices(headers: Sequence[FileHeader], decisions: Decisions, proposal: Proposal | None) -> Choices:
    """What is chosen when the form opens: what was found and decided, then what is proposed."""
    columns = {
        column: Choice(each.position, shares=column != each.columns[0])
        for each in headers
        if not each.problem
        for column in each.columns
    }
    for column, value in decisions.defaults.items():
        columns[column] = replace(columns.get(column, NO_CHOICE), default=value)
    mapped = decisions.mapping.get("weight_kg")
    return Choices(
        _proposed(headers, proposal) | columns if proposal else columns,
        unit=(mapped and mapped.unit) or "",
    )


def _proposed(headers: Sequence[FileHeader], proposal: Proposal) -> dict[str, Choice]:
    by_header = {each.header: each.position for each in headers if not each.problem}
    columns = {
        each.column: Choice(by_header[each.header])
        for each in proposal.columns
        if each.column and each.header in by_header
    }
    for each in proposal.stand_ins:  # a constant is only offered: one that nobody has chosen would hold for every row
        if each.header in by_header:
            columns.setdefault(each.column, Choice(by_header[each.header], shares=True))
    return columns


def read_choices(sent: Mapping[str, str], headers: Sequence[FileHeader]) -> Choices:
    """Reads the fields of the form. What no form of ours sends counts as nothing chosen."""
    return Choices(
        {column: _read(sent, column, headers) for column in COLUMNS},
        unit=sent.get("unit", ""),
        remember="remember" in sent,
        dry_run="dry_run" in sent,
        changes_products="changes_products" in sent,
    )


def _read(sent: Mapping[str, str], column: str, headers: Sequence[FileHeader]) -> Choice:
    name = clean(sent.get(f"name.{column}", ""))
    number = sent.get(f"at.{column}", "")
    position = next((each.position for each in headers if not each.problem and each.name == name), None)
    if number.isascii() and number.isdigit() and len(number) < 5 and int(number) < len(headers):
        position = int(number) if not headers[int(number)].problem else None
    default = "" if column in IDENTIFIERS else clean(sent.get(f"default.{column}", ""))
    return Choice(position, default, f"shares.{column}" in sent, name if position is None else "")


def problems_with(choices: Choices, headers: Sequence[FileHeader], decisions: Decisions) -> dict[str, str]:
    """What is wrong with the choices, by column; under an empty name what concerns no single column."""
    return _missing(choices, decisions) | _shared(choices, headers) | _mistyped(choices)


def _missing(choices: Choices, decisions: Decisions) -> dict[str, str]:
    named = choices.header_positions().keys()
    if decisions.mode == UploadMode.UPDATE:
        missing = decisions.missing_columns(named)
        return {"": f"Still missing: {' and '.join(missing)}."} if missing else {}
    return {
        column: "Choose the column of your file that has it."
        if column in IDENTIFIERS
        else "Choose a column of your file, or give one value for all rows."
        for column in Decisions(decisions.mode).missing_columns(named)
        if not choices.of(column).default
    }


def _shared(choices: Choices, headers: Sequence[FileHeader]) -> dict[str, str]:
    """Whoever chooses a header twice has to say that this is no mistake: at all columns but one."""
    problems = {}
    for position, columns in choices.sharing().items():
        first, *others = sorted(columns, key=lambda column: choices.of(column).shares)
        for column in others:
            if not choices.of(column).shares:
                name, other = headers[position].name, LABELS[first]
                problems[column] = f"“{name}” is chosen for {other}, too. Choose another, or tick that it is for both."
    return problems


def _mistyped(choices: Choices) -> dict[str, str]:
    problems = {}
    for column in COLUMNS:
        choice = choices.of(column)
        if choice.typed:
            problems[column] = "No column of your file has this name. Choose one from the list."
        elif choice.default and (problem := problem_with_default(column, choice.default)):
            problems[column] = f"This value fits no row: {problem}"
    return problems


def decisions_in(choices: Choices, headers: Sequence[FileHeader], before: Decisions) -> dict[str, Any]:
    """The decisions that are requested. What its exact name says needs no mapping."""
    positions = choices.header_positions()
    shared = choices.sharing()
    mapping = {
        column: _mapped(headers[position], choices.unit if column == "weight_kg" else "")
        for column, position in positions.items()
        if position in shared or not _says_itself(headers, position, column) or (column == "weight_kg" and choices.unit)
    }
    used = {headers[position].header for position in positions.values()}
    # Only those that would be used otherwise: who chooses columns of one file says nothing about headers of others.
    others = [each.header for each in headers if each.header not in used and _would_be_used(each)]
    return {
        **({"mode": UploadMode.UPSERT} if choices.changes_products and before.only_creates else {}),
        "mapping": mapping,
        "not_used": [*dict.fromkeys([*others, *(each for each in before.not_used if each not in used)])][:MAX_NOT_USED],
        "defaults": {column: choice.default for column, choice in choices.columns.items() if choice.default},
    }


def _would_be_used(header: FileHeader) -> bool:
    return can_be_named(header.header) and bool(header.columns or column_of(header.header) or synonym_of(header.header))


def _mapped(header: FileHeader, unit: str) -> str | dict[str, str]:
    known = {each.value for each in WeightUnit}
    return {"header": header.header, "unit": unit} if unit in known else header.header


def _says_itself(headers: Sequence[FileHeader], position: int, column: str) -> bool:
    """Whether a header is the only one that was found for a column, by its exact name."""
    found = [each.position for each in headers if column in each.columns]
    return found == [position] and headers[position].matched_by == MatchedBy.EXACT
