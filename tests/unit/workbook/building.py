"""Workbooks written by hand: strings of XML in a zip archive."""

import io
from collections.abc import Mapping
from zipfile import ZIP_DEFLATED, ZipFile

from pipeline.domain.failures import Failure, Limits, UnacceptableFile
from pipeline.reading.workbook.book import SheetRow, Workbook, open_workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

TYPES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_WORKBOOK_TYPE}"/></Types>"""
ROOT = f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
BOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="Products" sheetId="1" r:id="rId1"/>
</sheets></workbook>"""
RELATED = f"""<Relationships xmlns="{PACKAGE}/relationships">
<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="rId3" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>"""
STRINGS = f'<sst xmlns="{MAIN}"/>'
STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'

Content = str | bytes


def parts(sheet: Content, changed: Mapping[str, Content | None] | None = None) -> dict[str, Content]:
    """The parts of a workbook with one sheet; `changed` replaces some of them, adds others, or leaves them out."""
    usual: dict[str, Content | None] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATED,
        "xl/sharedStrings.xml": STRINGS,
        "xl/styles.xml": STYLES,
        "xl/worksheets/sheet1.xml": sheet,
    }
    return {name: content for name, content in (usual | dict(changed or {})).items() if content is not None}


def zipped(contents: Mapping[str, Content]) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()


def sheet(rows: str, *, behind: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{behind}</worksheet>'


def strings(*items: str) -> str:
    """A part of shared strings; each item is what is inside of `si`."""
    return f'<sst xmlns="{MAIN}">{"".join(f"<si>{item}</si>" for item in items)}</sst>'


def styles(*formats: str | int) -> str:
    """A part of styles: one for each number format, which is a code or the number of a built-in one."""
    codes = "".join(
        f'<numFmt numFmtId="{200 + at}" formatCode="{code.replace(chr(34), "&quot;")}"/>'
        for at, code in enumerate(formats)
        if isinstance(code, str)
    )
    uses = "".join(f'<xf numFmtId="{200 + at if isinstance(code, str) else code}"/>' for at, code in enumerate(formats))
    base = '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'  # of named styles, not of cells
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{codes}</numFmts>{base}<cellXfs>{uses}</cellXfs></styleSheet>'


def workbook(content: bytes, limits: Limits | None = None) -> Workbook:
    return open_workbook(io.BytesIO(content), limits or Limits())


def rows_of(content: bytes, limits: Limits | None = None) -> list[SheetRow]:
    """All rows of the first sheet."""
    with workbook(content, limits) as book:
        return list(book.rows(book.sheets[0].name))


def rows(body: str, changed: Mapping[str, Content | None] | None = None) -> list[SheetRow]:
    """What the XML of some rows says, whether they are read as plain rows or not."""
    check_both_ways(body, changed)
    return rows_of(zipped(parts(sheet(body), changed)))


def check_both_ways(body: str, changed: Mapping[str, Content | None] | None = None) -> list[SheetRow]:
    """Rows behind a first one may be plain; with a comment in each, none is."""
    content = sheet(f"<row></row>{body}")
    found = rows_of(zipped(parts(content, changed)))
    assert found == rows_of(zipped(parts(content.replace("</row>", "<!----></row>"), changed)))
    return found


def cells(body: str, changed: Mapping[str, Content | None] | None = None) -> list[list[str]]:
    return [row.cells for row in rows(body, changed)]


def failure_of(content: bytes, limits: Limits | None = None) -> Failure:
    """Why a workbook is not accepted, be it found on opening or in its rows."""
    try:
        with workbook(content, limits) as book:
            for sheet_info in book.sheets:
                for _ in book.rows(sheet_info.name):
                    pass
    except UnacceptableFile as error:
        return error.failure
    raise AssertionError("The workbook is accepted.")
