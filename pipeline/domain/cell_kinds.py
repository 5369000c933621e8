"""What a workbook knows of a row's cells besides their text. A CSV file has nothing but text."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class CellFault(StrEnum):
    """Why a cell of a workbook has no value that could be read."""

    ERROR_VALUE = "error_value"
    """A spreadsheet's error, such as `#N/A`."""
    NO_RESULT = "no_result"
    """A formula whose result is not stored."""
    DATE = "date"


class CellKinds(NamedTuple):
    """The positions of a row's number cells, whose text has a decimal point, always; and of the cells at fault."""

    numbers: frozenset[int] = frozenset()
    faults: Mapping[int, CellFault] = {}


TEXT_CELLS = CellKinds()
"""Those of a row that has only texts."""

_MARKS = {CellFault.DATE: "#DATE!", CellFault.NO_RESULT: "#FORMULA!", CellFault.ERROR_VALUE: "#ERROR!"}
_TIME_MARK = "#TIME!"
_FAULTS = {_TIME_MARK: CellFault.DATE} | {mark: fault for fault, mark in _MARKS.items()}
_TIME = re.compile(r"T?[0-9]+:[0-9]{2}(:[0-9.]+)?")
_MARKED = re.compile(rf"\s*({'|'.join(_FAULTS)})\s*(.*)", re.DOTALL)


def is_time(text: str) -> bool:
    """Whether a date shows a time of day, or a duration, alone."""
    return _TIME.fullmatch(text) is not None


def with_fault_mark(text: str, fault: CellFault) -> str:
    """What a fix file, where every cell is a text, has for a cell at fault: `#DATE! 2026-03-05`."""
    is_of_time = fault == CellFault.DATE and is_time(text)
    return f"{_TIME_MARK if is_of_time else _MARKS[fault]} {text}"


def without_fault_mark(cell: str) -> tuple[CellFault, str] | None:
    """The fault of a fix file's cell, and what the cell showed; None if its mark is gone: then it is a text."""
    marked = _MARKED.fullmatch(cell) if "#" in cell else None
    return (_FAULTS[marked[1]], marked[2] or cell) if marked else None
