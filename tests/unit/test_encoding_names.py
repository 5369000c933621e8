"""The names of encodings: what people write, and the one name under which it is stored and shown."""

import codecs

import pytest

from api.schemas.decisions import DecisionFields
from pipeline.domain.encoding_names import codec_of, name_of, usual_name
from pipeline.reading.encodings.code_pages import CODE_PAGES
from tests.unit.files import CHOOSABLE


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        ("utf-8", "utf-8"), ("UTF8", "utf-8"), ("utf_8_sig", "utf-8"), ("utf-16 LE", "utf-16le"), ("UTF-16", "utf-16"),
        ("utf-16be", "utf-16be"), ("ASCII", "us-ascii"), ("latin1", "windows-1252"), ("ISO-8859-1", "windows-1252"),
        ("windows-1252", "windows-1252"), ("cp1250", "windows-1250"), ("Win1251", "windows-1251"),
        ("iso-8859-2", "iso-8859-2"), ("ISO8859-15", "iso-8859-15"), ("latin2", "iso-8859-2"),
        ("shift_jis", "shift_jis"), ("Shift-JIS", "shift_jis"), ("SJIS", "shift_jis"), ("cp932", "shift_jis"),
        ("gb18030", "gb18030"), ("GBK", "gb18030"), ("gb2312", "gb18030"), ("big5", "big5"), ("euc-kr", "euc-kr"),
        ("cp949", "euc-kr"), ("EUC-JP", "euc-jp"), ("ISO-2022-JP", "iso-2022-jp"), ("koi8-r", "koi8-r"),
        ("macintosh", "macintosh"), ("Mac Roman", "macintosh"), ("TIS-620", "windows-874"), ("ibm852", "cp852"),
    ],
)  # fmt: skip
def test_any_usual_name_is_stored_as_one(name: str, usual: str) -> None:
    assert DecisionFields.model_validate({"encoding": name}).requested() == {"encoding": usual}


@pytest.mark.parametrize(
    "name",
    ["", "ANSI", "zip", "rot13", "hex", "base64", "idna", "punycode", "utf-7", "unicode_escape", "raw_unicode_escape",
     "iso-2022-kr", "hz", "mbcs", "oem", "undefined", "cp037", "windows-1259", "utf-8\u0301", "x" * 41],
)  # fmt: skip
def test_what_is_no_encoding_of_text_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"windows-1251|at most 40"):
        DecisionFields.model_validate({"encoding": name})


@pytest.mark.parametrize("name", CHOOSABLE)
def test_every_name_is_a_codec_of_text_that_reads_in_blocks(name: str) -> None:
    codec = codecs.lookup(codec_of(name))
    assert codec.incrementaldecoder
    assert "text" in "text".encode(codec_of(name)).decode(codec_of(name))
    assert (usual_name(name), name_of(codec_of(name))) == (name, name)


def test_the_names_in_messages_can_be_chosen() -> None:
    assert {page.name: codec_of(page.name) for page in CODE_PAGES} == {page.name: page.codec for page in CODE_PAGES}
