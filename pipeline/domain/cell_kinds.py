"""What a workbook knows of a row's cells besides their text. A CSV file has nothing but text."""

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
