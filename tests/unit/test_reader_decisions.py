"""Every line of the table in docs/reader.md: where a row ends that its first line does not end soundly."""

import pytest

from pipeline.domain.failures import Limits
from tests.unit.files import HEADER, ROW, failure_of, rows_of, surveyed

NEXT = "P-9,Cable,Electronics,SKU-9,4.50,12\n"
QUOTED_NEXT = '"P-9","Cable, 2 m","Electronics","SKU-9","4.50","12"\n'
MULTI_LINE_NEXT = 'P-9,"Cable\n2 m, black",Electronics,SKU-9,4.50,12\n'
LONG_HEADER = HEADER.replace("\n", ",brand,description\n")
PRODUCT_LAST = "sku,vendor_product_id,category,price,stock_quantity,product_name,brand,description,unit\n"


def row_names(content: str, limits: Limits | None = None) -> list[tuple[int, str]]:
    """Line and product name of each row; a malformed one has an exclamation mark for its name."""
    return [(row.line, "!" if row.malformed else row.cells[1]) for row in rows_of(content, limits)]


@pytest.mark.parametrize("following", [NEXT, QUOTED_NEXT, MULTI_LINE_NEXT])
@pytest.mark.parametrize(
    "damaged",
    [
        'P-2,"Mouse"x,Electronics,S2,1,1\n',  # text after the closing quote
        'P-2,"5" tube",Electronics,S2,1,1\n',  # a quote that is not doubled
        'P-2,"say \\"hi\\" twice",Electronics,S2,1,1\n',  # a backslash instead of a second quote
        'P-2,"Mouse, big"Electronics,S2,1,1\n',  # the delimiter after a quote is missing
        'P-2,"Mouse,Electronics,S2,1,1\n',  # the closing quote is missing
        'P-2,"Mouse, big,Electronics,S2,1,1\n',
        'P-2,"Mouse, big"",Electronics,S2,1,1\n',  # a quote too many, which makes a doubled one
        'P-2,Mouse,Electronics,S2,"1,1\n',
        'P-2,Mouse,Electronics,S2,1,"1\n',
        '"P-2,Mouse,Electronics,S2,1,1\n',
        '"P-2","Mouse","Electronics","S2","1,"1"\n',
        "P-2,Mouse;Electronics,S2,1,1\n",
        "P-2,Mouse,,Electronics,S2,1,1\n",
    ],
)
def test_one_damaged_line_is_one_malformed_row(damaged: str, following: str) -> None:
    last = 4 + following.count("\n")
    rows = rows_of(HEADER + ROW + damaged + following + ROW)
    assert [(row.line, bool(row.malformed)) for row in rows] == [(2, False), (3, True), (4, False), (last, False)]
    assert rows[1].raw == damaged.rstrip("\n")


@pytest.mark.parametrize(
    "cell",
    [
        '"two\nlines"',
        '"commas, in\nboth, lines, of, it, and, more"',
        '"a list:\n- 5 pcs, 3 kg, 19.99, red, blue, green, 7\n- end"',
        '"<p class=""a, b"">\n<a href=""https://x.example/?a=1,2"">x</a>,\n</p>"',
        '"\nstarts and ends with a break\n"',
        '"blank\n\n\nlines"',
        '"36,37,38,39,40,41\n36,37,38,39,40,41\nsizes"',
    ],
)
def test_a_text_of_many_lines_is_one_cell(cell: str) -> None:
    (first, whole, last) = rows_of(HEADER + ROW + ROW.replace("Mouse", cell) + ROW)
    assert [row.malformed for row in (first, whole, last)] == [None] * 3
    assert whole.cells[1] == cell[1:-1].replace('""', '"')


@pytest.mark.parametrize("position", range(8))
def test_a_text_of_many_lines_may_stand_in_any_column(position: int) -> None:
    cells = ["P-2", "Mouse", "Electronics", "S-2", "1", "1", "Acme", "Nice"]
    cells[position] = '"one, two\nthree, four,\nfive"'
    rows = rows_of(LONG_HEADER + ",".join(cells) + "\n" + NEXT)
    assert [(row.line, row.malformed) for row in rows] == [(2, None), (5, None)]


