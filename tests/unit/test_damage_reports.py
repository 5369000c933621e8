"""Files after public bug reports: where damage stays, and the message for it."""

from pathlib import Path

import pytest

from tests.unit.files import rows_of, surveyed

REPORTS = Path(__file__).parent / "reports"
QUOTES = ("BARE_QUOTES", "SPACED_QUOTES", "SHORT_ROWS", "LONG_ROWS")
# The number of rows, the lines of the malformed ones, a message of each of these, and the warnings.
CASES: dict[str, tuple[int, list[int], str, list[str]]] = {
    "38-text-after-closing-quote.csv": (3, [3], "Text follows a closing quote", []),
    "40-quotes-in-html.csv": (4, [3], "Text follows a closing quote", []),
    "43-blank-before-quote.csv": (4, [], "", ["SPACED_QUOTES"]),
    "44-doubled-quotes-everywhere.csv": (3, [3], "Every quote is doubled", []),
    "46-line-in-quotes-rows-only.csv": (3, [2, 3, 4], "The whole line is in quotes", []),
    "47-line-in-quotes-some-rows.csv": (3, [3], "The whole line is in quotes", []),
    "48-lone-cr-in-cell.csv": (4, [3, 4], "The row ends after", []),
    "49-break-in-unquoted-description.csv": (4, [4], "check that row too", []),
    "73-section-rows.csv": (4, [], "", []),
    "75-put-together-without-break.csv": (3, [2], "the header is repeated in it", []),
    "81-header-comma-rows-semicolon.csv": (2, [2, 3], "separated by commas, but this row by semicolons", []),
    "104-long-description.csv": (5, [4], "The row is longer than 262144 bytes", []),
    "107-no-row-break-at-end-and-blank-rows.csv": (2, [], "", []),
    "108-wrong-by-one-lines.csv": (2, [], "", []),
    "117-blank-after-closing-quote.csv": (3, [], "", ["SPACED_QUOTES"]),
    "118-cr-cr-lf.csv": (3, [], "", []),
    "119-form-feed-between-rows.csv": (2, [], "", []),
    "138-excel-locale-resaved.csv": (2, [2, 3], "The whole line is in quotes", []),
    "144-backslash-quotes-no-comma.csv": (3, [3], "There is a backslash before a quote", []),
    "145-blank-before-quote-no-comma.csv": (3, [], "", ["SPACED_QUOTES"]),
    "147-escaped-last-cell-above-damage.csv": (4, [4], "The row has 8 cells", []),
    "149-two-short-above-total.csv": (3, [4], "Delete it if it is a note or a total", ["SHORT_ROWS"]),
    "150-short-row-above-note.csv": (3, [4], "Delete it if it is a note or a total", ["SHORT_ROWS"]),
    "151-feet-and-inches.csv": (4, [], "", ["BARE_QUOTES"]),
    "152-apostrophe-first-cells-pipe.csv": (4, [], "", []),
    "153-short-row-above-damaged-row.csv": (4, [4], "Delete it if it is a note or a total", ["SHORT_ROWS"]),
    "154-inch-before-closing-quote.csv": (3, [3], "Text follows a closing quote", []),
    "156-inch-at-end-of-last-cell-all-quoted.csv": (4, [3], "Text follows a closing quote", []),
    "157-inch-at-end-of-last-cell-some-quoted.csv": (4, [3], "do not match", []),
    "158-two-rows-with-inch-at-end.csv": (4, [3, 4], "Text follows a closing quote", []),
    "160-dimensions-with-inches.csv": (4, [4], "Text follows a closing quote", ["BARE_QUOTES"]),
    "161-html-attributes-unescaped-multi-line.csv": (3, [3], "Text follows a closing quote", []),
    "162-quote-opens-in-last-row-of-many.csv": (3, [4], "do not match", []),
    "164-tsv-with-quotes-as-text.csv": (3, [3], "Text follows a closing quote", []),
    "170-note-with-blank-after-comma.csv": (3, [4], "Delete it if it is a note or a total", []),
}


@pytest.mark.parametrize("name", CASES)
def test_damage_stays_where_it_is_and_is_named(name: str) -> None:
    total, malformed, message, warnings = CASES[name]
    content = (REPORTS / name).read_bytes()
    rows = rows_of(content)
    assert (len(rows), [row.line for row in rows if row.malformed]) == (total, malformed)
    assert all(message in row.malformed for row in rows if row.malformed)
    assert [warning.code for warning in surveyed(content).warnings if warning.code in QUOTES] == warnings


def test_a_row_that_was_meant_otherwise_shows_its_cells_as_they_were_meant() -> None:
    """So the fix file has them where they belong."""
    whole_line, other_delimiter, doubled = (
        next(row.cells for row in rows_of((REPORTS / name).read_bytes()) if row.malformed and row.row_number > 1)
        for name in (
            "47-line-in-quotes-some-rows.csv",
            "81-header-comma-rows-semicolon.csv",
            "44-doubled-quotes-everywhere.csv",
        )
    )
    assert whole_line == ["B-2", "Elm bowl, large", "Home & Kitchen", "HX-B", "19.99", "5"]
    assert other_delimiter == ["Z-9", "Pine board", "Home & Kitchen", "HX-Z", "9.00", "3"]
    assert doubled == ["B-2", "Elm bowl", "Home & Kitchen", "HX-B", "19.99", "5"]
