"""The way to the database: what the template's variables make of the secret."""

import pytest

from pipeline.adapters.database import DatabaseFault
from pipeline.adapters.services import Services
from pipeline.settings import Settings
from tests.integration.offline import Offline


def services(offline: Offline, **settings: str) -> Services:
    return Services(Settings(**{"database_secret_arn": offline.services.settings.database_secret_arn, **settings}))  # type: ignore[arg-type]


def test_a_connection_that_is_not_encrypted_is_refused_where_it_must_be(offline: Offline) -> None:
    """The embedded server has no certificate, so it is the one that must be turned down."""
    with pytest.raises(DatabaseFault), services(offline, database_sslmode="require").database.transaction():
        pass


def test_a_proxy_takes_the_place_of_the_secrets_host(offline: Offline) -> None:
    assert services(offline, database_host="proxy.example").database_credentials()["host"] == "proxy.example"
    with services(offline, database_host="localhost").database.transaction() as cursor:
        cursor.execute("SELECT 1 AS one")
        assert cursor.fetchone().one == 1


def test_nobody_waits_for_ever(offline: Offline) -> None:
    with offline.services.database.transaction() as cursor:
        for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            cursor.execute("SELECT setting::int AS milliseconds FROM pg_settings WHERE name = %s", (setting,))
            assert 0 < cursor.fetchone().milliseconds <= 240_000
