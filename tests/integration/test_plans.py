"""A plan that is applied does what it says and nothing else, whatever happened to the catalogue since.

`PLAN_HISTORIES=2000 pytest tests/integration/test_plans.py` tries more histories.
"""

import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.uploads import add_upload_of_stored_file, find_upload
from pipeline.postgres.row_ledger import RowFilter, find_rows
from tests.integration.deciding import CREATED, Deciding, batches_of, rolled_back
from tests.integration.histories import SentUpload, catalogue_after, random_history
from tests.integration.ledgers import contradictions
from tests.integration.offline import Offline
from tests.integration.test_order import query_with, words_of
from tests.stack import tag

HISTORIES = int(os.environ.get("PLAN_HISTORIES", "25"))


class Row(NamedTuple):
    """What the ledger says of a row."""

    outcome: str
    changes: Mapping[str, Any]
    errors: tuple[tuple[str, str | None], ...]

    @property
    def effect(self) -> dict[str, object]:
        return {"outcome": self.outcome, "changes": self.changes}


class Planning(Deciding):
    """A history with uploads that plan, and others that apply the plans."""

    def decide_all(self, position: int, upload: SentUpload, chance: random.Random) -> dict[int, Row]:
        """Announces an upload and decides every record, in some order and some of them twice."""
        return self._deliver_all(position, upload, self.announce(position, upload), chance)

    def apply(
        self, plan: int, position: int, upload: SentUpload, chance: random.Random, omitted: Sequence[int] = ()
    ) -> dict[int, Row]:
        """The same for one that applies the plan at this position."""
        found = find_upload(self.cursor, None, self.ids[plan])
        assert found
        source, upload_id = found[0], self.new_id(position)
        again = source.model_copy(
            update={
                "upload_id": upload_id,
                "dry_run": upload.dry_run,
                "status": UploadStatus.PROCESSING,
                "source_upload_id": source.upload_id,
                "plan_upload_id": None if upload.dry_run else source.upload_id,
                "omitted_rows": list(omitted) or None,
                "total_records": None,
            }
        )
        add_upload_of_stored_file(self.cursor, again, source)
        return self._deliver_all(position, upload, self.survey(position, upload), chance)

    def _deliver_all(
        self, position: int, upload: SentUpload, records: Sequence[Any], chance: random.Random
    ) -> dict[int, Row]:
        batches = batches_of(chance, records)
        for batch in [*batches, *batches[: len(batches) // 2]]:
            self.deliver(position, batch)
        return self.rows(position, upload)

    def rows(self, position: int, upload: SentUpload) -> dict[int, Row]:
        ledger = find_rows(
            self.cursor,
            self.ids[position],
            RowFilter(),
            dry_run=upload.dry_run,
            total=len(upload.rows),
            after=None,
            limit=999,
        )
        return {
            row.row_number: Row(
                str(row.outcome),
                row.changes,
                tuple((error["error_type"], error["error_field"]) for error in row.errors),
            )
            for row in ledger
        }

    def conflicts(self, position: int) -> dict[int, Any]:
        self.cursor.execute(
            "SELECT row_number, conflict FROM validation_errors WHERE upload_id = %s AND error_type = 'PLAN_OUTDATED'",
            (self.ids[position],),
        )
        return {row.row_number: row.conflict for row in self.cursor}


def planned_history(cursor: Cursor, chance: random.Random) -> tuple[Planning, SentUpload, int]:
    """A history of which everything but the last uploads is decided; also the one to plan, and its position."""
    history = random_history(chance, tag(), products=20, uploads=chance.randint(3, 6))
    first = chance.randint(1, len(history.uploads) - 1)
    planning = Planning(cursor, replace(history, uploads=[replace(each, corrects=None) for each in history.uploads]))
    planning.decide_all(CREATED, history.created, chance)
    for position in range(first):
        planning.decide_all(position, planning.history.uploads[position], chance)
    return planning, planning.history.uploads[first], first


def test_a_plan_that_is_applied_at_once_ends_in_its_own_ledger(offline: Offline) -> None:
    counts: Counter[str] = Counter()
    for seed in range(HISTORIES):
        chance = random.Random(seed)  # noqa: S311
        with rolled_back(offline.services.database) as cursor:
            planning, upload, position = planned_history(cursor, chance)
            before = planning.catalogue()
            plan = planning.decide_all(position, replace(upload, dry_run=True), chance)
            assert planning.catalogue() == before, f"history {seed}: a plan writes nothing"
            applied = planning.apply(position, position + 100, replace(upload, dry_run=False), chance)
            assert applied == plan, f"history {seed}"
            done = replace(planning.history, uploads=[*planning.history.uploads[:position], upload])
            expected = [replace(each, dry_run=each.dry_run and each is not upload) for each in done.uploads]
            assert planning.catalogue() == catalogue_after(replace(done, uploads=expected)), f"history {seed}"
            assert contradictions(query_with(cursor), list(planning.ids.values())) == [], f"history {seed}"
        counts += Counter(row.outcome for row in applied.values())
    print(f"plans applied at once: {HISTORIES:,} histories: {words_of(counts)}")


def expected_row(planned: Row, now: Row, upload: SentUpload, *, is_omitted: bool) -> Row | None:
    """What becomes of a row that would do `now` what a fresh dry run says; None if its plan is outdated."""
    if set(planned.errors) - _not_its_own(upload):
        return now
    if is_omitted:
        return None
    if "error" in (planned.outcome, now.outcome):
        return now if planned.errors == now.errors else None
    return now if now.outcome in {"unchanged", "superseded"} or now == planned else None


def _not_its_own(upload: SentUpload) -> set[tuple[str, str | None]]:
    """The errors that depend on the catalogue, and those that come with them."""
    with_others = {("INVALID_VALUE", "weight_kg")} if upload.optional_values == "leave_out" else set()
    return {("SKU_CHANGED", "sku"), *with_others}


def test_whatever_came_between_only_what_was_planned_is_written(offline: Offline) -> None:
    counts: Counter[str] = Counter()
    for seed in range(HISTORIES):
        chance = random.Random(1000 + seed)  # noqa: S311
        with rolled_back(offline.services.database) as cursor:
            planning, upload, position = planned_history(cursor, chance)
            is_before = [chance.random() < 0.5 for _ in planning.history.uploads[position + 1 :]]
            between = list(enumerate(planning.history.uploads[position + 1 :], position + 1))
            late = {n: planning.announce(n, each) for (n, each), first in zip(between, is_before, strict=True) if first}
            plan = planning.decide_all(position, replace(upload, dry_run=True), chance)
            for n, each in between:
                if n in late:
                    planning._deliver_all(n, each, late[n], chance)
                else:
                    planning.decide_all(n, each, chance)
            before = planning.catalogue()
            now = planning.apply(position, position + 100, replace(upload, dry_run=True), chance)
            omitted = [n for n in plan if chance.random() < 0.1]
            applied = planning.apply(position, position + 200, replace(upload, dry_run=False), chance, omitted)
            conflicts = planning.conflicts(position + 200)
            written = 0
            for n, row in applied.items():
                expected = expected_row(plan[n], now[n], upload, is_omitted=n in omitted)
                if expected is None:
                    assert (row.outcome, row.errors) == ("error", (("PLAN_OUTDATED", None),)), (
                        f"history {seed}, row {n}"
                    )
                    assert conflicts[n] == {"planned": plan[n].effect, "now": now[n].effect}, f"history {seed}, row {n}"
                else:
                    assert row == expected, f"history {seed}, row {n}"
                    written += row.outcome in {"updated", "created"}
                counts[row.outcome if expected else "outdated"] += 1
            changed = sum(before[own_id] != values for own_id, values in planning.catalogue().items())
            assert changed == written, f"history {seed}"
            assert contradictions(query_with(cursor), list(planning.ids.values())) == [], f"history {seed}"
    assert {"updated", "unchanged", "superseded", "error", "outdated"} <= counts.keys()
    print(f"plans applied late: {HISTORIES:,} histories: {words_of(counts)}")
