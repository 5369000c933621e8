"""Independent steps of a sweep: a fault in one is logged and counted, and the next one still runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.logs import log_fault


@dataclass(slots=True)
class Step:
    """One step. `fault` is the exception with which it failed, if it did."""

    fault: Exception | None = None

    @property
    def faults(self) -> int:
        return int(self.fault is not None)


@contextmanager
def step(name: str, **fields: object) -> Iterator[Step]:
    """Catches every exception of its block and logs it with `fields`."""
    current = Step()
    try:
        yield current
    except Exception as fault:
        current.fault = fault
        log_fault("sweep.failed", step=name, **fields)
