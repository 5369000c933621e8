"""On which line each row starts, and where a spreadsheet shows it, against plain lists."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.row_lines import RowLines

BLOCKS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3), st.integers(1, 5)), max_size=20)
"""How many lines down from the last row the next ones begin, how many of these lines are no rows of a spreadsheet, and
how many rows follow one another."""


@given(BLOCKS)
def test_a_rows_place_and_a_lines_rows_are_found(blocks: list[tuple[int, int, int]]) -> None:
    row_lines, lines, sheet_rows = RowLines(), [0], [0]
    for down, hidden, rows in blocks:
        line, sheet_row = lines[-1] + down, sheet_rows[-1] + max(1, down - hidden)
        row_lines.add(line, sheet_row, rows)
        lines.extend(range(line, line + rows))
        sheet_rows.extend(range(sheet_row, sheet_row + rows))
    assert row_lines.rows == len(lines) - 1
    places = zip(range(len(lines)), lines, sheet_rows, strict=True)
    assert [row_lines.place_of(row) for row in range(len(lines))] == list(places)
    for line in range(1, lines[-1] + 3):
        assert row_lines.rows_from(line) == _rows_from(lines, line)


def _rows_from(lines: list[int], line: int) -> tuple[int, int] | None:
    if line not in lines:
        return None
    row = last = lines.index(line)
    while last + 1 < len(lines) and lines[last + 1] == lines[last] + 1:
        last += 1
    return row, last
