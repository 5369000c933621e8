"""Which encoding a file is in, and bytes turned into text by it.

A BOM decides; without one it is UTF-8 if all of it is valid UTF-8; else one unambiguous multi-byte encoding that
decodes all of it; else Windows-1252 if every byte is defined there and its words look like words. Text in any other
encoding is refused, and the encoding that its words look like is named.
"""

import codecs
import re
import string
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.domain.failures import FailureCode, UnacceptableFile
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
# It is looked for only where one begins, or a long line without blanks would take quadratic time. Its repeats are
# possessive (`*+`) for the same reason: what follows the first begins with a byte that it excludes.
_PIECE_BEYOND_ASCII = re.compile(rb"(?<![0-9@-~\x80-\xff])[0-9@-~]*+[\x80-\xff][0-9@-~\x80-\xff]*+")
# What stands around it up to a blank, a quote or a delimiter. Before it only ASCII, for the run may begin inside a
# character of several bytes; behind it a `|` may be the second byte of one.
_RUN_BEFORE = re.compile(rb'(?:\A|[\x00-\x20\x7f",;|])([^\x00-\x20\x7f-\xff",;|]*)\Z')
_RUN_BEHIND = re.compile(rb'[^\x00-\x20\x7f",;]*')
_FIRST_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_BREAK = re.compile(rb"[\x00-/:-?]")
_MAX_PIECE_LENGTH = 4096
_SEVEN_BIT = re.compile(rb"\x1b\$[@B]")
_MAX_WORDS, _MAX_WORD_LENGTH, _MAX_SAMPLES = 200, 128, 20
_MAX_SAMPLE_LENGTH, _BEFORE_IN_SAMPLE = 40, 19


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
            raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, message, invalid.line)
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
        raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, f"The file looks like ISO-2022-JP. {_AS_UTF_8}", line)


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
                raise UnacceptableFile(FailureCode.NOT_A_CSV, message)


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
    from pipeline.reading.encodings.code_pages import (  # few files need the tables behind it
        MULTI_BYTE,
        WINDOWS_1252,
        verdict,
    )

    _check_not_damaged_utf8(source, invalid.line)
    words, runs = _words_beyond_ascii(source)
    looks_like = verdict(words)
    page = looks_like.page
    is_certain = page == WINDOWS_1252 or (page in MULTI_BYTE and looks_like.is_unambiguous)
    undecodable = _first_undecodable(source, page.codec) if is_certain and looks_like.is_legible else None
    samples = _sample_words(runs, page.codec)
    if is_certain and looks_like.is_legible and undecodable is None:
        return Encoding(page.codec, page.name, guessed=True, sample_words=samples)
    line = undecodable.line if undecodable else invalid.line
    message = f"Line {line} has bytes that are not valid in UTF-8."
    if looks_like.is_legible:
        message += f" The file looks like {page.name}{', with words such as ' if samples else ''}{', '.join(samples)}."
    else:
        message += " It is damaged, or parts in different encodings were put together."
    raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, f"{message} {_AS_UTF_8}", line)


def _words_beyond_ascii(source: Source) -> tuple[list[bytes], list[bytes]]:
    """Different pieces of text with bytes beyond ASCII: the first ones of the file, and the last ones; and the first
    ones with what stands around them."""
    first: dict[bytes, bytes] = {}
    last: deque[bytes] = deque(maxlen=_MAX_WORDS)
    rest = b""
    with source() as file:
        while block := file.read(_SAMPLE_BYTES):
            block = rest + block
            end = _end_of_pieces(block)
            rest = block[end:] if len(block) - end < _MAX_PIECE_LENGTH else b""
            _collect(block[:end], first, last)
    _collect(rest, first, last)
    return list(dict.fromkeys([*first, *last])), list(first.values())[:_MAX_SAMPLES]


def _end_of_pieces(block: bytes) -> int:
    breaks = [match.end() for match in _BREAK.finditer(block, max(len(block) - _MAX_PIECE_LENGTH, 0))]
    return breaks[-1] if breaks else len(block)


def _collect(block: bytes, first: dict[bytes, bytes], last: deque[bytes]) -> None:
    for match in _PIECE_BEYOND_ASCII.finditer(block):
        piece = _around_first_beyond_ascii(match[0])
        if len(first) < _MAX_WORDS:
            first.setdefault(piece, _run(block, match.start(), match.end()))
        elif piece not in first:
            last.append(piece)


def _around_first_beyond_ascii(piece: bytes) -> bytes:
    if len(piece) <= _MAX_WORD_LENGTH:
        return piece
    match = _FIRST_BEYOND_ASCII.search(piece)
    start = max(match.start() - _MAX_SAMPLE_LENGTH, 0) if match else 0
    return piece[start : start + _MAX_WORD_LENGTH]


def _run(block: bytes, start: int, end: int) -> bytes:
    """A piece of a block with the characters around it that are neither blanks nor quotes nor delimiters."""
    if end - start > _MAX_WORD_LENGTH:
        return _around_first_beyond_ascii(block[start:end])
    before = _RUN_BEFORE.search(block[max(start - _MAX_SAMPLE_LENGTH, 0) : start])
    behind = _RUN_BEHIND.match(block, end, end + _MAX_SAMPLE_LENGTH)
    return (before[1] if before else b"") + block[start:end] + (behind[0] if behind else b"")


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
        raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, message, line)


def _is_undecoded(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _sample_words(runs: Sequence[bytes], codec: str) -> tuple[str, ...]:
    samples: list[str] = []
    for sample in (_sample(run.decode(codec, "ignore")) for run in runs):
        if not any(sample in earlier for earlier in ["", *samples]):  # both parts of `Käse-Löffel` have the same run
            samples.append(sample)
    return tuple(samples[:3])


def _sample(text: str) -> str:
    """The first part of a text that has a character beyond ASCII, cut so that this character is in it."""
    part = next((part for part in text.split("|") if not part.isascii()), "").strip(string.punctuation)
    if len(part) > _MAX_SAMPLE_LENGTH and (match := _BEYOND_ASCII.search(part)):
        part = part[max(match.start() - _BEFORE_IN_SAMPLE, 0) :]
    return one_line(part, _MAX_SAMPLE_LENGTH)
