"""Texts from a file inside a message: on one line, printable and not too long."""

import pytest

from pipeline.domain.one_line import one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Oak spoon", "Oak spoon"),
        ("  two\r\nlines\tand  blanks ", "two lines and blanks"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202eleft\u2066right\u200b\ufeff", "left right"),
        ("\x1b[2Jgone\x00", "[2Jgone"),
        ("\u2800\u3164", ""),
        ("Größe ™ 木", "Größe ™ 木"),
    ],
)
def test_breaks_and_what_does_not_show_are_blanks(text: str, shown: str) -> None:
    assert one_line(text) == shown


@pytest.mark.parametrize("length", [79, 80, 81, 10_000_000])
def test_a_long_text_ends_with_an_ellipsis(length: int) -> None:
    shown = one_line("x" * length)
    assert len(shown) == min(length, 80)
    assert shown.endswith("…") == (length > 80)


def test_blanks_that_collapse_do_not_shorten_a_text() -> None:
    assert one_line("a" + " " * 90 + "b", 10) == "a b"
