"""The stack's processes: they die with the launcher, and what a crash left behind is found and ended."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

MARK = "ONBOARDING_LOCAL_STACK"  # in the environment of every process of a stack: its state folder
SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


class StackError(Exception):
    """The stack cannot start or go on; the message says why, to the person at the terminal."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """One running process of the stack."""

    name: str
    process: subprocess.Popen[bytes] = field(repr=False)
    log: Path
    stop_signal: signal.Signals

    def fail_if_dead(self) -> None:
        if self.process.poll() is not None:
            raise StackError(f"{self.name} stopped (exit code {self.process.returncode}). {last_lines(self.log)}")

    def wait_until(self, is_ready: Callable[[], bool], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.fail_if_dead()
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} was not ready after {seconds:.0f} s. {last_lines(self.log)}")
            time.sleep(0.05)

    def stop(self, *, patience: float) -> None:
        """Asks the process to stop; after `patience` seconds its whole group is killed."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Restarting:
    """A part that keeps nothing in its memory: when it dies it is started again. `start_it` fails if it cannot be."""

    def __init__(self, start_it: Callable[[], Child], report: Callable[[str], None]) -> None:
        self._start_it, self._report = start_it, report
        self._child = start_it()

    def fail_if_dead(self) -> None:
        if self._child.process.poll() is not None:
            self._report(f"{self._child.name} stopped and is started again. {last_lines(self._child.log)}")
            self._child = self._start_it()

    def stop(self, *, patience: float) -> None:
        self._child.stop(patience=patience)


def start(
    name: str,
    command: Sequence[str],
    *,
    state_dir: Path,
    environment: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
) -> Child:
    """Starts a process in a session of its own, so that Ctrl-C reaches the launcher alone and stops in order."""
    log = state_dir / "logs" / f"{name}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=state_dir,
            env={**environment, MARK: str(state_dir)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_dying_with_the_launcher(stop_signal),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    return Child(name=name, process=process, log=log, stop_signal=stop_signal)


def plain_environment(state_dir: Path) -> dict[str, str]:
    """What every process may see of the user's environment: nothing that could change how it works."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(state_dir / "tmp"),
        "TMPDIR": str(state_dir / "tmp"),
    }


def end_leftovers(state_dir: Path, *, patience: float = 4) -> int:
    """Ends what a killed launcher left behind, and returns how many processes that were.

    Processes are known by their mark, not by a list of ids: a list misses what was started just before a crash,
    and an id may by now belong to a stranger.
    """
    found = [process for process in psutil.process_iter() if _belongs_to(process, state_dir)]
    for process in found:
        _send(process, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(found, timeout=patience)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=2)
    return len(found)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # not deterred by closing connections
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None) -> int:
    """The preferred port if nobody has taken it, otherwise any free one.

    Taken from below the ports that the system gives to outgoing connections: one of those could sit on it when the
    stack comes back.
    """
    if preferred and is_free(preferred):
        return preferred
    return next(port for port in iter(lambda: secrets.choice(range(20_000, 32_000)), None) if is_free(port))


def last_lines(log: Path, count: int = 15) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return f"The end of {log}:\n" + "\n".join(f"    {line}" for line in lines)


def _dying_with_the_launcher(signal_number: signal.Signals) -> Callable[[], None] | None:
    """On Linux the kernel tells the child when its parent dies; elsewhere the next start ends what is left."""
    if sys.platform != "linux":
        return None
    libc, launcher = ctypes.CDLL(None), os.getpid()

    def in_the_child() -> None:
        libc.prctl(SET_PARENT_DEATH_SIGNAL, int(signal_number))
        if os.getppid() != launcher:  # it died before we could ask
            os._exit(1)

    return in_the_child


def _belongs_to(process: psutil.Process, state_dir: Path) -> bool:
    try:
        if process.pid == os.getpid():
            return False
        if process.environ().get(MARK) == str(state_dir):
            return True
        # A PostgreSQL backend writes its title over its environment, but works in the data folder.
        return process.name() == "postgres" and Path(process.cwd()) == state_dir / "postgres"
    except psutil.Error:
        return False


def _send(process: psutil.Process, signal_number: signal.Signals) -> None:
    with suppress(psutil.Error):  # gone already
        process.send_signal(signal_number)
