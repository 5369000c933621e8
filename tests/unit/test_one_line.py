"""Texts from files, inside sentences of ours."""

import pytest

from pipeline.domain.one_line import one_line


@pytest.mark.parametrize(
    "between",
    ["\n", "\r\n", "\r", "\t", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\0", "\x1b", "\x7f", "\xa0", "  ",
     "\u202e", "\u2066", "\u200f", "\u061c", "\u200b", "\ufeff", "\xad", "\u2800", "\u3164", "\ufffe", "\ud800",
     "\U000e0041"],
)  # fmt: skip
def test_breaks_and_what_nobody_sees_become_one_blank(between: str) -> None:
    assert one_line(f" Price{between}{between}Download Errors: {between}") == "Price Download Errors:"


@pytest.mark.parametrize("text", ["Größe (cm)", "商品名", "سعر", "👍🏽", "a“b”", "ไทย", "\u0601 5"])
def test_what_is_seen_stays(text: str) -> None:
    assert one_line(text) == text


def test_a_long_text_ends_with_a_mark() -> None:
    assert one_line("x" * 80) == "x" * 80
    assert one_line("x" * 81) == "x" * 79 + "…"
    assert one_line("abc def", 5) == "abc…"
    assert len(one_line("long " * 1000, 200)) <= 200


def test_a_text_that_begins_with_many_blanks_is_not_taken_for_a_short_one() -> None:
    assert one_line("\n" * 10_000 + "x").endswith("…")


def test_nothing_to_see_is_an_empty_text() -> None:
    assert one_line("\u202e\n \ufeff") == ""
