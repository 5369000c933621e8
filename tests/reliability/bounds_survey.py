"""Pass 1 over a number of rows, each the shortest valid one: `python -m tests.reliability.bounds_survey 2000001`.

Prints the file's failure code, or `ACCEPTED`, and the peak of this process's memory in bytes.
"""

import io
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from pipeline.checking.rules import Categories
from pipeline.checking.survey import survey
from pipeline.domain.failures import Limits, UnacceptableFile
from tests.stack import HEADER

_ROWS_A_BLOCK = 2_000


class Made(io.RawIOBase):
    """A file whose rows are generated as they are read."""

    def __init__(self, rows: int) -> None:
        self._blocks = self._blocks_of(rows)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._left = self._left or next(self._blocks, b"")
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count

    @staticmethod
    def _blocks_of(rows: int) -> Iterator[bytes]:
        yield f"{HEADER}\n".encode()
        numbers = iter(range(rows))
        while some := list(itertools.islice(numbers, _ROWS_A_BLOCK)):
            yield "".join(f"{n:x},A,Toys,{n:x},1,0\n" for n in some).encode()


def main(rows: int) -> None:
    def source() -> BinaryIO:
        return cast(BinaryIO, io.BufferedReader(Made(rows), 1 << 17))

    try:
        survey(source, Categories(["Toys"]), Limits(), scratch=TemporaryFile)
        code = "ACCEPTED"
    except UnacceptableFile as refused:
        code = refused.failure.code
    print(code, _peak())


def _peak() -> int:
    """The peak memory of this process."""
    # Not from getrusage: its maximum starts with that of the process which started this one.
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s*([0-9]+) kB", status)[0]) * 1024


if __name__ == "__main__":
    main(int(sys.argv[1]))
