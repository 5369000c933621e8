"""Migrations beside live code wait only briefly for locks, so they hold up no query for long."""

import time
from contextlib import closing
from pathlib import Path
from threading import Thread

import psycopg2
import pytest

from sql.migrate import migrate
from tests.integration.offline import Offline
from tests.stack import eventually, tag


@pytest.fixture
def url(offline: Offline) -> str:
    url: str = offline.stack.description["database_url"]
    return url


def folder_with(path: Path, **migrations: str) -> Path:
    for name, content in migrations.items():
        (path / f"{name}.sql").write_text(content, encoding="utf-8")
    return path


def test_a_migration_waits_for_a_table_without_holding_up_others(offline: Offline, url: str, tmp_path: Path) -> None:
    column = f"new_{tag()}"
    folder = folder_with(tmp_path, **{f"9_{column}": f"ALTER TABLE vendors ADD COLUMN {column} TEXT"})
    done: list[list[str]] = []
    with closing(psycopg2.connect(url)) as busy, busy.cursor() as cursor:
        cursor.execute("SELECT FROM vendors FOR UPDATE")
        migration = Thread(target=lambda: done.append(migrate(url, folder=folder)))
        migration.start()
        eventually(lambda: offline.stack.sql(_WAITING))
        begin = time.monotonic()
        assert offline.stack.sql("SELECT count(*) AS n FROM vendors")[0]["n"] > 0
        assert time.monotonic() - begin < 30  # with a migration that waits in line, it would be until `busy` is over
        assert not done
        busy.commit()
    migration.join(60)
    assert done == [[f"9_{column}"]]
    offline.stack.sql(f"ALTER TABLE vendors DROP COLUMN {column}")


_WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'ALTER TABLE vendors%%'"


def test_migrations_are_all_or_nothing(offline: Offline, url: str, tmp_path: Path) -> None:
    table = f"t_{tag()}"
    folder = folder_with(tmp_path, **{f"1_{table}": f"CREATE TABLE {table} ()", f"2_{table}": "SELECT 1/0"})
    with pytest.raises(psycopg2.errors.DivisionByZero):
        migrate(url, folder=folder)
    assert offline.stack.sql("SELECT to_regclass(%s) AS made", table) == [{"made": None}]
    assert offline.stack.sql("SELECT 1 FROM schema_migrations WHERE name LIKE %s", f"%{table}") == []
