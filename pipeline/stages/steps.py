"""Steps of a sweep that stand by themselves: a fault in one is logged and counted, and the next one follows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.logs import log_fault


@dataclass(slots=True)
class Step:
    """One step; `fault` is why it failed, once it has."""

    fault: Exception | None = None

    @property
    def faults(self) -> int:
        return int(self.fault is not None)


@contextmanager
def step(name: str, **fields: object) -> Iterator[Step]:
    """Catches whatever fails inside. The fields are for the log."""
    taken = Step()
    try:
        yield taken
    except Exception as fault:
        taken.fault = fault
        log_fault("sweep.failed", step=name, **fields)
