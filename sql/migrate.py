"""Applies each numbered migration once, in order: `python -m sql.migrate DATABASE_URL`."""

import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.errors import LockNotAvailable

FOLDER = Path(__file__).parent
LOCK = 7_326_411  # an arbitrary number: concurrent runs wait for each other on this advisory lock

# A migration that waits for a table's lock blocks every later query on it, so it waits briefly and tries again.
_LOCK_SECONDS = 3
_ATTEMPTS = 20


def migrate(database_url: str, *, folder: Path = FOLDER / "migrations") -> list[str]:
    """Brings the schema up to date and returns the names of the migrations that were applied.

    Applies all of them or none. Safe to repeat, to run concurrently, and to run beside live code: it waits for a table
    in use only briefly, and tries again after a pause in which other queries proceed.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _apply_missing(database_url, folder)
        except LockNotAvailable:
            time.sleep(_LOCK_SECONDS)
    return _apply_missing(database_url, folder)


def _apply_missing(database_url: str, folder: Path) -> list[str]:
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS schema_migrations"
            " (name TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now())"
        )
        cursor.execute("SELECT name FROM schema_migrations")
        applied = {name for (name,) in cursor}
        missing = [path for path in sorted(folder.glob("*.sql")) if path.stem not in applied]
        cursor.execute(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
        for path in missing:
            cursor.execute(path.read_text(encoding="utf-8"))
            cursor.execute("INSERT INTO schema_migrations (name) VALUES (%s)", (path.stem,))
    return [path.stem for path in missing]


def load_demo_data(database_url: str) -> None:
    """Adds the demo vendors and categories that are missing."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute((FOLDER / "demo_data.sql").read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m sql.migrate DATABASE_URL")
    print("applied:", ", ".join(migrate(sys.argv[1])) or "nothing, the schema is up to date")  # noqa: T201
