"""Which encoding a file is in, and bytes turned into text by it (contract §2).

A BOM decides; without one it is UTF-8 if all of it is valid UTF-8; else one unambiguous multi-byte
encoding that decodes all of it; else Windows-1252 if every byte is defined there.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from pipeline.domain.failures import NOT_A_CSV, UNSUPPORTED_ENCODING, UnacceptableFile

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatches

Source = Callable[[], BinaryIO]
"""Opens the file anew, at its first byte. Reading twice is how two passes see the same file."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
# The codec that vendors' software writes → its name for people, and what charset-normalizer may call it.
_MULTI_BYTE = {
    "cp932": ("shift_jis", {"shift_jis", "shift_jis_2004", "shift_jisx0213", "cp932"}),
    "euc_jp": ("euc-jp", {"euc_jp", "euc_jis_2004", "euc_jisx0213"}),
    "cp949": ("euc-kr", {"euc_kr", "cp949", "johab"}),
    "gb18030": ("gb18030", {"gb2312", "gbk", "gb18030"}),
    "cp950": ("big5", {"big5", "big5hkscs", "cp950"}),
}
_SAMPLE_BYTES = 64 * 1024
_AS_UTF_8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8") and send it again.'
_FEWEST_CHARACTERS = 8  # with less to go by, one encoding looks as likely as another
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Alphabets whose letters, two by two, are bytes of Chinese and Korean characters too.
_ALPHABETS = ("cp1251", "koi8_r", "iso8859_5", "cp1253", "cp1255")
_NOT_ASSIGNED = {"Co", "Cn"}
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_WORD = re.compile(r"\w*[^\W\d_]*[^\x00-\x7f]\w*")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's, `name` is for people; a guess comes with up to three words that it changed."""

    codec: str
    name: str
    guessed: bool = False
    sample_words: tuple[str, ...] = ()


def detect_encoding(source: Source) -> Encoding:
    with source() as file:
        start = file.read(4)
    for bom, codec, name in _BOMS:
        if start.startswith(bom) and not start.startswith(codecs.BOM_UTF32_LE):
            invalid = _first_undecodable(source, codec)
            if invalid is None:
                return Encoding(codec, name)
            _check_no_zero(source, name)
            message = (
                f"The file says that it is {name.upper()}, but line {invalid.line} has bytes that are not valid in it."
                f" Correct that line. {_AS_UTF_8}"
            )
            raise UnacceptableFile(UNSUPPORTED_ENCODING, message, invalid.line)
    invalid = _first_undecodable(source, "utf-8")
    if invalid is None:
        return Encoding("utf-8", "utf-8")
    _check_no_zero(source, "utf-8")
    return _guess(source, invalid)


def _check_no_zero(source: Source, codec: str) -> None:
    """Bytes that are no text in the first place are not asked for their encoding."""
    by_the_byte = (
        "latin-1" if codec == "utf-8" else codec
    )  # U+0000 is a zero byte in UTF-8, and no part of anything else
    decoder = codecs.getincrementaldecoder(by_the_byte)("replace")
    with source() as file:
        while block := file.read(_SAMPLE_BYTES):
            if "\0" in decoder.decode(block):
                message = (
                    "This is a binary file, not a CSV file. Export your products as CSV (UTF-8) and send that file."
                )
                raise UnacceptableFile(NOT_A_CSV, message)


@dataclass(frozen=True, slots=True)
class _Undecodable:
    line: int
    around: bytes


