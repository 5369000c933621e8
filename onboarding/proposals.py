"""What would make a refused file acceptable, in plain words, and the command that accepts it."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onboarding import printing
from onboarding.decisions import options_of
from pipeline.domain.decisions import Decisions
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import HeaderProposal, Proposal

_LONGEST_HEADER = 60
_LONGEST_SAMPLE = 30
_LONGEST_LISTED = 500  # a header of a command; no longer one can be mapped

Json = Mapping[str, Any]


def proposal_of(failure: Json) -> Proposal | None:
    """The proposal of a failure as the REST API has it."""
    if not failure.get("proposal"):
        return None
    return Proposal.of({"columns": (), "stand_ins": (), "encodings": (), **failure["proposal"]})


def print_proposal(
    proposal: Proposal, command: Sequence[str], decisions: Json, columns: Sequence[str | None], *, remember: bool
) -> None:
    """Prints a proposal and the command that accepts it.

    `command` is what comes before the options, `decisions` are those that were made, as the REST API has them, and
    `columns` are those that the file has already. With `remember`, the command also keeps the headers.
    """
    if proposal.encodings:
        _print_encodings(proposal, command)
    else:
        _print_columns(proposal, command, decisions, columns, remember=remember)


def proposed_decisions(proposal: Proposal, decisions: Json) -> dict[str, Any]:
    """The decisions that accept what is proposed for the columns. They include earlier ones of the same kind."""
    headers = {each.column: each.header for each in proposal.columns if each.column}
    constants: dict[str, str] = {}
    for stand_in in proposal.stand_ins:
        if stand_in.column in headers or stand_in.column in constants:
            continue
        if stand_in.header is not None:
            headers[stand_in.column] = stand_in.header
        elif stand_in.default is not None:
            constants[stand_in.column] = stand_in.default
    proposed = {"mapping": headers, "defaults": constants}
    return {kind: {**decisions.get(kind, {}), **values} for kind, values in proposed.items() if values}


def _print_encodings(proposal: Proposal, command: Sequence[str]) -> None:
    printing.text("Its encoding may be one of these; choose the one in which the words are right:")
    rows = [(each.encoding, ", ".join(map(_sample, each.words))) for each in proposal.encodings]
    printing.table(("Encoding", "Words of the file"), rows)
    printing.text("Go on with it, such as:")
    _print_command([*command, *options_of({"encoding": proposal.encodings[0].encoding})])


def _print_columns(
    proposal: Proposal, command: Sequence[str], decisions: Json, columns: Sequence[str | None], *, remember: bool
) -> None:
    accepting = proposed_decisions(proposal, decisions)
    if not accepting:
        return
    printing.text("Proposed:")
    printing.table(("Column", "Is read from", "With cells such as", "How sure", "Or it is"), list(_rows(proposal)))
    if missing := _still_missing({**decisions, **accepting}, columns):
        printing.text(
            f"Nothing is proposed for {', '.join(missing)}: add --map COLUMN=HEADER or --default COLUMN=VALUE."
        )
    printing.text("If this is right, go on with:")
    keeps = ["--remember"] if remember and "mapping" in accepting else []
    _print_command([*command, *options_of(accepting), *keeps])


def _rows(proposal: Proposal) -> Iterator[tuple[str, ...]]:
    """A row for each column that is proposed, in the order of the proposal."""
    by_header = {each.header: each for each in proposal.columns}
    for column, header in proposed_decisions(proposal, {}).get("mapping", {}).items():
        each = by_header.get(header)
        yield (
            column,
            f'"{one_line(header, _LONGEST_HEADER)}"',
            _samples(each),
            _sure(each, column),
            _others(each, column),
        )
    for column, value in proposed_decisions(proposal, {}).get("defaults", {}).items():
        yield column, f'"{_sample(value)}" in every row', "", "", ""


def _samples(proposed: HeaderProposal | None) -> str:
    return ", ".join(map(_sample, proposed.samples)) if proposed else ""


def _sure(proposed: HeaderProposal | None, column: str) -> str:
    return f"{proposed.confidence:.0%}" if proposed and proposed.column == column else ""


def _others(proposed: HeaderProposal | None, column: str) -> str:
    return ", ".join(proposed.alternatives) if proposed and proposed.column == column else ""


def _sample(text: str) -> str:
    return one_line(text, _LONGEST_SAMPLE)


def _still_missing(decisions: Json, columns: Sequence[str | None]) -> list[str]:
    return Decisions.of(decisions).missing_columns([*columns, *decisions.get("mapping", {})])


def _print_command(words: Sequence[str]) -> None:
    """A command as a shell takes it. Invisible characters do not count in headers, so they become blanks."""
    printing.command(shlex.join(one_line(word, _LONGEST_LISTED + len("dimensions_cm=")) for word in words))