@pytest.mark.parametrize(
    "content",
    [
        # Two stray quotes with a record between them.
        'P-2,"Mouse,Electronics,S2,1,1\n' + NEXT + 'P-4,Mouse",Electronics,S4,1,1\n',
        # A text that could also be the end of a row, after a quote without an end.
        'P-2,"Mouse\nvery nice, big,Electronics,S2,1,1\n' + NEXT,
        # A quote that is open until the end of the file, in a row that is not all there.
        'P-2,"Mou',
        'P-2,"Mouse\nwith cable\n',
    ],
)
def test_where_nothing_decides_the_file_fails_and_names_the_line(content: str) -> None:
    failure = failure_of(HEADER + ROW + content)
    assert (failure.code, failure.line) == ("UNCLOSED_QUOTE", 3)
    assert "line 3" in failure.message


def test_two_stray_quotes_that_make_no_row_together_hide_no_row_between_them() -> None:
    content = HEADER + 'P-2,"Mouse,Electronics,S2,1,1\n' + NEXT * 2 + 'P-5,"Mouse"x,Electronics,S5,1,1\n' + ROW
    assert row_names(content) == [(2, "!"), (3, "Cable"), (4, "Cable"), (5, "!"), (6, "Mouse")]


def test_two_lines_that_are_whole_rows_but_for_a_stray_quote_are_two_rows() -> None:
    content = HEADER + 'P-2,"Mouse,Electronics,S2,1,1\nP-4,Mouse",Electronics,S4,1,1\n' + NEXT
    assert row_names(content) == [(2, "!"), (3, 'Mouse"'), (4, "Cable")]


def test_a_text_whose_ends_are_no_rows_is_read_as_it_stands() -> None:
    content = HEADER + 'P-2,"Mouse,Electronics,S2,call,x\nP-4,Mouse",Electronics,S4,call,x\n' + NEXT
    assert row_names(content) == [(2, "Mouse,Electronics,S2,call,x\nP-4,Mouse"), (4, "Cable")]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ('P-2,say "hi",Electronics,S2,1,1\n', 'say "hi"'),
        ('P-2,Monitor 27",Electronics,S2,1,1\n', 'Monitor 27"'),
        ('P-2,say ""hi"",Electronics,S2,1,none\n', 'say ""hi""'),
        ('P-2, "Mouse, big",Electronics,S2,1,1\n', "Mouse, big"),
        ('"P-2" ,"Mouse ""big""" ,"Electronics","S2" , "1" ,1\n', 'Mouse "big"'),
        ('P-2,\u00a0"Mouse" \t,5" x 3",S2,1,1\n', "Mouse"),
    ],
)
def test_bare_quotes_and_blanks_around_quotes_are_read_as_spreadsheets_read_them(row: str, name: str) -> None:
    assert row_names(HEADER + ROW + row + NEXT) == [(2, "Mouse"), (3, name), (4, "Cable")]
    codes = [w.code for w in surveyed(HEADER + ROW + row + NEXT).warnings if w.code.endswith("_QUOTES")]
    assert codes == ["BARE_QUOTES"] * ("hi" in name or '5"' in row or '27"' in row) + ["SPACED_QUOTES"] * (
        "hi" not in name and "27" not in name
    )


@pytest.mark.parametrize(
    "row",
    [
        'P-2,say "hi",Electronics,S2,none,none\n',  # no number under price or stock
        'P-2,say "hi", and more,Electronics,S2,1,1\n',  # a cell too many
        'P-2,say "hi",Electronics,S2,1\n',  # a cell too few
        'P-2, "Mouse, big,Electronics,S2,1,1\n',
        'P-2, "Mouse" x, "big",Electronics,S2,1,1\n',
        # A cell that begins with a quote, behind a blank, and does not end with one.
        'P-2, "Mouse", Electronics, "S2, 1, 1\n',
        'P-2, "Mouse,Electronics,S2,1,1\n',
        'P-2, "Mouse 27" big",Electronics,S2,1,1\n',
    ],
)
def test_other_quotes_stay_damage(row: str) -> None:
    assert row_names(HEADER + ROW + row + NEXT) == [(2, "Mouse"), (3, "!"), (4, "Cable")]


