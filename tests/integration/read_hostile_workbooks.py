"""Reads workbooks that are made to be expensive, under a limit of memory; prints each one's peak and time."""

import io
import sys
import time

from bench.memory import peak_bytes
from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.reading.workbook.book import open_workbook
from tests.hostile_workbooks import SHAPES
from tests.integration.read_hostile_files import limit_memory


def read(content: bytes) -> str:
    """Reads every sheet twice, as the parser does. Returns what came of it."""
    rows = cells = 0
    try:
        with open_workbook(io.BytesIO(content), Limits()) as book:
            for sheet in [*book.sheets, *book.sheets]:
                for row in book.rows(sheet.name):
                    rows, cells = rows + 1, cells + len(row.cells)
                book.has_merged_cells(sheet.name)
    except UnacceptableFile as error:
        return error.failure.code
    return f"{rows} rows, {cells} cells"


def main() -> None:
    name, size = sys.argv[1], int(sys.argv[2])
    content = SHAPES[name](size)
    before = peak_bytes()
    read(b"")
    limit_memory(max(before - 30 * 1024**2, 0))
    begin = time.process_time()
    result = read(content)
    print(f"{peak_bytes()}\t{time.process_time() - begin:.2f}\t{len(content)}\t{name}: {result}")


if __name__ == "__main__":
    main()
