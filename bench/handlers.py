"""csv-parser and product-validator as Lambda calls them, warm, on a real PostgreSQL and an AWS that answers at once.

The naive design of `naive.py` goes the same way, on a file that differs in nothing but its SKUs.
"""

from collections.abc import Mapping
from itertools import islice
from math import ceil
from pathlib import Path
from typing import Any

from bench.alone import Measured, alone
from bench.handler_calls import items_in
from bench.sizes import Sizes
from bench.world import Upload, World, world

OURS = "pipeline.handlers.csv_parser:handler", "pipeline.handlers.product_validator:handler"
NAIVE = "bench.naive:csv_parser", "bench.naive:product_validator"
OUR_BATCH, NAIVE_BATCH = 500, 100
WARM_ROWS = 1_000
FAULTY_EVERY = 20
MIB = 1024 * 1024
COLUMNS = "csv-parser", "product-validator", "together", "writing by boto3", "naive design", "of it, parser"


def measure(folder: Path, sizes: Sizes) -> Measured:
    with world(folder) as around:
        return compared(around, sizes)


def compared(around: World, sizes: Sizes) -> Measured:
    return {
        "ours": measure_handlers(around, sizes.handlers),
        "by_boto3": measure_handlers(around, sizes.naive, settings={"ONBOARDING_LEAN_STAGING": "false"}),
        "naive": measure_handlers(around, sizes.naive, handlers=NAIVE, batch=NAIVE_BATCH),
    }


def measure_handlers(
    around: World,
    rows: int,
    *,
    handlers: tuple[str, str] = OURS,
    batch: int = OUR_BATCH,
    settings: Mapping[str, str] | None = None,
    validates: bool = True,
) -> Measured:
    """Both over one file, each in a process of its own. Figures are microseconds and calls a row."""
    upload = around.arrive(rows)
    bodies = upload.file.with_suffix(".bodies")
    found: Measured = {"rows": rows, "file_bytes": upload.file.stat().st_size}
    found["parser"] = parsed(around, upload, handlers[0], keep=bodies, settings=settings)
    found["write_units"] = _write_units(bodies)
    if validates:
        found["validator"] = validated(around, rows, handlers[1], bodies, batch, settings=settings)
        check(around.outcome(upload.upload_id), rows)
    bodies.unlink(missing_ok=True)
    upload.file.unlink()
    return found


def _write_units(bodies: Path) -> float:
    """What DynamoDB counts for an item on average: one for each KiB of names and values that it begins."""
    with bodies.open(encoding="utf-8") as sent:
        items = [item for line in islice(sent, 100) for item in items_in(line)]
    return sum(ceil(_size(item) / 1024) for item in items) / len(items)


def _size(value: Any) -> int:
    """Of an item or a typed value, near enough: a map and its entries cost a few bytes more."""
    if isinstance(value, dict):
        return sum(len(name.encode()) + _size(inner) for name, inner in value.items())
    return sum(map(_size, value)) if isinstance(value, list) else len(str(value).encode())


def parsed(
    around: World, upload: Upload, handler: str, *, keep: Path | None = None, delay_seconds: float = 0.0,
    settings: Mapping[str, str] | None = None,
) -> Measured:  # fmt: skip
    """One file through a parser that has read another before. `keep` takes what it sends, that first file's too."""
    warm = around.arrive(warm_rows(upload.rows))
    with around.aws(keep, delay_seconds) as aws:
        return alone(
            "bench.handler_calls:parse",
            environment={**around.environment(aws), **(settings or {})},
            handler=handler,
            postmaster=around.postmaster,
            warm=warm.event,
            event=upload.event,
            rows=upload.rows,
        )


def validated(
    around: World, rows: int, handler: str, bodies: Path, batch: int, *, delay_seconds: float = 0.0,
    settings: Mapping[str, str] | None = None,
) -> Measured:  # fmt: skip
    """What a parser has sent through a validator, so many records a call."""
    with around.aws(delay_seconds=delay_seconds) as aws:
        return alone(
            "bench.handler_calls:validate",
            environment={**around.environment(aws), **(settings or {})},
            handler=handler,
            postmaster=around.postmaster,
            bodies=str(bodies),
            batch=batch,
            warm_rows=warm_rows(rows),
            rows=rows,
        )


def warm_rows(rows: int) -> int:
    """Of the file before the one that is measured."""
    return min(WARM_ROWS, rows)


def check(outcome: tuple[int, int, int], rows: int) -> None:
    """Whoever decides otherwise has done other work."""
    if outcome != (rows, rows - rows // FAULTY_EVERY, rows // FAULTY_EVERY):
        raise RuntimeError(f"Not worth being measured: total, valid and rejected are {outcome}")


def processor_us(measured: Measured) -> float:
    """Of both handlers, a row."""
    return float(measured["parser"]["processor_us"] + measured["validator"]["processor_us"])


def tables(found: Measured) -> dict[str, str]:
    ours, by_boto3, naive = found["ours"], found["by_boto3"], found["naive"]
    lines = [
        f"| a row of {ours['file_bytes'] / ours['rows']:.0f} bytes | {' | '.join(COLUMNS)} |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        _line("processor time of the functions, µs", found, "processor_us"),
        _line("processor time of PostgreSQL, µs", found, "postgres_us"),
        _line("from begin to end, µs", found, "wall_us"),
        _line("AWS calls", found, "calls"),
        "| peak of memory, MiB | " + " | ".join([*_peaks(ours), "", "", "", _peaks(naive)[0]]) + " |",
    ]
    times = processor_us(naive) / processor_us(ours)
    said = (
        f"{ours['rows']:,} rows, for the others {naive['rows']:,}. The naive design takes **{times:.1f} times** the"
        f" functions' processor time, writing by boto3 {processor_us(by_boto3) / processor_us(ours):.1f} times."
    )
    return {"handlers": "\n".join([*lines, "", said])}


def _line(name: str, found: Measured, figure: str) -> str:
    ours, others = _both(found["ours"], figure), [_both(found[side], figure) for side in ("by_boto3", "naive")]
    cells = [*ours, sum(ours), *map(sum, others), others[1][0]]
    decimals = 3 if figure == "calls" else 0
    return f"| {name} | " + " | ".join(f"{cell:,.{decimals}f}" for cell in cells) + " |"


def _both(side: Measured, figure: str) -> tuple[float, float]:
    parser, validator = (_total(side[function][figure]) for function in ("parser", "validator"))
    return parser, validator


def _total(value: float | dict[str, float]) -> float:
    return sum(value.values()) if isinstance(value, dict) else value


def _peaks(side: Measured) -> list[str]:
    return [f"{side[function]['peak_bytes'] / MIB:.0f}" for function in ("parser", "validator")]
