"""Cells: what is stripped from their ends, and how they are made safe for a spreadsheet (contract §2, §4)."""

import re

_WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
STRIPPED = _WHITE_SPACE + _INVISIBLE

_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_BLANK = STRIPPED.replace("\t", "").replace("\r", "")


def clean(cell: str) -> str:
    """A cell as the rules see it: no white space or invisible characters at its ends. Empty means missing."""
    return cell.strip(STRIPPED)


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
