"""Admission: addresses that guess keys use up their own allowance, and slow queries are refused as too slow."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest

from tests.integration.in_process import service
from tests.integration.offline import Offline


@pytest.fixture(autouse=True)
def forgotten_attempts(offline: Offline) -> None:
    offline.stack.sql("DELETE FROM sign_in_allowances")


@pytest.fixture
def key(offline: Offline) -> str:
    return str(offline.stack.description["api_keys"]["VEND001"])


def test_one_address_cannot_lock_out_another(key: str) -> None:
    with service() as here:
        guesses = [here.sign_in("vk_wrong", address="203.0.113.7") for _ in range(310)]
        assert set(guesses[:10]) == {401}
        assert set(guesses[12:]) == {429}
        assert here.sign_in(key, address="203.0.113.7") == 429
        assert here.sign_in(key, address="203.0.113.8") == 303
        assert here.sign_in(key, address="2001:db8::1") == 303


def test_all_addresses_of_one_subscriber_share_an_allowance() -> None:
    with service() as here:
        for n in range(10):
            assert here.sign_in("vk_wrong", address=f"2001:db8:0:1::{n:x}") == 401
        assert here.sign_in("vk_wrong", address="2001:db8:0:1:ffff::") == 429
        assert here.sign_in("vk_wrong", address="2001:db8:0:2::") == 401


@contextmanager
def locked(offline: Offline, lock: str) -> Iterator[None]:
    with closing(psycopg2.connect(offline.stack.description["database_url"])) as connection:
        with connection.cursor() as cursor:
            cursor.execute(lock)
        yield


def test_a_question_that_takes_too_long_is_too_slow(offline: Offline, key: str) -> None:
    with service(query_seconds=0.3) as here, locked(offline, "LOCK TABLE products"):
        answer = here.ask("GET", "/v1/products", headers={"Authorization": f"Bearer {key}"})
        page = here.ask("GET", "/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.json()["code"]) == (503, "TOO_SLOW")
    assert "narrower" in answer.json()["detail"]
    assert page.status_code == 200
