"""Reading rows as spreadsheet programs usually write them, without expat."""

import re
from functools import lru_cache

from pipeline.reading.workbook.items import NotPlain, decode_entities, plain_text
from pipeline.reading.workbook.number_texts import number_text
from pipeline.reading.workbook.rows import Cell, CellReader, column_of
from pipeline.reading.workbook.rows_alike import RowsAlike

_ROW_NUMBER = re.compile(r' r="([1-9][0-9]{0,8})"')
_MAX_INDEX_DIGITS = 10
_HIDDEN = re.compile(r' hidden="(?:1|true)"')


@lru_cache(maxsize=64)
def _head_pattern(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"\s*<{re.escape(prefix)}row([^<>']*)(?<!/)>")


@lru_cache(maxsize=64)
def _cell_pattern(prefix: str) -> re.Pattern[str]:
    """The column, the style before or after the type, the value, the text in place, the value of a formula.

    The last group is any other tag: then the row is not plain. Nothing is ever tried in two ways.
    """
    p = re.escape(prefix)
    value = rf"<{p}v>([^<]++)</{p}v>"
    text = rf'<{p}is><{p}t(?: xml:space="preserve")?>([^<]*+)</{p}t></{p}is>'
    formula = rf"<{p}f(?: [^<>]*+)?(?:(?<=/)>|(?<!/)>[^<]*+</{p}f>)"
    return re.compile(
        rf'<{p}c(?: r="([A-Z]++)[0-9]++")?(?: s="([0-9]++)")?(?: t="([a-zA-Z]++)")?(?: s="([0-9]++)")?'
        rf"(?:/>|>(?:{value}|{text}|{formula}{value})?</{p}c>)|(<)"
    )


def read_plain_row(item: str, prefix: str, cells: CellReader, alike: RowsAlike) -> tuple[int | None, bool]:
    """Adds the cells of a row, which tell what further rows are like.

    Returns its number, if it has one, and whether it is hidden. Raises NotPlain.
    """
    head = _head_pattern(prefix).match(item)
    if not head:
        raise NotPlain
    found = _cell_pattern(prefix).findall(item, head.end())
    _add(cells, found)
    alike.learn(found)
    return _number(head[1]), "hidden" in head[1] and bool(_HIDDEN.search(head[1]))


def _number(attributes: str) -> int | None:
    found = _ROW_NUMBER.search(attributes)
    if not found and " r=" in attributes:
        raise NotPlain
    return int(found[1]) if found else None


def _add(cells: CellReader, found: list[tuple[str, ...]]) -> None:
    """Most of the time that a workbook takes is spent in this loop."""
    column, texts, strings = -1, cells.texts, cells.strings
    in_memory = strings.in_memory
    for letters, early_style, kind, late_style, value, text, result, other in found:
        column = column_of(letters) if letters else column + 1
        if other or column < 0:
            raise NotPlain
        if kind == "s" and value.isdecimal() and value.isascii() and len(value) < _MAX_INDEX_DIGITS:
            index = int(value)
            content = in_memory[index] if index < len(in_memory) else strings[index]
        elif kind == "inlineStr" and text:
            content = plain_text(text)
        elif text:
            raise NotPlain
        else:
            _add_value(cells, column, kind, early_style or late_style or "0", value or result)
            continue
        if column == len(texts) and content:
            texts.append(content)
        else:
            cells.put(column, content)
    if not cells.is_within_limits():
        raise NotPlain


def _add_value(cells: CellReader, column: int, kind: str, style: str, value: str) -> None:
    if not kind and style not in cells.meanings and (number := number_text(value)) is not None:
        if cells.put(column, number):
            cells.numbers.append(column)
    elif value or kind == "e":
        cells.add(column, Cell(kind or "n", style, decode_entities(value) if "&" in value else value))
