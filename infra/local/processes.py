"""The processes of the stack. They die with the launcher, and the next start ends what a crash left behind."""

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
    """The stack cannot start or continue. The message says why, to the person at the terminal."""


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

    def stop(self, *, kill_after_seconds: float) -> None:
        """Asks the process to stop; after `kill_after_seconds` seconds its whole group is killed."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(kill_after_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Restarting:
    """A stateless process that is started again when it dies. `start_it` raises if that is not possible."""

    def __init__(self, start_it: Callable[[], Child], report: Callable[[str], None]) -> None:
        self._start_it, self._report = start_it, report
        self._child = start_it()

    def fail_if_dead(self) -> None:
        if self._child.process.poll() is not None:
            self._report(f"{self._child.name} stopped and is started again. {last_lines(self._child.log)}")
            self._child = self._start_it()

    def stop(self, *, kill_after_seconds: float) -> None:
        self._child.stop(kill_after_seconds=kill_after_seconds)


def start(
    name: str,
    command: Sequence[str],
    *,
    state_dir: Path,
    environment: Mapping[str, str],
    stop_signal: signal.Signals = signal.SIGTERM,
    user: str | None = None,
) -> Child:
    """Starts a process in its own session, so that Ctrl-C reaches only the launcher, which stops parts in order."""
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
            preexec_fn=_die_with_the_launcher(stop_signal),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )
    return Child(name=name, process=process, log=log, stop_signal=stop_signal)


def plain_environment(state_dir: Path) -> dict[str, str]:
    """The environment of every process: nothing of the user's that could change how it works."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": str(state_dir / "tmp"),
        "TMPDIR": str(state_dir / "tmp"),
    }


def end_leftovers(state_dir: Path, *, kill_after_seconds: float = 4) -> int:
    """Ends the processes that a killed launcher left behind, and returns how many there were."""
    # They are recognised by their mark. A list of ids would miss what was started just before a crash, and an id may
    # belong to another program by now.
    leftovers = [process for process in psutil.process_iter() if _belongs_to(process, state_dir)]
    for process in leftovers:
        _send(process, signal.SIGTERM)
    _, stubborn = psutil.wait_procs(leftovers, timeout=kill_after_seconds)
    for process in stubborn:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(stubborn, timeout=2)
    return len(leftovers)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ignores connections that are still closing
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int | None) -> int:
    """The preferred port if it is free, otherwise any free one."""
    # From below the range of outgoing connections: one of those could occupy the port when the stack starts again.
    if preferred and is_free(preferred):
        return preferred
    return next(port for port in iter(lambda: secrets.choice(range(20_000, 32_000)), None) if is_free(port))


def last_lines(log: Path, count: int = 15) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return f"The end of {log}:\n" + "\n".join(f"    {line}" for line in lines)


def _die_with_the_launcher(signal_number: signal.Signals) -> Callable[[], None] | None:
    """On Linux, has the kernel signal the child when its parent dies. Elsewhere the next start ends leftovers."""
    if sys.platform != "linux":
        return None
    libc, launcher = ctypes.CDLL(None), os.getpid()

    def in_the_child() -> None:
        libc.prctl(SET_PARENT_DEATH_SIGNAL, int(signal_number))
        if os.getppid() != launcher:  # the launcher died before the call above
            os._exit(1)

    return in_the_child


def _belongs_to(process: psutil.Process, state_dir: Path) -> bool:
    try:
        if process.pid == os.getpid():
            return False
        if process.environ().get(MARK) == str(state_dir):
            return True
        # PostgreSQL's backends overwrite their environment with their title, but they work in the data folder.
        return process.name() == "postgres" and Path(process.cwd()) == state_dir / "postgres"
    except psutil.Error:
        return False


def _send(process: psutil.Process, signal_number: signal.Signals) -> None:
    with suppress(psutil.Error):  # gone already
        process.send_signal(signal_number)
