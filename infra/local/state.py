"""The state folder: everything that outlives a stop, and the lock against a second launcher."""

import fcntl
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from infra.local.processes import StackError

OURS = ("aws", "logs", "mails", "postgres", "postgres.new", "tmp", "api.aws", "secrets.json", "stack.json")


@dataclass
class Memory:
    """What the stack keeps between starts: preferred ports, passwords, the demo keys."""

    aws_port: int | None = None
    postgres_port: int | None = None
    postgres_password: str = field(default_factory=lambda: secrets.token_hex(24))
    database_password: str = field(default_factory=lambda: secrets.token_hex(24))
    aws_secret_access_key: str = field(default_factory=lambda: secrets.token_hex(20))
    link_secret: str | None = None
    api_keys: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StateDir:
    """A folder that belongs to one stack at a time."""

    path: Path

    @property
    def description(self) -> Path:
        """`stack.json`, which exists only while the stack serves."""
        return self.path / "stack.json"

    @property
    def mails(self) -> Path:
        """The folder of mails, each a file."""
        return self.path / "mails"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other launchers out until this process ends, in whatever way."""
        self.path.mkdir(mode=0o711, parents=True, exist_ok=True)
        with (self.path / "lock").open("a+") as lock:
            for attempt in range(20):  # the command `status` holds the lock for a moment
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if attempt == 19:
                        where = self.address() or "starting or stopping"
                        raise StackError(f"A stack already uses {self.path} ({where})") from None
                    time.sleep(0.05)
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def launcher(self) -> int | None:
        """The process id of the launcher that has the lock, if there is one."""
        try:
            with (self.path / "lock").open() as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return int(lock.read() or 0) or None
        except FileNotFoundError:
            pass
        return None

    def prepare(self, *, fresh: bool) -> None:
        """Creates the folders. A fresh start removes everything of ours first, and nothing else."""
        self.description.unlink(missing_ok=True)
        for name in OURS if fresh else ("tmp",):
            remove(self.path / name)
        for name in ("aws", "logs", "tmp"):
            (self.path / name).mkdir(mode=0o700, exist_ok=True)

    def remember(self) -> Memory:
        try:
            return Memory(**json.loads((self.path / "secrets.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Memory()

    def save(self, memory: Memory) -> None:
        write_privately(self.path / "secrets.json", json.dumps(asdict(memory), indent=2))

    def address(self) -> str | None:
        """The address of the stack, once it serves."""
        try:
            return str(json.loads(self.description.read_text(encoding="utf-8"))["api_url"])
        except FileNotFoundError:
            return None


def write_privately(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, atomically: readers see all of it or nothing."""
    draft = path.with_name(path.name + ".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
