"""Which encoding a file is in, and bytes turned into text by it (contract §2).

A BOM decides; without one it is UTF-8 if all of it is valid UTF-8; else one unambiguous multi-byte encoding that
decodes all of it; else Windows-1252 if every byte is defined there and its words look like words. Text in any other
encoding is refused, and the encoding that its words look like is named.
"""

import codecs
import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.domain.failures import NOT_A_CSV, UNSUPPORTED_ENCODING, UnacceptableFile
from pipeline.domain.one_line import one_line

Source = Callable[[], BinaryIO]
"""Opens the file anew, at its first byte. Reading twice is how two passes see the same file."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
_AS_UTF_8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8") and send it again.'
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
# Text without blanks: its bytes may be second ones of East Asian characters too.
_PIECE_BEYOND_ASCII = re.compile(rb"[0-9@-~\x80-\xff]*[\x80-\xff][0-9@-~\x80-\xff]*")
_BREAK = re.compile(rb"[\x00-/:-?]")
_LONGEST_PIECE = 4096
_SEVEN_BIT = re.compile(rb"\x1b\$[@B]")
_MOST_WORDS, _LONGEST_WORD, _MOST_SAMPLES = 200, 128, 20
_ENDS = re.compile(r"^[^\w°®™€£½]+|[^\w\u0e00-\u0e7f°®™€£½]+$")


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
        _check_not_seven_bit(source)
        return Encoding("utf-8", "utf-8")
    _check_no_zero(source, "utf-8")
    return _guess(source, invalid)


def _check_not_seven_bit(source: Source) -> None:
    """Japanese mail programs write text in ASCII bytes alone, which are valid UTF-8."""
    with source() as file:
        start = file.read(_SAMPLE_BYTES)
    if escape := _SEVEN_BIT.search(start):
        line = start.count(b"\n", 0, escape.start()) + 1
        raise UnacceptableFile(UNSUPPORTED_ENCODING, f"The file looks like ISO-2022-JP. {_AS_UTF_8}", line)


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


def _first_undecodable(source: Source, codec: str) -> _Undecodable | None:
    """Where the first bytes stand that the codec cannot read."""
    decoder, blocks = codecs.getincrementaldecoder(codec)(), 0
    with source() as file:
        while True:
            block = file.read(_SAMPLE_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return _Undecodable(_line_of(error, source, codec, blocks))
            if not block:
                return None
            blocks += 1


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
    from pipeline.domain.code_pages import MULTI_BYTE, WINDOWS_1252, verdict  # few files need the tables behind it

    _check_not_damaged_utf8(source, invalid.line)
    words = _words_beyond_ascii(source)
    looks_like = verdict(words)
    page = looks_like.page
    is_certain = page == WINDOWS_1252 or (page in MULTI_BYTE and looks_like.is_unambiguous)
    undecodable = _first_undecodable(source, page.codec) if is_certain and looks_like.is_legible else None
    samples = _sample_words(words, page.codec)
    if is_certain and looks_like.is_legible and undecodable is None:
        return Encoding(page.codec, page.name, guessed=True, sample_words=samples)
    line = undecodable.line if undecodable else invalid.line
    message = f"Line {line} has bytes that are not valid in UTF-8."
    if looks_like.is_legible:
        message += f" The file looks like {page.name}, with words such as {', '.join(samples)}."
    else:
        message += " It is damaged, or parts in different encodings were put together."
    raise UnacceptableFile(UNSUPPORTED_ENCODING, f"{message} {_AS_UTF_8}", line)


def _words_beyond_ascii(source: Source) -> list[bytes]:
    """Different pieces of text with bytes beyond ASCII: the first ones of the file, and the last ones."""
    first: dict[bytes, None] = {}
    last: deque[bytes] = deque(maxlen=_MOST_WORDS)
    rest = b""
    with source() as file:
        while block := file.read(_SAMPLE_BYTES):
            block = rest + block
            end = _end_of_pieces(block)
            rest = block[end:] if len(block) - end < _LONGEST_PIECE else b""
            _collect(block[:end], first, last)
    _collect(rest, first, last)
    return list(dict.fromkeys([*first, *last]))


def _end_of_pieces(block: bytes) -> int:
    breaks = [match.end() for match in _BREAK.finditer(block, max(len(block) - _LONGEST_PIECE, 0))]
    return breaks[-1] if breaks else len(block)


def _collect(block: bytes, first: dict[bytes, None], last: deque[bytes]) -> None:
    for match in _PIECE_BEYOND_ASCII.finditer(block):
        piece = match[0][:_LONGEST_WORD]
        if len(first) < _MOST_WORDS:
            first[piece] = None
        elif piece not in first:
            last.append(piece)


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


def _sample_words(words: Sequence[bytes], codec: str) -> tuple[str, ...]:
    pieces = (word.decode(codec, "ignore") for word in words[:_MOST_SAMPLES])
    return tuple(dict.fromkeys(one_line(_ENDS.sub("", piece) or piece, 40) for piece in pieces))[:3]
