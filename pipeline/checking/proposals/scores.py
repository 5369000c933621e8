"""How likely each header of a file is meant for each column, by its name and its cells together."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.checking.categories import Categories
from pipeline.checking.proposals.ambiguous_names import ODOO_NAMES, STANDARD_PRICE
from pipeline.checking.proposals.assignment import Scores
from pipeline.checking.proposals.cells import Cells
from pipeline.checking.proposals.fits import Fit, fit_of
from pipeline.checking.proposals.names import CRITICAL, meanings_of
from pipeline.checking.proposals.words import words_of
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, REQUIRED, Column, columns_served, is_mark

_MAX_HEADER_LENGTH = 500  # what a mapping may name
_ALONE, _ALONE_AMONG_NAMES = 0.7, 0.4
_EMPTY = 0.3
_ACCEPTABLE, _DOUBTFUL = 0.5, 0.4
_TYPICAL_BONUS, _MOST = 0.15, 0.95


def scores_of(columns: Sequence[Column], cells: Sequence[Cells], categories: Categories) -> Scores:
    """For each header, column → likelihood. Nothing for a header that has its column, or that no mapping can name."""
    found = columns_served(columns)
    texts = Counter(clean(column.header) for column in columns)
    meanings = [None if column.matched_by else meanings_of(column.header, found) for column in columns]
    if any(" ".join(words_of(column.header)) in ODOO_NAMES for column in columns):
        meanings = [{} if meant == STANDARD_PRICE else meant for meant in meanings]
    alone = _weight_of_cells_alone(columns, meanings)
    return [
        _likelihoods(meant, each, categories, alone) if _can_be_named(column, texts) else {}
        for column, meant, each in zip(columns, meanings, cells, strict=True)
    ]


def _can_be_named(column: Column, texts: Mapping[str, int]) -> bool:
    text = clean(column.header)
    is_free = not column.matched_by and not is_mark(column)
    return is_free and bool(text) and texts[text] == 1 and len(column.header) <= _MAX_HEADER_LENGTH


def _weight_of_cells_alone(columns: Sequence[Column], meanings: Sequence[Mapping[str, float] | None]) -> float:
    """Where most headers are known words, an unknown one hardly means a column that everybody knows a word for."""
    headers = sum(bool(clean(column.header)) for column in columns)
    known = sum(
        column.matched_by is not None or meant is not None for column, meant in zip(columns, meanings, strict=True)
    )
    return _ALONE_AMONG_NAMES if 2 * known >= headers else _ALONE


def _likelihoods(
    meanings: Mapping[str, float] | None, cells: Cells, categories: Categories, alone: float
) -> dict[str, float]:
    if meanings is None:
        likely = {column: _by_cells(column, cells, categories, alone) for column in COLUMNS}
    else:
        likely = {column: _by_both(column, weight, cells, categories) for column, weight in meanings.items()}
    return {column: round(min(score, _MOST), 2) for column, score in likely.items() if score > 0}


def _by_cells(column: str, cells: Cells, categories: Categories, alone: float) -> float:
    if not cells.filled or (column in REQUIRED and cells.filled_share < _ACCEPTABLE):
        return 0.0
    passes, typical = fit_of(column, cells, categories)
    weight = alone if column in CRITICAL else _ALONE
    return weight * typical * passes if passes > _ACCEPTABLE else 0.0


def _by_both(column: str, weight: float, cells: Cells, categories: Categories) -> float:
    if not cells.rows:
        return weight
    if not cells.filled:
        return weight * _EMPTY
    fit = fit_of(column, cells, categories)
    score = weight * (0.25 + 0.75 * fit.passes) + _TYPICAL_BONUS * fit.typical
    return min(score, _DOUBTFUL) if _is_unacceptable(column, fit) else score


def _is_unacceptable(column: str, fit: Fit) -> bool:
    return column in CRITICAL and fit.passes < _ACCEPTABLE
