"""Where the processor time goes that the functions still take, seen from outside by py-spy."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.alone import PROJECT, Measured
from bench.handlers import OUR_BATCH, OURS, warm_rows
from bench.peers import peers_python
from bench.sizes import Sizes
from bench.world import World, world

LOOKS_A_SECOND = 400
NAMES = {"parse": "csv-parser", "validate": "product-validator"}
# The first whose mark is in a frame, from the innermost outwards, names what is being done.
TOPICS = (
    ("DynamoDB: bytes to and from the socket", ("_Connection.send (", "_Connection.answer (", "wait_for_socket")),
    ("DynamoDB: hashes and the signature", ("_sha256", "_hmac", "signed_headers")),
    ("DynamoDB: HTTP's heads, connections, JSON", ("aws/batch_puts.py", "http/kept_connections.py")),
    ("PostgreSQL: statements and their answers", ("postgres/catalogue.py", "postgres/decisions.py", "database.py")),
    ("making and reading items", ("aws/staging.py",)),
    ("rules, cells, suggestions", ("checking/rules.py", "domain/cells.py", "domain/records.py", "suggestions.py",
                                   "identifiers.py", "conflicts.py")),
    ("reading CSV", ("pipeline/reading/", "object_store.py")),
    ("survey: duplicates, hashes", ("checking/survey.py", "checking/duplicates.py")),
)  # fmt: skip
OTHERS = "the rest: stages, metrics, logs"


def measure(folder: Path, sizes: Sizes) -> Measured:
    with world(folder) as around:
        upload, warm = around.arrive(sizes.profile), around.arrive(warm_rows(sizes.profile))
        bodies = upload.file.with_suffix(".bodies")
        about = {"postmaster": around.postmaster, "rows": upload.rows}
        parse = {"handler": OURS[0], "warm": warm.event, "event": upload.event}
        validate = {"handler": OURS[1], "bodies": str(bodies), "batch": OUR_BATCH, "warm_rows": warm.rows}
        return {
            "parse": _looked_into(around, "parse", bodies, about | parse),
            "validate": _looked_into(around, "validate", None, about | validate),
        }


def _looked_into(around: World, what: str, keep: Path | None, arguments: dict[str, Any]) -> dict[str, float]:
    """What was being done, and in which share of the looks at the process while it called the handler."""
    looks = around.folder / f"{what}.looks"
    spy = [str(peers_python().with_name("py-spy")), "record", "--rate", str(LOOKS_A_SECOND), "--format", "raw"]
    called = ["-m", "bench.alone", f"bench.handler_calls:{what}", json.dumps(arguments)]
    with around.aws(keep) as aws:
        subprocess.run(
            [*spy, "--output", str(looks), "--", sys.executable, *called],
            cwd=PROJECT, env={**os.environ, **around.environment(aws)}, check=True, capture_output=True,
        )  # fmt: skip
    return shares_of(looks.read_text(encoding="utf-8").splitlines())


def shares_of(looks: Iterable[str]) -> dict[str, float]:
    """Each line has the frames of a thread, outermost first, and how often it was seen so."""
    found: Counter[str] = Counter()
    for line in looks:
        frames, _, count = line.rpartition(" ")
        if topic := _topic(frames.split(";")):
            found[topic] += int(count)
    return {topic: count / found.total() for topic, count in found.most_common()}


def _topic(frames: list[str]) -> str | None:
    """None for what is not the handlers' lasting work: imports, clients being built, the bench itself."""
    if any("Services._client" in frame or "_find_and_load" in frame for frame in frames):
        return None
    if not any("(pipeline/" in frame for frame in frames):
        return None
    for frame in reversed(frames):
        for topic, marks in TOPICS:
            if any(mark in frame for mark in marks):
                return topic
    return OTHERS


def tables(found: Measured) -> dict[str, str]:
    """Largest first, both functions added up."""
    topics = sorted({topic for what in NAMES for topic in found[what]}, key=lambda topic: -_both(found, topic))
    lines = ["| share of the processor time | " + " | ".join(NAMES.values()) + " |", "| --- | ---: | ---: |"]
    lines += [
        f"| {topic} | " + " | ".join(f"{found[what].get(topic, 0):.0%}" for what in NAMES) + " |" for topic in topics
    ]
    return {"profile": "\n".join(lines)}


def _both(found: Measured, topic: str) -> float:
    return float(sum(found[what].get(topic, 0) for what in NAMES))