def _first_undecodable(source: Source, codec: str) -> _Undecodable | None:
    """Where the first bytes stand that the codec cannot read, with the bytes from a little before on."""
    decoder, blocks, before = codecs.getincrementaldecoder(codec)(), 0, b""
    with source() as file:
        while True:
            block = file.read(_SAMPLE_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                around = before[-4096:] + block + file.read(_SAMPLE_BYTES)
                return _Undecodable(_line_of(error, source, codec, blocks), around)
            if not block:
                return None
            before, blocks = block, blocks + 1


def _line_of(error: UnicodeDecodeError, source: Source, codec: str, blocks: int) -> int:
    """The line of what could not be decoded after so many blocks; they are read again, as hardly a file needs it."""
    lines, decoder = _LineCount(), codecs.getincrementaldecoder(codec)()
    with source() as file:
        for _ in range(blocks):
            lines.add(decoder.decode(file.read(_SAMPLE_BYTES)))
    lines.add(bytes(error.object[: error.start]).decode(error.encoding, "ignore"))
    return lines.breaks + 1


class _LineCount:
    """Counts line breaks as text comes by in pieces; CRLF is one, also where a piece ends between the two."""

    def __init__(self) -> None:
        self.breaks = 0
        self._ended_with_cr = False

    def add(self, text: str) -> None:
        if not text:
            return
        self.breaks += text.count("\n")
        if "\r" in text:  # counting what is not there would take as long as counting what is
            self.breaks += text.count("\r") - text.count("\r\n")
        self.breaks -= self._ended_with_cr and text[0] == "\n"
        self._ended_with_cr = text[-1] == "\r"


def _guess(source: Source, invalid: _Undecodable) -> Encoding:
    from charset_normalizer import from_bytes  # here, because few files need it and every cold start would wait for it

    sample = _whole_lines(invalid.around)
    found = from_bytes(sample)
    best = found.best()
    likely = [codec for codec in _MULTI_BYTE if _reads_well(sample, codec)]
    if len(likely) > 1 and best:
        likely = [codec for codec in likely if best.encoding in _MULTI_BYTE[codec][1]]
    for codec in [*(likely if len(likely) == 1 else ()), "cp1252"]:
        if codec == "cp1252":
            _check_not_damaged_utf8(source, invalid.line)
        if _first_undecodable(source, codec) is None:
            name = _MULTI_BYTE[codec][0] if codec in _MULTI_BYTE else "windows-1252"
            return Encoding(codec, name, guessed=True, sample_words=_sample_words(sample, codec))
    looks_like = "".join(f" It looks like {name}." for name in islice(_likely_names(sample, likely, found), 1))
    message = f"Line {invalid.line} has bytes that are neither UTF-8 nor Windows-1252.{looks_like}"
    raise UnacceptableFile(UNSUPPORTED_ENCODING, f"{message} {_AS_UTF_8}", invalid.line)


def _likely_names(sample: bytes, likely: list[str], found: "CharsetMatches") -> Iterator[str]:
    """What a sample that cannot be read looks like, likeliest first."""
    yield from (_MULTI_BYTE[codec][0] for codec in likely)
    yield from (name for name in [*(match.encoding for match in found), "cp1250"] if _has_letters(sample, name))


def _check_not_damaged_utf8(source: Source, line: int) -> None:
    """A file that is UTF-8 but for a few bytes would be garbled from end to end if it were read as Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = invalid = 0
    with source() as file:
        while block := file.read(_SAMPLE_BYTES):
            beyond_ascii = _BEYOND_ASCII.findall(decoder.decode(block))
            wrong = sum(map(_is_undecoded, beyond_ascii))
            valid, invalid = valid + len(beyond_ascii) - wrong, invalid + wrong
    if valid > invalid:
        message = (
            f"The file is in UTF-8, but line {line} has bytes that are not valid in it: it is damaged, or parts in"
            f" different encodings were put together. Correct that line. {_AS_UTF_8}"
        )
        raise UnacceptableFile(UNSUPPORTED_ENCODING, message, line)


def _is_undecoded(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _reads_well(sample: bytes, codec: str) -> bool:
    """Whether a sample read by a multi-byte codec looks like a text in the language that it is for.

    Umlauts taken for it give single ideographs between Latin letters; another script's bytes give a medley.
    """
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return False
    foreign = [i for i, character in enumerate(text) if not character.isascii()]
    neighbours = [i for i in foreign if not text[i - 1 : i].isascii() or not text[i + 1 : i + 2].isascii()]
    if len(foreign) < _FEWEST_CHARACTERS or len(neighbours) < 0.6 * len(foreign):
        return False
    not_assigned = sum(unicodedata.category(text[i]) in _NOT_ASSIGNED for i in foreign)
    if not_assigned > 0.01 * len(foreign) or any(_has_letters(sample, alphabet) for alphabet in _ALPHABETS):
        return False
    kana, hangul, ideographs = (
        sum(first <= text[i] <= last for i in foreign) / len(foreign)
        for first, last in (("\u3041", "\u30ff"), ("\uac00", "\ud7a3"), ("\u4e00", "\u9fff"))
    )
    if codec in {"cp932", "euc_jp"}:
        return kana > 0.1 and kana + ideographs > 0.7
    expected = hangul if codec == "cp949" else ideographs
    return expected > 0.8 and sum(_is_common(text[i], codec) for i in foreign) > 0.9 * len(foreign)


def _has_letters(sample: bytes, codec: str) -> bool:
    """Whether a sample read by a codec of one byte a character has little beyond ASCII but words, in small letters,
    capitals, or with one capital first. Characters of two bytes give capitals anywhere, and signs between."""
    text = sample.decode(codec, "replace")
    words = (word for word in _LETTERS.findall(text) if word in {word.lower(), word.upper(), word.capitalize()})
    letters = sum(not character.isascii() for word in words for character in word)
    return len(text) == len(sample) and letters > 0.8 * len(_BEYOND_ASCII.findall(text))


def _is_common(character: str, codec: str) -> bool:
    """Whether a character is among the few thousand that its language mostly uses: wrong readings give rare ones."""
    try:
        if codec == "cp949":
            return len(character.encode("euc_kr")) == 2
        if codec == "gb18030":
            return len(character.encode("gb2312")) == 2
        return 0xA1 <= character.encode("cp950")[0] <= 0xC6
    except UnicodeEncodeError:
        return False


def _whole_lines(sample: bytes) -> bytes:
    """A sample that starts and ends with a line, so that no character is cut in two there."""
    start = sample.find(b"\n", 0, 4096) + 1
    end = sample.rfind(b"\n") + 1
    return sample[start:end] if end > start else sample[start:]


def _sample_words(sample: bytes, codec: str) -> tuple[str, ...]:
    text = sample.decode(codec, "ignore")
    return tuple(dict.fromkeys(match[0][:40] for match in _WORD.finditer(text)))[:3]
