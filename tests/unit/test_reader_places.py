"""Row numbers, lines and sheet rows of every row, against a plain model."""

from dataclasses import dataclass

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.checking.survey import staged_records
from pipeline.domain.failures import Limits
from tests.unit.files import HEADER, records_of, rows_of, source, surveyed

ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file: how many lines it has, whether a spreadsheet shows it as a row, whether it is one."""

    text: str
    lines: int
    is_sheet_row: bool = True
    is_row: bool = False


def piece(text: str, *, is_row: bool = False) -> Piece:
    breaks = text.count("\n") + text.count("\r") - text.count("\r\n")
    return Piece(text, breaks + 1, True, is_row)


@st.composite
def rows(draw: st.DrawFn) -> Piece:
    name = draw(st.lists(st.sampled_from(["a", "\n", "\r\n", "\r", "\n\n", ", ", '""']), max_size=6).map("".join))
    return piece(f'P,"n{name}e",Electronics,S,1,1', is_row=True)


PIECES = st.one_of(
    rows(),
    st.just(piece("P,n,Electronics,S,1,1", is_row=True)),
    st.just(piece('P,say "n",Electronics,S,1,1', is_row=True)),  # malformed, but a row
    st.just(piece("P,n,Electronics", is_row=True)),
    st.sampled_from(["", "  ", ",,,,,", ' , ,"",', "\u00a0,\u200b"]).map(piece),
)


def its_last_end(parts: list[tuple[Piece, str]]) -> str:
    return parts[-1][1]


@settings(max_examples=300, deadline=None)
@given(
    st.booleans(),
    st.lists(st.sampled_from(["", ",,", " "]).map(piece), max_size=2),
    st.lists(st.tuples(PIECES, ENDS), min_size=1, max_size=12),
    ENDS,
    st.booleans(),
)
def test_every_row_is_where_the_model_says(
    has_separator: bool, above: list[Piece], below: list[tuple[Piece, str]], end: str, ends_with_break: bool
) -> None:
    parts = [(Piece("sep=,", 1, is_sheet_row=False), end)] * has_separator
    parts += [(each, end) for each in above] + [(piece(HEADER.strip()), end)] + below
    parts.append((piece("P,last,Electronics,S,1,1", is_row=True), end if ends_with_break else ""))
    expected, line, sheet_row, row_number = [], 1, 0, 0
    for each, _ in parts:
        sheet_row += each.is_sheet_row
        if each.is_row:
            row_number += 1
            expected.append((row_number, line, sheet_row))
        line += each.lines
    content = "".join(each.text + its_end for each, its_end in parts)
    breaks = content.count("\n") + content.count("\r") - content.count("\r\n")
    assume(line == breaks + 1 + (its_last_end(parts) == ""))  # a CR before an empty line's LF would be one break
    result = [(row.row_number, row.line, row.sheet_row) for row in rows_of(content)]
    assert result == expected


def test_a_continuation_begins_behind_any_row() -> None:
    content = (
        HEADER + 'P-1,"two\nlines",Electronics,S1,1,1\n\nP-2,"x"y,Electronics,S2,1,1\nP-3,n,Electronics,S1,1,1\nP-4\n'
    ).encode()
    result = surveyed(content)
    whole = records_of(content)
    assert [(staged.row_number, staged.earlier_sku is None) for staged in whole] == [
        (1, True),
        (2, True),
        (3, False),
        (4, True),
    ]
    for after_row in range(5):
        assert list(staged_records(source(content), result, Limits(), after_row=after_row)) == whole[after_row:]
