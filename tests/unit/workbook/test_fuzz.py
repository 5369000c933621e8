"""Whatever is done to the bytes of a workbook, its reader ends with rows or with a code."""

import io
import random
import time
from contextlib import suppress
from functools import cache
from math import inf

import openpyxl
import pytest
import xlsxwriter

from pipeline.domain.failures import Limits, UnacceptableFile
from pipeline.reading.workbook.book import describe, open_workbook
from tests.unit.workbook.building import parts, sheet, strings, zipped

ROUNDS = 80
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_ROWS = '<row r="{0}" spans="1:3"><c r="A{0}" t="s"><v>0</v></c><c r="B{0}" s="1"><v>{0}.5</v></c></row>'
PARTS = parts(
    sheet("".join(_ROWS.format(number) for number in range(1, 40)), behind='<mergeCell ref="A1:B2"/>'),
    {_STRINGS: strings("<t>ä</t>", "<r><t>b</t></r>")},
)


@cache
def good_workbooks() -> tuple[bytes, ...]:
    """By xlsxwriter, by openpyxl, by hand."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("A")
        for row in range(30):
            page.write_row(row, 0, [f"text {row}", row, row / 7, row % 2 == 0])
        page.merge_range("A40:B41", "merged")
    other = openpyxl.Workbook()
    for row in range(30):
        other.worksheets[0].append([f"text {row}", row, None, "x"])
    saved = io.BytesIO()
    other.save(saved)
    return file.getvalue(), saved.getvalue(), zipped(PARTS)


def read(content: bytes) -> None:
    """Fails with any exception but the one for files that are not accepted."""
    with suppress(UnacceptableFile), open_workbook(io.BytesIO(content), Limits()) as book:
        for info in book.sheets:
            for row in book.rows(info.name):
                assert row.cells[-1]
                assert row.sheet_row > 0
                assert {*row.numbers, *row.faults} <= set(range(len(row.cells)))
            book.merged_ranges(info.name)
    with suppress(UnacceptableFile):
        describe(io.BytesIO(content))


def damage(content: bytes, draw: random.Random) -> bytes:
    at = draw.randrange(len(content))
    length = draw.choice((1, 1, 2, 4, 50, 1000))
    match draw.randrange(5):
        case 0:
            return content[:at] + draw.randbytes(length) + content[at + length :]
        case 1:
            return content[:at]
        case 2:
            return content[:at] + content[at + length :]
        case 3:
            return content[:at] + content[at : at + length] * 2 + content[at + length :]
        case _:
            return content[:at] + bytes([content[at] ^ (1 << draw.randrange(8))]) + content[at + 1 :]


@pytest.mark.parametrize("workbook", range(3))
def test_damaged_archives_are_read_or_refused(workbook: int) -> None:
    content = good_workbooks()[workbook]
    for seed in range(ROUNDS):
        read(damage(content, random.Random(seed)))  # noqa: S311


@pytest.mark.parametrize("name", [name for name in PARTS if name != "[Content_Types].xml"])
def test_damaged_parts_are_read_or_refused(name: str) -> None:
    part = PARTS[name]
    assert isinstance(part, str)
    for seed in range(ROUNDS):
        draw = random.Random(seed)  # noqa: S311
        read(zipped({**PARTS, name: damage(part.encode(), draw)}))


@pytest.mark.parametrize("start", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_bytes_without_meaning_are_refused(start: bytes) -> None:
    for seed in range(ROUNDS):
        draw = random.Random(seed)  # noqa: S311
        read(start + draw.randbytes(draw.choice((0, 1, 100, 600, 5000))))


_TOKENS = (
    "<row>", "</row>", "<row/>", '<row r="5">', "<c>", "</c>", "<c/>", '<c t="s">', '<c r="C3">', "<v>", "</v>", "1",
    "<f>", "</f>", "<is>", "</is>", "<t>", "</t>", "<!--", "-->", "<![CDATA[", "]]>", "&amp;", "&", "<", ">", "\0",
    "\r\n", "é", "<c><v>1</v></c>", "<row><c><v>1</v></c></row>", "<row></row>", "<?x?>", "<rPh>", "</rPh>",
    "</sheetData>", "<sheetData>",
)  # fmt: skip


def test_any_order_of_tags_is_read_or_refused() -> None:
    for seed in range(4 * ROUNDS):
        draw = random.Random(seed)  # noqa: S311
        read(zipped({**PARTS, _SHEET: sheet("<row></row>" + "".join(draw.choices(_TOKENS, k=draw.randint(1, 30))))}))


_UNITS = (
    "<row><c><v>1</v></c></row>", "<row></row>", "<row/>", "<row><x/></row>", "<row><c><v>1</v><x/></c></row>",
    "<row><c><f>A1</f></c></row>", "<x/>", "<!-- -->", "<row><!--</row>--></row>",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_time_grows_as_the_sheet_does(seed: int) -> None:
    unit = "".join(random.Random(seed).choices(_UNITS, k=5))  # noqa: S311
    small, large = (_seconds(zipped({**PARTS, _SHEET: sheet(unit * times)})) for times in (1000, 8000))
    assert large < 8 * 4 * max(small, 0.02)  # to the square would be 64


def _seconds(content: bytes) -> float:
    best = inf
    for _ in range(3):
        begin = time.process_time()
        read(content)
        best = min(best, time.process_time() - begin)
    return best
