"""The words of a file that depend on its encoding, as bytes; and samples of them to look at."""

import codecs
import re
import string
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.domain.one_line import one_line
from pipeline.reading.encodings.decoding import BLOCK_BYTES, Source

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
_MAX_WORDS, _MAX_WORD_LENGTH = 200, 128
_MAX_SAMPLE_LENGTH, _BEFORE_IN_SAMPLE = 40, 19
# Punctuation but for bytes that may be the second ones of East Asian characters.
_PUNCTUATION = bytes(byte for byte in string.punctuation.encode() if byte < 0x40)
_GAP = re.compile(r'[\s",;|]+')


class NonAsciiWords(NamedTuple):
    """Distinct pieces of text with non-ASCII bytes, the first and the last ones of a file; and the first ones with the
    text around them."""

    pieces: list[bytes]
    runs: list[bytes]


def non_ascii_words(source: Source) -> NonAsciiWords:
    """Reads the entire file."""
    first: dict[bytes, bytes] = {}
    last: deque[bytes] = deque(maxlen=_MAX_WORDS)
    rest = b""
    with source() as file:
        while block := file.read(BLOCK_BYTES):
            block = rest + block
            end = _end_of_pieces(block)
            rest = block[end:] if len(block) - end < _MAX_PIECE_LENGTH else b""
            _collect(block[:end], first, last)
    _collect(rest, first, last)
    return NonAsciiWords(list(dict.fromkeys([*first, *last])), list(first.values()))


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


def sample_words(runs: Sequence[bytes], codec: str) -> tuple[str, ...]:
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


def short_piece(run: bytes) -> bytes:
    """The part of a piece of text that is shown as a sample, cut around its first non-ASCII byte."""
    run = run.strip(_PUNCTUATION)
    match = _FIRST_NON_ASCII.search(run)
    start = max(match.start() - _BEFORE_IN_SAMPLE, 0) if match and len(run) > _MAX_SAMPLE_LENGTH else 0
    return run[start : start + _MAX_SAMPLE_LENGTH]


def sample_of(piece: bytes, codec: str) -> str:
    """A piece of text as the codec reads it; what is left of a character at its end is dropped."""
    return one_line(codecs.getincrementaldecoder(codec)("replace").decode(piece), _MAX_SAMPLE_LENGTH)


def text_words(source: Source, codec: str) -> Iterator[str]:
    """The words of a file that are not ASCII, each once; the words of its first block if there are none."""
    seen: dict[str, bool] = {}
    for word in _words(source, codec):
        sample = one_line(word.strip(string.punctuation), _MAX_SAMPLE_LENGTH)
        if not sample.isascii() and sample not in seen:
            yield sample
        if sample and len(seen) < _MAX_WORDS:
            seen[sample] = sample.isascii()
    if all(seen.values()):
        yield from seen


def _words(source: Source, codec: str) -> Iterator[str]:
    decoder, rest = codecs.getincrementaldecoder(codec)("replace"), ""
    with source() as file:
        while block := file.read(BLOCK_BYTES):
            *words, rest = _GAP.split(rest[-_MAX_PIECE_LENGTH:] + decoder.decode(block))
            yield from words
    yield rest
