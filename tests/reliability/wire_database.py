"""Faults of a database: sessions end, it crashes, it has no free connections, its password changes, others lock it."""

import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import make_dsn, parse_dsn

from infra.local.state import StateDir
from tests.stack import Stack, eventually


class DatabaseFaults:
    """Makes these faults in the stack's database, as its superuser."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._owner = parse_dsn(stack.description["database_url"])
        self._superuser = self._owner | {
            "user": "postgres", "password": StateDir(stack.logs.parent).remember().postgres_password
        }  # fmt: skip

    def end_all_sessions(self) -> int:
        """Ends all sessions, as an administrator or a failover does, and returns how many there were."""
        with self._connected() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (self._owner["user"],)
            )
            return int(cursor.rowcount)

    def crash(self) -> None:
        """Kills one of the server's processes. The server then drops all sessions and recovers, as after any crash."""
        with self._connected() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE usename = %s LIMIT 1", (self._owner["user"],))
            result = cursor.fetchone()
            cursor.execute("SELECT pg_backend_pid()")
            os.kill((result or cursor.fetchone())[0], signal.SIGKILL)

    @contextmanager
    def without_room(self) -> Iterator[None]:
        """Refuses all connections with 53300, too many connections."""
        with self._connected() as cursor:
            cursor.execute(f'ALTER ROLE "{self._owner["user"]}" CONNECTION LIMIT 0')
        try:
            self.end_all_sessions()
            yield
        finally:
            with self._connected() as cursor:
                cursor.execute(f'ALTER ROLE "{self._owner["user"]}" CONNECTION LIMIT -1')

    def change_password(self) -> None:
        """Rotates the password as Secrets Manager does, and ends all sessions. Warm functions have the old one."""
        password = secrets.token_hex(24)
        with self._connected() as cursor:
            cursor.execute(f'ALTER ROLE "{self._owner["user"]}" PASSWORD %s', (password,))
        self._owner["password"] = password
        self.keep_secret(password=password)
        url = self._stack.description["database_url"]
        before, _, rest = url.rpartition("@")
        self._stack.description["database_url"] = f"{before.rpartition(':')[0]}:{password}@{rest}"  # type: ignore[index]
        self.end_all_sessions()

    def keep_secret(self, **changed: object) -> None:
        """Changes fields of the functions' secret."""
        manager = self._stack.aws("secretsmanager")
        arn = "ecommerce/rds/credentials"
        content = json.loads(manager.get_secret_value(SecretId=arn)["SecretString"])
        manager.put_secret_value(SecretId=arn, SecretString=json.dumps(content | changed))

    def deadlock(self, upload_id: str, vendor_id: str) -> bool:
        """Locks an upload, then its vendor, which is the wrong order. Returns whether a validator deadlocked with that.

        PostgreSQL cancels the session that checks for deadlocks first, and this one checks late.
        """
        with self._connected() as cursor, self._connected() as watching:
            before = self._deadlocks(watching)
            cursor.execute("SET deadlock_timeout = '60s'; SET lock_timeout = '20s'; BEGIN")
            cursor.execute("SELECT pg_backend_pid()")
            ours = cursor.fetchone()[0]
            cursor.execute("SELECT 1 FROM upload_history WHERE upload_id = %s FOR UPDATE", (upload_id,))
            if not _in_time(lambda: self._waits_for(watching, ours)):
                return False
            cursor.execute("SELECT 1 FROM vendors WHERE vendor_id = %s FOR UPDATE", (vendor_id,))
            cursor.execute("ROLLBACK")
            return _in_time(lambda: self._deadlocks(watching) > before)

    @staticmethod
    def _waits_for(cursor: Any, pid: int) -> bool:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))", (pid,))
        return bool(cursor.rowcount)

    def _deadlocks(self, cursor: Any) -> int:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = %s", (self._owner["dbname"],))
        return int(cursor.fetchone()[0])

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        connection = eventually(self._try_to_connect)
        assert connection
        with closing(connection), connection.cursor() as cursor:
            yield cursor

    def _try_to_connect(self) -> Connection | None:
        try:
            opened: Connection = psycopg2.connect(make_dsn(**self._superuser))
        except psycopg2.OperationalError:  # it is still recovering
            return None
        opened.autocommit = True
        return opened


def _in_time(look: Callable[[], bool], *, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while not (result := look()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return result
