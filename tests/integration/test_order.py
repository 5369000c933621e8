"""The catalogue is the one that processing uploads one by one in their order gives, whatever order they arrive in.

`ORDER_HISTORIES=2000 pytest tests/integration/test_order.py` tries more histories.
"""

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.postgres.database import Cursor
from tests.integration.deciding import Deciding, read_catalogue, rolled_back
from tests.integration.histories import History, catalogue_after, random_history
from tests.integration.ledgers import contradictions
from tests.integration.offline import Event, Offline
from tests.stack import tag

HISTORIES = int(os.environ.get("ORDER_HISTORIES", "40"))
PRODUCTS, MOST_UPLOADS = 40, 6
ROUNDS, VALIDATORS = 3, 4
VENDORS = ("VEND001", "VEND002", "VEND003")


def query_with(cursor: Cursor) -> Any:
    def query(sql: str, parameters: Any) -> Sequence[Any]:
        cursor.execute(sql, parameters)
        return cursor.fetchall()

    return query


def test_every_interleaving_ends_in_the_catalogue_of_the_order(offline: Offline) -> None:
    counts: Counter[str] = Counter()
    for seed in range(HISTORIES):
        chance = random.Random(seed)  # noqa: S311
        history = random_history(chance, tag(), products=PRODUCTS, uploads=chance.randint(2, MOST_UPLOADS))
        with rolled_back(offline.services.database) as cursor:
            deciding = Deciding(cursor, history)
            deciding.play(chance)
            assert deciding.catalogue() == catalogue_after(history), f"history {seed}"
            assert deciding.ledger() == deciding.outcomes, f"history {seed}"
            assert contradictions(query_with(cursor), list(deciding.ids.values())) == [], f"history {seed}"
        counts += deciding.counts() + Counter(uploads=len(history.uploads), repeated=deciding.repeated)
    print(f"order: {HISTORIES:,} histories of {PRODUCTS} products: {words_of(counts)}")


def words_of(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))


@dataclass
class Sending:
    """A history of one vendor that goes through csv-parser and product-validator."""

    offline: Offline
    vendor: str
    history: History
    ids: dict[int, str] = field(default_factory=dict)

    def arrive(self, position: int) -> list[Event]:
        """Announces, stores and parses an upload; returns the events of its records."""
        upload = self.history.created if position < 0 else self.history.uploads[position]
        behind = None if upload.corrects is None else self.ids[upload.corrects]
        self.ids[position] = self.offline.arrive(
            upload.content, vendor=self.vendor, decisions=upload.decisions, dry_run=upload.dry_run, behind=behind
        )
        return self.offline.events(self.ids[position])

    def positions(self, *, corrections: bool) -> list[int]:
        return [n for n, upload in enumerate(self.history.uploads) if (upload.corrects is not None) == corrections]


def outcomes(offline: Offline, upload_ids: Sequence[str]) -> Sequence[Any]:
    """What became of each record, and when products last moved."""
    return offline.stack.sql(
        """
        SELECT upload_id, row_number, outcome, changes::text, superseded_by FROM record_changes
        WHERE upload_id = ANY (%s)
        UNION ALL SELECT upload_id, row_number, error_type, error_message, value FROM validation_errors
        WHERE upload_id = ANY (%s)
        UNION ALL SELECT upload_id, 0, status, decided::text, unchanged_records::text FROM upload_history
        WHERE upload_id = ANY (%s)
        UNION ALL SELECT upload_id, unnest(row_numbers), 'confirmed', given_fields::text, null FROM confirmations
        WHERE upload_id = ANY (%s)
        UNION ALL SELECT upload_id, row_number, sku, updated_at::text, set_by::text FROM products
        WHERE upload_id = ANY (%s)
        ORDER BY 1, 2, 3, 4
        """,
        *[list(upload_ids)] * 5,
    )


def shuffled_batches(chance: random.Random, events: Sequence[Event]) -> list[list[Event]]:
    """Batches of records of many uploads."""
    shuffled, size = list(events), chance.choice([10, 30])
    chance.shuffle(shuffled)
    return [shuffled[start : start + size] for start in range(0, len(shuffled), size)]


def test_shuffled_batches_of_overlapping_uploads_twice_each_from_several_processes(offline: Offline) -> None:
    """Corrections arrive last, although they stand behind earlier uploads."""
    counts: Counter[str] = Counter()
    with offline.workers(VALIDATORS) as pool:
        for seed in range(ROUNDS):
            chance = random.Random(1000 + seed)  # noqa: S311
            sendings = [
                Sending(offline, vendor, random_history(chance, tag(), products=20, uploads=5)) for vendor in VENDORS
            ]
            offline.deliver([sending.arrive(-1) for sending in sendings])
            all_events: list[Event] = []
            for corrections in (False, True):
                arrived = [(s, position) for s in sendings for position in s.positions(corrections=corrections)]
                events = [event for sending, position in arrived for event in sending.arrive(position)]
                batches = shuffled_batches(chance, events) + shuffled_batches(chance, events)
                offline.deliver(batches, pool)
                all_events += events
            ids = [upload_id for sending in sendings for upload_id in sending.ids.values()]
            first = outcomes(offline, ids)
            offline.deliver(shuffled_batches(chance, all_events), pool)
            assert outcomes(offline, ids) == first, f"round {seed}: delivered again"
            check(offline, sendings, ids, f"round {seed}")
            written = (row["outcome"] for row in first if row["outcome"] in {"updated", "superseded"})
            counts += Counter(written) + Counter(uploads=len(ids))
    print(f"order: {ROUNDS * len(VENDORS)} histories through {VALIDATORS} validators: {words_of(counts)}")


def check(offline: Offline, sendings: Sequence[Sending], ids: Sequence[str], where: str) -> None:
    with offline.services.database.transaction() as cursor:
        for sending in sendings:
            stored = read_catalogue(cursor, list(sending.history.keys))
            assert stored == catalogue_after(sending.history), f"{where}, {sending.vendor}"
        assert contradictions(query_with(cursor), ids) == [], where
        cursor.execute(
            "SELECT upload_id FROM upload_history WHERE upload_id = ANY (%s)"
            " AND total_records IS DISTINCT FROM valid_records + error_records",
            (list(ids),),
        )
        assert cursor.fetchall() == [], where
