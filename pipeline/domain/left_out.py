"""Values of optional columns that break a rule, where these are left out and their records accepted without them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.failures import FileWarning
from pipeline.domain.row_names import listed_lines
from pipeline.domain.severity import WarningCode

_MAX_PLACES = 5

Place = tuple[int, int]
"""The line of a record and its sheet row; 0 if that is not known."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many records were accepted without values, in which columns, and where the first ones are."""

    records: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    lines: Sequence[int] = ()
    sheet_rows: Sequence[int] = ()
    """Of the same records; uploads of long ago have none."""

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `as_json` wrote; an upload without any has an empty object."""
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) if self.records else {}

    @property
    def _places(self) -> list[Place]:
        return list(zip(self.lines, self.sheet_rows or [0] * len(self.lines), strict=True))

    def with_records(self, records: Iterable[tuple[Place, Collection[str]]]) -> "LeftOut":
        """Adds records: where each is, and the columns of the values that it was accepted without."""
        added = [(place, columns) for place, columns in records if columns]
        counts = Counter(self.columns) + Counter(column for _, columns in added for column in set(columns))
        places = sorted([*self._places, *(place for place, _ in added)])[:_MAX_PLACES]
        lines, sheet_rows = [line for line, _ in places], [sheet_row for _, sheet_row in places]
        return LeftOut(self.records + len(added), dict(counts), lines, sheet_rows)

    def warning(self, *, in_workbook: bool = False) -> list[FileWarning]:
        """The warning about them, if there are any."""
        if not self.records:
            return []
        rows = "1 row was" if self.records == 1 else f"{self.records} rows were"
        columns = sorted(self.columns.items(), key=lambda item: COLUMN_ORDER[item[0]])
        counts = ", ".join(f"{column} in {count}" for column, count in columns)
        listed = listed_lines(self._places, has_more=self.records > len(self.lines), in_workbook=in_workbook)
        message = (
            f"{rows} accepted without values that break a rule: {counts} ({listed})."
            " Correct these values and send them again."
        )
        return [FileWarning(WarningCode.VALUES_LEFT_OUT, message, self.lines[0])]
