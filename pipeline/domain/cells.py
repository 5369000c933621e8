"""Cells: what is stripped from their ends, and how they are made safe for a spreadsheet."""

import re

from pipeline.domain.characters import INVISIBLE, WHITE_SPACE

STRIPPED = WHITE_SPACE + INVISIBLE
_ASCII_WHITE_SPACE = "".join(character for character in WHITE_SPACE if character.isascii())

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BLANK = STRIPPED.replace("\t", "").replace("\r", "")
# Possessive: a quote ends it or is doubled, so there is one way to match, and a cell of many quotes is read once.
_TEXT_FORMULA = re.compile('="((?:[^"]|"")*+)"')


def clean(cell: str) -> str:
    """A cell as the rules see it. Empty means missing.

    No white space and nothing invisible stands at its ends, and a `="00123"`, which spreadsheets are given so that
    they take a number for text, is the text between its quotes.
    """
    cell = cell.strip(_ASCII_WHITE_SPACE if cell.isascii() else STRIPPED)  # to strip a few characters is quicker
    if cell.startswith('="') and (formula := _TEXT_FORMULA.fullmatch(cell)):
        return clean(formula[1].replace('""', '"'))
    return cell


def all_clean(cells: list[str]) -> list[str]:
    """Each of many cells, `clean`."""
    together = "".join(cells)
    if together.isascii() and '="' not in together:  # as most are; without a call for each cell it is twice as quick
        return [cell.strip(_ASCII_WHITE_SPACE) for cell in cells]
    return list(map(clean, cells))


def is_text_formula(cell: str) -> bool:
    """Whether a cell as received is `="…"`."""
    return '="' in cell and bool(_TEXT_FORMULA.fullmatch(cell.strip(STRIPPED)))


def spreadsheet_safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula: a `'` goes before what could start one.

    Plain numbers stay as they are; a cell that already has such a `'` gets another, so that
    `as_received` gives back every cell exactly.
    """
    if _is_quoted(cell) or (_starts_formula(cell) and not _NUMBER.fullmatch(cell)):
        return "'" + cell
    return cell


def as_received(cell: str) -> str:
    """A cell of a fix file without the one `'` that `spreadsheet_safe` put there."""
    return cell[1:] if _is_quoted(cell) else cell


def _starts_formula(cell: str) -> bool:
    return cell.lstrip(_BLANK).startswith(_FORMULA_STARTS)


def _is_quoted(cell: str) -> bool:
    return cell.startswith("'") and _starts_formula(cell.lstrip("'"))
