"""csv-parser and product-validator, warm, called as Lambda does, with a real PostgreSQL and an AWS without delay.

The naive design of `naive.py` is measured in the same way, on a file that differs only in its SKUs.
"""

from collections.abc import Callable, Mapping
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from bench.alone import Figures, alone
from bench.handler_calls import items_in
from bench.sizes import Sizes
from bench.world import Upload, World, running_world

OURS = "pipeline.handlers.csv_parser:handler", "pipeline.handlers.product_validator:handler"
NAIVE = "bench.naive:csv_parser", "bench.naive:product_validator"
OUR_BATCH, NAIVE_BATCH = 500, 100
WARM_ROWS = 1_000
FAULTY_EVERY = 20
MIB = 1024 * 1024
COLUMNS = "csv-parser", "product-validator", "together", "writing by boto3", "naive design", "of it, parser"


def measure(folder: Path, sizes: Sizes) -> Figures:
    with running_world(folder) as world:
        return compare_designs(world, sizes)


def compare_designs(world: World, sizes: Sizes) -> Figures:
    return {
        "ours": measure_handlers(world, sizes.handlers),
        "by_boto3": measure_handlers(world, sizes.naive, settings={"ONBOARDING_LEAN_STAGING": "false"}),
        "naive": measure_handlers(world, sizes.naive, handlers=NAIVE, batch=NAIVE_BATCH),
    }


def measure_handlers(
    world: World,
    rows: int,
    *,
    handlers: tuple[str, str] = OURS,
    batch: int = OUR_BATCH,
    settings: Mapping[str, str] | None = None,
    validates: bool = True,
    arrive: Callable[[int], Upload] | None = None,
) -> Figures:
    """Measures parser and validator on one file, each in its own process, in microseconds and calls per row."""
    arrive = arrive or world.arrive
    upload = arrive(rows)
    bodies = upload.file.with_suffix(".bodies")
    result: Figures = {"rows": rows, "file_bytes": upload.file.stat().st_size}
    result["parser"] = measure_parser(world, upload, handlers[0], keep=bodies, settings=settings, arrive=arrive)
    result["write_units"] = _write_units(bodies)
    if validates:
        result["validator"] = measure_validator(world, rows, handlers[1], bodies, batch, settings=settings)
        check(world.outcome(upload.upload_id), rows)
    bodies.unlink(missing_ok=True)
    upload.file.unlink()
    return result


def _write_units(bodies: Path) -> float:
    """The average write units of an item: one for each KiB of names and values, rounded up."""
    with bodies.open(encoding="utf-8") as lines:
        items = [item for line in islice(lines, 100) for item in items_in(line)]
    return sum(ceil(_size(item) / 1024) for item in items) / len(items)


def _size(value: Any) -> int:
    """The size of an item or a value, a little too low: maps and their entries cost a few bytes more."""
    if isinstance(value, dict):
        return sum(len(name.encode()) + _size(inner) for name, inner in value.items())
    return sum(map(_size, value)) if isinstance(value, list) else len(str(value).encode())


def measure_parser(
    world: World, upload: Upload, handler: str, *, keep: Path | None = None, delay_seconds: float = 0.0,
    settings: Mapping[str, str] | None = None, arrive: Callable[[int], Upload] | None = None,
) -> Figures:  # fmt: skip
    """Measures a parser that is warm from another file. `keep` records its requests, for both files."""
    warm = (arrive or world.arrive)(warm_rows(upload.rows))
    with world.aws(keep, delay_seconds) as aws:
        return alone(
            "bench.handler_calls:parse",
            environment={**world.environment(aws), **(settings or {})},
            handler=handler,
            postmaster=world.postmaster,
            warm=warm.event,
            event=upload.event,
            rows=upload.rows,
        )


def measure_validator(
    world: World, rows: int, handler: str, bodies: Path, batch: int, *, delay_seconds: float = 0.0,
    settings: Mapping[str, str] | None = None,
) -> Figures:  # fmt: skip
    """Measures a validator on a parser's requests, `batch` records per call."""
    with world.aws(delay_seconds=delay_seconds) as aws:
        return alone(
            "bench.handler_calls:validate",
            environment={**world.environment(aws), **(settings or {})},
            handler=handler,
            postmaster=world.postmaster,
            bodies=str(bodies),
            batch=batch,
            warm_rows=warm_rows(rows),
            rows=rows,
        )


def warm_rows(rows: int) -> int:
    """The length of the file for warm-up."""
    return min(WARM_ROWS, rows)


def check(outcome: tuple[int, int, int], rows: int) -> None:
    """Raises if the handlers decided wrongly, because then they did different work."""
    if outcome != (rows, rows - rows // FAULTY_EVERY, rows // FAULTY_EVERY):
        raise RuntimeError(f"Wrong result: total, valid and rejected are {outcome}")


def processor_us(result: Figures) -> float:
    """The processor time of both handlers, per row."""
    return float(result["parser"]["processor_us"] + result["validator"]["processor_us"])


def tables(result: Figures) -> dict[str, str]:
    ours, by_boto3, naive = result["ours"], result["by_boto3"], result["naive"]
    lines = [
        f"| a row of {ours['file_bytes'] / ours['rows']:.0f} bytes | {' | '.join(COLUMNS)} |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        _line("processor time of the functions, µs", result, "processor_us"),
        _line("processor time of PostgreSQL, µs", result, "postgres_us"),
        _line("from begin to end, µs", result, "wall_us"),
        _line("AWS calls", result, "calls"),
        "| peak of memory, MiB | " + " | ".join([*_peaks(ours), "", "", "", _peaks(naive)[0]]) + " |",
    ]
    times = processor_us(naive) / processor_us(ours)
    summary = (
        f"{ours['rows']:,} rows, for the others {naive['rows']:,}. The naive design takes **{times:.1f} times** the"
        f" functions' processor time, writing by boto3 {processor_us(by_boto3) / processor_us(ours):.1f} times."
    )
    return {"handlers": "\n".join([*lines, "", summary])}


def _line(name: str, result: Figures, figure: str) -> str:
    ours, others = (
        _both(result["ours"], figure),
        [_both(result[side], figure) for side in ("by_boto3", "naive")],
    )
    cells = [*ours, sum(ours), *map(sum, others), others[1][0]]
    decimals = 3 if figure == "calls" else 0
    return f"| {name} | " + " | ".join(f"{cell:,.{decimals}f}" for cell in cells) + " |"


def _both(side: Figures, figure: str) -> tuple[float, float]:
    parser, validator = (_total(side[function][figure]) for function in ("parser", "validator"))
    return parser, validator


def _total(value: float | dict[str, float]) -> float:
    return sum(value.values()) if isinstance(value, dict) else value


def _peaks(side: Figures) -> list[str]:
    return [f"{side[function]['peak_bytes'] / MIB:.0f}" for function in ("parser", "validator")]
