"""What the beginning of a fix file tells: the uploads that it names, and a sample of its rows."""

import io
from collections.abc import Sequence
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.decisions import NO_DECISIONS, Decisions, UploadMode
from pipeline.domain.failures import Limits
from pipeline.reading.file_start import ExportStart, FixFileStart, read_start
from tests.unit.files import source

IDS = [f"UPLOAD_20261130_120000_aaaaaaa{letter}" for letter in "abc"]
HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity,_row,_errors,_upload"


def start_of(content: str | bytes, decisions: Decisions = NO_DECISIONS) -> FixFileStart | None:
    encoded = content.encode() if isinstance(content, str) else content
    start = read_start(source(encoded), Limits(), decisions)
    assert not isinstance(start, ExportStart)
    return start


def fix_file(upload_ids: Sequence[str], header: str = HEADER) -> str:
    lines = [f"P-{n},Mouse,Books,S-{n},x,5,{n},bad → 5 | worse,{each}" for n, each in enumerate(upload_ids)]
    return "\n".join([header, *lines])


def test_the_uploads_are_named_once_in_the_order_of_the_rows_and_the_first_rows_are_a_sample() -> None:
    start = start_of(fix_file([IDS[1], "", *IDS, *[IDS[2]] * 30]))
    assert start
    assert start.upload_ids == [IDS[1], IDS[0], IDS[2]]
    assert (len(start.rows), start.rows[0]) == (20, (0, "bad → 5 | worse", "S-0", "P-0"))


def test_long_texts_are_no_ids() -> None:
    start = start_of(fix_file(["x" * 100_000, IDS[0]]))
    assert start
    assert start.upload_ids == [IDS[0]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_fix_file_is_known_as_any_program_saves_it(encoding: str, delimiter: str) -> None:
    rows = [HEADER.split(","), ["P-1", "Käse, groß", "Books", "S-1", "x", "5", "1", "Größe", IDS[0]]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    start = start_of(text.encode(encoding))
    assert start
    assert start.upload_ids == [IDS[0]]


@pytest.mark.parametrize("mode", UploadMode)
@pytest.mark.parametrize("header", ["sku,price,_row,_errors,_upload", "Kennung,Kosten,_row,_errors,_upload"])
def test_the_columns_that_the_mode_needs_are_not_needed_here(header: str, mode: UploadMode) -> None:
    start = start_of(f'{header}\nA,x,1,bad,{IDS[0]}\nB\n"C,x,2,bad,{IDS[1]}\n', Decisions(mode))
    assert start
    assert start.upload_ids[0] == IDS[0]


def test_headers_that_nobody_knows_are_split_where_the_marks_are() -> None:
    content = f"Kennung;Kosten;_row;_errors;_upload\nA;1,2,3;1;a, b, c;{IDS[0]}\nB;4,5,6;2;d, e, f;{IDS[0]}\n"
    start = start_of(content)
    assert start
    assert start.upload_ids == [IDS[0]]


def test_a_fix_file_of_an_earlier_version_names_no_upload() -> None:
    start = start_of("sku,price,_row,_errors\nA,x,3,bad\n")
    assert start == FixFileStart([], [(3, "bad", "A", "")])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"sku,price,_row,_upload\nA,1,1,U\n",
        b"sku,price,note\nA,1,_row and _errors\n",
        "_row,_errors,Größe\n1,x,\udcff\n".encode("utf-8", "surrogateescape"),
        b"sku,_row,_errors\nA\0,1,x\n",
        b"PK\x03\x04_row_errors",
        b'"sku,_row,_errors\n1,2,3\n',
    ],
)
def test_any_other_file_has_no_such_beginning_and_none_fails_here(content: bytes) -> None:
    start = start_of(content)
    assert start is None or not start.upload_ids


HEADERS = st.lists(
    st.sampled_from(["sku", "price", "sku", "Preis", "x", "", '"', "category", "_upload", "stock"]), max_size=6
)
PIECES = st.sampled_from(["a", "1", "1?", ",", ";", "\t", "|", '"', '""', "\n", "\r\n", " ", "é", "\0", *IDS])


@given(HEADERS, st.sampled_from(",;\t|"), st.lists(PIECES, max_size=60), st.sampled_from(UploadMode))
@settings(max_examples=500, deadline=None)
def test_no_file_whatever_is_a_fault(header: list[str], delimiter: str, pieces: list[str], mode: UploadMode) -> None:
    start_of(delimiter.join([*header, "_row", "_errors"]) + "\n" + "".join(pieces), Decisions(mode))
    start_of("".join(pieces) + delimiter.join(["_row", *header, "_errors"]) + "\n" + "".join(pieces))


def test_of_a_file_without_marks_only_the_beginning_is_read() -> None:
    class Counted(io.BytesIO):
        read_bytes = 0

        def read(self, size: int | None = -1) -> bytes:
            block = super().read(size)
            Counted.read_bytes += len(block)
            return block

    def opened() -> BinaryIO:
        return Counted(b"sku,price\n" + b"A,1\n" * 1_000_000)

    assert read_start(opened, Limits(), NO_DECISIONS) is None
    assert Counted.read_bytes == len(b"PK\3\4") + len(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") + Limits().row_bytes
