"""Reads files that are made to be expensive, under a limit of memory; prints the peak and how many there were."""

import io
import resource
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile

from bench.memory import peak_bytes
from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.rules import Categories
from pipeline.checking.survey import rejected_records, staged_records, survey
from pipeline.domain.failures import Limits, UnacceptableFile
from tests.hostile_shapes import hostile_file, known_shapes
from tests.packing import WAYS, bombs

MOST = 256 * 1024 * 1024
_CATEGORIES = Categories(["Electronics", "Clothing"])


def read(content: bytes) -> None:
    limits = Limits()
    try:
        result = survey(lambda: io.BytesIO(content), _CATEGORIES, limits, scratch=TemporaryFile)
        for _ in staged_records(lambda: io.BytesIO(content), result, limits):
            pass
        for staged in rejected_records(lambda: io.BytesIO(content), result, limits):
            errors_in_file(staged, _CATEGORIES)
    except UnacceptableFile:
        pass


def limit_memory(content: int) -> None:
    """Limits memory. What is mapped but not resident, as by libraries, does not count."""
    mapped_pages, resident_pages = map(int, Path("/proc/self/statm").read_text().split()[:2])
    free = MOST + content - resident_pages * resource.getpagesize()
    most = mapped_pages * resource.getpagesize() + free
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def packed(size: int) -> Iterator[bytes]:
    return (pack(shape.encode()) for shape in known_shapes(size) for pack in (WAYS["gzip"], WAYS["zip"]))


def main() -> None:
    shapes, size = map(int, sys.argv[1:])
    read(b"")  # triggers late imports
    files = 0
    limit_memory(3 * size)
    for content in chain(known_shapes(2 * size), (hostile_file(seed, size) for seed in range(shapes))):
        read(content.encode())
        files += 1
    for archive in (*packed(size // 8), *bombs()):
        read(archive)
        files += 1
    print(peak_bytes() - 3 * size, f"bytes at the peak, of {files} files")


if __name__ == "__main__":
    main()
