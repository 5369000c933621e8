"""Files that are not CSV: refused, and named for what they are."""

import bz2
import codecs
import io
import lzma
import tarfile
import zipfile

import pytest

from tests.unit.files import HEADER, failure_of, rows_of


def zipped(*entries: tuple[str, str]) -> bytes:
    """A real archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in entries:
            archive.writestr(name, text)
    return file.getvalue()


def tarred() -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("products.csv"), io.BytesIO())
    return file.getvalue()


ODS = ("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
LOGIN = '<html><head><title>Sign in</title></head><body><input type="password"></body></html>'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (zipped(), "an empty zip archive"),
        (bz2.compress(HEADER.encode()), "a bzip2 archive"),
        (lzma.compress(HEADER.encode()), "an xz archive"),
        (b"7z\xbc\xaf\x27\x1c\0\4", "a 7-Zip archive"),
        (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        (b"\x28\xb5\x2f\xfd\x04", "a Zstandard archive"),
        (tarred(), "a tar archive"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a PNG image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a JPEG image"),
        (b"GIF89a\1\0", "a GIF image"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "a WebP image"),
        (b"II*\0\x08", "a TIFF image"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"{\\rtf1\\ansi", "a rich text document"),
        (b"SQLite format 3\0", "a SQLite database"),
        (b"PAR1\x15\x04", "a Parquet file"),
        (b"Obj\x01\x04", "an Avro file"),
        (b"ARROW1\0\0", "an Arrow file"),
        (b"MZ\x90\0\3", "a Windows program"),
        (b"ID;PWXL;N;E\nP;PGeneral\n", "a SYLK spreadsheet (.slk)"),
        (b"<!DOCTYPE html>\n<p>Not found", "a web page"),
        (b"\n\n  <div>Not found</div>", "a web page"),
        (LOGIN.encode(), "a web page (it asks for a login)"),
        (LOGIN.encode("utf-16"), "a web page (it asks for a login)"),
        (codecs.BOM_UTF8 + b'<?xml version="1.0"?><products/>', "an XML document"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "an Excel workbook saved as XML"),
        (b'{"products": []}', "a JSON document"),
        (b'[\n  {"sku": "A"}\n]', "a JSON document"),
        (b'{"sku": "A"}\n{"sku": "B"}\n', "a JSON document"),
        (POINTER.encode(), "a Git LFS pointer"),
        (HEADER.encode("utf-16-le"), "a text in UTF-16 that lacks the mark"),
        (HEADER.encode("utf-16-be"), "a text in UTF-16 that lacks the mark"),
        (
            (HEADER + "1,北京防水背包轻便耐用,c,s,1,1\n" * 50).encode("utf-16-le"),
            "a text in UTF-16 that lacks the mark",
        ),
        (("sku,名\n" + "北京防水背包轻便耐用,1\n" * 50).encode("utf-16-be"), "a text in UTF-16 that lacks the mark"),
        (HEADER.encode("utf-32"), "a text in UTF-32"),
        (HEADER.encode("utf-32-be"), "a text in UTF-32"),
    ],
)
def test_what_is_no_csv_is_named(content: bytes, name: str) -> None:
    failure = failure_of(content)
    assert failure.code == "NOT_A_CSV"
    assert failure.message.startswith(f"This is {name}")
    assert "Export your products as CSV (UTF-8)" in failure.message


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, "an old Office document"),
        (zipped(("word/document.xml", "<x/>")), "a Word document (.docx)"),
        (zipped(ODS), "an OpenDocument spreadsheet (.ods)"),
    ],
)
def test_another_office_document_is_named_with_how_to_save_it(content: bytes, name: str) -> None:
    failure = failure_of(content)
    assert failure.code == "NOT_A_CSV"
    assert failure.message == f"This is {name}, not a product file. Save it as an Excel workbook (.xlsx) or as CSV."


def test_a_workbook_without_a_sheet_is_damaged() -> None:
    failure = failure_of(zipped(("xl/workbook.xml", "<x/>")))
    assert failure.code == "NOT_A_CSV"
    assert failure.message.startswith("This Excel workbook (.xlsx) is damaged: it has no sheet of cells. Open it in")


@pytest.mark.parametrize("first", ["ID;Photo", "ORC", "BZh", "Mz", "GIF", "MM", "Rar", "{id}", "[x]", "PK"])
def test_a_header_that_begins_like_a_signature_is_still_a_header(first: str) -> None:
    delimiter = ";" if ";" in first else ","
    header = first + delimiter + HEADER.replace(",", delimiter)
    (row,) = rows_of(header + delimiter.join(["x"] * first.count(";") + ["x", "P", "n", "Electronics", "S", "1", "1"]))
    assert row.malformed is None


def test_the_first_byte_that_no_text_has_is_told_with_its_line() -> None:
    failure = failure_of(HEADER + "P-1,Mouse\0,Electronics,S,1,1\n")
    assert (failure.code, failure.line) == ("NOT_A_CSV", 2)
    assert "Line 2 contains the character U+0000" in failure.message
