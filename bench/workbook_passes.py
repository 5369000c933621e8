"""Both passes of the parser over the same rows as CSV and as workbooks, in turn. Items are made, but sent nowhere."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile

from bench.alone import Figures, alone
from bench.memory import peak_bytes
from pipeline.aws.batch_puts import Completion, Item
from pipeline.aws.staging import Staging
from pipeline.checking.rules import Categories
from pipeline.checking.survey import staged_records, survey
from pipeline.domain.failures import Limits

MIB = 1024 * 1024


def measure(files: Mapping[str, Path], rows: int, runs: int) -> list[Figures]:
    """The best run over each file, by its name."""
    found: dict[str, list[Figures]] = {name: [] for name in files}
    for _ in range(runs):
        for name, results in found.items():
            results.append(alone("bench.workbook_passes:both_passes", file=str(files[name])))
    return [
        {
            "file": name,
            "first_us": min(result["first_seconds"] for result in results) / rows * 1e6,
            "second_us": min(result["second_seconds"] for result in results) / rows * 1e6,
            "peak_bytes": max(result["peak_bytes"] for result in results),
        }
        for name, results in found.items()
    ]


class _NoPuts:
    def begin(self, items: Sequence[Item]) -> Completion:
        return list

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        return []


def both_passes(file: str) -> Figures:
    path, limits = Path(file), Limits()
    begin = time.process_time()
    result = survey(lambda: path.open("rb"), Categories(["Electronics"]), limits, scratch=TemporaryFile)
    middle = time.process_time()
    staging, layout = Staging(_NoPuts(), threads=1, days=1), result.format.layout
    records = staged_records(lambda: path.open("rb"), result, limits)
    staging.write(staging.pending("UPLOAD_20261122_103045_k3m9x2pa", "VEND001", each, layout) for each in records)
    return {
        "first_seconds": middle - begin,
        "second_seconds": time.process_time() - middle,
        "peak_bytes": peak_bytes(),
    }


def table(results: Sequence[Figures]) -> Iterator[str]:
    """The first file is the one that the others are compared with."""
    yield "| file | first pass, µs a row | second pass and items | together | times | peak, MiB |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    least = results[0]["first_us"] + results[0]["second_us"]
    for each in results:
        first, second = each["first_us"], each["second_us"]
        figures = f"{first:.1f} | {second:.1f} | {first + second:.1f} | {(first + second) / least:.1f}"
        yield f"| {each['file']} | {figures} | {each['peak_bytes'] / MIB:.0f} |"
