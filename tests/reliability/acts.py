"""Short fixed scenarios, which the model may also find. Each ends by checking every invariant.

Mutants are tested with them: `python -m tests.reliability.acts STATE_DIR [--mutant NAME] ACT …` prints what each broke,
as JSON.
"""

import argparse
import json
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pipeline.checking.products import Product
from pipeline.domain.records import Row
from pipeline.handlers import product_validator
from pipeline.postgres.catalogue import insert_products
from pipeline.postgres.database import DatabaseFault
from pipeline.services import Services
from pipeline.settings import Settings
from tests.event_sources.settings import deployed
from tests.reliability.acts_of_changes import overlapping
from tests.reliability.acts_of_corrections import corrections
from tests.reliability.acts_of_plans import plans
from tests.reliability.death import Fate
from tests.reliability.files import KINDS, Line, file_of
from tests.reliability.functions import PARSER, REPORTER, VALIDATOR
from tests.reliability.mutants import MUTANTS
from tests.reliability.state import Expectations
from tests.reliability.world import File, World
from tests.stack import Stack, csv_of, sound_rows

VENDORS = ("VEND001", "VEND002")


def send(world: World, vendor_id: str, lines: list[Line], *, dry_run: bool = False) -> str:
    upload_id = world.announce(vendor_id, dry_run=dry_run)
    world.send(upload_id, file_of(lines, run=world.run, marker=world.markers[vendor_id][0]))
    return upload_id


def tell_the_end(world: World, upload_id: str) -> None:
    """Sends the message of a validator that finds nothing left to decide."""
    world.functions.reporter.put(json.dumps({"type": "upload_finished", "upload_id": upload_id}))


def mixed_lines() -> list[Line]:
    """Rows of every kind, many of them with a key that another row has."""
    kinds = [kind for kind in KINDS if kind != "of several lines"]
    return [Line(kind, 1 + i % 7, 1 + i % 5) for i, kind in enumerate([*["sound"] * 12, *kinds, *["sound"] * 9])]


def replays(world: World) -> None:
    """Everything is delivered again, in another order."""
    uploads = [send(world, vendor_id, mixed_lines(), dry_run=vendor_id == "VEND002") for vendor_id in VENDORS]
    world.drain()
    world.check()
    world.functions.parser.repeat()
    for upload_id in uploads:
        world.functions.validator.rewind()
        tell_the_end(world, upload_id)
    world.deliver_all()
    world.pass_time(600)
    world.functions.sweep()
    world.drain()
    world.check()


def half_done(world: World) -> None:
    """Delivers one batch after the other, each time followed by a message that everything is decided."""
    upload_id = send(world, "VEND001", [Line("sound", n, n) for n in range(1, 9)])
    world.functions.deliver(PARSER)
    while world.functions.deliver(VALIDATOR):
        tell_the_end(world, upload_id)
        while world.functions.deliver(REPORTER):
            pass
        world.check(is_drained=False)
    world.drain()
    world.check()


def races(world: World) -> None:
    """Two vendors send the same SKUs, and their batches alternate."""
    lines = [Line("sound", n, n) for n in range(1, 13)]
    for vendor_id, own_lines in zip(VENDORS, (lines, lines[::-1]), strict=True):
        send(world, vendor_id, own_lines)
        world.functions.deliver(PARSER)
    world.drain()
    state = world.check()
    assert sum(upload["valid_records"] for upload in state.uploads.values()) == 12


def deaths(world: World) -> None:
    """error-processor dies before each of its calls; nothing may be visible too early."""
    for call in range(2, 9):
        send(world, "VEND001", [Line("sound", call, call), Line("of a wrong price", 30, 30)])
        for source in (PARSER, VALIDATOR, VALIDATOR):
            world.functions.deliver(source)
        while world.functions.deliver(REPORTER, Fate(call)):
            pass
        world.check(is_drained=False)
    world.drain()
    world.check()


def early_statuses(world: World) -> None:
    """product-validator dies at each of its calls; staging must never be ahead of PostgreSQL."""
    for call in range(1, 6):
        send(world, "VEND001", [Line("sound", call, call), Line("of a wrong price", 30, 30)])
        world.functions.deliver(PARSER)
        world.functions.deliver(VALIDATOR, Fate(call))
        world.check(is_drained=False)
    world.drain()
    world.check()


def overwritten(world: World) -> None:
    """Another version of the same length arrives just after the parser of the first one died."""
    for call in (2, 3, 4):
        lines = [Line("sound", 10 * call + n, n + 10 * call) for n in range(1, 5)]
        upload_id = send(world, "VEND001", lines)
        world.functions.deliver(PARSER, Fate(call))
        world.send(upload_id, file_of(lines[::-1], run=world.run, marker=world.markers["VEND001"][0]))
        world.drain()
    world.check()


