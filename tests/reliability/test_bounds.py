"""Hostile files: each ends with its code, with bounded memory and one connection, and harms no other vendor's rows.

The functions run as processes, a new one for each event, so that the peak memory of a process is that of one
invocation.
"""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.packing import zipped
from tests.reliability.crash_lane import Lane
from tests.reliability.crash_scene import Scene
from tests.stack import HEADER, PROJECT, Stack, csv_of, sound_rows, tag

MIB = 1024 * 1024
MOST_MEMORY = 256 * MIB  # the parser stays below it, even at the limits of a file
MOST_ROWS = 1_000  # in the lane; the last test is about the real limit
LONGEST_ROW = 256 * 1024
WITH_NOTES = f"{HEADER},notes"


@pytest.fixture(scope="module")
def lane(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    logs = tmp_path_factory.mktemp("bounds")
    with closing(Lane(stack, logs, ONBOARDING_MAX_ROWS=str(MOST_ROWS))) as lane:
        yield lane


def ended(lane: Lane, content: bytes) -> tuple[str, str | None, dict[int, str]]:
    """Status, failure code, and error types by row number. Also checks memory and connections."""
    scene = Scene(lane)
    lane.peak_bytes.clear()
    lane.sql_wire.most_at_once = 0
    upload_id = scene.upload(content)
    scene.world.settle()
    (upload,) = lane.sql("SELECT status, failure->>'code' AS code FROM upload_history WHERE upload_id = %s", upload_id)
    errors = lane.sql("SELECT row_number, error_type FROM validation_errors WHERE upload_id = %s", upload_id)
    assert lane.sql_wire.most_at_once == 1
    assert max(lane.peak_bytes.values()) < MOST_MEMORY, lane.peak_bytes
    return upload["status"], upload["code"], {error["row_number"]: error["error_type"] for error in errors}


def row_of(size: int, run: str) -> str:
    """A valid row of this many bytes, filled up in the column of notes, which we do not know."""
    start = f"P{run}-2,Thing,Electronics,S{run}-2,1.00,5,"
    return start + "x" * (size - len(start))


def test_a_cell_of_a_mebibyte_is_one_malformed_row_and_its_neighbours_are_products(lane: Lane) -> None:
    rows = sound_rows(3, tag())
    rows[1] = rows[1].replace("Thing 2", "x" * MIB)
    assert ended(lane, csv_of(rows)) == ("partial", None, {2: "MALFORMED_ROW"})


def test_a_quoted_cell_of_a_mebibyte_with_line_breaks_is_one_malformed_row(lane: Lane) -> None:
    rows = sound_rows(3, tag())
    rows[1] = rows[1].replace("Thing 2", '"' + f"{'x' * 63}\n" * (MIB // 64) + '"')
    assert ended(lane, csv_of(rows)) == ("partial", None, {2: "MALFORMED_ROW"})


@pytest.mark.parametrize(
    ("size", "outcome"), [(LONGEST_ROW, ("completed", {})), (LONGEST_ROW + 1, ("partial", {2: "MALFORMED_ROW"}))]
)
def test_a_record_at_the_limit_is_a_product_and_one_beyond_is_malformed(
    lane: Lane, size: int, outcome: tuple[str, dict[int, str]]
) -> None:
    run = tag()
    first, _, last = (row + "," for row in sound_rows(3, run))
    status, code, errors = ended(lane, csv_of([first, row_of(size, run), last], WITH_NOTES))
    assert (status, errors, code) == (*outcome, None)


def test_ten_thousand_columns_are_too_many(lane: Lane) -> None:
    header = HEADER + "".join(f",extra {n}" for n in range(10_000))
    assert ended(lane, csv_of(sound_rows(2, tag()), header)) == ("failed", "TOO_MANY_COLUMNS", {})


def test_ten_thousand_cells_in_a_row_are_one_malformed_row(lane: Lane) -> None:
    rows = sound_rows(3, tag())
    rows[1] += ",x" * 10_000
    assert ended(lane, csv_of(rows)) == ("partial", None, {2: "MALFORMED_ROW"})


def test_a_hundred_megabytes_without_a_line_break_are_no_header(lane: Lane) -> None:
    status, code, errors = ended(lane, b"x" * 100 * MIB)
    assert (status, errors) == ("failed", {})
    assert code in {"MISSING_COLUMNS", "NOT_A_CSV", "TOO_MANY_COLUMNS"}


def test_a_hundred_megabytes_without_a_line_break_after_a_header_are_one_malformed_row(lane: Lane) -> None:
    assert ended(lane, csv_of(sound_rows(2, tag())) + b"x" * 100 * MIB) == ("partial", None, {3: "MALFORMED_ROW"})


def test_a_quote_that_is_never_closed_fails_the_file_however_long_it_is(lane: Lane) -> None:
    rows = sound_rows(900, tag())
    rows[1] = rows[1].replace("Thing 2", '"Thing 2')
    status, code, errors = ended(lane, csv_of(rows) + f"{'x' * 62},\n".encode() * (MIB // 64))
    # Without the quote there are too many rows for this lane; the first failure is reported.
    assert (status, errors) == ("failed", {})
    assert code in {"UNCLOSED_QUOTE", "TOO_MANY_ROWS"}


def test_a_bomb_in_gzip_is_unpacked_up_to_the_limit_of_a_file(lane: Lane) -> None:
    piece = gzip.compress(bytes(64 * MIB))
    assert len(piece) < MIB
    assert ended(lane, piece) == ("failed", "NOT_A_CSV", {})
    assert ended(lane, piece * 17) == ("failed", "FILE_TOO_LARGE", {})


def test_a_packed_file_that_is_long_unpacked_needs_little_memory(lane: Lane) -> None:
    rows = csv_of([*sound_rows(2, tag()), "x" * 100 * MIB])
    assert ended(lane, zipped(("products.csv", rows))) == ("partial", None, {3: "MALFORMED_ROW"})


def test_one_row_more_than_the_limit_fails_the_file_and_the_limit_itself_does_not(lane: Lane) -> None:
    assert ended(lane, csv_of(sound_rows(MOST_ROWS + 1, tag()))) == ("failed", "TOO_MANY_ROWS", {})
    assert ended(lane, csv_of(sound_rows(MOST_ROWS, tag()))) == ("completed", None, {})


def test_two_million_tiny_rows_and_one_are_too_many_and_take_no_more_memory_than_promised() -> None:
    """Pass 1 in a process of its own, over rows that are generated as they are read."""
    measured = subprocess.run(
        [sys.executable, "-m", "tests.reliability.bounds_survey", "2000001"],
        cwd=PROJECT, capture_output=True, text=True, timeout=600, check=True,
    )  # fmt: skip
    code, peak = measured.stdout.split()
    print(f"2,000,001 rows: {code}, peak {int(peak) // MIB} MiB")
    assert code == "TOO_MANY_ROWS"
    assert int(peak) < MOST_MEMORY
