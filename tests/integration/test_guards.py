"""Whatever a file would do to a catalogue, guards find what a plain count finds; and they compare once."""

import os
import random
from collections import Counter

import pytest

from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.guards import GuardCode
from pipeline.stages.parse import continue_upload, start_upload
from tests.integration.guarding import random_shop
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag

SHOPS = int(os.environ.get("GUARDED_SHOPS", "40"))
UPDATE = Decisions(UploadMode.UPDATE)


def test_guards_find_what_a_plain_count_finds(offline: Offline) -> None:
    tripped: Counter[str] = Counter()
    for seed in range(SHOPS):
        shop = random_shop(random.Random(seed))  # noqa: S311
        shop.store(offline)
        upload_id = offline.arrive(shop.content, vendor=shop.vendor_id, decisions=shop.decisions)
        (row,) = offline.stack.sql("SELECT failure, total_records FROM upload_history WHERE upload_id = %s", upload_id)
        expected = shop.expected()
        found = row["failure"]["guards"] if row["failure"] else []
        assert found == expected, f"shop {seed}"
        assert (row["total_records"] is None) == bool(expected), f"shop {seed}"
        assert len(offline.items(upload_id)) == (0 if expected else len(shop.rows)), f"shop {seed}"
        tripped.update([each["code"] for each in expected] or ["none"])
    assert set(tripped) == {*GuardCode, "none"}
    print(f"guards: {SHOPS} shops: {dict(tripped)}")


def stock_file(offline: Offline, stock: int) -> tuple[bytes, str]:
    """A file that gives 150 new products this stock, and their tag; they have 5 of each."""
    run = tag()
    offline.stack.sql(
        "INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity)"
        " SELECT 'VEND003', 'P' || %s || n, 'Thing', 'Electronics', 'S' || %s || n, 5, 5"
        " FROM generate_series(1, 150) n",
        *(run, run),
    )
    return csv_of([f"S{run}{n},{stock}" for n in range(1, 151)], "sku,stock_quantity"), run


def empty_by_others(offline: Offline, run: str, stock: int) -> None:
    offline.stack.sql("UPDATE products SET stock_quantity = %s WHERE sku LIKE %s", stock, f"S{run}%")


class Died(Exception):
    """Ends a worker in the middle of its file."""


def dies() -> bool:
    raise Died


def test_what_was_compared_is_not_compared_again(offline: Offline) -> None:
    content, run = stock_file(offline, 0)
    empty_by_others(offline, run, 0)
    upload_id = offline.arrive(content, vendor="VEND003", decisions=UPDATE, parse=False)
    size, version = offline.stored[upload_id]
    with pytest.raises(Died):
        start_upload(offline.services, upload_id, version_id=version, size=size, has_time=dies)
    (row,) = offline.stack.sql("SELECT total_records, lease_token FROM upload_history WHERE upload_id = %s", upload_id)
    assert row["total_records"] == 150

    empty_by_others(offline, run, 5)  # the file would now empty all of them
    continue_upload(offline.services, upload_id, after_row=0, token=row["lease_token"], has_time=lambda: True)
    (row,) = offline.stack.sql("SELECT failure, staged_at FROM upload_history WHERE upload_id = %s", upload_id)
    assert row["failure"] is None
    assert row["staged_at"]


def test_a_refused_file_stays_refused_when_its_event_comes_again(offline: Offline) -> None:
    content, run = stock_file(offline, 0)
    upload_id = offline.arrive(content, vendor="VEND003", decisions=UPDATE)
    empty_by_others(offline, run, 0)
    start_upload(offline.services, upload_id, has_time=lambda: True)
    (row,) = offline.stack.sql("SELECT failure, total_records FROM upload_history WHERE upload_id = %s", upload_id)
    assert (row["failure"]["code"], row["total_records"]) == ("CONFIRMATION_NEEDED", None)


def test_a_file_that_only_creates_is_compared_with_nothing(offline: Offline) -> None:
    rows = [row.replace(",5", ",0") for row in sound_rows(30, tag())]
    upload_id = offline.arrive(csv_of(rows), vendor="VEND003")
    assert len(offline.items(upload_id)) == 30