def cancelled(world: World) -> None:
    """Uploads are cancelled between two batches, and while their reports are being written."""
    lines = [Line("of a wrong price" if n % 3 else "sound", n, n) for n in range(1, 9)]
    first = send(world, "VEND001", lines)
    world.functions.deliver(PARSER)
    world.functions.deliver(VALIDATOR)
    world.cancel(first)
    world.drain()
    world.check()
    second = send(world, "VEND002", [Line(line.kind, line.sku + 20, line.product) for line in lines])
    world.functions.deliver(PARSER)
    while world.functions.deliver(VALIDATOR):
        pass
    for _ in range(12):
        world.functions.deliver(REPORTER, Fate(3, interruption=lambda: world.cancel(second)))
    world.drain()
    world.check()


def poisoned(world: World) -> None:
    """One record among sound ones has a value that passes every rule but cannot be stored."""
    upload_id = world.announce("VEND001")
    content = csv_of(sound_rows(9, world.run))
    world.send(upload_id, File(content, Expectations(poisoned=frozenset({5}))))
    world.functions.deliver(PARSER)
    records = world.functions.records()
    for item in (record["dynamodb"]["NewImage"] for record in records):
        if item["row_number"]["N"] == "5":
            item["product_data"]["M"]["product_name"]["S"] = "lone surrogate \ud800"
    world.functions.invoke(product_validator.handler, {"Records": records})
    world.drain()
    world.check()


def opposite_orders(world: World) -> None:
    """Two vendors insert the same SKUs at the same time, one forwards and one backwards."""
    products = [
        Product(n, f"P{n}", "Thing", "Electronics", None, None, f"S{n:05}", None, Decimal(1), None, 1, "piece", None,
                None, None, "active", 0)
        for n in range(1, 3001)
    ]  # fmt: skip
    uploads = [world.announce(vendor_id) for vendor_id in VENDORS]
    for _ in range(3):
        start, deadlocks = threading.Barrier(2), list[str]()
        threads = [
            threading.Thread(target=_insert, args=(*each, start, deadlocks))
            for each in zip(uploads, VENDORS, (products, products[::-1]), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not deadlocks, f"{deadlocks} where every batch inserts in one order"


def _insert(
    upload_id: str, vendor_id: str, products: list[Product], start: threading.Barrier, deadlocks: list[str]
) -> None:
    own = Services(Settings())
    with closing(own.database), suppress(RolledBack):
        try:
            with own.database.transaction() as cursor:
                start.wait()
                insert_products(
                    cursor,
                    upload_id,
                    vendor_id,
                    products,
                    {each.row_number: Row(each.row_number, 1, 1, []) for each in products},
                )
                raise RolledBack
        except DatabaseFault as fault:
            deadlocks.append(str(fault))


class RolledBack(Exception):
    """Rolls back the inserts."""


_ALL = (
    replays, half_done, races, deaths, early_statuses, overwritten, cancelled, poisoned, opposite_orders, overlapping,
    corrections, plans,
)  # fmt: skip
ACTS: dict[str, Callable[[World], None]] = {act.__name__: act for act in _ALL}


NOT_PLAYED = "the act was not played to its end"


def played(stack: Stack, name: str) -> str | None:
    """The message of the invariant that an act breaks, or why it could not be played to its end; None if it was.

    All in words, because not every exception can be sent from one process to another.
    """
    mappings = deployed()
    stream = replace(mappings.stream, batch_size=2, parallelization_factor=3)
    world = World(stack, seed=7, mappings=replace(mappings, stream=stream))
    world.markers = {vendor_id: [f"{vendor_id.lower()}-{world.run}"] for vendor_id in VENDORS}
    try:
        ACTS[name](world)
    except AssertionError as broken:
        return str(broken)
    except Exception:
        return f"{NOT_PLAYED}: {traceback.format_exc()}"
    finally:
        world.close()
    return None


def play(state_dir: Path, acts: list[str], mutant: str | None) -> dict[str, str | None]:
    """Plays acts, with a mutant for the rest of the process, and returns the message of what each breaks, or None."""
    if mutant:
        next(each for each in MUTANTS if each.name == mutant).apply()
    stack = Stack(json.loads((state_dir / "stack.json").read_text()), state_dir)
    return {name: played(stack, name) for name in acts}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("state_dir", type=Path)
    parser.add_argument("acts", nargs="+", choices=ACTS)
    parser.add_argument("--mutant")
    return parser.parse_args()


if __name__ == "__main__":
    sys.stderr.write(json.dumps(play(**vars(_arguments()))))
