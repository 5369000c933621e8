"""What would make a refused file acceptable, in plain words, and the command that accepts it."""

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from onboarding import printing
from onboarding.decisions import options_of
from pipeline.domain.decisions import Decisions
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import HeaderProposal, Proposal

_LONGEST_HEADER = 60
_LONGEST_SAMPLE = 30
_LONGEST_WORD = 600  # a header that can be mapped has 500 characters at most
_MOST_DOUBTFUL = 10

Json = Mapping[str, Any]


@dataclass(frozen=True)
class RefusedFile:
    """A file that was not accepted: the columns that it has, and what was decided about it, as in the REST API.

    `command` goes on with it. It has to repeat the decisions in `repeats`; `remembers` is whether it can keep what
    headers mean.
    """

    command: Sequence[str]
    columns: Collection[str | None]
    decisions: Json
    repeats: Json = field(default_factory=dict)
    remembers: bool = False


def proposal_of(failure: Json) -> Proposal | None:
    """The proposal of a failure as the REST API has it."""
    if not failure.get("proposal"):
        return None
    return Proposal.of({"columns": (), "stand_ins": (), "encodings": (), **failure["proposal"]})


def print_proposal(proposal: Proposal, refused: RefusedFile) -> None:
    """Prints what is proposed and the command that accepts it; nothing if there is nothing to choose."""
    if proposal.encodings:
        _print_encodings(proposal, refused)
        return
    accepting = proposed_decisions(proposal, refused)
    rows = [*_header_rows(proposal, refused), *_default_rows(proposal), *_doubtful_rows(proposal)]
    if rows:
        printing.text("Proposed:")
        for column, lines in rows:
            printing.beside(column, printing.WIDEST_COLUMN, lines, indent=2)
    missing = _still_missing(accepting, refused) if rows else []
    if missing:
        printing.text(
            f"Nothing is proposed for {', '.join(missing)}. Go on with --map COLUMN=HEADER or --default added:"
        )
    elif accepting:
        printing.text("If that is right, go on with:")
    if missing or accepting:
        keeps = ["--remember"] if refused.remembers and (missing or "mapping" in accepting) else []
        _print_command([*refused.command, *options_of({**refused.repeats, **accepting}), *keeps])


def proposed_decisions(proposal: Proposal, refused: RefusedFile) -> dict[str, Any]:
    """The decisions that accept what is proposed for the columns. They include earlier ones of the same kind."""
    proposed = {"mapping": _mapping(proposal, refused), "defaults": _defaults(proposal)}
    return {kind: {**refused.decisions.get(kind, {}), **values} for kind, values in proposed.items() if values}


def _mapping(proposal: Proposal, refused: RefusedFile) -> dict[str, str]:
    """The columns that the file does not have yet, and the headers that are proposed for them."""
    stand_ins = {each.column: each.header for each in proposal.stand_ins if each.header is not None}
    headers = {
        each.column: each.header
        for each in proposal.columns
        # A mapped header serves what it is mapped to and nothing else: whatever it served by its name is named too.
        if each.column and (each.column not in refused.columns or each.header in stand_ins.values())
    }
    return headers | {column: header for column, header in stand_ins.items() if column not in headers}


def _defaults(proposal: Proposal) -> dict[str, str]:
    others = {each.column for each in proposal.stand_ins if each.header is not None}
    others |= {each.column for each in proposal.columns if each.column}
    return {
        each.column: each.default
        for each in proposal.stand_ins
        if each.default is not None and each.column not in others
    }


def _still_missing(accepting: Json, refused: RefusedFile) -> list[str]:
    columns = [*refused.columns, *accepting.get("mapping", {})]
    return Decisions.of({**refused.decisions, **accepting}).missing_columns(columns)


def _header_rows(proposal: Proposal, refused: RefusedFile) -> Iterator[tuple[str, Sequence[str]]]:
    by_header = {each.header: each for each in proposal.columns}
    for column, header in _mapping(proposal, refused).items():
        if column not in refused.columns:
            each = by_header.get(header)
            is_own = each is not None and each.column == column
            yield column, [_described(header, each, "" if is_own else ", too"), *(_doubts(each) if is_own else ())]


def _described(header: str, proposed: HeaderProposal | None, too: str = "") -> str:
    cells = f", with cells such as {_samples(proposed)}" if proposed and proposed.samples else ""
    return f"from {_quoted(header)}{too}{cells}"


def _doubts(proposed: HeaderProposal | None) -> Iterator[str]:
    if proposed:
        others = f"; or it is for {_listed(proposed.alternatives)}" if proposed.alternatives else ""
        yield f"{proposed.confidence:.0%} sure{others}"


def _default_rows(proposal: Proposal) -> Iterator[tuple[str, Sequence[str]]]:
    for column, value in _defaults(proposal).items():
        yield column, [f"{_short(value)} in every row"]


def _doubtful_rows(proposal: Proposal) -> Iterator[tuple[str, Sequence[str]]]:
    """Headers that may be meant for several columns."""
    doubtful = [each for each in proposal.columns if not each.column and each.alternatives]
    for each in doubtful[:_MOST_DOUBTFUL]:
        yield "?", [_described(each.header, each), f"perhaps for {_listed(each.alternatives)}"]


def _print_encodings(proposal: Proposal, refused: RefusedFile) -> None:
    printing.text("If these words read right, add the option that stands before them:")
    printing.encoding_table(map(asdict, proposal.encodings))
    printing.text("With the likeliest one, go on with:")
    likely = {"encoding": proposal.encodings[0].encoding}
    _print_command([*refused.command, *options_of({**refused.repeats, **likely})])


def _quoted(header: str) -> str:
    return f'"{one_line(header, _LONGEST_HEADER)}"'


def _samples(proposed: HeaderProposal) -> str:
    return " | ".join(map(_short, proposed.samples))


def _short(text: str) -> str:
    return one_line(text, _LONGEST_SAMPLE)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)


def _print_command(words: Sequence[str]) -> None:
    """A command as a shell takes it. Invisible characters do not count in headers, so they become blanks."""
    printing.command(shlex.join(one_line(word, _LONGEST_WORD) for word in words))
