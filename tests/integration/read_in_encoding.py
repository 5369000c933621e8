"""Reads a file in a chosen encoding; prints how many rows it has, 0 for one that is refused, and the peak of memory."""

import sys
from pathlib import Path

from bench.memory import peak_bytes
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.reading.reader import open_sheet


def main() -> None:
    path, decisions = Path(sys.argv[1]), Decisions(encoding=sys.argv[2])
    try:
        rows = sum(1 for _ in open_sheet(lambda: path.open("rb"), Limits(), decisions).rows())
    except UnacceptableFile:
        rows = 0
    print(rows, peak_bytes())


if __name__ == "__main__":
    main()
