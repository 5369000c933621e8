"""What the tests of the simulator share."""

import random

from tests.reliability.event_mapping import Event, Failed

FAILED = Failed()


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311


def failures(*identifiers: str | None) -> Event:
    return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in identifiers]}
