"""Which sheets a workbook has, which rows are hidden, which cells are merged."""

import pytest

from pipeline.domain.failures import Limits
from pipeline.reading.workbook.book import MergedRange, SheetInfo
from tests.unit.workbook.building import MAIN, PACKAGE, RELATIONS, parts, rows, rows_of, sheet, workbook, zipped


def sheets(*entries: tuple[str, str, str]) -> bytes:
    """A workbook with a sheet for each name, state and kind. Each has its name in its first cell."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" {state} r:id="r{at}"/>' for at, (name, state, _) in enumerate(entries)
    )
    related = "".join(
        f'<Relationship Id="r{at}" Type="{RELATIONS}/{kind}" Target="sheets/{at}.xml"/>'
        for at, (_, _, kind) in enumerate(entries)
    )
    contents = {
        f"xl/sheets/{at}.xml": sheet(f'<row><c t="inlineStr"><is><t>{name}</t></is></c></row>')
        for at, (name, _, _) in enumerate(entries)
    }
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>'
    relations = f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>'
    return zipped(parts("", {"xl/workbook.xml": book, "xl/_rels/workbook.xml.rels": relations, **contents}))


def test_sheets_are_listed_in_order_and_hidden_ones_are_told() -> None:
    content = sheets(
        ("Products", "", "worksheet"),
        ("Chart", "", "chartsheet"),
        ("Lists", 'state="hidden"', "worksheet"),
        ("Secret", 'state="veryHidden"', "worksheet"),
        ("Dialog", "", "dialogsheet"),
        ("Größen &amp; mehr", 'state="visible"', "worksheet"),
    )
    with workbook(content) as book:
        assert book.sheets == [
            SheetInfo("Products", True),
            SheetInfo("Lists", False),
            SheetInfo("Secret", False),
            SheetInfo("Größen & mehr", True),
        ]
        assert [row.cells for row in book.rows("Größen & mehr")] == [["Größen & mehr"]]


def test_rows_of_several_sheets_can_be_read_at_once_and_again() -> None:
    with workbook(sheets(("A", "", "worksheet"), ("B", "", "worksheet"))) as book:
        first, second = book.rows("A"), book.rows("B")
        assert [next(first).cells, next(second).cells] == [["A"], ["B"]]
        assert [row.cells for row in book.rows("A")] == [["A"]]


def test_hidden_rows_are_rows() -> None:
    body = (
        '<row hidden="1"><c><v>1</v></c></row><row hidden="true"><c><v>2</v></c></row>'
        '<row hidden="0"><c><v>3</v></c></row><row><c><v>4</v></c></row>'
    )
    assert [row.is_hidden for row in rows(body)] == [True, True, False, False]


def test_rows_without_filled_cells_are_no_rows() -> None:
    body = (
        '<row r="1" s="1"/><row r="2"><c s="1"/><c t="inlineStr"><is><t></t></is></c></row>'
        '<row r="4"><c><v>1</v></c><c/></row>'
    )
    assert [(row.sheet_row, row.cells) for row in rows(body)] == [(4, ["1"])]


MERGED = "".join(f'<mergeCell ref="{reference}"/>' for reference in ("A1:C1", "B5:B9", "D2:E3", "no"))


@pytest.mark.parametrize(
    ("first_row", "columns", "found"),
    [(1, None, ["A1", "B5", "D2"]), (2, None, ["B5", "D2"]), (2, [0, 1], ["B5"]), (9, [1], ["B5"]),
     (10, None, []), (2, [0], [])],
)  # fmt: skip
def test_merged_cells_are_told_where_they_matter(first_row: int, columns: list[int] | None, found: list[str]) -> None:
    ranges = {"A1": MergedRange(1, 1, 0, 2), "B5": MergedRange(5, 9, 1, 1), "D2": MergedRange(2, 3, 3, 4)}
    with workbook(
        zipped(parts(sheet("<row><c><v>1</v></c></row>", behind=f"<mergeCells>{MERGED}</mergeCells>")))
    ) as book:
        expected = [ranges[name] for name in found]
        assert book.merged_ranges("Products", first_row=first_row, columns=columns) == expected
        assert book.has_merged_cells("Products", first_row=first_row, columns=columns) == bool(expected)


def test_a_far_cell_is_one_cell_behind_the_last_column() -> None:
    near = "".join(f'<row r="{n}"><c><v>{n}</v></c></row>' for n in range(1, 60))
    far = '<row r="1048576"><c><v>1</v></c><c r="XFC1048576"><v>7</v></c><c r="XFD1048576"><v>8</v></c></row>'
    found = rows_of(zipped(parts(sheet(near + far))), Limits(columns=20))
    assert found[-1].sheet_row == 1048576
    assert found[-1].cells == ["1", *[""] * 19, "7"]
    assert found[-1].numbers == {0, 20}


def test_the_first_rows_have_all_their_cells() -> None:
    (row,) = rows('<row><c r="XFD1"><v>1</v></c></row>')
    assert len(row.cells) == 16_384


def test_a_row_with_too_much_text_is_cut_beyond_the_limit() -> None:
    body = "<row>" + '<c t="inlineStr"><is><t>' + "x" * 90 + "</t></is></c>"
    body = body + body.removeprefix("<row>") * 9 + "</row>"
    for row in rows_of(zipped(parts(sheet(body * 2))), Limits(row_bytes=200)):
        assert 200 < sum(map(len, row.cells)) <= 401
