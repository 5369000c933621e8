"""A random history that is played: uploads are announced, taken back, cancelled and delivered, in any order."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipeline.checking.survey import StagedRecord
from pipeline.services import Services
from tests.integration.deciding import CREATED, Delivery, batches_of, rolled_back
from tests.integration.histories import Cells, History, SentUpload, random_history
from tests.integration.ledgers import contradictions
from tests.integration.test_order import query_with
from tests.integration.undoing import Undoing
from tests.stack import tag

PRODUCTS, CREATED_FIRST, MOST_UPLOADS, MOST_UNDOS = 14, 9, 6, 9


def history_with_creations(chance: random.Random) -> History:
    """A history in which some products are created by the uploads."""
    history = random_history(chance, tag(), products=PRODUCTS, uploads=chance.randint(3, MOST_UPLOADS))
    created = replace(history.created, rows=history.created.rows[:CREATED_FIRST])
    uploads = [replace(each, corrects=None, rows=_filled(chance, each)) for each in history.uploads]
    return replace(history, created=created, uploads=uploads)


def _filled(chance: random.Random, upload: SentUpload) -> list[Cells]:
    """The rows, in mode `upsert` most of them with what a new product needs."""
    needed = {"product_name": "Mug", "category": "Clothing", "price": "3", "stock_quantity": "4"}
    if upload.mode != "upsert":
        return list(upload.rows)
    return [
        {
            column: cell.strip() or (needed.get(column, cell) if chance.random() < 0.8 else cell)
            for column, cell in row.items()
        }
        for row in upload.rows
    ]


class Playing:
    """Announces, takes back, cancels and delivers at random; every batch is delivered twice."""

    def __init__(self, undoing: Undoing, chance: random.Random) -> None:
        self.undoing, self.chance = undoing, chance
        self.due: list[Delivery] = []
        self.waiting = list(enumerate(undoing.history.uploads))
        self.undos_left = self.refusals_left = MOST_UNDOS

    def play(self) -> None:
        for batch in batches_of(self.chance, self.undoing.send(CREATED, self.undoing.history.created)):
            self.undoing.deliver(CREATED, batch)
        while self.waiting or self.due or self.undos_left:
            self.chance.choice([self.announce, self.take_back, self.cancel, *[self.deliver] * 6])()

    def announce(self) -> None:
        if self.waiting:
            position, upload = self.waiting.pop(0)
            self._add(position, self.undoing.send(position, upload))

    def take_back(self) -> None:
        if self.undos_left and len(self.undoing.ids) > 1:
            undone = self.chance.choice(list(self.undoing.ids))
            if self.undoing.refusal(undone) is None:
                self.undos_left -= 1
                self._add(*self.undoing.take_back(undone, dry_run=self.chance.random() < 0.25))
            else:
                self.undoing.check_refusal(undone)
                self.undos_left -= self.chance.random() < 0.1

    def cancel(self) -> None:
        running = [n for n, status in self.undoing.statuses.items() if status == "processing"]
        if running and self.chance.random() < 0.15:
            self.undoing.cancel(self.chance.choice(running))

    def deliver(self) -> None:
        if self.due:
            self.undoing.deliver(*self.due.pop(self.chance.randrange(len(self.due))))
        if self.chance.random() < 0.02:
            self.take_a_key()

    def take_a_key(self) -> None:
        """Another vendor creates a product with a SKU that is free, maybe that of a removed product."""
        taken = {product["sku"] for product in self.undoing.snapshot().values()}
        free = [sku for sku in self.undoing.history.keys.values() if sku not in taken]
        if free:
            self.undoing.cursor.execute(
                "INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price,"
                " stock_quantity) VALUES ('VEND002', %s, 'Theirs', 'Electronics', %s, 1, 1)",
                (f"of {free[0]}", free[0]),
            )

    def _add(self, position: int, records: Sequence[StagedRecord]) -> None:
        batches = batches_of(self.chance, records)
        self.due += [(position, batch) for batch in [*batches, *batches]]


def play_history(services: Services, seed: int) -> Counter[str]:
    """Plays a history, and compares everything with the model. Returns how often records of undos had each outcome."""
    chance = random.Random(seed)  # noqa: S311
    with rolled_back(services.database) as cursor:
        undoing = Undoing(cursor, history_with_creations(chance), services)
        try:
            Playing(undoing, chance).play()
            undoing.check_ledger()
            found = contradictions(query_with(cursor), list(undoing.ids.values()))
            assert found == [], str(found)
        except AssertionError as error:
            raise AssertionError(f"history {seed}: {error}") from error
    return undoing.outcomes_of_undos()
