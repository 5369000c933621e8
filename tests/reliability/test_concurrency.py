"""Sixteen concurrent validators, each a process, on uploads of three vendors with the same SKUs."""

import multiprocessing
import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import replace
from typing import Any

import pytest

from pipeline.handlers import product_validator
from tests.event_sources.events import Event
from tests.event_sources.settings import deployed
from tests.reliability.digest import digest
from tests.reliability.files import Line, file_of
from tests.reliability.functions import PARSER
from tests.reliability.world import World
from tests.stack import Stack

VALIDATORS = 16
VENDORS = ("VEND001", "VEND002", "VEND003")
ROWS = 240
BATCH = 12


@pytest.fixture(scope="module")
def world(quiet_stack: Stack) -> Iterator[World]:
    mappings = deployed()
    world = World(quiet_stack, seed=3, mappings=replace(mappings, stream=replace(mappings.stream, batch_size=500)))
    world.markers = {vendor: [f"{vendor.lower()}-{world.run}"] for vendor in VENDORS}
    yield world
    world.close()


@pytest.fixture(scope="module")
def validators(world: World) -> Iterator[ProcessPoolExecutor]:
    """Forks of one process that has imported everything, so that sixteen start as fast as one."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.acts"])  # as in test_mutants: there is one server for both
    world.other_containers = VALIDATORS
    with ProcessPoolExecutor(VALIDATORS, context, take_environment, (dict(os.environ),)) as pool:
        yield pool


def take_environment(environment: dict[str, str]) -> None:
    os.environ.update(environment)


def validate(batch: list[Event]) -> None:
    product_validator.handler({"Records": batch}, None)  # type: ignore[arg-type]


def staged(world: World, vendor: str, lines: list[Line], *, run: str) -> tuple[str, list[Event]]:
    """A parsed upload, and its stream records, all of them pending."""
    upload_id = world.announce(vendor)
    world.send(upload_id, file_of(lines, run=run, marker=world.markers[vendor][0]))
    world.functions.deliver(PARSER)
    return upload_id, world.functions.records()


def shuffled_batches(events: list[Event], seed: int) -> list[list[Event]]:
    """Every record twice, in batches of different order."""
    chance = random.Random(seed)  # noqa: S311
    batches = []
    for _ in range(2):
        chance.shuffle(events)
        batches += [events[start : start + BATCH] for start in range(0, len(events), BATCH)]
    chance.shuffle(batches)
    return batches


def mixed(seed: int, *, skus: int) -> list[Line]:
    chance = random.Random(seed)  # noqa: S311
    kinds = ["sound"] * 9 + ["padded", "of a wrong price", "broken"]
    return [Line(chance.choice(kinds), chance.randint(1, skus), chance.randint(1, skus)) for _ in range(ROWS)]


def deadlocks(stack: Stack) -> int:
    (row,) = stack.sql("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(row["deadlocks"])


def connections(stack: Stack) -> int:
    (row,) = stack.sql(
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name = 'product-onboarding'"
    )
    return int(row["n"])


def test_many_uploads_that_want_the_same_skus_have_one_winner_each_and_no_deadlock(
    world: World, validators: ProcessPoolExecutor
) -> None:
    before = deadlocks(world.stack)
    uploads, events = [], list[Event]()
    for n, vendor in enumerate(VENDORS * 2):
        lines = [Line("sound", sku, sku + 1000 * n) for sku in range(1, 81)]
        random.Random(n).shuffle(lines)  # noqa: S311
        upload_id, records = staged(world, vendor, lines, run=f"{world.run}race")
        uploads.append(upload_id)
        events += records
    most = 0
    working = [validators.submit(validate, batch) for batch in shuffled_batches(events, seed=1)]
    while wait(working, timeout=0.1).not_done:
        most = max(most, connections(world.stack))
    for future in working:
        future.result()
    world.drain()
    state = world.check()
    assert sum(state.uploads[upload_id]["valid_records"] for upload_id in uploads) == 80
    assert world.stack.sql("SELECT count(*) AS n FROM products WHERE sku LIKE %s", f"S{world.run}race-%") == [{"n": 80}]
    assert 2 < most <= VALIDATORS + world.functions.live_containers(), f"{most} connections at once"
    assert deadlocks(world.stack) == before


def test_the_result_of_many_validators_is_that_of_one(world: World, validators: ProcessPoolExecutor) -> None:
    """The same file against a catalogue without its products gives the same result, to the last byte of its reports."""
    alone, together = f"{world.run}alone", f"{world.run}xtogether"[: len(world.run) + 5]
    lines = mixed(seed=5, skus=150)
    first, events = staged(world, "VEND001", lines, run=alone)
    for start in range(0, len(events), BATCH):
        world.functions.invoke(product_validator.handler, {"Records": events[start : start + BATCH]})
    second, events = staged(world, "VEND001", lines, run=together)
    list(validators.map(validate, shuffled_batches(events, seed=2)))
    world.drain()
    state = world.check()
    results: list[dict[str, Any]] = [
        digest(state, upload_id, without=run) for upload_id, run in ((first, alone), (second, together))
    ]
    for result in results:
        del result["upload"]["file_sha256"]
    assert results[0] == results[1]
