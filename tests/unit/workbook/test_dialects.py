"""Workbooks of programs that write the same things in other ways."""

import pytest

from pipeline.reading.workbook.book import SheetRow
from tests.unit.workbook.building import (
    BOOK,
    MAIN,
    RELATED,
    RELATIONS,
    ROOT,
    STRICT,
    TYPES,
    Content,
    cells,
    parts,
    rows,
    rows_of,
    sheet,
    strings,
    styles,
    zipped,
)

BODY = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>5</v></c></row><row r="3"><c r="B3" s="1"><v>7</v></c></row>'
)
CHANGED: dict[str, Content] = {
    "xl/sharedStrings.xml": strings("<t>ä</t>"),
    "xl/styles.xml": styles(0, "000"),
}
EXPECTED = [
    SheetRow(1, ["ä", "5"], frozenset({1}), {}, False),
    SheetRow(3, ["", "007"], frozenset({1}), {}, False),
]


def with_prefix(xml: str, prefix: str) -> str:
    """The same elements with a prefix for their namespace."""
    for opening in ("</", "<"):
        xml = xml.replace(opening, f"{opening}{prefix}:")
    return xml.replace(f"<{prefix}:/{prefix}:", f"</{prefix}:").replace("xmlns=", f"xmlns:{prefix}=")


def rewritten(change: str) -> dict[str, Content]:
    """The parts of the workbook, each written in another way."""
    found = parts(sheet(BODY), CHANGED)
    for name, content in found.items():
        assert isinstance(content, str)
        match change:
            case "UTF-16":
                found[name] = content.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
            case "BOM":
                found[name] = b"\xef\xbb\xbf" + content.encode()
            case "Latin 1":
                found[name] = (
                    b'<?xml version="1.0" encoding="ISO-8859-1"?>' + content.partition("?>\n")[2].encode("latin-1")
                    if content.startswith("<?xml")
                    else ('<?xml version="1.0" encoding="ISO-8859-1"?>' + content).encode("latin-1")
                )
            case "strict":
                found[name] = content.replace(MAIN, STRICT).replace(
                    RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
                )
            case "pretty":
                found[name] = content.replace("><", ">\r\n  <")
            case "prefix":
                if name.startswith("xl/") and not name.endswith(".rels"):
                    found[name] = with_prefix(content, "x")
    return found


@pytest.mark.parametrize("change", ["none", "UTF-16", "BOM", "Latin 1", "strict", "pretty", "prefix"])
def test_the_same_workbook_written_in_other_ways(change: str) -> None:
    assert rows_of(zipped(rewritten(change))) == EXPECTED


@pytest.mark.parametrize("change", ["none", "strict", "pretty", "prefix"])
def test_many_rows_of_each_way(change: str) -> None:
    """Only rows behind the first one are read without expat."""
    content = rewritten(change)
    name = "xl/worksheets/sheet1.xml"
    text = content[name]
    assert isinstance(text, str)
    row = '<row><c t="s"><v>0</v></c></row>'
    more = with_prefix(row, "x") if change == "prefix" else row
    end = "</x:sheetData>" if change == "prefix" else "</sheetData>"
    content[name] = text.replace(end, more * 500 + end)
    found = rows_of(zipped(content))
    assert [row.sheet_row for row in found] == [1, *range(3, 504)]
    assert {tuple(row.cells) for row in found[2:]} == {("ä",)}


