"""Records that were judged before: wrong rows often have the same cells again, and judging takes many steps."""

from collections.abc import Callable
from typing import NamedTuple

from pipeline.checking.warnings.suspicions import Suspicion
from pipeline.domain.cell_kinds import TEXT_CELLS
from pipeline.domain.known_answers import KnownAnswers
from pipeline.domain.records import Record, Row


class Verdict(NamedTuple):
    """What follows from the cells of a record alone: its mark, whether it satisfies rules 1 to 5, whether later records
    with its keys collide with it, and what is suspicious about it."""

    record: Record
    mark: int
    is_sound: bool
    holds: bool
    suspicions: list[tuple[Suspicion, str]]


class KnownRecords:
    """The verdicts on some of the records of a file, by their cells."""

    def __init__(self) -> None:
        self._verdicts = KnownAnswers[tuple[str, ...], Verdict]()

    def verdict(self, row: Row, judge: Callable[[Row], Verdict]) -> Verdict:
        """The verdict on a row: that on an earlier one with the same cells, if all are texts, and short."""
        if row.kinds is not TEXT_CELLS:
            return judge(row)
        cells = tuple(row.cells)
        verdict = self._verdicts.find(cells)
        if verdict is None:
            return self._verdicts.keep(cells, judge(row), row.characters)
        verdict.record.row = row
        return verdict
