"""The warning that weights were converted to kilograms."""

from collections.abc import Iterator, Sequence

from pipeline.domain.cells import clean
from pipeline.domain.columns import Column
from pipeline.domain.failures import FileWarning
from pipeline.domain.numbers import is_number
from pipeline.domain.one_line import one_line, shorten
from pipeline.domain.records import Record, SoundRows
from pipeline.domain.row_names import listed_lines
from pipeline.domain.severity import WarningCode
from pipeline.domain.weights import WORDS, WeightUnit, in_kilograms

_MAX_HEADER_LENGTH = 60


class ConvertedWeights:
    """Finds the first weight that is converted, if there is any."""

    def __init__(self, columns: Sequence[Column]) -> None:
        column = next((column for column in columns if column.unit), None)
        self._header, self._unit = (column.header, column.unit) if column else ("", None)
        self._example: tuple[str, int, int] | None = None
        """The first one in words, with its line and sheet row."""

    def add(self, record: Record) -> None:
        if self._is_needed and is_number(record["weight_kg"]):
            self._note(clean(record.received["weight_kg"]), record["weight_kg"], record.row.line, record.row.sheet_row)

    def add_sound(self, rows: SoundRows) -> None:
        if self._is_needed and self._unit and rows.keys:
            weights = (weight.strip('"') for weight in rows.keys.numbers["weight_kg"])
            if first := next(((at, weight) for at, weight in enumerate(weights) if weight), None):
                self._note(
                    first[1], in_kilograms(first[1], self._unit), rows.line + first[0], rows.sheet_row + first[0]
                )

    def warning(self, *, in_workbook: bool = False) -> Iterator[FileWarning]:
        if self._example:
            example, *place = self._example
            where = listed_lines([(place[0], place[1])], in_workbook=in_workbook)
            unit = WORDS[self._unit or WeightUnit.KILOGRAM]
            message = f"Weights in {unit} were converted to kilograms. {example} ({where})."
            yield FileWarning(WarningCode.UNIT_CONVERTED, message, place[0])

    @property
    def _is_needed(self) -> bool:
        return self._unit is not None and self._example is None

    def _note(self, written: str, kilograms: str, line: int, sheet_row: int) -> None:
        example = f'"{one_line(self._header, _MAX_HEADER_LENGTH)}": {shorten(written)} was read as {kilograms} kg'
        self._example = example, line, sheet_row
