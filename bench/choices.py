"""What the choices of batch size, requests in flight and validators at once are based on (docs/decisions/0009).

DynamoDB answers at once where processor time is asked for, and after ten milliseconds where waiting matters.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from bench.alone import Measured
from bench.handlers import MIB, OUR_BATCH, OURS, check, measure_handlers, parsed, validated, warm_rows
from bench.sizes import Sizes
from bench.world import World, world

BATCHES = 25, 100, 250, 500, 1_000, 2_000
THREADS = 1, 2, 4, 8, 16
VALIDATORS = 1, 2, 4
DELAY_SECONDS = 0.01
SENT_AT_ONCE = 25


def measure(folder: Path, sizes: Sizes) -> Measured:
    with world(folder) as around:
        return {
            "rows": sizes.choices,
            "batches": [_batch(around, sizes.choices, batch) for batch in BATCHES],
            "threads": [_threads(around, sizes.choices, threads) for threads in THREADS],
            "validators": [_validators(around, sizes.choices, count) for count in VALIDATORS],
        }


def _batch(around: World, rows: int, batch: int) -> Measured:
    found: Measured = measure_handlers(around, rows, batch=batch)["validator"]
    return {"batch": batch} | found


def _threads(around: World, rows: int, threads: int) -> Measured:
    settings = {"ONBOARDING_STAGING_THREADS": str(threads)}
    found = parsed(around, around.arrive(rows), OURS[0], delay_seconds=DELAY_SECONDS, settings=settings)
    return {"threads": threads} | found


def _validators(around: World, rows: int, count: int) -> Measured:
    """So many validators at once on one upload: all of them wait for one vendor's lock."""
    upload = around.arrive(rows)
    bodies = upload.file.with_suffix(".bodies")
    parsed(around, upload, OURS[0], keep=bodies)
    shares = _shares(bodies, rows, count)
    with ThreadPoolExecutor(count) as pool:
        done = list(pool.map(lambda share: validated(
            around, rows, OURS[1], share, OUR_BATCH, delay_seconds=DELAY_SECONDS
        ), shares))  # fmt: skip
    check(around.outcome(upload.upload_id), rows)
    return {"validators": count, "seconds": max(each["wall_us"] for each in done) * rows / 1e6}


def _shares(bodies: Path, rows: int, count: int) -> list[Path]:
    """What the parser sent, in as many parts; each begins with the file to warm up with."""
    with bodies.open(encoding="utf-8") as sent:
        warm = list(islice(sent, warm_rows(rows) // SENT_AT_ONCE))
        lines = list(sent)
    shares = [bodies.with_suffix(f".{number}") for number in range(count)]
    for number, share in enumerate(shares):
        share.write_text("".join([*warm, *lines[number::count]]), encoding="utf-8")
    return shares


def tables(found: Measured) -> dict[str, str]:
    batches = ["| records a call | validator, µs a row | PostgreSQL, µs a row | begin to end, µs a row | peak, MiB |"]
    batches += ["| ---: | ---: | ---: | ---: | ---: |"]
    for one in found["batches"]:
        figures = [one["processor_us"], one["postgres_us"], one["wall_us"], one["peak_bytes"] / MIB]
        batches.append(f"| {one['batch']:,} | " + " | ".join(f"{figure:.0f}" for figure in figures) + " |")
    threads = ["| requests in flight | rows staged a second | parser, µs a row | peak, MiB |"]
    threads += ["| ---: | ---: | ---: | ---: |"]
    for one in found["threads"]:
        figures = [1e6 / one["wall_us"], one["processor_us"], one["peak_bytes"] / MIB]
        threads.append(f"| {one['threads']} | " + " | ".join(f"{figure:,.0f}" for figure in figures) + " |")
    validators = ["| validators at once on one upload | rows a second |", "| ---: | ---: |"]
    validators += [f"| {one['validators']} | {found['rows'] / one['seconds']:,.0f} |" for one in found["validators"]]
    return {"batches": "\n".join(batches), "threads": "\n".join(threads), "validators": "\n".join(validators)}
