"""How much is measured: everything, enough to see a change, or just enough to see that it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """The rows of each part's files. `runs` is how often short measurements are repeated."""

    reader: int = 100_000
    handlers: int = 50_000
    naive: int = 10_000
    peers: int = 100_000
    choices: int = 10_000
    profile: int = 50_000
    end_to_end: tuple[int, ...] = (1_000, 20_000, 100_000)
    curve: tuple[int, ...] = (1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000)
    longest: int = 2_000_000
    runs: int = 5
    polling_clients: int = 200
    polling_seconds: int = 20


FULL = Sizes()
QUICK = Sizes(
    reader=50_000, handlers=10_000, naive=2_000, peers=10_000, choices=5_000, profile=10_000,
    end_to_end=(1_000, 5_000), curve=(1_000, 3_000, 10_000), longest=30_000, runs=3, polling_seconds=5,
)  # fmt: skip
TINY = Sizes(
    reader=200, handlers=100, naive=60, peers=100, choices=100, profile=100, end_to_end=(1_000,), curve=(100, 200),
    longest=300, runs=1, polling_clients=3, polling_seconds=1,
)  # fmt: skip
