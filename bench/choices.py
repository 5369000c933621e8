"""The measurements behind the batch size, the requests in flight and the concurrent validators (docs/decisions/0009).

DynamoDB answers immediately where processor time is measured, and after ten milliseconds where waiting matters.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from bench.alone import Figures
from bench.handlers import MIB, OUR_BATCH, OURS, check, measure_handlers, measure_parser, measure_validator, warm_rows
from bench.sizes import Sizes
from bench.world import World, running_world

BATCHES = 25, 100, 250, 500, 1_000, 2_000
THREADS = 1, 2, 4, 8, 16
VALIDATORS = 1, 2, 4
DELAY_SECONDS = 0.01
ITEMS_PER_REQUEST = 25


def measure(folder: Path, sizes: Sizes) -> Figures:
    with running_world(folder) as world:
        return {
            "rows": sizes.choices,
            "batches": [_batch(world, sizes.choices, batch) for batch in BATCHES],
            "threads": [_threads(world, sizes.choices, threads) for threads in THREADS],
            "validators": [_validators(world, sizes.choices, count) for count in VALIDATORS],
        }


def _batch(world: World, rows: int, batch: int) -> Figures:
    result: Figures = measure_handlers(world, rows, batch=batch)["validator"]
    return {"batch": batch} | result


def _threads(world: World, rows: int, threads: int) -> Figures:
    settings = {"ONBOARDING_STAGING_THREADS": str(threads)}
    result = measure_parser(world, world.arrive(rows), OURS[0], delay_seconds=DELAY_SECONDS, settings=settings)
    return {"threads": threads} | result


def _validators(world: World, rows: int, count: int) -> Figures:
    """Several validators work on one upload at once, and share its vendor's lock."""
    upload = world.arrive(rows)
    bodies = upload.file.with_suffix(".bodies")
    measure_parser(world, upload, OURS[0], keep=bodies)
    shares = _shares(bodies, rows, count)
    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(lambda share: measure_validator(
            world, rows, OURS[1], share, OUR_BATCH, delay_seconds=DELAY_SECONDS
        ), shares))  # fmt: skip
    check(world.outcome(upload.upload_id), rows)
    return {"validators": count, "seconds": max(each["wall_us"] for each in done) * rows / 1e6}


def _shares(bodies: Path, rows: int, count: int) -> list[Path]:
    """The parser's requests, dealt to `count` files. Each file begins with the requests of the warm-up file."""
    with bodies.open(encoding="utf-8") as requests:
        warm = list(islice(requests, warm_rows(rows) // ITEMS_PER_REQUEST))
        lines = list(requests)
    shares = [bodies.with_suffix(f".{number}") for number in range(count)]
    for number, share in enumerate(shares):
        share.write_text("".join([*warm, *lines[number::count]]), encoding="utf-8")
    return shares


def tables(result: Figures) -> dict[str, str]:
    batches = ["| records a call | validator, µs a row | PostgreSQL, µs a row | begin to end, µs a row | peak, MiB |"]
    batches += ["| ---: | ---: | ---: | ---: | ---: |"]
    for one in result["batches"]:
        figures = [one["processor_us"], one["postgres_us"], one["wall_us"], one["peak_bytes"] / MIB]
        batches.append(f"| {one['batch']:,} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")
    threads = ["| requests in flight | rows staged a second | parser, µs a row | peak, MiB |"]
    threads += ["| ---: | ---: | ---: | ---: |"]
    for one in result["threads"]:
        figures = [1e6 / one["wall_us"], one["processor_us"], one["peak_bytes"] / MIB]
        threads.append(f"| {one['threads']} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")
    validators = ["| validators at once on one upload | rows a second |", "| ---: | ---: |"]
    validators += [f"| {one['validators']} | {result['rows'] / one['seconds']:,.0f} |" for one in result["validators"]]
    return {"batches": "\n".join(batches), "threads": "\n".join(threads), "validators": "\n".join(validators)}
