"""A file whose encoding was chosen is read in it, and nothing is guessed."""

import codecs

import pytest

from pipeline.domain.decisions import Decisions
from pipeline.domain.encoding_names import codec_of
from tests.unit.files import HEADER, ROW, failure_of, records_of, surveyed
from tests.unit.texts import ENCODINGS, WORDS

CASES = [(language, codec) for language, names in ENCODINGS.items() for codec in names]


def choosing(name: str) -> Decisions:
    return Decisions(encoding=name)


def with_name(name: str) -> str:
    return HEADER + ROW.replace("Mouse", name)


def name_of(content: bytes, encoding: str) -> str:
    (staged,) = records_of(content, decisions=choosing(encoding))
    return staged.record["product_name"]


@pytest.mark.parametrize(("language", "codec"), CASES)
def test_words_of_any_language_are_read_in_the_chosen_encoding(language: str, codec: str) -> None:
    words = " ".join(WORDS[language].split())[:180].strip()
    content = with_name(words).encode(codec)
    assert name_of(content, codec) == words
    survey = surveyed(content, decisions=choosing(codec))
    assert (codec_of(survey.format.encoding_name or ""), survey.warnings) == (codec_of(codec), [])


@pytest.mark.parametrize(("encoding", "codec"), [("iso-2022-jp", "iso2022_jp"), ("euc-jp", "euc_jp")])
def test_every_line_of_a_japanese_file_is_a_row(encoding: str, codec: str) -> None:
    rows = [ROW.replace("Mouse", word) for word in WORDS["Japanese"].split() * 3000]
    staged = records_of((HEADER + "".join(rows)).encode(codec), decisions=choosing(encoding))
    assert [(each.record.row.line, each.record.row.malformed) for each in staged] == [
        (line, None) for line in range(2, len(rows) + 2)
    ]
    assert staged[-1].record["product_name"] == "冬用ジャケット"


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF8 * 2])
@pytest.mark.parametrize(("encoding", "codec"), [("utf-8", "utf-8"), ("windows-1250", "cp1250"), ("big5", "cp950")])
def test_a_mark_of_utf_8_is_dropped_before_any_encoding(mark: bytes, encoding: str, codec: str) -> None:
    word = "防水" if codec == "cp950" else "Güße"
    content = mark[: 3 if encoding != "utf-8" else 6] + with_name(word).encode(codec)
    assert name_of(content, encoding) == word
    assert surveyed(content, decisions=choosing(encoding)).format.columns[0].header == "vendor_product_id"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16le", "utf-16be"])
@pytest.mark.parametrize("has_mark", [True, False])
@pytest.mark.parametrize("big", [True, False])
def test_utf_16_is_read_with_its_mark_and_without(encoding: str, has_mark: bool, big: bool) -> None:
    text = with_name("Źródło").encode("utf-16-be" if big else "utf-16-le")
    mark = codecs.BOM_UTF16_BE if big else codecs.BOM_UTF16_LE
    content = mark + text if has_mark else text
    if encoding == "utf-16" or encoding.endswith("be") == big:
        assert name_of(content, encoding) == "Źródło"
        assert surveyed(content, decisions=choosing(encoding)).format.encoding_name == encoding
    else:
        assert failure_of(content, decisions=choosing(encoding)).code != "PROCESSING_FAILED"


@pytest.mark.parametrize(
    ("content", "encoding", "line", "likely"),
    [
        (with_name("Ложка Чашка").encode("cp1251"), "shift_jis", 2, "windows-1251"),
        (with_name("Größe für Füße").encode("cp1252"), "utf-8", 2, "windows-1252"),
        (with_name("Größe für Füße").encode(), "us-ascii", 2, "utf-8"),
        (with_name("Größe für Füße").encode(), "utf-16", 1, "utf-8"),
        (with_name("Größe für Füße").encode("utf-16"), "windows-1252", 1, "utf-16"),
        (with_name("Größe für Füße").encode("utf-16"), "utf-16be", 1, "utf-16"),
        (with_name("木のスプーン").encode("iso2022_jp") + b"\xff\n", "iso-2022-jp", 3, None),
        (HEADER.encode() + ROW.encode() + b"\x1b$" + b"x" * 9, "iso-2022-jp", 3, "utf-8"),
        (HEADER.encode() * 4000 + b"Gr\x81\xdfe", "windows-1252", 4001, "cp850"),
        (with_name("Größe").encode("utf-16-le") + b"x", "utf-16le", 3, None),
    ],
)
def test_bytes_that_are_not_valid_in_it_are_named_with_what_they_may_be(
    content: bytes, encoding: str, line: int, likely: str | None
) -> None:
    failure = failure_of(content, decisions=choosing(encoding))
    assert (failure.code, failure.line) == ("UNSUPPORTED_ENCODING", line)
    assert encoding in failure.message
    assert (failure.proposal.encodings[0].encoding if failure.proposal else None) == likely


def test_a_failure_of_another_kind_shows_the_chosen_encoding() -> None:
    failure = failure_of("sku,größe\n1,2\n".encode("cp1250"), decisions=choosing("windows-1250"))
    assert failure.code == "MISSING_COLUMNS"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        *((blank, each) for blank in (b"", b" ", b" \n\n", b"\r\n") for each in ("utf-8", "utf-16", "iso-2022-jp")),
        *((codecs.BOM_UTF8, each) for each in ("utf-8", "windows-1252", "iso-2022-jp")),
        *((codecs.BOM_UTF16_BE, each) for each in ("utf-16", "utf-16be")),
    ],
)
def test_a_file_without_text_is_empty_in_any_encoding(content: bytes, encoding: str) -> None:
    assert failure_of(content, decisions=choosing(encoding)).code == "EMPTY_FILE"


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8", "shift_jis"])
def test_a_binary_file_stays_one(encoding: str) -> None:
    content = HEADER.encode() + b"P-1,\0\xff\xfe\0,\x81\n"
    assert failure_of(content, decisions=choosing(encoding)).code == "NOT_A_CSV"
