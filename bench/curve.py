"""The cost of a row by length of file, and the peak of memory for the longest file."""

from pathlib import Path

from bench.alone import PROJECT, Figures, alone
from bench.handlers import MIB, measure_handlers, processor_us
from bench.peers import peers_python
from bench.sizes import Sizes
from bench.world import running_world

IMAGE = PROJECT / "docs" / "images" / "cost-per-row.svg"


def measure(folder: Path, sizes: Sizes) -> Figures:
    with running_world(folder) as world:
        points = [measure_handlers(world, rows) for rows in sizes.curve]
        longest = measure_handlers(world, sizes.longest, validates=False)
    return {"points": points, "longest": longest}


def tables(result: Figures) -> dict[str, str]:
    lines = [
        "| rows | csv-parser, µs a row | product-validator | both | PostgreSQL | parser's peak, MiB | validator's |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for point in result["points"]:
        parser, validator = point["parser"], point["validator"]
        figures = parser["processor_us"], validator["processor_us"], processor_us(point), validator["postgres_us"]
        peaks = (side["peak_bytes"] / MIB for side in (parser, validator))
        lines.append(f"| {point['rows']:,} | " + " | ".join(f"{figure:.0f}" for figure in (*figures, *peaks)) + " |")
    longest, parser = result["longest"], result["longest"]["parser"]
    last = f"{parser['processor_us']:.0f} | | | | {parser['peak_bytes'] / MIB:.0f}"
    lines.append(f"| {longest['rows']:,}, parser alone | {last} | |")
    return {"curve": "\n".join(lines)}


def draw(result: Figures) -> Path:
    """Draws the curve, in the peers' environment, which has matplotlib."""
    points = [
        {"rows": point["rows"], "parser": point["parser"]["processor_us"], "both": processor_us(point)}
        for point in result["points"]
    ]
    alone("bench.curve_image:draw", python=peers_python(), points=points, image=str(IMAGE))
    return IMAGE
