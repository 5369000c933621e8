"""Detecting the encoding of a file.

A BOM decides. A file without one is UTF-8 if all of it is valid UTF-8; else in the one multi-byte encoding that its
words fit unambiguously and that decodes all of it; else Windows-1252 if all of its bytes are defined and its words look
like words. Other files are not accepted, and the message names the encoding that they seem to have.
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
"""Opens the file at its first byte. Both passes over a file open it again."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16"),
)
_SAMPLE_BYTES = 64 * 1024
_SAVE_AS_UTF_8 = 'Save the file as UTF-8 (in Excel: "CSV UTF-8") and send it again.'
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
# Text without blanks; its bytes include the second bytes of East Asian characters. The look-after lets a match begin
# only at the beginning of such text, or a long line without blanks would take quadratic time. The repeats are
# possessive (`*+`) for the same reason: the first excludes the byte that follows it.
_NON_ASCII_PIECE = re.compile(rb"(?<![0-9@-~\x80-\xff])[0-9@-~]*+[\x80-\xff][0-9@-~\x80-\xff]*+")
# The text around it, up to a blank, a quote or a delimiter. Only ASCII may precede it, because the match may begin
# inside a character of several bytes; a `|` after it may be the second byte of one.
_RUN_BEFORE = re.compile(rb'(?:\A|[\x00-\x20\x7f",;|])([^\x00-\x20\x7f-\xff",;|]*)\Z')
_RUN_AFTER = re.compile(rb'[^\x00-\x20\x7f",;]*')
_FIRST_NON_ASCII = re.compile(rb"[\x80-\xff]")
_BREAK = re.compile(rb"[\x00-/:-?]")
_MAX_PIECE_LENGTH = 4096
_ISO_2022_JP_ESCAPE = re.compile(rb"\x1b\$[@B]")
_MAX_WORDS, _MAX_WORD_LENGTH, _MAX_SAMPLES = 200, 128, 20
_MAX_SAMPLE_LENGTH, _BEFORE_IN_SAMPLE = 40, 19


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's name, `name` is for people. A guess comes with up to three words that depend on it."""

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
            _check_no_nul(source, name)
            message = (
                f"The file says that it is {name.upper()}, but line {invalid.line} has bytes that are not valid in it."
                f" Correct that line. {_SAVE_AS_UTF_8}"
            )
            raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, message, invalid.line)
    invalid = _first_undecodable(source, "utf-8")
    if invalid is None:
        _check_not_iso_2022_jp(source)
        return Encoding("utf-8", "utf-8")
    _check_no_nul(source, "utf-8")
    return _guess(source, invalid)


def _check_not_iso_2022_jp(source: Source) -> None:
    """Raises UnacceptableFile for ISO-2022-JP, which Japanese mail programs use."""
    # It consists of ASCII bytes only, so it is valid UTF-8.
    with source() as file:
        start = file.read(_SAMPLE_BYTES)
    if escape := _ISO_2022_JP_ESCAPE.search(start):
        line = start.count(b"\n", 0, escape.start()) + 1
        raise UnacceptableFile(
            FailureCode.UNSUPPORTED_ENCODING, f"The file looks like ISO-2022-JP. {_SAVE_AS_UTF_8}", line
        )


def _check_no_nul(source: Source, codec: str) -> None:
    """Raises UnacceptableFile for binary files, so that they are not reported as text in a wrong encoding."""
    # In UTF-8, a zero byte is always U+0000, so damaged UTF-8 can be searched byte by byte.
    nul_codec = "latin-1" if codec == "utf-8" else codec
    decoder = codecs.getincrementaldecoder(nul_codec)("replace")
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
    """The position of the first bytes that the codec cannot decode, or None."""
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
    """The line of the error, which is in the block after the first `blocks`."""
    # Few files have such errors, so reading these blocks again is cheaper than counting the lines of every file.
    lines, decoder = _LineCount(), codecs.getincrementaldecoder(codec)()
    with source() as file:
        for _ in range(blocks):
            lines.add(decoder.decode(file.read(_SAMPLE_BYTES)))
    lines.add(bytes(error.object[: error.start]).decode(error.encoding, "ignore"))
    return lines.breaks + 1


class _LineCount:
    """Counts line breaks in consecutive pieces of a text. CRLF counts once, even if a piece ends within it."""

    def __init__(self) -> None:
        self.breaks = 0
        self._ended_with_cr = False

    def add(self, text: str) -> None:
        if not text:
            return
        self.breaks += text.count("\n")
        if "\r" in text:  # skips two counts for most files, which have no CR
            self.breaks += text.count("\r") - text.count("\r\n")
        self.breaks -= self._ended_with_cr and text[0] == "\n"
        self._ended_with_cr = text[-1] == "\r"


