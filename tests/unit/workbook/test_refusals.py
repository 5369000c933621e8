"""Files that are no workbooks, or no sound ones, and what they are told."""

import io
import struct
import zipfile

import pytest

from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.reading.workbook.book import describe, is_workbook
from tests.unit.workbook.building import (
    BOOK,
    MAIN,
    RELATED,
    ROOT,
    TYPES,
    Content,
    failure_of,
    parts,
    sheet,
    strings,
    zipped,
)

ROW = '<row><c t="s"><v>0</v></c></row>'
SOUND = parts(sheet(ROW), {"xl/sharedStrings.xml": strings("<t>a</t>")})


def ole(*names: str, first_sector: int = 0) -> bytes:
    """An OLE file whose directory has these names, four in each of its sectors."""
    sectors = -(-len(names) // 4)
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", header, 30, 9)
    struct.pack_into("<I", header, 48, first_sector)
    struct.pack_into("<109I", header, 76, sectors, *[0xFFFFFFFF] * 108)
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + bytes(62) for name in names
    ).ljust(512 * sectors, b"\0")
    chain = [*range(1, sectors), 0xFFFFFFFE]
    return bytes(header) + directory + struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - sectors))


def test_a_workbook_is_told_by_its_content() -> None:
    assert is_workbook(io.BytesIO(zipped(SOUND)))
    assert not is_workbook(io.BytesIO(b"vendor_product_id,price\n"))
    assert not is_workbook(io.BytesIO(b""))
    assert describe(io.BytesIO(b"vendor_product_id,price\n")) is None


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
BINARY_TYPE = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (ole("Root Entry", "Workbook"), "an old Excel workbook (.xls)"),
        (ole("Root Entry", "a", "b", "c", "d", "Book"), "an old Excel workbook (.xls)"),
        (ole("Root Entry", "WordDocument"), "an old Word document (.doc)"),
        (ole("Root Entry"), "an old Office document"),
        (ole("Root Entry", first_sector=0xFFFFFFF0), "an old Office document"),
        (ole("Root Entry")[:100], "an old Office document"),
        (zipped({"xl/workbook.bin": "x", "[Content_Types].xml": TYPES}), "a binary Excel workbook (.xlsb)"),
        (zipped({"word/document.xml": "x", "[Content_Types].xml": TYPES}), "a Word document (.docx)"),
        (zipped({"ppt/presentation.xml": "x"}), "a PowerPoint presentation (.pptx)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "an OpenDocument spreadsheet (.ods)"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text", "a": ""}), "an OpenDocument text (.odt)"),
        (zipped({"Index/Document.iwa": "x"}), "an Apple Numbers or Pages document"),
        (zipped({"Index.zip": "x", "Metadata/Properties.plist": "x"}), "an Apple Numbers or Pages document"),
        (zipped({"index.xml": "x", "buildVersionHistory.plist": "x"}), "an Apple Numbers or Pages document"),
        (zipped({"Spring.numbers/Index.zip": "x", "a": "x"}), "an Apple Numbers spreadsheet (.numbers)"),
        (zipped({"content.xml": "x", "META-INF/manifest.xml": "x"}), "an OpenDocument file, such as .ods"),
        (zipped({"a.csv": "x", "b.csv": "y"}), "an archive of several files (.zip)"),
        (zipped({"a.csv": "x"}), "a zip archive"),
        (zipped(SOUND)[:-40], "a zip archive or an Office document that is damaged or cut off"),
        (b"PK\x03\x04", "a zip archive or an Office document that is damaged or cut off"),
    ],
)
def test_other_files_are_named(content: bytes, name: str) -> None:
    assert describe(io.BytesIO(content)) == name
    assert not is_workbook(io.BytesIO(content))
    failure = failure_of(content)
    assert failure.code == FailureCode.NOT_A_CSV
    assert name in failure.message
    assert ".xlsx" in failure.message


def test_a_document_of_another_kind_in_the_usual_place_is_no_workbook() -> None:
    types = TYPES.replace("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", WORD_TYPE)
    assert not is_workbook(io.BytesIO(zipped({**SOUND, "[Content_Types].xml": types})))


