"""Archives that are refused: damaged, hostile, or without one file."""

import gzip
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.failures import Failure, FailureCode, Limits
from pipeline.reading.packed.unpack import unpack
from tests.packing import WAYS, zipped
from tests.unit.files import HEADER, ROW, failure_of, source, surveyed_or_failure

FILE = (HEADER + ROW * 50).encode()
ZIP = zipped(("products.csv", FILE))
GZIP = gzip.compress(FILE, mtime=0)
CUT_OFF = "archive is damaged, or its end is missing"
SMALL = Limits(file_bytes=100_000)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (GZIP[:-1], f"This gzip {CUT_OFF}"),
        (GZIP[:-9], f"This gzip {CUT_OFF}"),
        (GZIP[:12], f"This gzip {CUT_OFF}"),
        (GZIP[:2], f"This gzip {CUT_OFF}"),
        (GZIP + b"P-9,and another row", f"This gzip {CUT_OFF}"),
        (GZIP + GZIP[:-1], f"This gzip {CUT_OFF}"),
        (GZIP[:-8] + b"\0" + GZIP[-7:], f"This gzip {CUT_OFF}"),
        (GZIP[:3] + b"\x08" + b"name without an end" * 1000, f"This gzip {CUT_OFF}"),
        (ZIP[:-1], f"This zip {CUT_OFF}"),
        (ZIP[:-30], f"This zip {CUT_OFF}"),
        (ZIP[:100], f"This zip {CUT_OFF}"),
        (b"PK\3\4", f"This zip {CUT_OFF}"),
        (ZIP.replace(b"PK\1\2", b"PK\1\3"), f"This zip {CUT_OFF}"),
        (ZIP[:60] + b"\xff\xff" + ZIP[62:], f"This zip {CUT_OFF}"),
        (zipped(("a.csv", FILE), method=zipfile.ZIP_STORED).replace(b"Mouse", b"Louse", 1), f"This zip {CUT_OFF}"),
        (zipped(), "This is an empty zip archive"),
        (zipped(("Products/", b""), ("__MACOSX/._a.csv", b"\0"), ("a/.DS_Store", b"\0")), "contains no file"),
        (gzip.compress(GZIP), "This gzip archive contains a gzip archive, not a CSV file"),
        (gzip.compress(ZIP), "This gzip archive contains a zip archive"),
        (zipped(("a.csv.gz", GZIP)), "This zip archive contains a gzip archive"),
        (zipped(("a.zip", ZIP)), "This zip archive contains a zip archive"),
        (zipped(("a.png", b"\x89PNG\r\n\x1a\n")), "This zip archive contains a PNG image"),
        (gzip.compress(zipped(("xl/workbook.xml", "<x/>"))), "This gzip archive contains an Excel workbook (.xlsx)"),
        (zipped(("xl/workbook.xml", "<x/>"))[:-10], "an Office document that is damaged or cut off"),
    ],
    ids=lambda value: value if isinstance(value, str) else "archive",  # an archive holds the time when it was made
)
def test_what_is_wrong_with_an_archive_is_said(content: bytes, said: str) -> None:
    failure = failure_of(content)
    assert failure.code == "NOT_A_CSV"
    assert said in failure.message


