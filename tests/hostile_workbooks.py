"""Workbooks that are made to cost: much to unpack, to remember or to look at, in a file of a few kilobytes."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from zipfile import ZIP_DEFLATED, ZipFile

from tests.unit.workbook.building import BOOK, MAIN, PACKAGE, RELATED, RELATIONS, parts, sheet, strings

Shape = Callable[[int], bytes]
_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_ROW = "<row><c><v>1</v></c></row>"
_BLOCK = 1024**2


def _blocks(texts: Iterable[str], size: int) -> Iterator[str]:
    """The texts in blocks, until they have about as many characters."""
    written, block = 0, io.StringIO()
    for text in texts:
        written += block.write(text)
        if block.tell() > _BLOCK or written >= size:
            yield block.getvalue()
            block = io.StringIO()
        if written >= size:
            return


def _repeated(text: str, size: int) -> Iterator[str]:
    block = text * max(1, _BLOCK // len(text))
    for _ in range(max(1, size // len(block))):
        yield block


def _file(streamed: Mapping[str, Iterable[str]], others: Mapping[str, str] | None = None) -> bytes:
    """A workbook with some parts that are written piece by piece."""
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts(sheet(_ROW), dict(others or {})).items():
            if name not in streamed:
                archive.writestr(name, content)
        for name, pieces in streamed.items():
            with archive.open(name, "w", force_zip64=True) as part:
                for piece in pieces:
                    part.write(piece.encode())
    return file.getvalue()


def _sheet(begin: str, pieces: Iterable[str], end: str, others: Mapping[str, str] | None = None) -> bytes:
    """A sheet whose rows are streamed. The first one is sound."""
    head, tail = sheet(f"{_ROW}\0").split("\0")
    return _file({_SHEET: _chain(head + begin, pieces, end + tail)}, others)


def _chain(begin: str, pieces: Iterable[str], end: str) -> Iterator[str]:
    yield begin
    yield from pieces
    yield end


def _strings(pieces: Iterable[str], rows: Iterable[str] = ()) -> bytes:
    head, tail = strings("<t>a</t>", "\0").split("<si>\0</si>")
    sheet_head, sheet_tail = sheet(f"{_ROW}\0").split("\0")
    return _file({_STRINGS: _chain(head, pieces, tail), _SHEET: _chain(sheet_head, rows, sheet_tail)})


def _related(pieces: Iterable[str]) -> bytes:
    return _file(
        {"xl/_rels/workbook.xml.rels": _chain(RELATED.removesuffix("</Relationships>"), pieces, "</Relationships>")}
    )


def _styles(begin: str, pieces: Iterable[str], end: str) -> bytes:
    return _file({"xl/styles.xml": _chain(f'<styleSheet xmlns="{MAIN}">{begin}', pieces, f"{end}</styleSheet>")})


def _listed(pieces: Iterable[str]) -> bytes:
    return _file({"xl/workbook.xml": _chain(BOOK.partition("</sheets>")[0], pieces, "</sheets></workbook>")})


def _many_entries(size: int) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        for name, content in parts(sheet(_ROW)).items():
            archive.writestr(name, content)
        for number in range(size // 100):
            archive.writestr(f"xl/media/{number}", "")
    return file.getvalue()


_TEXT_ROW = '<row><c t="inlineStr"><is><t>{}</t></is></c></row>'
_LONG = "x" * 200_000
_TEXTS_ON_DISK = f"<si><t>{'x' * 1000}</t></si>"  # if they are enough
_ON_DISK = 17 * _BLOCK // len(_TEXTS_ON_DISK) - 20
_RELATION = f'<Relationship Id="s{{}}" Type="{RELATIONS}/worksheet" Target="{{}}"/>'

SHAPES: dict[str, Shape] = {
    "deep": lambda size: _sheet("", _repeated("<row>", size), ""),
    "deep elsewhere": lambda size: _sheet("", _repeated("<x><y>", size), ""),
    "many names": lambda size: _sheet("", _blocks((f"<x{n}/>" for n in count()), size), ""),
    "many attributes": lambda size: _sheet("", _blocks((f'<row a{n}=""/>' for n in count()), size), ""),
    "many attributes at once": lambda size: _sheet("<row ", _blocks((f'a{n}="" ' for n in count()), size), "/>"),
    "many prefixes": lambda size: _sheet("", _blocks((f'<row xmlns:a{n}="b"/>' for n in count()), size), ""),
    "a long attribute": lambda size: _sheet('<row a="', _repeated("x", size), '"/>'),
    "a long name": lambda size: _sheet("<row", _repeated("x", size), "/>"),
    "a long comment": lambda size: _sheet("<!--", _repeated("x", size), "-->"),
    "long comments": lambda size: _sheet("", _repeated(f"<!--{_LONG}-->", size), ""),
    "a long instruction": lambda size: _sheet("<?x ", _repeated("x", size), "?>"),
    "a long value": lambda size: _sheet("<row><c><v>", _repeated("1", size), "</v></c></row>"),
    "a long text": lambda size: _sheet('<row><c t="inlineStr"><is><t>', _repeated("x", size), "</t></is></c></row>"),
    "a long formula": lambda size: _sheet("<row><c><f>", _repeated("A1+", size), "</f></c></row>"),
    "a row of long texts": lambda size: _sheet("<row>", _repeated(f'<c t="str"><v>{_LONG}</v></c>', size), "</row>"),
    "long texts": lambda size: _sheet("", _repeated(_TEXT_ROW.format(_LONG), size), ""),
    "an endless row": lambda size: _sheet("<row>", _repeated("<c><v>1</v></c>", size), "</row>"),
    "text between rows": lambda size: _sheet("", _repeated("x", size), ""),
    "empty rows": lambda size: _sheet("", _repeated('<row r="1" s="1" customFormat="1"/>', size), ""),
    "empty rows with an end": lambda size: _sheet("", _repeated("<row></row>", size), ""),
    "empty cells": lambda size: _sheet("", _repeated('<row><c r="A1" s="1"/><c r="B1" s="1"/></row>', size), ""),
    "tiny rows": lambda size: _sheet("", _repeated("<row><c><v>1</v></c></row>", size), ""),
    "tiny rows that are not plain": lambda size: _sheet("", _repeated("<row><c><v>1</v></c><x/></row>", size), ""),
    "every second row is plain": lambda size: _sheet("", _repeated("<row></row><row><x/></row>", size), ""),
    "rows that are plain but for the end": lambda size: _sheet(
        "", _repeated(f"<row>{'<c><v>1</v></c>' * 50}<x/></row>", size), ""
    ),
    "far cells": lambda size: _sheet("", _repeated('<row><c r="XFD1"><v>1</v></c></row>', size), ""),
    "formulas without end": lambda size: _sheet("", _repeated("<row><c><f><v>1</v></c></row>", size), ""),
    "unclosed tags": lambda size: _sheet("", _repeated("<c><f a ", size), ""),
    "merged cells": lambda size: _sheet("</sheetData>", _repeated('<mergeCell ref="A1:B2"/>', size), "<sheetData>"),
    "many texts": lambda size: _strings(_blocks((f"<si><t>text {n}</t></si>" for n in count()), size)),
    "empty texts": lambda size: _strings(_repeated("<si/>", size)),
    "plain empty texts": lambda size: _strings(_repeated("<si><t></t></si>", size)),
    "a long shared text": lambda size: _strings(
        _chain("<si><t>", _repeated("x", size), "</t></si>"),
        _repeated("<row>" + '<c t="s"><v>1</v></c>' * 50 + "</row>", size // 4),
    ),
    "long shared texts": lambda size: _strings(_repeated(f"<si><t>{_LONG}</t></si>", size)),
    "rows alike of a long shared text": lambda size: _strings(
        [f"<si><t>{_LONG}</t></si>"],
        _blocks((f'<row r="{n}"><c r="A{n}" t="s"><v>1</v></c></row>' for n in count(2)), size // 4),
    ),
    "rows alike of long texts in no order": lambda size: _strings(
        _chain("", _repeated(_TEXTS_ON_DISK, 17 * _BLOCK), f"<si><t>{_LONG}</t></si>" * 50),
        _blocks(
            (f'<row r="{n}"><c r="A{n}" t="s"><v>{_ON_DISK + n * 7 % 50}</v></c></row>' for n in count(2)), size // 4
        ),
    ),
    "rows of long texts that are not plain": lambda size: _strings(
        _chain("", _repeated(_TEXTS_ON_DISK, 17 * _BLOCK), f"<si><t>{_LONG}</t></si>" * 50),
        _blocks((f'<row ><c t="s"><v>{_ON_DISK + n * 7 % 50}</v></c></row >' for n in count(2)), size // 4),
    ),
    "runs of a text": lambda size: _strings(_chain("<si>", _repeated("<r><t>x</t></r>", size), "</si>")),
    "texts in no order": lambda size: _strings(
        _blocks((f"<si><t>text {n}</t></si>" for n in count()), size),
        _blocks((f'<row><c t="s"><v>{n * 7919 % (size // 30)}</v></c></row>' for n in count()), size),
    ),
    "many relationships": lambda size: _related(_blocks((_RELATION.format(n, "a") for n in count()), size)),
    "long relationships": lambda size: _related(_blocks((_RELATION.format(n, _LONG) for n in count()), size)),
    "many sheets": lambda size: _listed(_blocks((f'<sheet name="{n}" r:id="rId1"/>' for n in count()), size)),
    "sheets of long names": lambda size: _listed(
        _blocks((f'<sheet name="{n}{_LONG}" r:id="rId1"/>' for n in count()), size)
    ),
    "many formats": lambda size: _styles(
        "<numFmts>", _blocks((f'<numFmt numFmtId="{n}" formatCode="d{n}"/>' for n in count()), size), "</numFmts>"
    ),
    "long formats": lambda size: _styles(
        "<numFmts>",
        _blocks((f'<numFmt numFmtId="{n}" formatCode="{_LONG}"/>' for n in count()), size),
        "</numFmts>",
    ),
    "many styles": lambda size: _styles("<cellXfs>", _repeated('<xf numFmtId="14"/>', size), "</cellXfs>"),
    "many content types": lambda size: _file(
        {
            "[Content_Types].xml": _chain(
                f'<Types xmlns="{PACKAGE}/content-types">',
                _repeated('<Default Extension="xml" ContentType="application/vnd.ms-excel"/>', size),
                "</Types>",
            )
        }
    ),
    "many entries": _many_entries,
}
