"""The proposal for a file that lacks required columns: what its headers are meant for, and what could stand in."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from pipeline.checking.categories import Categories
from pipeline.checking.proposals.assignment import Scores, assign
from pipeline.checking.proposals.cells import Cells
from pipeline.checking.proposals.scores import scores_of
from pipeline.checking.proposals.stand_ins import stand_ins_for
from pipeline.domain.columns import COLUMNS, REQUIRED, Column, columns_served
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.one_line import one_line
from pipeline.domain.proposals import HeaderProposal, Proposal
from pipeline.reading.header.missing_columns import MissingColumns

_SAMPLES, _SAMPLED, _SAMPLE_LENGTH = 3, 50, 60
_ALTERNATIVES, _LEAST_ALTERNATIVE = 3, 0.2
_LEAST, _LEAST_REQUIRED = 0.5, 0.55
_MARGIN = 0.1
"""By how much the header of a required column must be likelier than any other, and its column than any other."""


def proposal_for(refused: MissingColumns, categories: Categories) -> Proposal:
    """What would make a file acceptable; nothing but samples if no choice of columns does."""
    columns, rows = refused.head.columns, refused.first_rows
    if refused.has_one_cause:
        return _without_meanings(columns, rows)
    return propose_columns(columns, rows, refused.decisions, categories)


def propose_columns(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], decisions: Decisions, categories: Categories
) -> Proposal:
    """`rows` are the first ones below the header; a short one lacks the last cells."""
    cells = [Cells.of(column, len(rows)) for column in _by_column(columns, rows)]
    scores = scores_of(columns, cells, categories)
    proposed = _likely(columns, scores)
    headers = {
        name: (column.header, each) for column, each in zip(columns, cells, strict=True) for name in column.columns
    } | {name: (columns[at].header, cells[at]) for name, at in proposed.items()}
    missing = [] if decisions.mode == UploadMode.UPDATE else decisions.missing_columns(headers)
    meant = {at: name for name, at in proposed.items()}
    each_header = (_of_header(column, cells[at].filled, scores[at], meant.get(at)) for at, column in enumerate(columns))
    return Proposal(tuple(chain.from_iterable(each_header)), tuple(stand_ins_for(missing, headers, categories)))


def _without_meanings(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Proposal:
    return Proposal(
        tuple(
            HeaderProposal(column.header, _samples_of(cells), None, 0.0)
            for column, cells in zip(columns, _by_column(columns, rows), strict=True)
        )
    )


def _samples_of(cells: Iterable[str]) -> tuple[str, ...]:
    """Up to three cells that are not blank, each on one short line; different ones first."""
    lines = [line for line in (one_line(cell, _SAMPLE_LENGTH) for cell in islice(cells, _SAMPLED)) if line]
    return tuple([*dict.fromkeys(lines), *lines][: min(_SAMPLES, len(lines))])


def _by_column(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    return ([row[at] for row in rows if at < len(row)] for at in range(len(columns)))


def _of_header(
    column: Column, cells: Iterable[str], likely: Mapping[str, float], proposed: str | None
) -> Iterator[HeaderProposal]:
    """One for each column that the header has, or one with the column that it is probably meant for."""
    samples = _samples_of(cells)
    for name in column.columns:
        yield HeaderProposal(column.header, samples, name, 1.0)
    if not column.columns:
        others = sorted((name for name in likely if name != proposed), key=lambda name: -likely[name])
        alternatives = tuple(name for name in others if likely[name] >= _LEAST_ALTERNATIVE)[:_ALTERNATIVES]
        confidence = likely[proposed] if proposed else 0.0
        yield HeaderProposal(column.header, samples, proposed, confidence, alternatives)


def _likely(columns: Sequence[Column], scores: Scores) -> dict[str, int]:
    """Column that no header has → the position of the one that is probably meant for it."""
    found = set(columns_served(columns))
    free = [name for name in COLUMNS if name not in found]
    assigned = assign(free, scores)
    without_header = set(free) - assigned.keys()
    return {name: at for name, at in assigned.items() if _is_likely(name, at, scores, assigned, without_header)}


def _is_likely(
    name: str, at: int, scores: Scores, assigned: Mapping[str, int], without_header: Collection[str]
) -> bool:
    score = scores[at][name]
    if name not in REQUIRED:
        return score >= _LEAST
    return (
        score >= _LEAST_REQUIRED
        and not _has_rival(name, at, scores, assigned)
        and not _may_be(without_header, name, scores[at])
    )


def _has_rival(name: str, at: int, scores: Scores, assigned: Mapping[str, int]) -> bool:
    """Whether another header may as well be meant for the column."""
    own = {header: scores[header][column] for column, header in assigned.items()}
    return any(
        likely.get(name, 0) > scores[at][name] - _MARGIN and own.get(other, 0) < likely.get(name, 0) + _MARGIN
        for other, likely in enumerate(scores)
        if other != at
    )


def _may_be(others: Collection[str], name: str, likely: Mapping[str, float]) -> bool:
    """Whether a header may as well be meant for one of the columns that have no header."""
    return any(
        likely.get(other, 0) > likely[name] - _MARGIN and not {name, other} <= set(IDENTIFIERS) for other in others
    )