@pytest.mark.parametrize(
    ("targets", "names"),
    [
        ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("../xl/./worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("worksheets/Sheet1.xml", "xl/worksheets/sheet1.XML"),
        ("my%20sheets/1.xml", "xl/my sheets/1.xml"),
        ("worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml"),
    ],
)
def test_a_sheet_is_found_however_its_part_is_named(targets: str, names: str) -> None:
    related = RELATED.replace("worksheets/sheet1.xml", targets)
    changed = {"xl/_rels/workbook.xml.rels": related, "xl/worksheets/sheet1.xml": None, names: sheet(BODY)}
    assert rows_of(zipped(parts("", {**CHANGED, **changed}))) == EXPECTED


def test_the_list_of_sheets_may_have_another_name_and_place() -> None:
    changed = {
        "_rels/.rels": ROOT.replace("xl/workbook.xml", "/book/list.xml"),
        "[Content_Types].xml": TYPES.replace("/xl/workbook.xml", "/book/list.xml"),
        "xl/workbook.xml": None,
        "xl/_rels/workbook.xml.rels": None,
        "book/list.xml": BOOK,
        "book/_rels/list.xml.rels": RELATED.replace('Target="', 'Target="/xl/'),
    }
    assert rows_of(zipped(parts(sheet(BODY), {**CHANGED, **changed}))) == EXPECTED


def test_macros_make_no_difference() -> None:
    types = TYPES.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    changed: dict[str, Content] = {"[Content_Types].xml": types, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
    assert rows_of(zipped(parts(sheet(BODY), {**CHANGED, **changed}))) == EXPECTED


def test_the_usual_parts_are_found_without_relationships_of_the_package() -> None:
    assert rows_of(zipped(parts(sheet(BODY), {**CHANGED, "_rels/.rels": None}))) == EXPECTED


def test_styles_and_shared_texts_may_be_missing() -> None:
    related = RELATED.replace("sharedStrings", "other").replace("styles", "others")
    changed = {"xl/styles.xml": None, "xl/sharedStrings.xml": None, "xl/_rels/workbook.xml.rels": related}
    assert rows_of(zipped(parts(sheet('<row><c s="4"><v>1</v></c></row>'), changed)))[0].cells == ["1"]


def test_missing_references_are_counted_on() -> None:
    found = rows(
        '<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row>'
        "<row/><row><c><v>5</v></c></row>"
    )
    assert [(row.sheet_row, row.cells) for row in found] == [(1, ["1", "2"]), (5, ["", "", "3", "4"]), (7, ["5"])]


def test_references_may_be_odd() -> None:
    found = rows(
        '<row r="0"><c r="b9"><v>1</v></c></row><row r="-4"><c r="ZZZZ1"><v>2</v></c></row>'
        '<row r="x"><c r=""><v>3</v></c></row><row r="2"><c r="XFE1"><v>4</v></c></row>'
        '<row r="99999999999"><c r="$A$1"><v>5</v></c></row>'
    )
    assert [(row.sheet_row, row.cells) for row in found] == [
        (1, ["", "1"]), (2, ["2"]), (3, ["3"]), (4, ["4"]), (5, ["5"]),
    ]  # fmt: skip


def test_cells_in_another_order_take_their_places_and_the_first_of_two_stays() -> None:
    body = '<row><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="A1"><v>9</v></c><c><v>2</v></c></row>'
    assert cells(body) == [["1", "2", "3"]]


def test_attributes_come_in_any_order_and_quotes() -> None:
    body = "<row spans='1:3' hidden='1' r='4'><c t='s' s='1' r='B4'><v>0</v></c><c t=\"n\" s=\"1\"><v>7</v></c></row>"
    assert rows(body, CHANGED) == [SheetRow(4, ["", "ä", "007"], frozenset({2}), {}, True)]


def test_of_alternatives_the_fallback_counts() -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    body = (
        f'<row><AlternateContent xmlns="{compatibility}"><Choice Requires="x"><c xmlns="{MAIN}"><v>1</v></c></Choice>'
        f'<Fallback><c xmlns="{MAIN}"><v>2</v></c></Fallback></AlternateContent></row>'
    )
    assert cells(body) == [["2"]]


def test_rows_that_are_not_the_fallback_are_no_rows() -> None:
    compatibility = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    row = "<row><c><v>{}</v></c></row>"
    body = (
        f'<o:AlternateContent xmlns:o="{compatibility}"><o:Choice Requires="x">{row.format(1) * 3}</o:Choice>'
        f"<o:Fallback>{row.format(2) * 2}</o:Fallback></o:AlternateContent>{row.format(3) * 2}"
    )
    assert cells(body) == [["2"], ["2"], ["3"], ["3"]]


def test_elements_of_other_namespaces_are_no_cells() -> None:
    body = '<row xmlns:o="urn:other"><o:c><o:v>1</o:v></o:c><c><o:v>2</o:v><v>3</v><o:f/></c></row>'
    assert cells(body) == [["3"]]


def test_an_end_tag_in_a_comment_or_a_text_is_no_end() -> None:
    body = (
        "<row><c><v>1</v></c><!-- </row><row><c><v>8</v></c></row> --><c><v>2</v></c></row>"
        "<row><c t='inlineStr'><is><t><![CDATA[</row><row>]]></t></is></c></row>"
        "<!-- </row> <row><c><v>9</v></c></row> --><row><c><v>3</v></c></row>"
    )
    found = rows_of(zipped(parts(sheet(body))))
    assert [row.cells for row in found] == [["1", "2"], ["</row><row>"], ["3"]]
