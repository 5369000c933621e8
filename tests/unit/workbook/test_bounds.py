"""Workbooks that unpack to more than is allowed, and texts that do not fit into memory."""

import io
import random
import time
from tempfile import TemporaryFile

import pytest

from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.reading.workbook.book import open_workbook
from pipeline.reading.workbook.items import NotPlain
from pipeline.reading.workbook.shared_strings import SharedStrings
from pipeline.reading.workbook.spilled_texts import SpilledTexts
from tests.unit.workbook.building import failure_of, parts, sheet, zipped

ROW = '<row><c t="inlineStr"><is><t>some text</t></is></c></row>'


def bomb(size: int) -> bytes:
    return zipped(parts(sheet(ROW * (size // len(ROW)))))


def test_what_is_unpacked_is_counted() -> None:
    with open_workbook(io.BytesIO(bomb(3_000_000)), Limits(), most_unpacked=1_000_000) as book:
        rows = book.rows("Products")
        assert next(rows).cells == ["some text"]
        with pytest.raises(UnacceptableFile) as refused:
            list(rows)
    assert refused.value.failure.code == FailureCode.FILE_TOO_LARGE
    assert "Split it" in refused.value.failure.message


def test_a_part_that_is_read_again_counts_once() -> None:
    with open_workbook(io.BytesIO(bomb(600_000)), Limits(), most_unpacked=1_000_000) as book:
        assert len({len(list(book.rows("Products"))) for _ in range(4)}) == 1


def test_a_size_that_is_a_lie_is_no_way_around() -> None:
    content = bomb(600_000)
    stated = len(sheet(ROW * (600_000 // len(ROW)))).to_bytes(4, "little")
    assert content.count(stated) == 2
    assert "damaged" in failure_of(content.replace(stated, (1000).to_bytes(4, "little"))).message


TEXTS = [f"text {number} ä" * (1 + number % 3) for number in range(5000)] + ["x" * 100_000, "", "😀"]


@pytest.mark.parametrize("order", ["as they are", "backwards", "at random", "every second one again"])
def test_texts_in_a_scratch_file_are_found_in_any_order(order: str) -> None:
    texts = SpilledTexts(TemporaryFile)
    for at in range(0, len(TEXTS), 7):
        texts.extend(TEXTS[at : at + 7])
    indexes = list(range(len(TEXTS)))
    match order:
        case "backwards":
            indexes.reverse()
        case "at random":
            random.Random(1).shuffle(indexes)  # noqa: S311
        case "every second one again":
            indexes = [index for pair in zip(indexes, [7] * len(indexes), strict=True) for index in pair]
    assert [texts[index] for index in indexes] == [TEXTS[index] for index in indexes]
    some = sorted({*indexes[:50], *indexes[::19]})
    assert list(texts.several(some)) == [(index, TEXTS[index]) for index in some]
    texts.close()


def test_texts_of_many_cells_are_those_of_each_cell_wherever_they_are() -> None:
    texts = SharedStrings(max_length=1000, scratch=io.BytesIO, memory=10_000)
    texts.start("sst", {})
    for number in range(400):
        assert texts.take_plain(f"<si><t>text {number}</t>", "")
    for step in (1, 3, 40, 399):
        numbers = ["", *(str(number % 400) for number in range(7, 7 + step * 50, step))]
        each = ["", *(texts[int(number)] for number in numbers[1:])]
        assert texts.of_cells([numbers, numbers[::-1]]) == [each, each[::-1]]
    with pytest.raises(NotPlain):
        texts.of_cells([["1", "400"]])
    texts.close()


def test_shared_texts_that_need_much_memory_go_to_a_scratch_file() -> None:
    opened = []

    def scratch() -> io.BytesIO:
        opened.append(io.BytesIO())
        return opened[-1]

    texts = SharedStrings(max_length=1000, scratch=scratch)
    texts.start("sst", {})
    for number in range(300_000):
        assert texts.take_plain(f"<si><t>text {number}</t>", "")
    assert len(opened) == 2
    assert [texts[number] for number in (0, 299_999, 150_000)] == ["text 0", "text 299999", "text 150000"]
    with pytest.raises(UnacceptableFile, match="not there"):
        texts[300_000]
    texts.close()
    assert all(file.closed for file in opened)


def ended(content: bytes) -> str:
    """How reading the only sheet twice ends: with the number of rows, or refused."""
    try:
        with open_workbook(io.BytesIO(content), Limits()) as book:
            return " ".join(str(sum(1 for _ in book.rows("Products"))) for _ in range(2))
    except UnacceptableFile as refused:
        return refused.failure.code


@pytest.mark.parametrize(
    "row",
    [
        "<row><c><v>1</v></c></row>",
        "<row><c><v>1</v></c><x/></row>",
        "<row></row>",
        '<row><c r="XFD1"><v>1</v></c></row>',
        f"<row>{'<c><v>1</v></c>' * 50}<x/></row>",
    ],
)
def test_rows_that_are_nothing_but_the_same_are_refused_early(row: str) -> None:
    begin = time.process_time()
    assert ended(zipped(parts(sheet(row * (10_000_000 // len(row)))))) == FailureCode.FILE_TOO_LARGE
    assert time.process_time() - begin < 10


def test_one_row_of_cells_without_end_is_refused_early() -> None:
    assert ended(zipped(parts(sheet(f"<row>{'<c><v>1</v></c>' * 600_000}</row>")))) == FailureCode.FILE_TOO_LARGE


def test_a_text_that_unpacks_to_far_more_than_any_is_refused() -> None:
    assert ended(zipped(parts(sheet(f"<row><c><v>{'1' * 90_000_000}</v></c></row>")))) == FailureCode.FILE_TOO_LARGE


@pytest.mark.parametrize("quote", ['"', "'"])
def test_a_poor_table_in_a_terse_dialect_is_no_bomb(quote: str) -> None:
    """Its cells have no places, and only the identifiers differ; in single quotes, no row is plain."""
    cells = "".join(f"<c t={quote}str{quote}><v>{text}</v></c>" for text in ("Lamp", "Toys", "9.99", "5", "piece"))
    row = f"<row><c><v>{{0}}</v></c><c><v>{{0}}</v></c>{cells}{'<c/>' * 8}</row>"
    content = sheet("".join(row.format(number) for number in range(25_000)))
    assert ended(zipped(parts(content))) == "25000 25000"
