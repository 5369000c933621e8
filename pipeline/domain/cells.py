"""Cleaning a cell, and making it safe for a spreadsheet."""

import re
from collections.abc import Sequence

from pipeline.domain.characters import INVISIBLE, WHITE_SPACE

STRIPPED = WHITE_SPACE + INVISIBLE
_ASCII_WHITE_SPACE = "".join(character for character in WHITE_SPACE if character.isascii())

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BLANK = STRIPPED.replace("\t", "").replace("\r", "")
# Possessive (`*+`): there is only one way to match, so backtracking over a cell with many quotes is pointless.
_TEXT_FORMULA = re.compile('="((?:[^"]|"")*+)"')


def clean(cell: str) -> str:
    """The cell as the rules see it: without white space and invisible characters at its ends. Empty means missing.

    `="00123"`, a formula that keeps a spreadsheet from reading text as a number, becomes `00123`.
    """
    cell = cell.strip(_ASCII_WHITE_SPACE if cell.isascii() else STRIPPED)  # stripping few characters is faster
    if cell.startswith('="') and (formula := _TEXT_FORMULA.fullmatch(cell)):
        return clean(formula[1].replace('""', '"'))
    return cell


def clean_all(cells: list[str]) -> list[str]:
    """Cleans many cells at once."""
    text = "".join(cells)
    if text.isascii() and '="' not in text:  # true of most rows, and twice as fast as a call for each cell
        return [cell.strip(_ASCII_WHITE_SPACE) for cell in cells]
    return list(map(clean, cells))


def strip_all(cells: list[str]) -> list[str]:
    """The cells without white space and invisible characters at their ends; formulas are texts."""
    return [cell.strip(_ASCII_WHITE_SPACE if cell.isascii() else STRIPPED) for cell in cells]


def are_blank(cells: Sequence[str]) -> bool:
    """Whether no cell has a value."""
    text = "".join(cells)
    if not text.strip(_ASCII_WHITE_SPACE if text.isascii() else STRIPPED):
        return True
    return '="' in text and not any(map(clean, cells))


def is_text_formula(cell: str) -> bool:
    """Whether a received cell is a formula of the form `="…"`."""
    return '="' in cell and bool(_TEXT_FORMULA.fullmatch(cell.strip(STRIPPED)))


def spreadsheet_safe(cell: str) -> str:
    """Puts a `'` before a cell that a spreadsheet would run as a formula. Plain numbers stay as they are.

    A cell that already has such a `'` gets another, so that `as_received` restores every cell exactly.
    """
    if _is_quoted(cell) or (_starts_formula(cell) and not _NUMBER.fullmatch(cell)):
        return "'" + cell
    return cell


def as_received(cell: str) -> str:
    """Removes the `'` that `spreadsheet_safe` added to a cell of a fix file."""
    return cell[1:] if _is_quoted(cell) else cell


def _starts_formula(cell: str) -> bool:
    return cell.lstrip(_BLANK).startswith(_FORMULA_STARTS)


def _is_quoted(cell: str) -> bool:
    return cell.startswith("'") and _starts_formula(cell.lstrip("'"))
