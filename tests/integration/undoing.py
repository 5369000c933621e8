"""Histories whose uploads are taken back, decided within one transaction and compared with a plain model."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from fastapi import BackgroundTasks

from api.answers.problems import Problem, ProblemCode
from api.undo_commands import undo
from pipeline.checking.survey import StagedRecord
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.keys import Role
from pipeline.postgres import undos
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import Cursor, Database
from pipeline.postgres.queries.uploads import cancel, find_upload
from pipeline.postgres.row_ledger import LedgerRow, RowFilter, find_rows
from pipeline.services import Services
from pipeline.stages.undo_file import _undo_file
from tests.integration.deciding import VENDOR, Deciding
from tests.integration.histories import History, SentUpload
from tests.integration.undo_model import Expected, Product, Snapshot, UndoModel, comparable
from tests.stored_values import stored_column, stored_value

CALLER = Principal(1, "vk_undo", Role.VENDOR, VENDOR, None)
FIRST_UNDO = 1000  # the position of the first undo


class SameTransaction(Database):
    """Gives those that open a transaction of their own the one that is open."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    @contextmanager
    def transaction(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        self._cursor.execute("CLOSE ALL")
        yield self._cursor


class Undoing(Deciding):
    """One history. Its uploads end when all their records are decided."""

    def __init__(self, cursor: Cursor, history: History, services: Services) -> None:
        super().__init__(cursor, history)
        self.services, self.model = services, UndoModel()
        self.undone: dict[int, int] = {}
        self.statuses: dict[int, str] = {}
        self.is_dry: dict[int, bool] = {}
        self.foreseen: dict[tuple[int, int], Expected] = {}
        self._sizes: dict[int, int] = {}

    def send(self, position: int, upload: SentUpload) -> list[StagedRecord]:
        return self._begin(position, self.announce(position, upload), is_dry=upload.dry_run)

    def take_back(self, undone: int, *, dry_run: bool = False) -> tuple[int, list[StagedRecord]]:
        """Requests an undo, and has its file written and surveyed. Raises a Problem if it is refused."""
        upload, _ = undo(self.ids[undone], CALLER, self.cursor, self.services, BackgroundTasks(), dry_run=dry_run)
        position = FIRST_UNDO + len(self.undone)
        self.ids[position], self.undone[position] = upload.upload_id, undone
        self.model.undo_of[upload.upload_id] = self.ids[undone]
        records = undos.written_records(SameTransaction(self.cursor), self.ids[undone])
        staged = self.survey_file(position, b"".join(_undo_file(records)))
        written = self.model.written_by(self.ids[undone])
        assert len(staged) == len(written), "an undo has a record for each that wrote"
        return position, self._begin(position, staged, is_dry=dry_run)

    def _begin(self, position: int, records: list[StagedRecord], *, is_dry: bool) -> list[StagedRecord]:
        self.statuses[position], self.is_dry[position], self._sizes[position] = "processing", is_dry, len(records)
        return records

    def refusal(self, undone: int) -> ProblemCode | None:
        """Why an upload cannot be taken back, as the model says."""
        if self.statuses[undone] == "processing":
            return ProblemCode.NOT_FINAL
        by = [n for n, of in self.undone.items() if of == undone and not self.is_dry[n]]
        is_undone = any(self.statuses[n] not in {"cancelled", "failed"} for n in by)
        wrote = not self.is_dry[undone] and self.model.written_by(self.ids[undone])
        return None if wrote and not is_undone else ProblemCode.NOTHING_TO_UNDO

    def check_refusal(self, undone: int) -> None:
        """Checks that an undo is refused as the model says, and its dry run, too."""
        expected = self.refusal(undone)
        for dry_run in (True, False):
            with pytest.raises(Problem) as refused:
                self.take_back(undone, dry_run=dry_run)
            assert refused.value.code == expected, f"{refused.value.code} instead of {expected}"

    def deliver(self, position: int, batch: Sequence[StagedRecord]) -> None:
        before = self.snapshot()
        expected = self._foresee(position, batch, before)
        super().deliver(position, batch)
        after = self.snapshot()
        if position in self.undone or self.is_dry[position]:
            foreseen = before if self.is_dry[position] else _after(before, expected.values())
            assert comparable(after) == comparable(foreseen), f"{self.ids[position]}: the catalogue, and the model's"
        for row, each in expected.items():
            became = self.outcomes.get((position, row))
            assert became == each.outcome, f"row {row}: it became {became}, and the model's {each}"
        for each in expected.values() if not self.is_dry[position] else ():
            self._check_clocks(position, each, before, after)
        self.model.observe(self.ids[position], before, after)
        self._end_if_decided(position)

    def _foresee(self, position: int, batch: Sequence[StagedRecord], before: Snapshot) -> dict[int, Expected]:
        """What must become of those records of an undo that are not decided yet, by row number."""
        if position not in self.undone or self.statuses[position] != "processing":
            return {}
        undone, expected = self.ids[self.undone[position]], dict[int, Expected]()
        for record in (each for each in batch if (position, each.row_number) not in self.outcomes):
            row, key = record.row_number, record.record["vendor_product_id"]
            expected[row] = self.foreseen[position, row] = self.model.expected(undone, key, before)
        return expected

    def _check_clocks(self, position: int, expected: Expected, before: Snapshot, after: Snapshot) -> None:
        """Restored fields are set by the undo, others as before; what is created again has its old clocks."""
        if expected.after is not None:
            known = _clocks(before.get(expected.product_id) or expected.after)
            restored = dict.fromkeys(expected.restored, self._surveyed[position].number)
            assert _clocks(after[expected.product_id]) == known | restored, f"{expected}: who set each field"

    def _end_if_decided(self, position: int) -> None:
        decided = [outcome for (at, _), outcome in self.outcomes.items() if at == position]
        if self.statuses[position] == "processing" and len(decided) == self._sizes[position]:
            self.statuses[position] = "failed" if set(decided) == {"error"} else "completed"
            self.cursor.execute(
                "UPDATE upload_history SET status = %s, processing_completed_at = clock_timestamp()"
                " WHERE upload_id = %s",
                (self.statuses[position], self.ids[position]),
            )

    def cancel(self, position: int) -> None:
        found = find_upload(self.cursor, None, self.ids[position])
        assert found
        assert cancel(self.cursor, found[0])
        self.statuses[position] = "cancelled"

    def snapshot(self) -> Snapshot:
        """All products with a key of the history."""
        keys = self.history.keys
        self.cursor.execute(
            "SELECT product_id, to_jsonb(p) AS product FROM products p"
            " WHERE vendor_product_id = ANY (%s) OR sku = ANY (%s)",
            (list(keys), list(keys.values())),
        )
        return {row.product_id: row.product for row in self.cursor}

    def rows(self, position: int) -> list[LedgerRow]:
        return find_rows(
            self.cursor, self.ids[position], RowFilter(), dry_run=self.is_dry[position],
            total=self._sizes[position], after=None, limit=999,
        )  # fmt: skip

    def outcomes_of_undos(self) -> Counter[str]:
        decided = {at: each for at, each in self.foreseen.items() if at in self.outcomes}
        return Counter(
            f"{'dry ' if self.is_dry[position] else ''}{'kept ' if each.kept else ''}{each.outcome}"
            for (position, _), each in decided.items()
        )

    def check_ledger(self) -> None:
        """The API says of every record what became of it first, and of those of undos what the model says."""
        for position in self.ids:
            for row in self.rows(position):
                at, where = (position, row.row_number), f"{self.ids[position]} row {row.row_number}"
                assert row.outcome == self.outcomes.get(at, "pending"), where
                if at in self.outcomes and at in self.foreseen:
                    _check_row(row, self.foreseen[at], where, is_dry=self.is_dry[position])


def _after(before: Snapshot, expected: Iterable[Expected]) -> Snapshot:
    catalogue = dict(before)
    for each in expected:
        catalogue.pop(each.product_id, None)
        catalogue |= {} if each.after is None else {each.product_id: each.after}
    return catalogue


def _clocks(product: Product) -> dict[str, int | None]:
    """Who set each field; None is the upload that created the product."""
    return dict(zip(VALUE_COLUMNS, product["set_by"] or [None] * len(VALUE_COLUMNS), strict=True))


def _check_row(row: LedgerRow, expected: Expected, where: str, *, is_dry: bool) -> None:
    actual = row.outcome, row.kept
    assert actual == (expected.outcome, expected.kept), f"{where}: {actual}, and the model's {expected}"
    if row.outcome == "error":
        assert {error["error_type"] for error in row.errors} <= {"DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID"}, where
    is_written = row.outcome in {"updated", "removed", "created"}
    assert row.product_id == (expected.product_id if is_written and not is_dry else None), where
    if row.outcome == "updated":
        assert set(row.changes) == set(expected.restored), where
    if row.outcome in {"updated", "created"}:
        _check_values(row.changes, expected.after or {}, where)


def _check_values(changes: Mapping[str, Any], product: Mapping[str, Any], where: str) -> None:
    for column, change in changes.items():
        text, stored = change["after"], product[stored_column(column)]
        after = None if text is None else stored_value(column, text)
        assert str(after) == str(stored) or float(after) == float(stored), f"{where}: {column} {after} {stored}"  # type: ignore[arg-type]
