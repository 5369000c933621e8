"""Profiles the functions with py-spy: which share of their processor time goes into what."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.alone import PROJECT, Figures
from bench.handlers import OUR_BATCH, OURS, warm_rows
from bench.peers import peers_python
from bench.sizes import Sizes
from bench.world import World, running_world

SAMPLES_A_SECOND = 400
NAMES = {"parse": "csv-parser", "validate": "product-validator"}
# The topic of a sample is the first one with a mark in a frame, from the innermost frame outwards.
TOPICS = (
    ("DynamoDB: bytes to and from the socket", ("_Connection.send (", "_Connection.answer (", "wait_for_socket")),
    ("DynamoDB: hashes and the signature", ("_sha256", "_hmac", "signed_headers")),
    ("DynamoDB: HTTP's heads, connections, JSON", ("aws/batch_puts.py", "http/kept_connections.py")),
    ("PostgreSQL: statements and their answers", ("postgres/catalogue.py", "change_ledger.py", "rejections.py",
                                                "postgres/verdicts.py", "database.py")),
    ("making and reading items", ("aws/staging.py",)),
    ("rules, cells, suggestions", ("checking/rules.py", "checking/products.py", "checking/changes.py",
                                   "domain/cells.py", "domain/records.py", "domain/layout.py", "domain/numbers.py",
                                   "suggestions.py", "identifiers.py", "conflicts.py")),
    ("reading CSV", ("pipeline/reading/", "object_store.py")),
    ("survey: duplicates, hashes", ("checking/survey.py", "checking/duplicates.py")),
)  # fmt: skip
OTHERS = "the rest: stages, metrics, logs"


def measure(folder: Path, sizes: Sizes) -> Figures:
    with running_world(folder) as world:
        upload, warm = world.arrive(sizes.profile), world.arrive(warm_rows(sizes.profile))
        bodies = upload.file.with_suffix(".bodies")
        common = {"postmaster": world.postmaster, "rows": upload.rows}
        parse = {"handler": OURS[0], "warm": warm.event, "event": upload.event}
        validate = {"handler": OURS[1], "bodies": str(bodies), "batch": OUR_BATCH, "warm_rows": warm.rows}
        return {
            "parse": _sample(world, "parse", bodies, common | parse),
            "validate": _sample(world, "validate", None, common | validate),
        }


def _sample(world: World, what: str, keep: Path | None, arguments: dict[str, Any]) -> dict[str, float]:
    """The share of each topic in the samples, while the process called the handler."""
    samples = world.folder / f"{what}.samples"
    spy = [str(peers_python().with_name("py-spy")), "record", "--rate", str(SAMPLES_A_SECOND), "--format", "raw"]
    called = ["-m", "bench.alone", f"bench.handler_calls:{what}", json.dumps(arguments)]
    with world.aws(keep) as aws:
        subprocess.run(
            [*spy, "--output", str(samples), "--", sys.executable, *called],
            cwd=PROJECT, env={**os.environ, **world.environment(aws)}, check=True, capture_output=True,
        )  # fmt: skip
    return shares_of(samples.read_text(encoding="utf-8").splitlines())


def shares_of(samples: Iterable[str]) -> dict[str, float]:
    """Each line has the frames of a thread, outermost first, and how many samples had them."""
    counts: Counter[str] = Counter()
    for line in samples:
        frames, _, count = line.rpartition(" ")
        if topic := _topic(frames.split(";")):
            counts[topic] += int(count)
    return {topic: count / counts.total() for topic, count in counts.most_common()}


def _topic(frames: list[str]) -> str | None:
    """None for what a warm handler does not do: imports, building clients, the benchmark itself."""
    if any("Services._client" in frame or "_find_and_load" in frame for frame in frames):
        return None
    if not any("(pipeline/" in frame for frame in frames):
        return None
    for frame in reversed(frames):
        for topic, marks in TOPICS:
            if any(mark in frame for mark in marks):
                return topic
    return OTHERS


def tables(result: Figures) -> dict[str, str]:
    """By the sum over both functions, largest first."""
    topics = sorted({topic for what in NAMES for topic in result[what]}, key=lambda topic: -_both(result, topic))
    lines = ["| share of the processor time | " + " | ".join(NAMES.values()) + " |", "| --- | ---: | ---: |"]
    lines += [
        f"| {topic} | " + " | ".join(f"{result[what].get(topic, 0):.0%}" for what in NAMES) + " |" for topic in topics
    ]
    return {"profile": "\n".join(lines)}


def _both(result: Figures, topic: str) -> float:
    return float(sum(result[what].get(topic, 0) for what in NAMES))
