"""Cells: cleaning, and being safe in a spreadsheet without losing a character."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.cells import as_received, clean, spreadsheet_safe


@pytest.mark.parametrize(
    ("cell", "cleaned"),
    [
        ("  A-1 ", "A-1"),
        ("\u200b\ufeff \u00a0A\u2060\u3000", "A"),
        ("\u00a0\u200d", ""),
        ("a b", "a b"),
        ("00123", "00123"),
        ("\x1fA", "\x1fA"),  # a control character is no white space: INVALID_VALUE reports it
    ],
)
def test_blanks_and_invisible_characters_come_off_both_ends(cell: str, cleaned: str) -> None:
    assert clean(cell) == cleaned


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
