"""What a row costs by what it does to the catalogue: creates a product, leaves it as it is, or changes two fields.

Warm functions, as in `handlers.py`. The three files follow each other over the same products.
"""

import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.alone import Figures
from bench.handlers import measure_handlers, processor_us
from bench.product_files import write_price_list, write_products
from bench.sizes import Sizes
from bench.world import Upload, World, Write, running_world
from pipeline.domain.decisions import UploadMode

_FILES: dict[str, tuple[UploadMode, Write]] = {
    "created": (UploadMode.CREATE, write_products),
    "unchanged": (UploadMode.UPSERT, write_products),
    "two fields changed": (UploadMode.UPDATE, write_price_list),
}


def measure(folder: Path, sizes: Sizes) -> Figures:
    with running_world(folder) as world:
        return compare_modes(world, sizes)


def compare_modes(world: World, sizes: Sizes) -> Figures:
    run = secrets.token_hex(3)
    return {
        name: measure_handlers(
            world, sizes.handlers, arrive=partial(_arrive, world, iter((f"{run}m-", f"{run}w-")), mode, write)
        )
        for name, (mode, write) in _FILES.items()
    }


def _arrive(world: World, tags: Iterator[str], mode: UploadMode, write: Write, rows: int) -> Upload:
    """The file to measure, and then the one for warm-up, which has other products."""
    return world.arrive(rows, tag=next(tags), mode=mode, write=write)


def tables(result: Figures) -> dict[str, str]:
    lines = [
        "| a row | functions, µs | PostgreSQL, µs | together | to a creation |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    created = _total(result["created"])
    for name in _FILES:
        figures = result[name]
        functions = processor_us(figures)
        total = _total(figures)
        lines.append(f"| {name} | {functions:,.0f} | {total - functions:,.0f} | {total:,.0f} | {total / created:.2f} |")
    return {"modes": "\n".join(lines)}


def _total(figures: Figures) -> float:
    return processor_us(figures) + sum(float(figures[name]["postgres_us"]) for name in ("parser", "validator"))