def test_several_files_are_named() -> None:
    two = failure_of(zipped(("a.csv", FILE), ("b.csv", FILE), ("c/", b"")))
    assert (two.code, two.message) == (
        "NOT_A_CSV",
        'This zip archive contains 2 files: "a.csv" and "b.csv". An upload is one file: send each CSV file by itself.',
    )
    names = [f"part {number}{'x' * 100}\n.csv" for number in range(9)]
    nine = failure_of(zipped(*((name, FILE) for name in names))).message
    assert nine.startswith('This zip archive contains 9 files: "part 0x')
    assert nine.count('"part') == 3
    assert " and 6 more. " in nine


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (["Index/Document.iwa", "Index/Tables/Tile.iwa", "preview.jpg"], "an Apple Numbers or Pages document"),
        (["Index.zip", "Metadata/Properties.plist"], "an Apple Numbers or Pages document"),
        (["index.xml", "buildVersionHistory.plist"], "an Apple Numbers or Pages document"),
        (["a.numbers/", "a.numbers/Index.zip", "__MACOSX/._a"], "an Apple Numbers spreadsheet (.numbers)"),
        (["content.xml", "META-INF/manifest.xml"], "an OpenDocument file, such as .ods"),
        (["[Content_Types].xml", "xl/workbook.bin"], "a binary Excel workbook (.xlsb)"),
        (["word/document.xml", "word/styles.xml"], "a Word document (.docx)"),
    ],
)
def test_a_document_is_no_archive_of_several_files(names: list[str], what: str) -> None:
    message = failure_of(zipped(*((name, b"x") for name in names))).message
    verb = "Export" if "Apple" in what else "Save"
    assert message == f"This is {what}, not a product file. {verb} it as an Excel workbook (.xlsx) or as CSV."


@pytest.mark.parametrize(
    ("content", "subject"),
    [
        (zipped(("a.csv.gz", GZIP)), "This zip archive contains a gzip archive"),
        (gzip.compress(GZIP), "This gzip archive contains a gzip archive"),
        (gzip.compress(ZIP), "This gzip archive contains a zip archive, or a spreadsheet such as .xlsx or .ods"),
    ],
)
def test_a_file_that_is_packed_twice_is_to_be_packed_once(content: bytes, subject: str) -> None:
    assert failure_of(content).message == (
        f"{subject}, not a CSV file. Send your CSV file or workbook (.xlsx) itself; a CSV file may be packed, but only"
        " once."
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [("xl/workbook.bin", "a binary Excel workbook (.xlsb)"), ("Index/Document.iwa", "an Apple Numbers or Pages")],
)
def test_a_packed_document_is_named(name: str, what: str) -> None:
    message = failure_of(zipped(("products", zipped((name, b"x"), ("other", b"x"))))).message
    assert message.startswith(f"This zip archive contains {what}")
    assert message.endswith("Export your products as CSV (UTF-8) and send that file.")


def test_an_archive_of_very_many_files_is_refused_at_once() -> None:
    begin = time.monotonic()
    message = failure_of(zipped(*((f"{number}.csv", b"") for number in range(20_000)))).message
    assert time.monotonic() - begin < 10
    assert 'contains 20000 files: "0.csv", "1.csv", "2.csv" and 19997 more.' in message


def test_a_text_file_that_has_the_names_of_a_workbook_in_it_is_a_text_file() -> None:
    content = (HEADER + ROW.replace("Mouse", "xl/workbook.xml word/ [Content_Types].xml")).encode()
    assert not isinstance(surveyed_or_failure(zipped(("xl/a.csv", content), method=zipfile.ZIP_STORED)), Failure)


def with_header(archive: bytes, at: int, value: bytes) -> bytes:
    """The archive with a field of its only entry changed, in its directory."""
    begin = archive.index(b"PK\1\2") + at
    return archive[:begin] + value + archive[begin + len(value) :]


def test_an_encrypted_archive_is_password_protected() -> None:
    failure = failure_of(with_header(ZIP, 8, b"\1\0"))
    assert failure.code == "PASSWORD_PROTECTED"
    assert "with a password" in failure.message


@pytest.mark.parametrize(
    ("method", "name"), [(9, "Deflate64"), (12, "bzip2"), (14, "LZMA"), (93, "Zstandard"), (1, "method 1")]
)
def test_another_compression_is_named(method: int, name: str) -> None:
    failure = failure_of(with_header(ZIP, 10, struct.pack("<H", method)))
    assert failure.code == "NOT_A_CSV"
    assert f"is compressed with {name}; only Deflate" in failure.message


@pytest.mark.parametrize("at", [24, 42])
def test_an_archive_that_names_impossible_places_is_damaged(at: int) -> None:
    for value in (b"\xff\xff\xff\xff", b"\xfe\xff\xff\x7f"):
        assert failure_of(with_header(ZIP, at, value)).code in ("NOT_A_CSV", "FILE_TOO_LARGE")


