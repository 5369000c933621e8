"""Values of optional columns that break a rule, where these are left out and their records accepted without them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.failures import FileWarning
from pipeline.domain.severity import WarningCode

_MAX_LINES = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """How many records were accepted without values, in which columns, and the lines of the first ones."""

    records: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)
    lines: Sequence[int] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `as_json` wrote; an upload without any has an empty object."""
        return cls(**stored)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) if self.records else {}

    def with_records(self, records: Iterable[tuple[int, Collection[str]]]) -> "LeftOut":
        """Adds records: the line of each, and the columns of the values that it was accepted without."""
        added = [(line, columns) for line, columns in records if columns]
        counts = Counter(self.columns) + Counter(column for _, columns in added for column in set(columns))
        lines = sorted([*self.lines, *(line for line, _ in added)])[:_MAX_LINES]
        return LeftOut(self.records + len(added), dict(counts), lines)

    def warning(self) -> list[FileWarning]:
        """The warning about them, if there are any."""
        if not self.records:
            return []
        rows = "1 row was" if self.records == 1 else f"{self.records} rows were"
        columns = sorted(self.columns.items(), key=lambda item: COLUMN_ORDER[item[0]])
        counts = ", ".join(f"{column} in {count}" for column, count in columns)
        listed = ", ".join(map(str, self.lines)) + (", …" if self.records > len(self.lines) else "")
        message = (
            f"{rows} accepted without values that break a rule: {counts} (line{'s' * (self.records > 1)} {listed})."
            " Correct these values and send them again."
        )
        return [FileWarning(WarningCode.VALUES_LEFT_OUT, message, self.lines[0])]
