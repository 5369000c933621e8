"""A CSV file in an archive reads as the CSV file."""

import gzip
import io
from hashlib import sha256
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.checking.survey import rejected_records, staged_records, survey
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.failures import Failure, Limits
from pipeline.domain.file_formats import FileFormat
from pipeline.reading.file_start import FixFileStart, read_start
from tests.hostile_shapes import TOKENS
from tests.packing import IN_GZIP, IN_ZIP, WAYS, Pack, zipped
from tests.unit.files import CATEGORIES, HEADER, ROW, refusal_of, source, surveyed, surveyed_or_failure

LIMITS = Limits()
FILE = (HEADER + ROW + "P-2,Ring,Electronics,SKU-2,x,5\n" + 'P-3,27" screen,Clothing,SKU-2,1.299,5\n').encode()
_PIECES = st.sampled_from([*TOKENS, ROW, "Größe", "日本", "sep=;\n", "\0", "_row,_errors\n", "x" * 300])
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)
_CONTENTS = (
    st.binary(max_size=300)
    | _TEXTS.map(lambda text: (HEADER + text).encode())
    | st.tuples(_TEXTS, st.sampled_from(["utf-16", "utf-8-sig", "cp1252", "cp932"])).map(
        lambda parts: (HEADER + parts[0]).encode(parts[1], "replace")
    )
)


def outcome(content: bytes) -> object:
    """Everything that depends on what the file says: its failure, or its format, warnings and records."""
    result = surveyed_or_failure(content)
    if isinstance(result, Failure):
        return result
    file = source(content)
    return (
        (result.format.encoding, result.format.head, result.format.layout.numbers),
        result.warnings,
        result.fix_file_rows,
        [(each.row_number, each.record.values, each.earlier_sku) for each in staged_records(file, result, LIMITS)],
        [each.row_number for each in rejected_records(file, result, LIMITS)],
    )


@pytest.mark.parametrize("way", WAYS)
@given(content=_CONTENTS)
@settings(max_examples=100, deadline=None)
def test_any_file_gives_the_same_in_any_archive(way: str, content: bytes) -> None:
    assume(not content.startswith((b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")))  # as archives and documents do
    assert _without_archive(outcome(WAYS[way](content))) == outcome(content)


def _without_archive(outcome: object) -> object:
    """Only the name of another type says that it was packed."""
    if not isinstance(outcome, Failure):
        return outcome
    for archive in ("gzip archive", "zip archive"):
        if outcome.message.startswith(f"This {archive} contains "):
            message = outcome.message.replace(f"This {archive} contains ", "This is ", 1)
            return Failure(outcome.code, message, outcome.line, outcome.proposal)
    return outcome


@pytest.mark.parametrize(
    ("ways", "file_format"), [(IN_GZIP, FileFormat.CSV_GZ), (IN_ZIP, FileFormat.CSV_ZIP)], ids=["gzip", "zip"]
)
def test_the_format_says_how_the_file_came(ways: dict[str, Pack], file_format: FileFormat) -> None:
    assert {surveyed(pack(FILE)).format.file_format for pack in ways.values()} == {file_format}
    assert surveyed(FILE).format.file_format == FileFormat.CSV


@pytest.mark.parametrize("way", WAYS)
def test_the_format_of_a_refused_file_is_known_too(way: str) -> None:
    refused = refusal_of(WAYS[way](b"name,price\nMouse,3\n"))
    expected = FileFormat.CSV_GZ if way in IN_GZIP else FileFormat.CSV_ZIP
    assert (refused.failure.code, refused.detected_format.file_format) == ("MISSING_COLUMNS", expected)


@pytest.mark.parametrize("way", WAYS)
def test_the_checksum_is_that_of_the_archive(way: str) -> None:
    packed = WAYS[way](FILE)
    assert surveyed(packed).sha256 == sha256(packed).hexdigest()


@pytest.mark.parametrize("way", WAYS)
def test_a_second_pass_begins_behind_any_row(way: str) -> None:
    packed = WAYS[way](FILE)
    result = surveyed(packed)
    for after in range(4):
        rows = [each.row_number for each in staged_records(source(packed), result, LIMITS, after_row=after)]
        assert rows == [*range(after + 1, 4)]


@pytest.mark.parametrize("way", WAYS)
def test_a_packed_fix_file_names_its_upload(way: str) -> None:
    upload_id = "UPLOAD_20261130_101112_abcdefgh"
    content = (HEADER.strip() + ",_row,_errors,_upload\n" + ROW.strip() + f",1,x,{upload_id}\n").encode()
    start = read_start(source(WAYS[way](content)), LIMITS, Decisions(UploadMode.CREATE))
    assert isinstance(start, FixFileStart)
    assert start.upload_ids == [upload_id]


@pytest.mark.parametrize("name", ["products.csv", "products.gz", "products", "products.xlsx", "a.zip", "../../etc/x"])
def test_the_name_in_an_archive_does_not_matter(name: str) -> None:
    assert surveyed(zipped((name, FILE))).total_records == 3


def test_a_long_file_is_read_to_its_end() -> None:
    content = HEADER.encode() + ROW.encode() * 50_000
    for way, pack in WAYS.items():
        assert surveyed(pack(content)).total_records == 50_000, way


def test_a_gzip_archive_of_nothing_is_an_empty_file() -> None:
    assert [refusal_of(each).failure.code for each in (gzip.compress(b""), zipped(("a.csv", b"")))] == [
        "EMPTY_FILE"
    ] * 2


def test_every_pass_closes_what_it_opens() -> None:
    opened: list[BinaryIO] = []

    def open_file() -> BinaryIO:
        opened.append(io.BytesIO(WAYS["zip"](FILE)))
        return opened[-1]

    survey(open_file, CATEGORIES, LIMITS, scratch=TemporaryFile)
    assert opened
    assert all(file.closed for file in opened)
