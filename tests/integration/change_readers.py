"""Validators that decide records of one vendor at once and are slow to commit, and a reader of what they change."""

import io
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from tempfile import TemporaryFile
from typing import Any
from uuid import uuid4

from pipeline.checking.survey import StagedRecord, staged_records, survey
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.failures import Limits
from pipeline.postgres import claims, survey_results, verdicts
from pipeline.postgres.database import Cursor, Database
from pipeline.postgres.order import Place
from pipeline.postgres.queries.catalogue_changes import CatalogueItem, find_catalogue_changes
from pipeline.postgres.queries.uploads import add_upload
from pipeline.postgres.sessions import session_on
from pipeline.postgres.verdicts import SurveyedUpload, lock_for_decision
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.decide import decide
from pipeline.stages.validate import _check
from tests.announcing import announced_upload
from tests.reliability.mutants.mutation import Mutant, instead_of
from tests.stack import csv_of, tag

VENDOR = "VEND002"
UPLOADS, ROWS, AT_ONCE, PAGE = 6, 24, 3, 7
LONGEST_PAUSE = 0.02


@instead_of(lock_for_decision)
def lock_only_the_upload(
    cursor: Cursor, upload_id: str, vendor_id: str, row_numbers: list[int]
) -> verdicts.LockedUpload:
    return lock_for_decision(cursor, upload_id, f"no {vendor_id}", row_numbers)


UNLOCKED = Mutant("the vendor is not locked", "changes are read", "missed", (lock_only_the_upload,))


class SlowToCommit(Database):
    """PostgreSQL over a connection that is slow when a transaction is to be committed."""

    @contextmanager
    def transaction(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        with super().transaction(statement_seconds=statement_seconds) as cursor:
            yield cursor
            time.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311


def read_beside_writers(environment: Mapping[str, str], *, locking: bool = True) -> None:
    """Raises AssertionError if a reader that follows its cursor does not see every change once.

    Without `locking`, this process does not lock vendors from now on.
    """
    os.environ |= environment
    if not locking:
        UNLOCKED.apply()
    services = Services(Settings())
    last = _read(services, None, lambda: True)[1]
    uploads = [_surveyed(services, n) for n in range(UPLOADS)]
    with ThreadPoolExecutor(UPLOADS) as pool:
        writers = [pool.submit(_decide_all, upload, records) for upload, records in uploads]
        seen, last = _read(services, last, lambda: all(writer.done() for writer in writers))
        for writer in writers:
            writer.result()
    ids = {upload.upload_id for upload, _ in uploads}
    found = [(item.upload_id, item.row_number) for item in seen if item.upload_id in ids]
    assert len(found) == len(set(found)), "a change came twice"
    expected = {(upload_id, n) for upload_id in ids for n in range(1, ROWS + 1)}
    assert set(found) == expected, f"{len(expected - set(found))} changes were missed"


def _read(services: Services, after: Place | None, is_over: Callable[[], bool]) -> tuple[list[CatalogueItem], Place]:
    """What a reader sees that goes on until there is nothing more after the end."""
    seen: list[CatalogueItem] = []
    while True:
        over = is_over()
        with services.database.transaction() as cursor, session_on(cursor) as session:
            items, last = find_catalogue_changes(session, VENDOR, after=after, limit=PAGE)
        assert after is None or last >= after
        seen += items
        if over and last == after:
            return seen, last
        after = last


def _surveyed(services: Services, number: int) -> tuple[SurveyedUpload, list[StagedRecord]]:
    """An upload that creates products of its own, announced and surveyed as the API and csv-parser do."""
    run, token, lease = tag(), uuid4(), timedelta(minutes=2)
    upload_id = f"UPLOAD_20260101_000000_{run[:8]}"
    content = csv_of([f"P{run}-{n},Lamp,Electronics,S{run}-{n},19.99,5" for n in range(ROWS)])
    with services.database.transaction() as cursor:
        add_upload(cursor, announced_upload(upload_id, VENDOR, upload_id, Decisions(UploadMode.UPSERT)))
        claimed = claims.claim(cursor, upload_id, token=token, lease=lease, version_id=str(number))
        assert claimed
        source, limits = lambda: io.BytesIO(content), Limits()
        result = survey(source, claimed.categories, limits, scratch=TemporaryFile, decisions=claimed.decisions)
        survey_results.store_survey(cursor, upload_id, token=token, lease=lease, survey=result)
        upload = verdicts.find_surveyed(cursor, upload_id)
        assert upload
        return upload, list(staged_records(source, result, limits))


def _decide_all(upload: SurveyedUpload, records: Sequence[StagedRecord]) -> None:
    credentials: Any = Services(Settings()).database_credentials
    database = SlowToCommit(credentials)
    for at in range(0, len(records), AT_ONCE):
        with database.transaction() as cursor:
            decide(cursor, upload, [_check(upload, staged, None) for staged in records[at : at + AT_ONCE]])
    database.close()