def _guess(source: Source, invalid: _Undecodable) -> Encoding:
    from pipeline.reading.encodings.code_pages import (  # imported here because few files need its large tables
        MULTI_BYTE,
        WINDOWS_1252,
        judge,
    )

    _check_not_damaged_utf8(source, invalid.line)
    words, runs = _non_ascii_words(source)
    verdict = judge(words)
    page = verdict.page
    is_certain = page == WINDOWS_1252 or (page in MULTI_BYTE and verdict.is_unambiguous)
    undecodable = _first_undecodable(source, page.codec) if is_certain and verdict.is_legible else None
    samples = _sample_words(runs, page.codec)
    if is_certain and verdict.is_legible and undecodable is None:
        return Encoding(page.codec, page.name, guessed=True, sample_words=samples)
    line = undecodable.line if undecodable else invalid.line
    message = f"Line {line} has bytes that are not valid in UTF-8."
    if verdict.is_legible:
        message += f" The file looks like {page.name}{', with words such as ' if samples else ''}{', '.join(samples)}."
    else:
        message += " It is damaged, or joined from parts in different encodings."
    raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, f"{message} {_SAVE_AS_UTF_8}", line)


def _non_ascii_words(source: Source) -> tuple[list[bytes], list[bytes]]:
    """Distinct pieces of text with non-ASCII bytes, the first and the last ones of the file; and the first ones with
    the text around them."""
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
    for match in _NON_ASCII_PIECE.finditer(block):
        piece = _around_first_non_ascii(match[0])
        if len(first) < _MAX_WORDS:
            first.setdefault(piece, _run(block, match.start(), match.end()))
        elif piece not in first:
            last.append(piece)


def _around_first_non_ascii(piece: bytes) -> bytes:
    if len(piece) <= _MAX_WORD_LENGTH:
        return piece
    match = _FIRST_NON_ASCII.search(piece)
    start = max(match.start() - _MAX_SAMPLE_LENGTH, 0) if match else 0
    return piece[start : start + _MAX_WORD_LENGTH]


def _run(block: bytes, start: int, end: int) -> bytes:
    """A piece of a block with the text around it, up to a blank, a quote or a delimiter."""
    if end - start > _MAX_WORD_LENGTH:
        return _around_first_non_ascii(block[start:end])
    before = _RUN_BEFORE.search(block[max(start - _MAX_SAMPLE_LENGTH, 0) : start])
    after = _RUN_AFTER.match(block, end, end + _MAX_SAMPLE_LENGTH)
    return (before[1] if before else b"") + block[start:end] + (after[0] if after else b"")


def _check_not_damaged_utf8(source: Source, line: int) -> None:
    """Raises UnacceptableFile for UTF-8 with a few invalid bytes: as Windows-1252, all of it would be garbled."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = invalid = 0
    with source() as file:
        while block := file.read(_SAMPLE_BYTES):
            non_ascii = _NON_ASCII.findall(decoder.decode(block))
            wrong = sum(map(_is_undecoded, non_ascii))
            valid, invalid = valid + len(non_ascii) - wrong, invalid + wrong
    # In damaged UTF-8 most non-ASCII characters are valid; in another encoding few are.
    if valid > invalid:
        message = (
            f"The file is in UTF-8, but line {line} has bytes that are not valid in it: it is damaged, or joined from"
            f" parts in different encodings. Correct that line. {_SAVE_AS_UTF_8}"
        )
        raise UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, message, line)


def _is_undecoded(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _sample_words(runs: Sequence[bytes], codec: str) -> tuple[str, ...]:
    samples: list[str] = []
    for sample in (_sample(run.decode(codec, "ignore")) for run in runs):
        if not any(sample in earlier for earlier in ["", *samples]):  # `Käse-Löffel` is found once for each part
            samples.append(sample)
    return tuple(samples[:3])


def _sample(text: str) -> str:
    """The first part of a text with a non-ASCII character, shortened around that character."""
    part = next((part for part in text.split("|") if not part.isascii()), "").strip(string.punctuation)
    if len(part) > _MAX_SAMPLE_LENGTH and (match := _NON_ASCII.search(part)):
        part = part[max(match.start() - _BEFORE_IN_SAMPLE, 0) :]
    return one_line(part, _MAX_SAMPLE_LENGTH)
