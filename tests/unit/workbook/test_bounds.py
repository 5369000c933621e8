"""Workbooks that unpack to more than is allowed, and texts that do not fit into memory."""

import io
import random
from tempfile import TemporaryFile

import pytest

from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.reading.workbook.book import open_workbook
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
    for text in TEXTS:
        texts.append(text)
    indexes = list(range(len(TEXTS)))
    match order:
        case "backwards":
            indexes.reverse()
        case "at random":
            random.Random(1).shuffle(indexes)  # noqa: S311
        case "every second one again":
            indexes = [index for pair in zip(indexes, [7] * len(indexes), strict=True) for index in pair]
    assert [texts[index] for index in indexes] == [TEXTS[index] for index in indexes]
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
