"""Applies the numbered migrations, in order, each once: `python -m sql.migrate DATABASE_URL`."""

import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.errors import LockNotAvailable

FOLDER = Path(__file__).parent
LOCK = 7_326_411  # any number of our own: two runs at once wait for each other here

# Whoever waits for a table holds up everyone who comes after. So it is not waited for long, but asked for again.
_LOCK_SECONDS = 3
_ATTEMPTS = 20


def migrate(database_url: str, *, folder: Path = FOLDER / "migrations") -> list[str]:
    """Brings the schema up to date and returns the names of the migrations that this took.

    All or nothing, and safe to run twice, from two processes at once, and beside running code: a table that is in use
    is asked for again and again, with pauses in which the others go on.
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
    """Adds the demo vendors and categories that are not there yet."""
    with closing(psycopg2.connect(database_url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute((FOLDER / "demo_data.sql").read_text(encoding="utf-8"))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m sql.migrate DATABASE_URL")
    print("applied:", ", ".join(migrate(sys.argv[1])) or "nothing, the schema is up to date")  # noqa: T201
