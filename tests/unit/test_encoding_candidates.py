"""A file that is refused for its encoding: the likely ones, each with the same words as it reads them."""

import codecs
import json
from dataclasses import asdict
from tempfile import TemporaryFile

import pytest

from pipeline.checking.survey import survey
from pipeline.domain.decisions import Decisions
from pipeline.domain.encoding_names import codec_of
from pipeline.domain.failures import Failure, Limits
from pipeline.domain.proposals import EncodingProposal, Proposal
from tests.unit.files import CATEGORIES, HEADER, ROW, failure_of, source, surveyed_or_failure
from tests.unit.test_encodings_by_language import text_of
from tests.unit.texts import ENCODINGS

CASES = [
    *[(language, codec) for language, names in ENCODINGS.items() for codec in names],
    ("Russian", "koi8_r"),
    ("Turkish", "mac_turkish"),
    ("Greek", "mac_greek"),
]


def with_name(name: str) -> str:
    return HEADER + ROW.replace("Mouse", name)


def proposed(content: bytes) -> tuple[EncodingProposal, ...]:
    """The encodings that are proposed if the file is refused."""
    result = surveyed_or_failure(content)
    proposal = result.proposal if isinstance(result, Failure) else None
    return proposal.encodings if proposal else ()


@pytest.mark.parametrize(("language", "codec"), CASES)
@pytest.mark.parametrize("size", [3, 10, 1000])
def test_the_encoding_of_a_refused_file_is_among_those_proposed(language: str, codec: str, size: int) -> None:
    text = text_of(language, size, 1)
    content = text.encode(codec)
    if encodings := proposed(content):
        right = [each for each in encodings if content.decode(codec_of(each.encoding), "replace") == text]
        assert right if size < 10 else encodings[0] in right
        assert all(word in text and not word.isascii() for word in right[0].words)
        assert len(encodings) <= 5
        surveyed = survey(
            source(content),
            CATEGORIES,
            Limits(),
            scratch=TemporaryFile,
            decisions=Decisions(encoding=right[0].encoding),
        )
        assert surveyed.total_records == size


def test_each_encoding_reads_the_same_bytes() -> None:
    content = text_of("Russian", 30, 1).encode("cp1251")
    encodings = proposed(content)
    assert encodings[0].encoding == "windows-1251"
    pieces = {tuple(word.encode(codec_of(each.encoding)) for word in each.words) for each in encodings}
    assert len(pieces) == 1
    assert len({each.words for each in encodings}) == len(encodings) > 1


def test_the_words_are_those_in_which_the_encodings_differ() -> None:
    same = "".join(ROW.replace("Mouse", word) for word in ("Kräuter", "Bögen", "Größe", "Brüder"))
    content = (HEADER + same + ROW.replace("Mouse", "Źródło") + ROW.replace("Mouse", "Świeca")).encode("iso8859_2")
    first, *others = proposed(content)
    assert first.encoding == "iso-8859-2"
    assert {"Źródło", "Świeca"} <= set(first.words)
    assert {each.encoding for each in others} >= {"windows-1250"}


@pytest.mark.parametrize(
    ("words", "codec"),
    [
        (["Größe", "Löffel", "Käse"], "cp1252"),
        (["Ложка", "Чашка", "Кеды"], "cp1251"),
        (["木のスプーン", "ガラスのコップ"], "cp932"),
        (["防水背包", "真皮皮鞋"], "gb18030"),
    ],
)
@pytest.mark.parametrize("damage", [b"\xff", b"\xc3", b"Gr\xfc\xdfe"])
def test_nothing_is_proposed_for_damaged_utf_8(words: list[str], codec: str, damage: bytes) -> None:
    sound = "".join(ROW.replace("Mouse", word) for word in words)
    content = (HEADER + sound * 5).encode() + ROW.encode().replace(b"Mouse", damage)
    failure = failure_of(content)
    assert (failure.code, failure.line, failure.proposal) == ("UNSUPPORTED_ENCODING", 2 + 5 * len(words), None)
    assert "The file is in UTF-8" in failure.message
    assert len(sound.encode(codec)) < len(sound.encode())


@pytest.mark.parametrize("cut", range(1, 3))
def test_utf_8_that_ends_within_a_character_is_called_damaged(cut: int) -> None:
    content = with_name("木のスプーン").encode() + ROW.replace("Mouse", "木").encode().partition("木".encode())[0]
    failure = failure_of(content + "木".encode()[:cut])
    assert (failure.code, failure.line, failure.proposal) == ("UNSUPPORTED_ENCODING", 3, None)
    assert "it is damaged" in failure.message


def test_text_behind_a_mark_of_utf_8_that_is_none_is_proposed_as_what_it_is() -> None:
    content = codecs.BOM_UTF8 + with_name("Größe für Füße").encode("cp1252")
    failure = failure_of(content)
    assert failure.proposal
    assert failure.proposal.encodings[0] == EncodingProposal("windows-1252", ("Größe", "für", "Füße"))


def test_the_mark_of_utf_8_is_no_word() -> None:
    content = codecs.BOM_UTF8 + with_name("Größe für Füße").encode()
    failure = failure_of(content, decisions=Decisions(encoding="us-ascii"))
    assert failure.proposal == Proposal(encodings=(EncodingProposal("utf-8", ("Größe", "für", "Füße")),))


def test_a_file_of_ascii_shows_its_first_words() -> None:
    failure = failure_of(with_name("Mouse"), decisions=Decisions(encoding="utf-16"))
    words = ("vendor_product_id", "product_name", "category")
    assert failure.proposal == Proposal(encodings=(EncodingProposal("utf-8", words),))


def test_japanese_mail_is_proposed_as_such() -> None:
    content = with_name("木のスプーン").encode("iso2022_jp")
    assert proposed(content) == (EncodingProposal("iso-2022-jp", ("木のスプーン",)),)


def test_a_code_page_with_an_undefined_byte_is_not_proposed() -> None:
    content = text_of("Russian", 10, 1).encode("cp1251") + b"P-2,x\x98,Electronics,S2,1,1\n"
    assert "windows-1251" not in {each.encoding for each in proposed(content)}


def test_a_long_word_is_cut_at_the_same_byte() -> None:
    content = with_name("x" * 300 + "Ложка деревянная" + "y" * 300 + " Чашка").encode("cp1251")
    first, *others = proposed(content)
    assert "x" * 19 + "Ложка" in first.words
    assert all(len(word) <= 40 for each in (first, *others) for word in each.words)


def test_a_proposal_survives_being_stored() -> None:
    proposal = Proposal(encodings=proposed(text_of("Greek", 10, 1).encode("cp1253")))
    assert Proposal.of(json.loads(json.dumps(asdict(proposal)))) == proposal
    assert list(proposal.as_json()) == ["encodings"]
