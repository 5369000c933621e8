"""Recognizing files that are not CSV by their first bytes."""

import codecs
import re
import unicodedata

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"PK\x05\x06", "an empty zip archive"),
    (b"PK\x07\x08", "the first part of a zip archive in several parts"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"),
    (b"\x09\x08\x10\x00\x00\x06\x05\x00", "an old Excel workbook (.xls)"),
    (b"ID;PWXL", "a SYLK spreadsheet (.slk)"),
    (b"ID;PSCALC", "a SYLK spreadsheet (.slk)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"{\\rtf", "a rich text document"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"Obj\x01", "an Avro file"),
    (b"ARROW1", "an Arrow file"),
    (b"MZ\x90\x00", "a Windows program"),
    (b"\x7fELF", "a program"),
    (
        b"version https://git-lfs.github.com/spec/",
        "a Git LFS pointer to a file that is stored elsewhere",
    ),
)
_IN_ZIP: tuple[tuple[bytes, str], ...] = (
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    (b"xl/", "an Excel workbook (.xlsx)"),
    (b"Index/Document.iwa", "an Apple Numbers or Pages document"),
    (b"word/", "a Word document (.docx)"),
    (b"[Content_Types].xml", "an Excel workbook (.xlsx) or another Office document"),
)
_ZIP = "a zip archive, or a spreadsheet such as .xlsx or .ods"
_MARKUP = re.compile(rb"<(!doctype|!--|\?xml|[a-z][a-z0-9]*[\s>/])", re.IGNORECASE)
_LOGIN = re.compile(rb"type=[\"']?password|<title>[^<]*(log ?in|sign ?in)", re.IGNORECASE)
_JSON = re.compile(rb'(\{\s*("|\})|\[\s*(\{|\[|"|\]|\d))')
_MIN_ASCII, _MAX_NON_TEXT_SHARE = 8, 0.01


def detect_file_type(start: bytes, *, is_utf_16: bool = False) -> str | None:
    """The type of a file that starts with these bytes, or None if it may be a CSV file.

    With `is_utf_16`, that encoding was chosen, so the file need not have its mark.
    """
    if start.startswith(b"PK\x03\x04"):
        return next((name for mark, name in _IN_ZIP if mark in start), _ZIP)
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "a WebP image"
    if start[:3] == b"BZh" and start[4:10] == b"1AY&SY":
        return "a bzip2 archive"
    if start[257:262] == b"ustar":
        return "a tar archive"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not start.startswith(codecs.BOM_UTF32_LE):
        start = start.decode("utf-16", "ignore").encode("utf-8", "ignore")
    elif not is_utf_16 and (wide := _detect_wide_text(start)):
        return wide
    return _detect_text_format(start.removeprefix(codecs.BOM_UTF8).lstrip())


def is_document_start(start: bytes) -> bool:
    """Whether a zip archive that starts with these bytes seems to be an Office or OpenDocument file."""
    return any(mark in start for mark, _ in _IN_ZIP)


def _detect_text_format(text: bytes) -> str | None:
    if _MARKUP.match(text):
        if text[:5].lower() == b"<?xml":
            return "an Excel workbook saved as XML" if b"Excel.Sheet" in text else "an XML document"
        return "a web page (it asks for a login)" if _LOGIN.search(text) else "a web page"
    return "a JSON document" if _JSON.match(text) else None


def _detect_wide_text(start: bytes) -> str | None:
    """Detects UTF-32, and UTF-16 without a BOM: the text has some ASCII, and hardly any character that is not text."""
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "a text in UTF-32"
    if any(_is_text(start, codec, character_bytes=4) for codec in ("utf-32-le", "utf-32-be")):
        return "a text in UTF-32 that lacks the mark (BOM) at its beginning"
    if any(_is_text(start, codec, character_bytes=2) for codec in ("utf-16-le", "utf-16-be")):
        return "a text in UTF-16 that lacks the mark (BOM) at its beginning"
    return None


def _is_text(start: bytes, codec: str, *, character_bytes: int) -> bool:
    whole = len(start) // character_bytes * character_bytes
    text = start[:whole].decode(codec, "ignore")
    if "\0" in text or sum(map(str.isascii, text)) < _MIN_ASCII:
        return False
    return sum(map(_is_not_text, text)) <= _MAX_NON_TEXT_SHARE * len(text)


def _is_not_text(character: str) -> bool:
    return unicodedata.category(character) in {"Cn", "Co", "Cc"} and character not in "\t\r\n"