@pytest.mark.parametrize(
    "damaged",
    [
        'P-2,"one "line"\ntwo lines",Electronics,S2,1,1\n',  # quotes that are not doubled
        'P-2,"one line\ntwo "lines"" and\nmore",Electronics,S2,1,1\n',
        'P-2,"one line\ntwo lines,Electronics,S2,1,1\n',  # the closing quote is missing
        'P-2,"one line\ntwo lines",Electronics,,S2,1,1\n',  # a delimiter too many
        'P-2,"one line\ntwo lines"Electronics,S2,1,1\n',  # a delimiter too few
        'P-2,"one line\ntwo lines" ,Electronics,S2,1,1\n',
        '"P-2,"one line\ntwo lines","Electronics","S2","1","1"\n',
    ],
)
def test_a_damaged_row_of_many_lines_is_one_malformed_row(damaged: str) -> None:
    lines = damaged.count("\n")
    assert row_names(HEADER + ROW + damaged + NEXT) == [(2, "Mouse"), (3, "!"), (3 + lines, "Cable")]


def test_a_row_that_was_cut_off_inside_a_quote_ends_where_a_quoted_row_begins() -> None:
    assert row_names(HEADER + 'P-2,"Mou\n' + QUOTED_NEXT) == [(2, "!"), (3, "Cable, 2 m")]


@pytest.mark.parametrize("rest", ["0,Acme,Nice", "me,Nice", ",Acme,Nice", "Acme,Nice", "Without tax, 3 days"])
@pytest.mark.parametrize(("line_break", "lines"), [("\n", 1), ("\n\n", 2), ("\r\r\n", 2)])
def test_a_sound_row_is_kept_above_what_may_be_its_rest_or_a_note(rest: str, line_break: str, lines: int) -> None:
    content = LONG_HEADER + f"P-2,Mouse,Electronics,S2,1,5{line_break}{rest}\n" + WHOLE
    assert row_names(content) == [(2, "Mouse"), (2 + lines, "!"), (3 + lines, "Mouse")]


WHOLE = "P-2,Mouse,Electronics,S2,1,1,Acme,Nice\n"
SHORT, FULL = "S-1,P-1,Electronics,1,1,Mouse,Acme,Nice\n", "S-1,P-1,Electronics,1,1,Mouse,Acme,Nice,piece\n"


@pytest.mark.parametrize("above", [SHORT, FULL])
@pytest.mark.parametrize(
    "parted", ["S-2,P\n-2,", "S-2,P-2,Elec\ntronics,", "S-2\nP-2,", "S-2,P\n\n-2,", "S-2,P\r\r\n-2,"]
)
def test_a_line_break_before_the_required_cells_parts_no_other_row(above: str, parted: str) -> None:
    category = "" if "tronics" in parted else "Electronics,"
    content = f"{PRODUCT_LAST}{above}{parted}{category}2,2,Cable,Acme,Nice,piece\n{FULL}"
    rows = rows_of(content)
    assert [bool(row.malformed) for row in rows] == [False, True, True, False]
    assert "Line 3" in str(rows[2].malformed) or "parted" in str(rows[2].malformed)


def test_a_line_of_one_cell_between_rows_is_malformed_alone() -> None:
    (_, part, _) = rows_of(HEADER + ROW + "Keyboards\n" + ROW)
    assert "check that row too" in str(part.malformed)
    assert row_names(HEADER + ROW + "Keyboards\n" + ROW) == [(2, "Mouse"), (3, "!"), (4, "Mouse")]


