"""A reader of changes misses none, although transactions are open while it reads, and end in any order."""

import multiprocessing

import pytest

from tests.integration.change_readers import UNLOCKED, read_beside_writers
from tests.integration.offline import Offline


def test_a_reader_sees_every_change_once_while_transactions_are_open(offline: Offline) -> None:
    read_beside_writers(offline.environment)


def test_it_would_miss_some_if_transactions_of_a_vendor_were_open_at_once(offline: Offline) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool, pytest.raises(AssertionError, match=UNLOCKED.notices):
        pool.apply(read_beside_writers, (offline.environment,), {"locking": False})