def test_a_part_of_an_archive_in_several_parts_says_so() -> None:
    at = ZIP.rindex(b"PK\5\6") + 4
    assert "one of several parts" in failure_of(ZIP[:at] + b"\3\0" + ZIP[at + 2 :]).message
    assert "in several parts" in failure_of(b"PK\7\x08" + ZIP).message


@pytest.mark.parametrize("way", WAYS)
def test_the_limit_holds_for_what_is_unpacked(way: str) -> None:
    content = HEADER.encode() + ROW.encode() * 3000
    exact = Limits(file_bytes=len(content))
    assert not isinstance(surveyed_or_failure(WAYS[way](content), exact), Failure)
    failure = failure_of(WAYS[way](content + b"\n"), exact)
    assert failure.code == "FILE_TOO_LARGE"
    assert failure.message.startswith(f"Unpacked, the file has more than {len(content)} bytes")


@pytest.mark.parametrize("way", ["gzip", "gzip members", "zip", "zip streamed"])
def test_a_bomb_ends_at_the_limit(way: str) -> None:
    bomb = WAYS[way](bytes(200_000_000))
    begin = time.monotonic()
    assert failure_of(bomb, SMALL).code == "FILE_TOO_LARGE"
    assert time.monotonic() - begin < 60


def test_a_bomb_that_says_that_it_is_small_is_damaged() -> None:
    bomb = with_header(zipped(("products.csv", bytes(200_000_000))), 24, struct.pack("<I", 1000))
    begin = time.monotonic()
    assert CUT_OFF in failure_of(bomb, SMALL).message
    assert time.monotonic() - begin < 60


def test_what_is_in_an_archive_is_looked_at_only_if_it_can_be_unpacked() -> None:
    image = b"\x89PNG\r\n\x1a\n" + bytes(200_000)
    assert failure_of(gzip.compress(image), SMALL).code == "FILE_TOO_LARGE"
    assert CUT_OFF in failure_of(gzip.compress(image)[:-1]).message
    assert CUT_OFF in failure_of(gzip.compress("Größe\n".encode("cp1252") * 9)[:-1]).message


def test_many_empty_members_end() -> None:
    begin = time.monotonic()
    assert failure_of(gzip.compress(b"") * 20_000).code == "EMPTY_FILE"
    assert time.monotonic() - begin < 30


def test_padding_may_be_long() -> None:
    assert not isinstance(surveyed_or_failure(GZIP + bytes(1_000_000)), Failure)
    assert not isinstance(surveyed_or_failure(ZIP + bytes(1000)), Failure)


_ARCHIVES = st.sampled_from([pack(FILE) for pack in WAYS.values()])
# Of several members, the first are a sound archive by themselves.
_ONE_MEMBER = st.sampled_from([pack(FILE) for way, pack in WAYS.items() if way != "gzip members"])


@given(_ARCHIVES, st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=4)), max_size=4))
@settings(max_examples=800, deadline=None)
def test_a_damaged_archive_reads_as_its_file_or_not_at_all(archive: bytes, changes: list[tuple[int, bytes]]) -> None:
    for position, value in changes:
        at = position % len(archive)
        archive = archive[:at] + value + archive[at + len(value) :]
    assert_whole_or_refused(archive)


@given(_ONE_MEMBER, st.integers(0, 10_000))
@settings(max_examples=500, deadline=None)
def test_a_part_of_an_archive_reads_as_its_file_or_not_at_all(archive: bytes, length: int) -> None:
    assert_whole_or_refused(archive[: length % len(archive)])


def assert_whole_or_refused(archive: bytes) -> None:
    result = surveyed_or_failure(archive)
    if isinstance(result, Failure):
        assert result.code in FailureCode
        return
    with unpack(source(archive), Limits()).source() as file:
        assert file.read() == FILE