@pytest.mark.parametrize("between", ["", "more text\n", 'more ""text""\n', "a, b, c, d, e, f, g, h, i, j\n"])
def test_a_text_that_lost_its_opening_quote_leaves_no_first_part(between: str) -> None:
    content = LONG_HEADER + f'P-2,Mouse,Electronics,S2,1,1,Acme,one line\n{between}the end"\n' + NEXT
    (first, *_, last) = row_names(content)
    assert (first, last) == ((2, "!"), (4 + bool(between), "Cable"))


@pytest.mark.parametrize("text", ["Lamp one\n", "Lamp one\nand more\n"])
def test_a_lost_opening_quote_in_a_row_that_shows_its_numbers_costs_no_row_above(text: str) -> None:
    header = "category,stock_quantity,price,vendor_product_id,product_name,sku\n"
    content = (
        f'{header}Electronics,1,1.00,V1,Lamp,S1\nElectronics,2,1.00,V2,{text}two",S2\nElectronics,3,1.00,V3,Lamp,S3\n'
    )
    rows = rows_of(content)
    assert [row.line for row in rows if not row.malformed] == [2, rows[-1].line]
    assert rows[-1].cells[-1] == "S3"


@pytest.mark.parametrize(
    "tail", ['the end",piece', 'in red, green, blue, 5 kg, 3 cm, and more"', "x" * 20_000 + ' end",piece']
)
def test_the_end_of_a_text_is_known_however_long_it_is(tail: str) -> None:
    assert row_names(PRODUCT_LAST + f"S-1,P-1,Electronics,1,1,Mouse,Acme,one line\n{tail}\n{FULL}")[0] == (2, "!")


def test_a_text_between_apostrophes_that_has_a_line_break_leaves_no_first_part() -> None:
    content = LONG_HEADER + "P-2,Mouse,Electronics,S2,1,1,'Ac\nme, big',Nice\n" + NEXT
    assert row_names(content) == [(2, "!"), (3, "!"), (4, "Cable")]


@pytest.mark.parametrize("below", [NEXT + "x,y\n", "\n\nx,y\n", "\nWithout tax, without delivery\n"])
def test_a_row_is_no_first_part_of_what_does_not_stand_right_below(below: str) -> None:
    content = LONG_HEADER + "P-2,Mouse,Electronics,S2,1,1,Acme\n" + below + NEXT
    assert row_names(content)[0] == (2, "Mouse")


@pytest.mark.parametrize("above", [ROW, WHOLE])
@pytest.mark.parametrize(
    "damaged",
    [
        'P-3,Monitor 27",Electronics,S3,1,1\n',  # empty cells at the end are dropped
        'P-3,Monitor 27", black,Electronics,S3,1,1\n',
        'P-3,Monitor 27",Electronics,S3,1\n',  # cut off
    ],
)
def test_a_stray_quote_in_a_row_costs_no_row_above(above: str, damaged: str) -> None:
    assert row_names(LONG_HEADER + above + damaged + NEXT) == [(2, "Mouse"), (3, "!"), (4, "Cable")]


def test_a_stray_quote_in_the_last_cell_of_a_whole_row_costs_no_row_above() -> None:
    rows = rows_of(PRODUCT_LAST + FULL + 'S-2,P-2,Electronics,1,1,Monitor 27"\n' + FULL)
    assert [bool(row.malformed) for row in rows] == [False, True, False]


@pytest.mark.parametrize(
    "note",
    [
        'P-3,Monitor 27"\n',
        'Diagonal in inch, i.e. 27"\n',
        '\nSizes are in inch: 5"\n',
        '\nid,"name"\n1,27"\n',
    ],
)
@pytest.mark.parametrize("header", [HEADER, LONG_HEADER])
def test_a_stray_quote_costs_no_row_above_that_ends_with_a_number(header: str, note: str) -> None:
    assert [line for line, name in row_names(header + ROW + note + NEXT) if name != "!"] == [
        2,
        3 + note.count("\n"),
    ]


