"""Histories whose records are decided directly in PostgreSQL, within one transaction that is rolled back: fast."""

import io
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any
from uuid import uuid4

from pipeline.checking.survey import StagedRecord, staged_records, survey
from pipeline.domain.failures import Limits
from pipeline.postgres import claims, placing, survey_results, verdicts
from pipeline.postgres.database import Cursor, Database, DatabasePool
from pipeline.postgres.queries.uploads import add_upload
from pipeline.postgres.row_ledger import RowFilter, find_rows
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.stages import validate
from pipeline.stages.decide import decide
from tests.announcing import announced_upload
from tests.integration.histories import WRITTEN, Catalogue, History, SentUpload
from tests.stack import tag

Delivery = tuple[int, Sequence[StagedRecord]]
LEASE = timedelta(minutes=2)
VENDOR = "VEND001"
CREATED = -1  # the position of the upload that creates the products


class RolledBack(Exception):
    """Ends a history without a trace."""


@contextmanager
def rolled_back(database: Database | DatabasePool) -> Iterator[Cursor]:
    with suppress(RolledBack), database.transaction() as cursor:
        yield cursor
        raise RolledBack


class Deciding:
    """One history. `outcomes` are those that records got first, by upload and row number."""

    def __init__(self, cursor: Cursor, history: History) -> None:
        self.cursor, self.history = cursor, history
        self.ids: dict[int, str] = {}
        self.outcomes: dict[tuple[int, int], str] = {}
        self.repeated = 0
        self._surveyed: dict[int, SurveyedUpload] = {}

    def play(self, chance: random.Random) -> None:
        """Announces the uploads in their order, and delivers every record twice, at any time after that."""
        self.deliver(CREATED, self.announce(CREATED, self.history.created))
        due: list[Delivery] = []
        for position, upload in enumerate(self.history.uploads):
            records = self.announce(position, upload)
            due += [(position, batch) for batch in batches_of(chance, records) + batches_of(chance, records)]
            chance.shuffle(due)
            for _ in range(chance.randint(0, len(due) // 3)):
                self.deliver(*due.pop())
        for delivery in due:
            self.deliver(*delivery)

    def announce(self, position: int, upload: SentUpload) -> list[StagedRecord]:
        """Announces and surveys an upload as the API and csv-parser do; returns its records."""
        upload_id = self.new_id(position)
        announced = announced_upload(upload_id, VENDOR, upload_id, upload.decisions, dry_run=upload.dry_run)
        add_upload(self.cursor, announced)
        if upload.corrects is not None:
            placing.place_behind(self.cursor, upload_id, self.ids[upload.corrects])
        return self.survey(position, upload)

    def new_id(self, position: int) -> str:
        self.ids[position] = f"UPLOAD_20260101_000000_{tag()[:8]}"
        return self.ids[position]

    def survey(self, position: int, upload: SentUpload) -> list[StagedRecord]:
        """Surveys an announced upload as csv-parser does; returns its records."""
        return self.survey_file(position, upload.content)

    def survey_file(self, position: int, content: bytes) -> list[StagedRecord]:
        upload_id, token = self.ids[position], uuid4()
        claimed = claims.claim(self.cursor, upload_id, token=token, lease=LEASE, version_id="1")
        assert claimed
        limits = Limits()
        result = survey(
            lambda: io.BytesIO(content), claimed.categories, limits, scratch=TemporaryFile, decisions=claimed.decisions
        )
        assert survey_results.store_survey(self.cursor, upload_id, token=token, lease=LEASE, survey=result)
        surveyed = verdicts.find_surveyed(self.cursor, upload_id)
        assert surveyed
        self._surveyed[position] = surveyed
        return list(staged_records(lambda: io.BytesIO(content), result, limits))

    def deliver(self, position: int, batch: Sequence[StagedRecord]) -> None:
        upload = self._surveyed[position]
        checked = [validate._check(upload, staged, None) for staged in batch]
        for verdict in decide(self.cursor, upload, checked).verdicts:
            if verdict.is_new:
                assert (position, verdict.row_number) not in self.outcomes, "decided twice"
                self.outcomes[position, verdict.row_number] = str(verdict.outcome)
            else:
                self.repeated += 1

    def catalogue(self) -> Catalogue:
        return read_catalogue(self.cursor, list(self.history.keys))

    def ledger(self) -> dict[tuple[int, int], str]:
        """The outcome of every record as the API shows it."""
        ledger: dict[tuple[int, int], str] = {}
        for position, upload_id in self.ids.items():
            upload = self.history.created if position == CREATED else self.history.uploads[position]
            rows = find_rows(
                self.cursor,
                upload_id,
                RowFilter(),
                dry_run=upload.dry_run,
                total=len(upload.rows),
                after=None,
                limit=999,
            )
            ledger |= {(position, row.row_number): str(row.outcome) for row in rows}
        return ledger

    def counts(self) -> Counter[str]:
        return Counter(self.outcomes.values())


def batches_of(chance: random.Random, records: Sequence[StagedRecord]) -> list[list[StagedRecord]]:
    """The records shuffled, in batches of random sizes."""
    shuffled = list(records)
    chance.shuffle(shuffled)
    batches = []
    while shuffled:
        size = chance.randint(1, 12)
        batches.append(shuffled[:size])
        shuffled = shuffled[size:]
    return batches


def read_catalogue(cursor: Cursor, own_ids: Sequence[str]) -> Catalogue:
    """The values of these products."""
    columns = ", ".join("status AS listing_status" if column == "listing_status" else column for column in WRITTEN)
    cursor.execute(
        f"SELECT vendor_product_id, {columns} FROM products WHERE vendor_product_id = ANY (%s)", (list(own_ids),)
    )
    rows: list[Any] = cursor.fetchall()
    return {row.vendor_product_id: {column: getattr(row, column) for column in WRITTEN} for row in rows}
