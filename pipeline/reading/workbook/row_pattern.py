"""The pattern of rows that are written alike: which columns they have, and what kinds of cells are in each."""

import re
from collections.abc import Sequence
from functools import lru_cache

SHARED, IN_PLACE, RESULT, BOOLEAN, NUMBER = "s", "inlineStr", "str", "b", "n"
"""The kinds of cells that such rows may have, as the attribute `t` says them."""

Columns = tuple[tuple[str, tuple[str, ...]], ...]
"""The letters of each column, and the kinds of its cells."""


@lru_cache(maxsize=32)
def row_pattern(prefix: str, columns: Columns, other_numbers: Sequence[str]) -> re.Pattern[str]:
    """Matches every row, with its end tag. Of those that are not alike, every group is empty.

    The first two groups are the number and the other attributes of the row; then there is one for each kind of each
    column. Every cell may be blank or absent. Numbers with one of the `other_numbers` as their style are not alike.
    """
    # Each repeat is possessive, and no cell can be read in two ways, so that a row is only looked at twice.
    p = re.escape(prefix)
    cells = "".join(_cell(p, letters, kinds, other_numbers) for letters, kinds in columns)
    row = rf"""\s*+<{p}row r="([1-9][0-9]{{0,8}})"([^<>']*+)(?<!/)>{cells}"""
    return re.compile(rf"(?:{row}|[^<]*+(?:<(?!/{p}row>)[^<]*+)*+)</{p}row>")


def _cell(p: str, letters: str, kinds: Sequence[str], other_numbers: Sequence[str]) -> str:
    contents = "|".join(_content(p, kind, other_numbers) for kind in kinds)
    return rf'(?:<{p}c r="{letters}[0-9]++"(?:(?:{contents})</{p}c>|(?: s="[0-9]++")?+/>))?+'


def _content(p: str, kind: str, other_numbers: Sequence[str]) -> str:
    """What follows the place of a cell, up to its end tag."""
    formula = rf"(?:<{p}f(?: [^<>]*+)?+(?:(?<=/)>|(?<!/)>[^<]*+</{p}f>))?+"
    style = ' s="[0-9]++"'
    if kind == NUMBER:
        other = f'(?!(?:{"|".join(other_numbers)})")' if other_numbers else ""
        style = f' s="{other}[0-9]++"'
        return rf'(?:(?:{style})?+(?: t="n")?+| t="n"{style})>{formula}<{p}v>([^<]++)</{p}v>'
    attributes = f'(?:(?:{style})?+ t="{kind}"| t="{kind}"{style})'
    if kind == SHARED:
        return rf"{attributes}><{p}v>([0-9]{{1,9}}+)</{p}v>"
    if kind == IN_PLACE:
        return rf'{attributes}><{p}is><{p}t(?: xml:space="preserve")?+>([^<]*+)</{p}t></{p}is>'
    return rf"{attributes}>{formula}<{p}v>([^<]++)</{p}v>"
