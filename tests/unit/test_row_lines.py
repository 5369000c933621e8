"""On which line each row starts, against a plain list."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.reading.row_lines import RowLines

BLOCKS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 5)), max_size=20)
"""How many lines lie between the last row and the next ones, and how many of those follow one another."""


@given(BLOCKS)
def test_a_rows_line_and_a_lines_rows_are_found(blocks: list[tuple[int, int]]) -> None:
    row_lines, lines = RowLines(), [0]
    for skipped, rows in blocks:
        line = lines[-1] + skipped
        row_lines.add(line, rows)
        lines.extend(range(line, line + rows))
    assert row_lines.rows == len(lines) - 1
    assert [row_lines.line_of(row) for row in range(len(lines))] == lines
    for line in range(1, lines[-1] + 3):
        assert row_lines.rows_from(line) == _rows_from(lines, line)


def _rows_from(lines: list[int], line: int) -> tuple[int, int] | None:
    if line not in lines:
        return None
    row = last = lines.index(line)
    while last + 1 < len(lines) and lines[last + 1] == lines[last] + 1:
        last += 1
    return row, last
