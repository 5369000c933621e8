"""Long runs of rows with too few cells are counted by patterns in the first pass, and read one by one in the second."""

import pytest

from pipeline.domain.failures import Limits
from tests.unit.files import HEADER, ROW, rows_of, surveyed

BEGINNINGS = {
    "a sound row": ROW,
    "a broken row": 'a"b\n',
    "damaged rows": "x\n" * 150,
}
LINES = {
    "one cell": "x\n",
    "blank lines between": "x\n\n \n,,\n",
    "fillers, which show nothing": "\u3164\n",
    "blank texts of two lines": '"\n",\n',
    "long blank texts of two lines": '"' + " " * 400 + "\n" + " " * 400 + '",\n',
    "a formula without text": '"=""""",\n',
    "a formula with a quote": '"="""""""\n',
    "a closing quote": 'a",b\n',
    "doubled quotes and a closing one": 'a""",b\n',
    "a text of two lines": 'P,"a\nb"\n',
    "a text with delimiters": '\u200b,"\n\n,"\n',
    "a text of two lines with a row in it": 'P,"a\n' + ROW.strip() + '"\n',
    "an opening quote and a closing one": 'P,"a\nb"c\n',
    "an even number of broken quotes": 'a""\n',
    "enough cells": 'a",b,c,d,e,f\n',
    "too many cells": ",,,,,,x\n",
    "blank cells beyond the header": "a,b,c,d,e,f,\u200b,\n",
    "quotes in too many cells": 'a",b,c,d,e,"f",g\n',
    "stray quotes in too many cells": 'a",b,c,d,e,f""f,g\n',
    "text after a quote": '"x"y,b,c,d,e,f\n',
    "text after a quote, and an open quote": '"x"y,b,c,d,e,"f\n',
    "blank rows of two lines": '"\n"\n',
    "blank rows of two lines among damaged ones": '"\n"\na,b"\n"","\n\n"\nc\n',
    "blank rows of two lines with enough cells": '"\n",,,,,,\n,,,,,"\n"\n',
    "blank rows in quotes": '"",""\n',
}


@pytest.mark.parametrize("beginning", BEGINNINGS)
@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_both_passes_find_the_same_rows(beginning: str, lines: str, delimiter: str) -> None:
    content = (HEADER + BEGINNINGS[beginning] + LINES[lines] * 300 + ROW + "y\n").replace(",", delimiter)
    survey = surveyed(content, Limits(row_bytes=4_000))
    rows = rows_of(content, Limits(row_bytes=4_000))
    assert survey.total_records == len(rows)
    assert [survey.earlier.lines.place_of(row.row_number) for row in rows] == [row.place for row in rows]
    assert [row.row_number for row in rows if row.is_malformed and not survey.earlier.marks[row.row_number]] == []
