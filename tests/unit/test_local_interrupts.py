"""A signal ends a stack, whatever its launcher is doing at that moment."""

import subprocess
import sys

_BEGIN = """
import os, signal
from infra.local.interrupts import interrupt_on_signals
is_interrupted = interrupt_on_signals()
assert not is_interrupted()
"""
_IN_A_FINALIZER = """
class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
Finalized()
print("lost, but known" if is_interrupted() else "lost")
"""
_TWICE = """
try:
    os.kill(os.getpid(), signal.SIGTERM)
except KeyboardInterrupt:
    os.kill(os.getpid(), signal.SIGINT)
    print("stopped in order")
"""


def _output(script: str) -> str:
    run = subprocess.run([sys.executable, "-c", _BEGIN + script], capture_output=True, text=True, check=True)
    return run.stdout.strip()


def test_a_signal_whose_exception_is_lost_is_known() -> None:
    assert _output(_IN_A_FINALIZER) == "lost, but known"


def test_the_first_signal_interrupts_and_the_next_does_not() -> None:
    assert _output(_TWICE) == "stopped in order"
