"""A plain model of undos. It knows the catalogue before and after each batch, and nothing of the product's own ledger.

It notes what each upload changed in each product, and says of a record of an undo what must become of it.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.stored_values import OPTIONAL, REQUIRED, stored_column

Product = Mapping[str, Any]
"""A row of the table, as JSON."""
Snapshot = Mapping[int, Product]
"""Products by product_id, of all vendors."""

FIELDS = (*REQUIRED, *OPTIONAL)
NOT_RESTORED = ("updated_at", "set_by")


class Event(NamedTuple):
    """What an upload did to a product, with the fields that it changed, and the product before, if it was there."""

    upload: str
    kind: str
    fields: Collection[str]
    before: Product


class Expected(NamedTuple):
    """What becomes of a record: the product afterwards (None if there is none), and the fields that are kept."""

    product_id: int
    outcome: str
    after: Product | None
    kept: Mapping[str, str] = {}
    restored: Collection[str] = ()


@dataclass
class UndoModel:
    """What has happened to products. `undo_of` has the upload that each undo takes back."""

    undo_of: dict[str, str] = field(default_factory=dict)
    events: dict[int, list[Event]] = field(default_factory=lambda: defaultdict(list))
    _keys: dict[int, str] = field(default_factory=dict)

    def observe(self, upload: str, before: Snapshot, after: Snapshot) -> None:
        """Notes the differences that a batch of this upload has made."""
        for product_id in before.keys() | after.keys():
            was, now = before.get(product_id), after.get(product_id)
            self._keys[product_id] = str((was or now or {})["vendor_product_id"])
            kind = "created" if was is None else "removed" if now is None else "changed"
            fields = [each for each in FIELDS if _value(was, each) != _value(now, each)]
            if fields:
                self.events[product_id].append(Event(upload, kind, fields, was or {}))

    def written_by(self, upload: str) -> dict[int, Event]:
        """What an upload did, by product."""
        found = ((product_id, event) for product_id, events in self.events.items() for event in events)
        return {product_id: event for product_id, event in found if event.upload == upload}

    def expected(self, undone: str, key: str, catalogue: Snapshot) -> Expected:
        """What becomes of the record of this vendor product id in an undo."""
        own = self.written_by(undone)
        (product_id,) = (each for each in own if self._keys[each] == key)
        event, now = own[product_id], catalogue.get(product_id)
        if event.kind == "removed":
            return self._of_removal(product_id, event, catalogue)
        if now is None:
            return Expected(product_id, "unchanged", None)
        if event.kind == "created":
            kept = self._kept(product_id, event, FIELDS)
            return Expected(product_id, "unchanged", now, kept) if kept else Expected(product_id, "removed", None)
        kept = self._kept(product_id, event, event.fields)
        restored = [each for each in event.fields if self._owners(product_id, event, each) == [undone]]
        after = {**now, **{stored_column(each): _value(event.before, each) for each in restored}}
        return Expected(product_id, "updated" if restored else "unchanged", after, kept, restored)

    def _of_removal(self, product_id: int, event: Event, catalogue: Snapshot) -> Expected:
        """It is created again, if its keys are free."""
        if product_id in catalogue:
            return Expected(product_id, "unchanged", catalogue[product_id])
        if any(_collide(event.before, other) for other in catalogue.values()):
            return Expected(product_id, "error", None)
        return Expected(product_id, "created", event.before)

    def _kept(self, product_id: int, event: Event, fields: Collection[str]) -> dict[str, str]:
        owners = {each: self._owners(product_id, event, each) for each in fields}
        return {each: found[-1] for each, found in owners.items() if found and found[-1] != event.upload}

    def _owners(self, product_id: int, event: Event, column: str) -> list[str]:
        """The uploads that changed a field, this one and later ones, without those that were taken back. For the fields
        of a product that it created, the later ones."""
        history = self.events[product_id]
        later = history[history.index(event) + 1 :]
        since = [each.upload for each in later if column in each.fields]
        return _without_pairs(since if event.kind == "created" else [event.upload, *since], self.undo_of)


def _without_pairs(uploads: Sequence[str], undo_of: Mapping[str, str]) -> list[str]:
    """Uploads without each that a later one takes back, and without that one, which may be taken back itself."""
    remaining: list[str] = []
    for upload in uploads:
        if undo_of.get(upload) in remaining:
            remaining.remove(undo_of[upload])
        else:
            remaining.append(upload)
    return remaining


def _value(product: Product | None, column: str) -> Any:
    return product and product[stored_column(column)]


def _collide(one: Product, other: Product) -> bool:
    is_same_id = all(one[column] == other[column] for column in ("vendor_id", "vendor_product_id"))
    return is_same_id or one["sku"] == other["sku"]


def comparable(catalogue: Snapshot) -> dict[int, dict[str, Any]]:
    """Everything of the products that undos restore."""
    return {
        product_id: {name: value for name, value in product.items() if name not in NOT_RESTORED}
        for product_id, product in catalogue.items()
    }
