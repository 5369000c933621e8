"""Numbers of a fix file, whose columns are read as in the upload that it corrects, and of files that are read again."""

from collections.abc import Sequence
from tempfile import TemporaryFile

import pytest

from pipeline.checking.survey import staged_records, survey
from pipeline.domain.decisions import Decisions
from pipeline.domain.failures import Limits
from pipeline.domain.numbers import ColumnReading, NumberFormat, NumberReadings
from tests.unit.files import CATEGORIES, HEADER, source, surveyed

POINT, COMMA = NumberFormat
UNKNOWN = ColumnReading()


def file_of(prices: Sequence[str]) -> bytes:
    rows = [f'P-{n},Mouse,Electronics,SKU-{n},"{price}",5\n' for n, price in enumerate(prices)]
    return (HEADER + "".join(rows)).encode()


def read(prices: Sequence[str], known: NumberReadings, decided: NumberFormat | None = None) -> list[str]:
    file, decisions = source(file_of(prices)), Decisions(number_format=decided)
    result = survey(file, CATEGORIES, Limits(), scratch=TemporaryFile, decisions=decisions, known=known)
    return [staged.record["price"] for staged in staged_records(file, result, Limits())]


def prices_as(reading: ColumnReading) -> NumberReadings:
    return NumberReadings({"price": reading})


@pytest.mark.parametrize(
    ("reading", "cells", "numbers"),
    [
        (ColumnReading(COMMA), ["1.299"], ["1299"]),
        (ColumnReading(COMMA), ["1.299", "12.99"], ["1299", "12.99"]),  # the file alone shows points
        (ColumnReading(POINT), ["1,299", "12,99"], ["1299", "12.99"]),
        (UNKNOWN, ["1.299", "12,99"], ["1.299", "12.99"]),  # the parent has both marks; here are only commas
        (ColumnReading(currency="€"), ["€ 5", "$ 7", "8"], ["5", "$ 7", "8"]),
        (UNKNOWN, ["€ 5", "6 €"], ["5", "6"]),
    ],
)
def test_a_column_is_read_as_it_was_whatever_its_cells_show_now(
    reading: ColumnReading, cells: list[str], numbers: list[str]
) -> None:
    assert read(cells, prices_as(reading)) == numbers


def test_a_decided_format_beats_what_is_known() -> None:
    assert read(["1.299", "12,99"], prices_as(ColumnReading(COMMA)), POINT) == ["1.299", "12.99"]


def test_a_column_of_which_nothing_is_known_is_read_by_its_cells() -> None:
    assert read(["1.299", "12,99"], NumberReadings({"weight_kg": ColumnReading(POINT)})) == ["1299", "12.99"]


@pytest.mark.parametrize(
    "prices", [["1.299", "12,99"], ["1,299", "12.99"], ["1.299", "12,99", "12.99"], ["€ 5", "$ 5"], ["5 €", "1.299,5"]]
)
def test_a_file_that_is_read_again_as_it_was_read_gives_the_same(prices: list[str]) -> None:
    first = surveyed(file_of(prices)).format.layout.numbers
    again = survey(source(file_of(prices)), CATEGORIES, Limits(), scratch=TemporaryFile, known=first)
    assert again.format.layout.numbers == first
