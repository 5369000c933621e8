"""Texts are split into cells alike whatever their length, and without a setting of the whole process."""

import csv

import pytest

from pipeline.reading.quoting import Quoting

LIMIT = 128 * 1024
LONG = "x" * (LIMIT + 1)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        (LONG, [LONG]),
        (f"a,{LONG},", ["a", LONG, ""]),
        (f'"{LONG}","a ""b"" c",,d', [LONG, 'a "b" c', "", "d"]),
        (f'"a,\n{LONG}",b', [f"a,\n{LONG}", "b"]),
    ],
)
def test_a_cell_may_be_longer_than_the_csv_module_takes(text: str, cells: list[str]) -> None:
    assert Quoting(",").split(text) == cells
    assert Quoting(",").cells_if_sound(text) == cells


def test_the_limit_of_the_csv_module_stays_as_it_is() -> None:
    before = csv.field_size_limit()
    Quoting(";").split('a;"b"')
    assert csv.field_size_limit() == before == LIMIT


@pytest.mark.parametrize("text", ["", "a", ",", '"a",', 'a,"b ""c""",""', '"a\nb",c'])
def test_long_and_short_texts_are_split_in_the_same_way(text: str) -> None:
    assert Quoting(",").split(f"{text},{LONG}") == [*Quoting(",").split(text), LONG]
