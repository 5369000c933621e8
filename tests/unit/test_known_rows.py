"""Lines that repeat earlier ones are read as the same rows, and judged the same, as if they were the first."""

import random
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.domain.columns import columns_served
from pipeline.domain.decisions import NO_DECISIONS
from pipeline.domain.failures import Failure, Limits, UnacceptableFile
from pipeline.domain.known_answers import MAX_ANSWERS, MAX_LENGTH, KnownAnswers
from pipeline.domain.records import DamagedRow, Row
from pipeline.reading.csv_sheet import encoding_of
from pipeline.reading.header.head import read_head
from pipeline.reading.lines import Lines
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.sheet_rows import SheetRows
from tests.hostile_shapes import TINY_ROWS, TOKENS
from tests.unit.files import CATEGORIES, HEADER, ROW, source
from tests.unit.test_fast_path_results import both_ways

_TOKENS = st.sampled_from([*TINY_ROWS, ROW, "\n", "\r\n", "\r"])
_UNITS = st.lists(st.lists(_TOKENS, min_size=1, max_size=5).map("".join), min_size=1, max_size=4)
_ORDERS = st.integers(0, 2**32)


def repeated(units: list[str], seed: int) -> str:
    """Units again and again, in turn and in any order: the same lines with the same neighbours, and with others."""
    draw = random.Random(seed)  # noqa: S311
    texts = [unit + draw.choice(("\n", "\r\n", "\r", "")) for unit in units]
    return HEADER + "".join(texts) * draw.randint(2, 20) + "".join(draw.choices(texts, k=60))


@settings(max_examples=400, deadline=None)
@given(_UNITS, _ORDERS, st.sampled_from([200, 4_000, 262_144]))
@example(['P,"a\n', 'b"\n', "x\n"], 1, 262_144)
@example(['"\n",x,,,,,\n', '"\r\n"\n'], 2, 262_144)
def test_lines_that_repeat_earlier_ones_are_read_as_the_same_rows(units: list[str], seed: int, row_bytes: int) -> None:
    content, limits = repeated(units, seed).encode(), Limits(row_bytes=row_bytes)
    assert rows_or_failure(content, limits, MAX_LENGTH) == rows_or_failure(content, limits, 0)


@settings(max_examples=200, deadline=None)
@given(_UNITS, _ORDERS)
@example(["P-1,Mouse,Elektronics,SKU-1,19.99,5\n", "P-1,Mouse,Electronics,SKU-1,19.99,5\n"], 3)
@example(['P-1,"€ 12,90",Electronics,S-1,"€ 12,90",5\n', '\'1,NULL,Electronics,0001,"1,5",1\n'], 4)
def test_records_that_repeat_earlier_ones_are_judged_the_same(units: list[str], seed: int) -> None:
    both_ways(repeated(units, seed).encode(), CATEGORIES, Limits())


@pytest.mark.parametrize("tokens", [TOKENS, TINY_ROWS])
def test_so_are_more_rows_than_are_kept(tokens: tuple[str, ...]) -> None:
    draw = random.Random(5)  # noqa: S311
    lines = "".join(f"{number % 2_000}{''.join(draw.choices(tokens, k=3))}\n" for number in range(MAX_ANSWERS * 8))
    content = (HEADER + lines).encode()
    assert rows_or_failure(content, Limits(), MAX_LENGTH) == rows_or_failure(content, Limits(), 0)


def test_answers_are_bounded_in_number_and_length() -> None:
    answers = KnownAnswers[int, str](10)
    assert answers.keep(0, "too long", 11) == "too long"
    assert answers.find(0) is None
    for number in range(MAX_ANSWERS + 1):
        assert answers.keep(number, "yes", 10) == "yes"
    assert answers.find(0) == "yes"
    assert answers.find(MAX_ANSWERS) is None


def test_after_many_others_there_is_room_for_new_answers() -> None:
    answers = KnownAnswers[int, str]()
    for number in range(20 * MAX_ANSWERS):
        answers.keep(number, "yes", 10)
        answers.keep(-1, "yes", 10)
    assert answers.find(0) is None
    assert answers.find(-1) == "yes"


def rows_or_failure(content: bytes, limits: Limits, max_known_length: int) -> list[list[Any]] | Failure:
    try:
        return [_facts(row) for row in _rows(content, limits, max_known_length)]
    except UnacceptableFile as refused:
        return refused.failure


def _rows(content: bytes, limits: Limits, max_known_length: int) -> Iterator[Row]:
    with closing(Lines(source(content), encoding_of(source(content), NO_DECISIONS), limits)) as lines:
        head = read_head(lines, NO_DECISIONS)
        shape = RowShape(head.columns, NO_DECISIONS.needed_cells(columns_served(head.columns)))
        for row in SheetRows(lines, head.delimiter, shape, head.sheet_row, max_known_length=max_known_length):
            assert isinstance(row, Row)
            yield row


def _facts(row: Row) -> list[Any]:
    facts: list[Any] = [row.place, row.cells, row.malformed, row.raw, row.bare_quotes, row.spaced_quotes]
    if isinstance(row, DamagedRow):
        facts += [row.cell_count, row.quotes_match, row.cells_after_closing]
    return facts
