"""One damaged record of a sound file: all others are read as if nothing had happened, or the file fails."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.domain.failures import Failure
from pipeline.domain.records import Row
from pipeline.reading.quoting import Quotes, Quoting
from tests.unit.files import read
from tests.unit.sound_files import SoundFile, one_character_more, one_replaced, sound_files

Damage = Callable[[str, str, int], str]
"""Text of a record, delimiter, and a number that says where → the text damaged."""

QUOTES: dict[str, Damage] = {
    "a quote too many": lambda text, _, at: one_character_more(text, '"', at),
    "a quote too few": lambda text, _, at: one_replaced(text, '"', "", at),
    "a quote not doubled": lambda text, _, at: one_replaced(text, '""', '"', at),
    "no quote doubled": lambda text, _, at: text.replace('""', '"'),
    "a backslash instead": lambda text, _, at: one_replaced(text, '""', '\\"', at),
}
OTHERS: dict[str, Damage] = {
    "a delimiter too many": lambda text, delimiter, at: one_character_more(text, delimiter, at),
    "a delimiter too few": lambda text, delimiter, at: one_replaced(text, delimiter, "", at),
    "a delimiter of two characters": lambda text, delimiter, at: one_replaced(text, delimiter, delimiter + " ", at),
    "another delimiter": lambda text, delimiter, at: one_replaced(text, delimiter, "^", at),
    "a stray line feed": lambda text, _, at: one_character_more(text, "\n", at),
    "a stray carriage return": lambda text, _, at: one_character_more(text, "\r", at),
    "cut off": lambda text, _, at: text[: 1 + at % len(text)],
}


def lines_of(text: str) -> int:
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def check_others(file: SoundFile, damaged_at: int, damaged: str) -> list[Row]:
    """The rows that came from the damaged record, after checking that all others are where they belong."""
    texts = [*file.texts[:damaged_at], damaged, *file.texts[damaged_at + 1 :]]
    result = read(file.content(texts).encode())
    if isinstance(result, Failure):
        first, after = lines_of_record(file, texts, damaged_at)
        assert result.code == "UNCLOSED_QUOTE"
        assert first <= (result.line or 0) < after
        assert f"line {result.line}" in result.message
        return []
    return rows_of_record(file, texts, damaged_at, result)


def lines_of_record(file: SoundFile, texts: list[str], at: int) -> tuple[int, int]:
    """The first line of a record, and that of the next."""
    return 1 + lines_of(file.content(texts[:at])), 1 + lines_of(file.content(texts[: at + 1]))


def rows_of_record(file: SoundFile, texts: list[str], damaged_at: int, result: list[Row]) -> list[Row]:
    first, after = lines_of_record(file, texts, damaged_at)
    starts = [1 + lines_of(file.content(texts[:n])) for n in range(len(texts))]
    expected = [(starts[n], row) for n, row in enumerate(file.rows) if n != damaged_at]
    others = [row for row in result if not first <= row.line < after]
    assert [(row.line, row.cells) for row in others if row.malformed is None] == expected
    assert all(row.malformed is None for row in others)
    return [row for row in result if first <= row.line < after]


@settings(max_examples=400, deadline=None)
@given(sound_files(), st.sampled_from(sorted(QUOTES)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_broken_quoting_stays_in_its_record_and_none_of_it_is_accepted(
    file: SoundFile, kind: str, which: int, at: int
) -> None:
    damaged_at = which % len(file.rows)
    damaged = QUOTES[kind](file.texts[damaged_at], file.delimiter, at)
    result = check_others(file, damaged_at, damaged)
    if Quoting(file.delimiter).classify(damaged) is not Quotes.SOUND:
        assert all(row.malformed for row in result) or is_read_as_spreadsheets_do(file, damaged, result)


def is_read_as_spreadsheets_do(file: SoundFile, damaged: str, result: list[Row]) -> bool:
    """Whether all of a damaged record was read as one line with bare or spaced quotes."""
    lenient = Quoting(file.delimiter).split_leniently(damaged)
    return lenient is not None and [row.cells for row in result] == [lenient.cells] and lines_of(damaged) == 0


@settings(max_examples=400, deadline=None)
@given(sound_files(), st.sampled_from(sorted(OTHERS)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_other_damage_stays_in_its_record(file: SoundFile, kind: str, which: int, at: int) -> None:
    damaged_at = which % len(file.rows)
    damaged = OTHERS[kind](file.texts[damaged_at], file.delimiter, at)
    assume(damaged.strip(f'"{file.delimiter} '))  # otherwise the row is blank, and the file may have no rows
    check_others(file, damaged_at, damaged)


@settings(max_examples=100, deadline=None)
@given(sound_files(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_zero_character_fails_the_file_with_its_line(file: SoundFile, which: int, at: int) -> None:
    damaged_at = which % len(file.rows)
    damaged = one_character_more(file.texts[damaged_at], "\0", at)
    content = file.content([*file.texts[:damaged_at], damaged, *file.texts[damaged_at + 1 :]])
    result = read(content.encode())
    assert isinstance(result, Failure)
    assert (result.code, result.line) == ("NOT_A_CSV", 1 + lines_of(content[: content.index("\0")]))


@settings(max_examples=150, deadline=None)
@given(
    sound_files(), st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from([b"\xff", b"\xe9", b"\x81", b"\xc3"])
)
def test_invalid_bytes_change_no_other_record(file: SoundFile, which: int, at: int, invalid: bytes) -> None:
    damaged_at = which % len(file.rows)
    marked = one_character_more(file.texts[damaged_at], "\ue000", at)
    texts = [*file.texts[:damaged_at], marked, *file.texts[damaged_at + 1 :]]
    content = file.content(texts)
    result = read(content.encode().replace("\ue000".encode(), invalid))
    if isinstance(result, Failure):
        assert (result.code, result.line) == ("UNSUPPORTED_ENCODING", 1 + lines_of(content[: content.index("\ue000")]))
    else:
        rows_of_record(file, texts, damaged_at, result)  # beside an opening quote it is damage to quoting too


@settings(max_examples=150, deadline=None)
@given(sound_files())
def test_a_sound_file_is_read_as_it_was_written(file: SoundFile) -> None:
    result = read(file.content().encode())
    assert isinstance(result, list)
    assert [row.cells for row in result] == list(file.rows)
    assert all(row.malformed is None for row in result)


@pytest.mark.parametrize("kind", [*QUOTES, *OTHERS])
def test_every_damage_changes_something(kind: str) -> None:
    text = 'P-2,"two ""nice"" mice",Electronics'
    assert {**QUOTES, **OTHERS}[kind](text, ",", 3) != text


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('"Lamp, big",Size 27",Books,"a, b"', ["Lamp, big", 'Size 27"', "Books", "a, b"]),
        ('P1,"Lamp,Books,"9,5",5', ["P1", '"Lamp', "Books", "9,5", "5"]),
        ('P1,"two\nlines",c"d,"e', ["P1", "two\nlines", 'c"d', '"e']),
        ('"x""y",', ['x"y', ""]),
    ],
)
def test_a_damaged_row_has_its_cells_as_far_as_they_split(text: str, cells: list[str]) -> None:
    assert Quoting(",").cells_of_damaged(text) == cells


@pytest.mark.parametrize("wrong", ['"Lamp, big" x', '"Lamp, big",x"'], ids=["broken quotes", "and a cell too many"])
def test_a_damaged_row_keeps_all_its_cells_however_long_they_are(wrong: str) -> None:
    header = b"vendor_product_id,product_name,category,description,sku,price,stock_quantity"
    long = "d" * 30_000 + "END"
    rows = read(header + f"\nP1,{wrong},Books,{long},S1,1,5\nP2,Lamp,Books,d,S2,1,5\n".encode())
    assert isinstance(rows, list)
    assert rows[0].malformed
    assert len(rows[0].raw or "") == 10_000
    assert rows[0].cells[-4:] == [long, "S1", "1", "5"]
    assert rows[1].malformed is None


def test_a_delimiter_at_a_line_end_does_not_hide_the_text_that_goes_on_below_it() -> None:
    """The text was quoted, and has lost its opening quote: its delimiter looks like one of an empty cell too many."""
    header = b"vendor_product_id,category,sku,price,stock_quantity,product_name\n"
    rows = read(header + b'P1,Books,S1,1,5,red,\nwarm"\nP2,Books,S2,1,5,Lamp\n')
    assert isinstance(rows, list)
    assert [(row.line, row.malformed is None) for row in rows] == [(2, False), (3, False), (4, True)]