@pytest.mark.parametrize("rest", ['red""red,end"', 'red end"', 'so ""nice"""'])
def test_a_row_with_a_bare_quote_is_the_rest_of_a_text_that_lost_its_opening_quote(rest: str) -> None:
    category = "" if "," in rest else ",end"
    content = HEADER + f"P-2,red\n{rest}{category},Electronics,S-1,19.99,0\n" + NEXT
    assert row_names(content) == [(2, "!"), (3, "!"), (4, "Cable")]


@pytest.mark.parametrize("note", ['"All sizes in inches', '"', '" x', '"see page 4'])
@pytest.mark.parametrize("below", ["", NEXT])
def test_a_note_that_opens_a_quote_costs_itself_alone(note: str, below: str) -> None:
    assert row_names(HEADER + ROW + note + "\n" + below) == [
        (2, "Mouse"),
        (3, "!"),
        *([(4, "Cable")] if below else []),
    ]


@pytest.mark.parametrize("last", ['""', "", " "])
def test_a_row_whose_last_cell_is_empty_is_kept_above_a_note_with_a_quote(last: str) -> None:
    row = f"P-2,Mouse,Electronics,S2,1,1,Acme,{last}\n"
    assert row_names(LONG_HEADER + row + 'All sizes in cm"\n' + WHOLE) == [(2, "Mouse"), (3, "!"), (4, "Mouse")]


@pytest.mark.parametrize("text", ['",' * 200, '"' * 400])
def test_a_row_of_quotes_that_is_too_long_is_malformed(text: str) -> None:
    assert row_names(HEADER + text + "\n" + NEXT, Limits(row_bytes=300)) == [(2, "!"), (3, "Cable")]


def test_a_table_with_quoted_cells_is_no_inside_of_a_text() -> None:
    assert row_names(LONG_HEADER + WHOLE + 'id,"name"\n1,27"\n' + NEXT)[0] == (2, "Mouse")


def test_blank_lines_below_a_damaged_row_still_count_as_sheet_rows() -> None:
    rows = rows_of(HEADER + 'P-2,"Mouse,Electronics,S2,1,1\n\n,,,,,\n' + NEXT)
    assert [(row.line, row.sheet_row) for row in rows] == [(2, 2), (5, 5)]


def test_a_damaged_row_that_is_too_long_ends_where_its_quote_closes() -> None:
    long = 'P-2,"' + "text, text\n" * 100 + 'end",Electronics,S2,1,1\n'
    assert row_names(HEADER + long + NEXT, Limits(row_bytes=300)) == [(2, "!"), (103, "Cable")]


def test_a_stray_quote_in_a_line_that_is_too_long_swallows_nothing() -> None:
    long = 'P-2,"' + "x" * 200_000 + ",Electronics,S2,1,1\n"
    assert row_names(HEADER + long + NEXT * 3, Limits(row_bytes=300)) == [
        (2, "!"),
        *((n, "Cable") for n in (3, 4, 5)),
    ]


@pytest.mark.parametrize("closing", ['"', '"\n', 'end"'])
@pytest.mark.parametrize("text", ["text, text\n" * 100, "x" * 400 + "\n", 'two ""nice"" mice\n' * 100])
def test_a_row_that_is_too_long_ends_with_its_closing_quote(text: str, closing: str) -> None:
    content = LONG_HEADER + f'P-2,Mouse,Electronics,S2,1,1,Acme,"{text}{closing}\n{WHOLE}'
    (long, sound) = rows_of(content, Limits(row_bytes=300))
    assert "longer than 300 bytes" in str(long.malformed)
    assert (sound.line, sound.malformed) == (content.count("\n"), None)


def test_a_closing_quote_may_stand_before_the_required_cells_of_a_row_that_is_too_long() -> None:
    long = 'P-2,"' + "text, text\n" * 100 + '",Electronics,S2,1,1\n'
    assert row_names(HEADER + long + NEXT, Limits(row_bytes=300)) == [(2, "!"), (103, "Cable")]
