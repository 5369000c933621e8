"""Uploads of random histories are taken back, in any order and while others go on: the catalogue is that of a model.

`UNDO_HISTORIES=2000 pytest tests/integration/test_undo_histories.py` tries more histories.
"""

import os
import random
from collections import Counter

from tests.integration.deciding import CREATED, batches_of, rolled_back
from tests.integration.ledgers import contradictions
from tests.integration.offline import Offline
from tests.integration.test_order import query_with, words_of
from tests.integration.undo_model import comparable
from tests.integration.undo_playing import history_with_creations, play_history
from tests.integration.undoing import Undoing

HISTORIES = int(os.environ.get("UNDO_HISTORIES", "25"))
BACK_AND_FORTH = HISTORIES // 4


def test_uploads_are_taken_back_in_any_order_while_others_go_on(offline: Offline) -> None:
    counts: Counter[str] = Counter()
    for seed in range(HISTORIES):
        counts += play_history(offline.services, seed)
    assert {"updated", "kept updated", "kept unchanged", "unchanged", "removed", "created", "error"} <= counts.keys()
    print(f"undos: {HISTORIES:,} histories: {words_of(counts)}")


def test_all_the_way_back_and_forth_every_catalogue_is_there_again(offline: Offline) -> None:
    """Uploads are taken back, the newest first, and then these undos."""
    counts: Counter[str] = Counter()
    for seed in range(BACK_AND_FORTH):
        chance = random.Random(2000 + seed)  # noqa: S311
        with rolled_back(offline.services.database) as cursor:
            undoing = Undoing(cursor, history_with_creations(chance), offline.services)
            catalogues, written = [undoing.snapshot()], []
            uploads = [(CREATED, undoing.history.created), *enumerate(undoing.history.uploads)]
            for position, upload in uploads:
                for batch in batches_of(chance, undoing.send(position, upload)):
                    undoing.deliver(position, batch)
                if undoing.refusal(position) is None:
                    written.append(position)
                    catalogues.append(undoing.snapshot())
            undos = []
            for position, catalogue in zip(reversed(written), reversed(catalogues[:-1]), strict=True):
                undos.append(at_once(undoing, chance, position))
                assert comparable(undoing.snapshot()) == comparable(catalogue), f"history {seed}"
            for position, catalogue in zip(reversed(undos), catalogues[1:], strict=True):
                at_once(undoing, chance, position)
                assert comparable(undoing.snapshot()) == comparable(catalogue), f"history {seed}"
            undoing.check_ledger()
            assert contradictions(query_with(cursor), list(undoing.ids.values())) == [], f"history {seed}"
            assert not any(foreseen.kept for foreseen in undoing.foreseen.values()), f"history {seed}"
            counts += Counter(foreseen.outcome for foreseen in undoing.foreseen.values()) + Counter(undos=len(undos))
    print(f"undos, the newest first, and undos of those: {BACK_AND_FORTH:,} histories: {words_of(counts)}")


def at_once(undoing: Undoing, chance: random.Random, undone: int) -> int:
    """Takes an upload back, after a dry run of that."""
    for dry_run in (True, False):
        before = undoing.snapshot()
        position, records = undoing.take_back(undone, dry_run=dry_run)
        for batch in batches_of(chance, records):
            undoing.deliver(position, batch)
        assert not dry_run or undoing.snapshot() == before
    return position
