"""What a zip or OLE file is: a workbook, or something else that has a name."""

import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.domain.failures import UnacceptableFile
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.workbook.damage import not_a_workbook, password_protected
from pipeline.reading.workbook.parts import Parts
from pipeline.reading.workbook.relationships import relationships_of
from pipeline.reading.workbook.xml_parts import Attributes, parse_part

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BROKEN_ZIP = "a zip archive or an Office document that is damaged or cut off"
_USUAL_WORKBOOK = "/xl/workbook.xml"
_BY_NAME = (
    (re.compile(r"xl/workbook\.bin"), "a binary Excel workbook (.xlsb)"),
    (re.compile("word/"), "a Word document (.docx)"),
    (re.compile("ppt/"), "a PowerPoint presentation (.pptx)"),
    (re.compile("visio/"), "a Visio drawing (.vsdx)"),
    (re.compile(r".*\.numbers/"), "an Apple Numbers spreadsheet (.numbers)"),
    (re.compile(r"index/document\.iwa|index\.zip|buildversionhistory\.plist"), "an Apple Numbers or Pages document"),
    (re.compile(r"content\.xml"), "an OpenDocument file, such as .ods"),
)
"""By the name of a part, in lower case, from its beginning."""
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OPEN_DOCUMENTS = {
    "spreadsheet": "an OpenDocument spreadsheet (.ods)",
    "text": "an OpenDocument text (.odt)",
    "presentation": "an OpenDocument presentation (.odp)",
}
_IN_OLE = {
    "Workbook": "an old Excel workbook (.xls)",
    "Book": "an old Excel workbook (.xls)",
    "WordDocument": "an old Word document (.doc)",
    "PowerPoint Document": "an old PowerPoint presentation (.ppt)",
    "__properties_version1.0": "an Outlook message (.msg)",
}
_MAX_SECTORS = 256
_CHAIN_END = 0xFFFFFFFA


def holds_workbook(source: Source) -> bool:
    """Whether a file is a workbook. Raises UnacceptableFile for other Office documents and archives."""
    with source() as file:
        if not file.read(len(_OLE)).startswith((_ZIP, _OLE)):  # a text need not be seekable
            return False
        if not is_workbook(file):
            raise not_a_workbook(describe(file) or "an archive")
        return True


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is meant to be an Excel workbook (`.xlsx`, `.xlsm`), damaged or not."""
    if _start(file, len(_ZIP)) != _ZIP:
        return False
    try:
        parts = Parts(file)
    except UnacceptableFile:
        return False
    try:
        return workbook_part(parts) is not None
    except UnacceptableFile:
        return any(name.startswith("xl/") for name in parts.names)


def workbook_part(parts: Parts) -> str | None:
    """The name of the part that lists the sheets, if the archive is a workbook."""
    name = relationships_of(parts, "").first("officeDocument") or _USUAL_WORKBOOK
    if name not in parts or not name.lower().endswith(".xml"):
        return None
    types = _ContentType(name)
    if "[Content_Types].xml" in parts:
        with parts.open("[Content_Types].xml") as part:
            parse_part(part, types)
    is_spreadsheet = "spreadsheetml" in types.found or "ms-excel" in types.found
    return name if is_spreadsheet or (not types.found and name.lower() == _USUAL_WORKBOOK) else None


def describe(file: BinaryIO) -> str | None:
    """What a zip or OLE file is that is no workbook; None for files of any other type.

    Raises UnacceptableFile for an Office document with a password.
    """
    start = _start(file, len(_OLE))
    if start == _OLE:
        names = set(_ole_names(file))
        if "EncryptedPackage" in names:
            raise password_protected()
        return next((_IN_OLE[name] for name in _IN_OLE if name in names), "an old Office document")
    return _describe_zip(file) if start.startswith(_ZIP) else None


def _describe_zip(file: BinaryIO) -> str:
    try:
        parts = Parts(file)
        if "mimetype" in parts:
            with parts.open("mimetype") as part:
                kind = part.read(200).decode("ascii", "replace").strip().removeprefix(_OPEN_DOCUMENT)
                if name := _OPEN_DOCUMENTS.get(kind.removesuffix("-template")):
                    return name
    except UnacceptableFile:
        return _BROKEN_ZIP
    for mark, name in _BY_NAME:
        if any(map(mark.match, parts.names)):
            return name
    return "a zip archive" if len(parts.names) == 1 else "an archive of several files (.zip)"


def _start(file: BinaryIO, size: int) -> bytes:
    file.seek(0)
    return file.read(size)


class _ContentType:
    """Finds the content type of one part."""

    def __init__(self, part_name: str) -> None:
        self._name = part_name.lower()
        self._extension = self._name.rpartition(".")[2]
        self.found = ""

    def start(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "").lower()
        if (name == "Override" and attributes.get("PartName", "").lower() == self._name) or (
            name == "Default" and attributes.get("Extension", "").lower() == self._extension and not self.found
        ):
            self.found = "" if kind in ("application/xml", "text/xml") else kind

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _ole_names(file: BinaryIO) -> Iterator[str]:
    """The names in the directory of an OLE file, as far as it can be read."""
    header = _start(file, 512).ljust(512, b"\0")
    sector_size = 4096 if struct.unpack_from("<H", header, 30)[0] == 12 else 512
    fat = struct.unpack_from("<109I", header, 76)
    (sector,) = struct.unpack_from("<I", header, 48)
    for _ in range(_MAX_SECTORS):
        if sector >= _CHAIN_END:
            return
        content = _sector(file, sector, sector_size)
        for entry in range(0, len(content) - 127, 128):
            length = min(struct.unpack_from("<H", content, entry + 64)[0], 64)
            yield content[entry : entry + max(length - 2, 0)].decode("utf-16-le", "replace")
        sector = _next_sector(file, sector, sector_size, fat)


def _next_sector(file: BinaryIO, sector: int, sector_size: int, fat: tuple[int, ...]) -> int:
    table, at = divmod(sector, sector_size // 4)
    if table >= len(fat) or fat[table] >= _CHAIN_END:
        return _CHAIN_END
    content = _sector(file, fat[table], sector_size)
    return int.from_bytes(content[4 * at : 4 * at + 4], "little") if len(content) >= 4 * at + 4 else _CHAIN_END


def _sector(file: BinaryIO, sector: int, sector_size: int) -> bytes:
    file.seek((sector + 1) * sector_size)
    return file.read(sector_size)
