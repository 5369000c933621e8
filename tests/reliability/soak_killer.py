"""Kills processes of a running stack with SIGKILL, and keeps the stack running as a service manager would."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

from infra.local.processes import free_port
from tests.stack import Stack, start

# Shorter intervals of the sweeper, because the soak takes minutes and not hours.
VARIABLES = {"ONBOARDING_LEASE_SECONDS": "5", "ONBOARDING_STALLED_AFTER_SECONDS": "5"}


class Keeper:
    """Starts the stack again whenever it has ended. `stack` is the running one."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir, self._port = state_dir, free_port(None)
        self._lock = threading.Lock()
        self.starts = 0
        self._start()

    def current(self) -> Stack:
        return self.stack

    def keep(self) -> None:
        """Starts the stack again if it has stopped."""
        with self._lock:
            if self._launcher.poll() is not None:
                self._start()

    def stop(self) -> None:
        self._launcher.terminate()
        self._launcher.wait(30)

    def processes(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            launcher = psutil.Process(self._launcher.pid)
            return [launcher, *launcher.children(recursive=True)]
        return []

    def _start(self) -> None:
        self.stack, self._launcher = start(self._state_dir, port=self._port)
        self.starts += 1
        if self.starts == 1:
            self.stack.set_variables(**VARIABLES)  # deployed once, they also apply after later starts


class Killer:
    """Chooses what dies next and when, at random with a seed."""

    def __init__(self, keeper: Keeper, *, seed: int, seconds: float) -> None:
        self._keeper, self._chance = keeper, random.Random(seed)  # noqa: S311
        self._until = time.monotonic() + seconds
        self.kills: Counter[str] = Counter()
        self.last_whole_stop = 0.0
        self._ways: dict[str, Callable[[list[psutil.Process], random.Random], bool]] = {
            "function": _kill_a_function,
            "API": _kill_the_api,
            "database session": _kill_a_database_session,
            "database server": _kill_the_database,
            "everything": _kill_everything,
        }

    def run(self) -> None:
        """Kills until the time is over, in each way at least once, in the rare ones near the middle."""
        due = self._plan()
        while time.monotonic() < self._until:
            time.sleep(self._chance.uniform(0.3, 1.5))
            way = due.pop(0) if due else self._chance.choices(list(self._ways), (60, 10, 20, 1, 1))[0]
            if self._ways[way](self._keeper.processes(), self._chance):
                self.kills[way] += 1
                if way in {"everything", "database server"}:
                    self.last_whole_stop = time.monotonic()
            else:
                due.insert(0, way)  # nothing of that kind is running
            self._keeper.keep()

    def _plan(self) -> list[str]:
        often = ["function", "function", "API", "function", "database session"]
        return [*often, "everything", *often, "database server", *often]


def _kill_a_function(processes: list[psutil.Process], chance: random.Random) -> bool:
    return _kill_one(processes, chance, lambda p: any("ministack-lambda-" in part for part in p.cmdline()))


def _kill_the_api(processes: list[psutil.Process], chance: random.Random) -> bool:
    return _kill_one(processes, chance, lambda p: "uvicorn" in p.cmdline())


def _kill_a_database_session(processes: list[psutil.Process], chance: random.Random) -> bool:
    """Kills a session's process, upon which PostgreSQL ends all sessions and recovers from its log."""
    return _kill_one(processes, chance, lambda p: p.name() == "postgres" and "onboarding" in " ".join(p.cmdline()))


def _kill_the_database(processes: list[psutil.Process], chance: random.Random) -> bool:
    """Kills PostgreSQL, upon which the stack stops and the keeper starts it again."""
    is_done = _kill_one(processes, chance, lambda p: p.name() == "postgres" and "-D" in p.cmdline())
    launcher = processes[0]
    with suppress(psutil.Error):
        launcher.wait(30)
    return is_done


def _kill_everything(processes: list[psutil.Process], chance: random.Random) -> bool:
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
    return bool(processes)


def _kill_one(
    processes: list[psutil.Process], chance: random.Random, is_meant: Callable[[psutil.Process], bool]
) -> bool:
    matching = []
    for process in processes:
        with suppress(psutil.Error):
            if is_meant(process):
                matching.append(process)
    if matching:
        with suppress(psutil.Error):
            chance.choice(matching).kill()
    return bool(matching)
