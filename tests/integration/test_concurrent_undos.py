"""Uploads are taken back by several validators at once, while others change the same products."""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from fastapi import BackgroundTasks

from api.undo_commands import undo
from pipeline.stages.parse import start_upload
from pipeline.stages.undo_file import write_undo_file
from tests.integration.ledgers import contradictions
from tests.integration.offline import Event, Offline
from tests.integration.test_order import outcomes, query_with, shuffled_batches
from tests.integration.undo_playing import history_with_creations
from tests.integration.undoing import CALLER

ROUNDS, VALIDATORS, UNDONE = 2, 4, 3


def test_validators_take_uploads_back_while_others_change_their_products(offline: Offline, bucket: str) -> None:
    with offline.workers(VALIDATORS) as pool:
        for seed in range(ROUNDS):
            chance = random.Random(seed)  # noqa: S311
            history = history_with_creations(chance)
            uploads = [history.created, *history.uploads]
            first = [offline.arrive(each.content, decisions=each.decisions) for each in uploads[: UNDONE + 1]]
            for upload_id in first:
                offline.deliver(shuffled_batches(chance, offline.events(upload_id)), pool)
                offline.end(upload_id)
            undos = [take_back(offline, upload_id) for upload_id in wrote(offline, first)]
            others = [offline.arrive(each.content, decisions=each.decisions) for each in uploads[UNDONE + 1 :]]
            events = [event for upload_id in [*undos, *others] for event in offline.events(upload_id)]
            deliver_twice(offline, chance, events, pool)
            ids = [*first, *undos, *others]
            before = outcomes(offline, ids)
            deliver_twice(offline, chance, events, pool)
            assert outcomes(offline, ids) == before, f"round {seed}: delivered again"
            with offline.services.database.transaction() as cursor:
                assert contradictions(query_with(cursor), ids) == [], f"round {seed}"
            assert list(undecided(offline, ids)) == [], f"round {seed}"


def deliver_twice(offline: Offline, chance: random.Random, events: list[Event], pool: ProcessPoolExecutor) -> None:
    offline.deliver([*shuffled_batches(chance, events), *shuffled_batches(chance, events)], pool)


def wrote(offline: Offline, upload_ids: list[str]) -> list[str]:
    """Those that wrote, but for the first one, which has created the products."""
    rows = offline.stack.sql(
        "SELECT upload_id FROM upload_history WHERE upload_id = ANY (%s)"
        " AND valid_records > unchanged_records + superseded_records",
        upload_ids[1:],
    )
    return [row["upload_id"] for row in rows]


def take_back(offline: Offline, upload_id: str) -> str:
    """Requests an undo, writes its file and stages its records, as the API, error-processor and csv-parser do."""
    services = offline.services
    with services.database.transaction() as cursor:
        upload, _ = undo(upload_id, CALLER, cursor, services, BackgroundTasks(), dry_run=False)
    write_undo_file(services, upload.upload_id)
    stored = offline.stack.aws("s3").head_object(Bucket=offline.stack.description["bucket"], Key=upload.file_s3_key)
    start_upload(
        services, upload.upload_id, version_id=stored["VersionId"], size=stored["ContentLength"], has_time=lambda: True
    )
    return upload.upload_id


def undecided(offline: Offline, upload_ids: list[str]) -> Iterator[str]:
    for row in offline.stack.sql(
        "SELECT upload_id FROM upload_history WHERE upload_id = ANY (%s)"
        " AND total_records IS DISTINCT FROM valid_records + error_records",
        upload_ids,
    ):
        yield row["upload_id"]