def test_an_encrypted_workbook_asks_for_its_password() -> None:
    content = ole("Root Entry", "EncryptionInfo", "EncryptedPackage")
    assert failure_of(content).code == FailureCode.PASSWORD_PROTECTED
    with pytest.raises(UnacceptableFile, match="without the password"):
        describe(io.BytesIO(content))


def test_encrypted_entries_ask_for_their_password() -> None:
    content = bytearray(zipped(SOUND))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + offset] |= 1
    assert is_workbook(io.BytesIO(content))
    assert failure_of(bytes(content)).code == FailureCode.PASSWORD_PROTECTED


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
BROKEN: dict[str, dict[str, Content | None]] = {
    "a text that is not there": {"xl/sharedStrings.xml": strings()},
    "a text by a word": {"xl/worksheets/sheet1.xml": sheet(ROW.replace("<v>0", "<v>first"))},
    "a text before the first": {"xl/worksheets/sheet1.xml": sheet(ROW.replace("<v>0", "<v>-1"))},
    "no sheet": {"xl/worksheets/sheet1.xml": None},
    "another part as a sheet": {"xl/worksheets/sheet1.xml": strings()},
    "half a sheet": {"xl/worksheets/sheet1.xml": sheet(ROW)[:-20]},
    "an empty sheet": {"xl/worksheets/sheet1.xml": ""},
    "bytes that are no text": {"xl/worksheets/sheet1.xml": sheet(ROW * 2).encode() + b"\xff"},
    "bytes in a plain row": {"xl/worksheets/sheet1.xml": sheet(ROW + "<row><c><v>é</v></c></row>").encode("latin-1")},
    "a control character": {"xl/worksheets/sheet1.xml": sheet(ROW + "<row><c><v>\1</v></c></row>")},
    "a row within a row": {"xl/worksheets/sheet1.xml": sheet(f"<row>{ROW}</row>")},
    "a document type": {"xl/worksheets/sheet1.xml": DOCTYPE + sheet(ROW)},
    "entities in texts": {"xl/sharedStrings.xml": DOCTYPE + strings("<t>&b;</t>")},
    "entities in the list of sheets": {"xl/workbook.xml": DOCTYPE + BOOK},
    "an encoding nobody uses": {"xl/worksheets/sheet1.xml": '<?xml version="1.0" encoding="zlib"?>' + sheet(ROW)},
    "an unknown entity": {"xl/worksheets/sheet1.xml": sheet(ROW + "<row><c><v>&x;</v></c></row>")},
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_workbook_is_told_so(what: str) -> None:
    failure = failure_of(zipped(parts(sheet(ROW), {"xl/sharedStrings.xml": strings("<t>a</t>"), **BROKEN[what]})))
    assert failure.code == FailureCode.NOT_A_CSV
    assert "is damaged" in failure.message
    assert "save it as" in failure.message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_are_packed_as_workbooks_are(method: int) -> None:
    """Other methods unpack without bounds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in SOUND.items():
            archive.writestr(name, content)
    assert "is damaged" in failure_of(file.getvalue()).message


def test_a_workbook_without_sheets_has_none() -> None:
    contents = {**SOUND, "xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}
    assert "no sheet" in failure_of(zipped(contents)).message


def test_files_elsewhere_are_never_looked_at() -> None:
    related = RELATED.replace('Target="worksheets', 'TargetMode="External" Target="file:///worksheets')
    assert "no sheet" in failure_of(zipped({**SOUND, "xl/_rels/workbook.xml.rels": related})).message
    climbing = ROOT.replace("xl/workbook.xml", "../../../../etc/passwd")
    assert not is_workbook(io.BytesIO(zipped({**SOUND, "_rels/.rels": climbing})))


class _FailingFile(io.BytesIO):
    """A disk that fails."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 8:
            raise OSError("the disk is gone")
        return super().read(size)


def test_a_fault_of_the_disk_is_not_the_vendors() -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        is_workbook(_FailingFile(zipped(SOUND)))
