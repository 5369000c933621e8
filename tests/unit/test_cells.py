"""Cells: cleaning, and being safe in a spreadsheet without losing a character."""

import sys
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.cells import as_received, clean, clean_all, spreadsheet_safe


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  A-1 ", "A-1"),
        ("\u200b\ufeff \u00a0A\u2060\u3000", "A"),
        ("\u00a0\u200d", ""),
        ("a b", "a b"),
        ("00123", "00123"),
        ("\u00adA\u034f", "A"),
        ("\u202bكوب\u202c", "كوب"),
        ("\u3164\u2800\uffa0\u115f\u17b4", ""),
        ("\u0600A\u06dd", "\u0600A\u06dd"),  # these show
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),  # a flag
        ("\U000e0001A", "A"),
        (' ="00123"\t', "00123"),
        ('="\u00a0\u200bA-1 "', "A-1"),
        ('="27"" screen"', '27" screen'),
        ('="=""A"""', "A"),
        ('=""', ""),
        ('="A"&"B"', '="A"&"B"'),
        ("=1+1", "=1+1"),
        ("\x1fA", "\x1fA"),  # a control character is no white space: INVALID_VALUE reports it
    ],
)
def test_blanks_and_invisible_characters_come_off_both_ends(cell: str, cleaned: str) -> None:
    assert clean(cell) == cleaned


def test_every_character_without_a_look_comes_off_and_those_with_one_do_not() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if category(character) == "Cf" or character in "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0":
            shows = "\u0600" <= character <= "\u0605" or character == "\u06dd"
            ends_a_flag = "\U000e0020" <= character <= "\U000e007f"
            assert (clean(f"{character}A{character}") == "A") == (not shows and not ends_a_flag), hex(ord(character))


@given(st.lists(st.text('=" \u00a0\u200bA', max_size=8) | st.text(max_size=4)))
def test_cells_are_cleaned_alike_alone_and_together_and_once_is_enough(cells: list[str]) -> None:
    cleaned = list(map(clean, cells))
    assert (clean_all(cells), clean_all(cleaned)) == (cleaned, cleaned)


@pytest.mark.parametrize(
    ("cell", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("+49 170", "'+49 170"),
        ("-10.00", "-10.00"),
        ("-10,5", "-10,5"),
        ("-10.00.1", "'-10.00.1"),
        ("+1", "'+1"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=x", "''=x"),
        ("'-5", "''-5"),
        ("it's", "it's"),
        ("'tis", "'tis"),
        ("", ""),
    ],
)
def test_what_starts_a_formula_is_quoted(cell: str, safe: str) -> None:
    assert spreadsheet_safe(cell) == safe


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n 1a,.\u00a0"), max_size=8) | st.text(max_size=12))
def test_every_cell_comes_back_exactly(cell: str) -> None:
    assert as_received(spreadsheet_safe(cell)) == cell


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n 1a,."), max_size=8))
def test_no_safe_cell_starts_a_formula(cell: str) -> None:
    safe = spreadsheet_safe(cell)
    assert (
        safe.lstrip(" \n")[:1] not in {"=", "+", "-", "@", "\t", "\r"}
        or safe.lstrip("-").replace(",", ".").count(".") <= 1
    )
