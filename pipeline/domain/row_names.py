"""How people are told which row is meant: by its row number, and by the row in which their spreadsheet shows it.

The two always differ, because a spreadsheet counts the header too.
"""

from collections.abc import Iterable


def excel_note(sheet_row: int | None) -> str:
    """` (Excel row 4)`, behind a row number; empty if it is not known where a spreadsheet shows the row."""
    return f" (Excel row {sheet_row:,})" if sheet_row else ""


def line_name(line: int, sheet_row: int) -> str:
    """`line 4`, as a text editor counts; `line 4 (Excel row 3)` where a spreadsheet counts otherwise."""
    return f"line {line:,}{excel_note(sheet_row) if sheet_row != line else ''}"


def listed_rows(places: Iterable[tuple[int, int | None]], *, has_more: bool = False) -> str:
    """`rows 3, 9, … (Excel rows 4, 10, …)`: the row numbers and sheet rows of a few rows."""
    known = list(places)
    rows = _listed("row", [row_number for row_number, _ in known], has_more)
    sheet_rows = [sheet_row for _, sheet_row in known if sheet_row]
    return f"{rows} ({_listed('Excel row', sheet_rows, has_more)})" if len(sheet_rows) == len(known) else rows


def listed_lines(places: Iterable[tuple[int, int | None]], *, has_more: bool = False, in_workbook: bool = False) -> str:
    """`lines 4, 9`, as a text editor counts; where a spreadsheet counts otherwise, `lines 4, 9; Excel rows 3, 8`.

    A workbook has no lines, so it is `Excel rows 3, 8`.
    """
    known = list(places)
    if in_workbook:
        return _listed("Excel row", [sheet_row or line for line, sheet_row in known], has_more)
    lines = _listed("line", [line for line, _ in known], has_more)
    differs = all(sheet_row for _, sheet_row in known) and any(line != sheet_row for line, sheet_row in known)
    return (
        f"{lines}; {_listed('Excel row', [sheet_row or 0 for _, sheet_row in known], has_more)}" if differs else lines
    )


def _listed(word: str, numbers: list[int], has_more: bool) -> str:
    several = "s" if has_more or len(numbers) > 1 else ""
    return f"{word}{several} {', '.join(f'{number:,}' for number in numbers)}{', …' if has_more else ''}"
