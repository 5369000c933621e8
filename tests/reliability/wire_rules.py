"""Seeded faults of calls to the AWS services that `microburst` cannot make.

`microburst` refuses calls and breaks connections. This, in front of it, loses empty answers, delivers requests twice
and leaves half of a batch unwritten.
"""

import json
import random
import threading
from collections import defaultdict
from typing import Any

from tests.reliability.wire import Answer, Call, Fate, answer_of

# For each call, the probability that its answer is lost and that it arrives twice.
ODDS = {
    "BatchWriteItem": (0.02, 0.05),
    "SendMessage": (0.1, 0.1),
    "Publish": (0.5, 0.0),
    "PutObject": (0.5, 0.1),
    "CompleteMultipartUpload": (0.2, 0.0),
    "Invoke": (0.3, 0.3),
}
_HALVED, _TORN = 0.1, 0.05
_MOST = 25  # faults of one kind, so that retries succeed in the end


class Losses:
    """A rule for an `AwsWire`. `dynamodb` writes half of a batch."""

    def __init__(self, dynamodb: Any, *, seed: int) -> None:
        self._dynamodb, self._chance = dynamodb, random.Random(seed)  # noqa: S311
        self._left: defaultdict[tuple[str, str], int] = defaultdict(lambda: _MOST)
        self._lock = threading.Lock()
        self.is_over = False

    def __call__(self, call: Call) -> Fate | Answer:
        if self.is_over:
            return Fate.PASS
        if call.name == "GetObject" and self._happens(call.name, "torn", _TORN):
            return Fate.TORN
        if call.name not in ODDS:
            return Fate.PASS
        lost_odds, twice_odds = ODDS[call.name]
        if self._happens(call.name, "lost", lost_odds):
            return Fate.CUT_AFTER
        if self._happens(call.name, "twice", twice_odds):
            return Fate.TWICE
        if call.name == "BatchWriteItem" and self._happens(call.name, "half", _HALVED):
            return self._half(call)
        return Fate.PASS

    def _happens(self, name: str, kind: str, odds: float) -> bool:
        """Whether this fault happens. The first of each kind always does, so that every run has it."""
        with self._lock:
            is_first = self._left[name, kind] == _MOST and odds > 0
            happens = self._left[name, kind] > 0 and (is_first or self._chance.random() < odds)
            self._left[name, kind] -= happens
            return happens

    def _half(self, call: Call) -> Answer:
        """Writes half of the items and returns the others as unprocessed."""
        ((table, requests),) = json.loads(call.body)["RequestItems"].items()
        written, unprocessed = requests[::2], requests[1::2]
        self._dynamodb.batch_write_item(RequestItems={table: written})
        return answer_of(200, {"UnprocessedItems": {table: unprocessed} if unprocessed else {}})
