"""Published suites, read through the front door: each of their records gets the required columns put before it.

Misses are listed with what the reader does instead; docs/reader.md says why.
"""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.files import HEADER, failure_of, rows_of

SPECTRUM = Path(__file__).parents[1] / "data" / "csv-spectrum"
REQUIRED = "P-1,Mouse,Electronics,SKU-1,19.99,5"
MALFORMED = "malformed"


def product_file(text: str, delimiter: str = ",") -> str:
    """A suite's sound file with our required columns before each of its records, header and blank lines included."""
    lines = list(io.StringIO(text, newline=""))
    starts, reader = [0], csv.reader(lines, delimiter=delimiter)
    starts += [reader.line_num for _ in reader][:-1]
    for number, start in enumerate(starts):
        prefix = HEADER.strip() if number == 0 else REQUIRED
        lines[start] = prefix.replace(",", delimiter) + delimiter + lines[start]
    return "".join(lines)


def suite_cells(content: str) -> list[list[str] | str]:
    return [MALFORMED if row.malformed else row.cells[6:] for row in rows_of(content)]


@pytest.mark.parametrize("name", sorted(path.stem for path in SPECTRUM.glob("*.csv")))
def test_csv_spectrum(name: str) -> None:
    text = (SPECTRUM / f"{name}.csv").read_bytes().decode()
    expected = json.loads((SPECTRUM / f"{name}.json").read_text(encoding="utf-8"))
    records = expected if isinstance(expected, list) else [expected]
    result = suite_cells(product_file(text))
    if name == "location_coordinates":  # the suite's own two files differ in the telephone number
        assert result == [text.splitlines()[1].split(",")]
    else:
        assert result == [list(record.values()) for record in records]


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        ("abc", ["abc"]),
        ("1,2,3,4,5", ["1", "2", "3", "4", "5"]),
        (",", ["", ""]),
        ('""', [""]),
        ('"",', ["", ""]),
        (',""', ["", ""]),
        ('""""', ['"']),
        ('""""""', ['""']),
        (
            '1,2,3,"I think, therefore I am",5,6',
            ["1", "2", "3", "I think, therefore I am", "5", "6"],
        ),
        (
            '1,2,3,"""I see,"" said the blind man","as he picked up his hammer and saw"',
            ["1", "2", "3", '"I see," said the blind man', "as he picked up his hammer and saw"],
        ),
        (
            '1,2,3,"""I see,""\nsaid the blind man","as he picked up his\nhammer and saw"\n9,8,7,6',
            ["1", "2", "3", '"I see,"\nsaid the blind man', "as he picked up his\nhammer and saw"],
        ),
        ("a,b\r\n", ["a", "b"]),
        ("a,b\r", ["a", "b"]),
        ('1,",3,",5', ["1", ",3,", "5"]),
        ('"a\nb", 7', ["a\nb", " 7"]),
        ("a,\\b,c", ["a", "\\b", "c"]),
        ("no space, space,  spaces,\ttab", ["no space", " space", "  spaces", "\ttab"]),
        ("X" * 50_000 + "," + "X" * 50_000, ["X" * 50_000, "X" * 50_000]),
    ],
)
def test_cases_of_pythons_test_csv(written: str, cells: list[str]) -> None:
    """`test_read_…` and `TestDialectExcel` of Python's `test_csv.py`, those with comma and double quote."""
    header = HEADER.strip() + ",x" * len(cells) + "\n"
    assert suite_cells(header + REQUIRED + "," + written)[0] == cells


@pytest.mark.parametrize(
    ("written", "cells"),
    [
        ('a""b', ['a""b']),
        ('a"b"c', ['a"b"c']),
        ('a"b', ['a"b']),
        (' "a"', ["a"]),
        ('12,12,1",', ["12", "12", '1"', ""]),
    ],
)
def test_bare_quotes_are_text_and_blanks_before_quotes_are_dropped(written: str, cells: list[str]) -> None:
    header = HEADER.strip() + ",x" * len(cells) + "\n"
    assert suite_cells(f"{header}{REQUIRED},{written}\n")[0] == cells


@pytest.mark.parametrize("written", ['"a"b', '"a" "b"', '"ab"c', 'a,"b,c\\""'])
def test_text_behind_a_closing_quote_is_malformed_though_python_reads_it(written: str) -> None:
    """RFC 4180 has no such cell; what was meant is for the vendor to say."""
    header = HEADER.strip() + ",x" * (written.count(",") + 1) + "\n"
    content = header + f"{REQUIRED},{written}\n{REQUIRED}{',y' * (written.count(',') + 1)}\n"
    assert suite_cells(content)[0] == MALFORMED
    assert suite_cells(content)[1] != MALFORMED


@pytest.mark.parametrize("written", ["a\0b", "\0"])
def test_python_reads_zero_characters_and_we_do_not(written: str) -> None:
    assert failure_of(HEADER.strip() + ",x\n" + f"{REQUIRED},{written}\n").code == "NOT_A_CSV"


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        # Tables in the forms of the W3C's CSV on the Web tests; what they say of metadata is not ours to read.
        ('countryCode,name\nAD,Andorra\nAE,"United Arab Emirates"\nAF,Afghanistan\n', 3),
        ('integer,decimal,double\n0,0.1,"10_000,1"\n10,10.1,"1,1"\n', 2),
        ("GID,On Street,Species\n1,ADDISON AV,Celtis australis\n\n2,EMERSON ST,Liquidambar styraciflua\n", 2),
        ('surname,family,note\nSmith,,"two\nlines"\nJones,x,\r\nZoe,,', 3),
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_csv_on_the_web(table: str, rows: int, delimiter: str) -> None:
    reader = csv.reader(io.StringIO(table, newline=""))
    expected = [cells for cells in reader if cells]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(expected)
    assert suite_cells(product_file(text.getvalue(), delimiter)) == expected[1:]
    assert len(expected) == rows + 1


def test_comment_lines_are_passed_over_above_the_header_only() -> None:
    """CSV on the Web lets metadata say that lines are to be skipped; a product file has none."""
    assert suite_cells("Our products in 2026\n" + HEADER + REQUIRED + "\n") == [[]]
    assert suite_cells(HEADER + "# a comment\n" + REQUIRED + "\n") == [MALFORMED, []]
