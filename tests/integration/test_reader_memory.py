"""Both passes over a long file stay far below the limit of 256 MB, and stage every row."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.alone import alone
from bench.instant import instant_aws
from bench.product_files import write_products
from tests.unit.files import HEADER, ROW

ROWS = 100_000
MIB = 1024 * 1024


def test_both_passes_over_a_long_file_need_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "products.csv"
    write_products(file, ROWS, "some quoted")
    with instant_aws() as aws:
        figures = alone("bench.both_passes:both_passes", environment=aws.environment(), file=str(file))
        staged = aws.counts()["items"]
    assert (figures["rows"], staged) == (ROWS, ROWS)
    assert figures["peak_bytes"] < 128 * MIB


def test_one_line_of_100_megabytes_needs_little_memory(tmp_path: Path) -> None:
    file = tmp_path / "line.csv"
    write_products(file, 1)
    with file.open("a", encoding="utf-8") as text:
        for _ in range(100):
            text.write('"x,' * (MIB // 3))
    program = (
        "import sys; from pathlib import Path; from pipeline.domain.failures import Limits;"
        " from bench.memory import peak_bytes;"
        " from pipeline.reading.reader import open_sheet; path = Path(sys.argv[1]);"
        " rows = [row.malformed for row in open_sheet(lambda: path.open('rb'), Limits()).rows()];"
        " print(len(rows), peak_bytes())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], check=True, capture_output=True, text=True, timeout=900
    )
    rows, peak = map(int, done.stdout.split())
    assert rows == 2
    assert peak < 128 * MIB


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "gb18030", "utf-16be", "windows-1251", "a wrong one"])
def test_a_long_file_in_a_chosen_encoding_needs_little_memory(tmp_path: Path, encoding: str) -> None:
    codec = {"iso-2022-jp": "iso2022_jp", "utf-16be": "utf-16-be", "windows-1251": "cp1251"}.get(encoding, "gb18030")
    word = "Ложка" if codec == "cp1251" else "木本"
    file = tmp_path / "products.csv"
    with file.open("wb") as out:
        out.write(HEADER.encode(codec))
        for _ in range(40):
            out.write((ROW.replace("Mouse", word) * 5000).encode(codec))
        out.write((f"P,{word * MIB}\n").encode(codec))
    chosen = "us-ascii" if encoding == "a wrong one" else encoding
    command = [sys.executable, "-m", "tests.integration.read_in_encoding", str(file), chosen]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    rows, peak = map(int, done.stdout.split())
    assert rows == (0 if encoding == "a wrong one" else 200_001)
    assert peak < 128 * MIB


_SHAPES = int(os.environ.get("HOSTILE_SHAPES", "8"))


def test_no_bytes_need_more_memory_than_a_function_has() -> None:
    """Every shape is read in a process that is limited to 256 MiB of memory."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.read_hostile_files", str(_SHAPES), str(2 * MIB)],
        check=False,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) < 256 * MIB
