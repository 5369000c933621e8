"""Physical lines of a file, counted as a text editor counts them, with bounded memory whatever comes.

They come in blocks, because reading a clean file is fast only where little is done once a line; a reader
that has to look at single lines, or ahead, takes them one by one and puts back what it does not need.
"""

import codecs
import io
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import BinaryIO, NamedTuple

from pipeline.domain import failures
from pipeline.domain.encodings import Encoding, Source
from pipeline.domain.failures import Limits, UnacceptableFile

_READ_AT_ONCE = 64 * 1024
_END_OF_FILE = "\x1a"
_HELD, _MOST_HELD = "\r" + _END_OF_FILE, 1024  # until it is known what follows
_LINES_IN_A_BLOCK = 500  # what is left of a block is copied whenever a row was read line by line


class Line(NamedTuple):
    """One line without its `end`. Of a line that is longer than any row may be, `text` is only the beginning,
    and `lost_quotes` counts the quotes in the rest; it is None for a line that is whole."""

    number: int
    text: str
    end: str
    lost_quotes: int | None = None

    @property
    def quotes(self) -> int:
        return self.text.count('"') + (self.lost_quotes or 0)


class Block(NamedTuple):
    """Lines that follow one another and end alike; a line that is not whole is a block of its own."""

    first: int
    texts: list[str]
    end: str
    lost_quotes: int | None = None

    def line(self, at: int) -> Line:
        return Line(self.first + at, self.texts[at], self.end, self.lost_quotes)


class Lines:
    """The lines of a file in order, by the block or one by one."""

    def __init__(self, source: Source, encoding: Encoding, limits: Limits) -> None:
        self.limit = limits.row_bytes
        self._file = source()
        self._blocks = _blocks(_texts(self._file, encoding), limits.row_bytes)
        self._put_back: list[Line] = []
        self._block, self._at = Block(1, [], ""), 0

    def close(self) -> None:
        self._file.close()

    def block(self) -> Block | None:
        """The next lines, as many as are at hand; None at the end of the file."""
        if self._put_back:
            line = self._put_back.pop()
            return Block(line.number, [line.text], line.end, line.lost_quotes)
        block, at = self._block, self._at
        if at < len(block.texts):
            self._at = len(block.texts)
            return block._replace(first=block.first + at, texts=block.texts[at:])
        return next(self._blocks, None)

    def line(self) -> Line | None:
        """The next line; None at the end of the file."""
        if self._put_back:
            return self._put_back.pop()
        if self._at == len(self._block.texts):
            following = next(self._blocks, None)
            if following is None:
                return None
            self._block, self._at = following, 0
        self._at += 1
        return self._block.line(self._at - 1)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Takes back lines that were taken one by one, to give them out again in the same order."""
        self._put_back.extend(reversed(lines))

    def leave(self, block: Block, at: int) -> None:
        """Takes back a block's lines from `at` on."""
        if self._put_back or self._at < len(self._block.texts):
            self.put_back([block.line(i) for i in range(at, len(block.texts))])
        else:
            self._block, self._at = block, at


def _texts(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The file decoded piece by piece; no piece ends between CR and LF. An end-of-file mark at its end is left out."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    held = ""
    while block := file.read(_READ_AT_ONCE):
        text = held + decoder.decode(block)
        end = max(len(text.rstrip(_HELD)), len(text) - _MOST_HELD)
        held = text[end:]
        yield text[:end] if held else text
    yield (held + decoder.decode(b"", final=True)).rstrip(_END_OF_FILE)


def _blocks(texts: Iterator[str], limit: int) -> Iterator[Block]:
    number, begun = 1, _Begun(limit)
    for text in texts:
        _check_no_zero(text, number)
        if begun.is_cut and (end := _after_first_end(text)):
            yield begun.ended_by(text[:end], number)
            number, text, begun = number + 1, text[end:], _Begun(limit)
        cut = max(text.rfind("\n"), text.rfind("\r")) + 1
        if cut:
            for block in _split(begun.text + text[:cut], number):
                yield block
                number += len(block.texts)
            begun = _Begun(limit)
        begun.add(text[cut:])
    if begun.text:
        yield begun.ended_by("", number)


class _Begun:
    """The beginning of a line whose end has not come yet; what no row can hold is only counted."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[str] = []
        self._size = 0
        self._lost_quotes = 0
        self.is_cut = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        if self.is_cut:
            self._lost_quotes += piece.count('"')
        elif piece:
            self._pieces.append(piece)
            self._size += len(piece)
            self.is_cut = self._size > self._limit

    def ended_by(self, rest: str, number: int) -> Block:
        text = rest.rstrip("\r\n")
        self.add(text)
        return Block(number, [self.text], rest[len(text) :], self._lost_quotes if self.is_cut else None)


def _split(text: str, number: int) -> Iterator[Block]:
    """Blocks of a text that ends with a line end."""
    end = "\n" if "\r" not in text else "\r" if "\n" not in text else "\r\n"
    if end != "\r\n" or text.count("\n") == text.count("\r") == text.count(end):
        texts = text.split(end)
        texts.pop()
        for at in range(0, len(texts), _LINES_IN_A_BLOCK):
            yield Block(number + at, texts[at : at + _LINES_IN_A_BLOCK], end)
        return
    for end, lines in groupby(io.StringIO(text, newline=""), key=_end_of):
        block = Block(number, [line[: -len(end)] for line in lines], end)
        yield block
        number += len(block.texts)


def _end_of(line: str) -> str:
    return "\r\n" if line.endswith("\r\n") else line[-1]


def _after_first_end(text: str) -> int:
    """Where the second line of a text begins; 0 if it has but one, without an end."""
    ends = [at for at in (text.find("\n"), text.find("\r")) if at >= 0]
    if not ends:
        return 0
    return min(ends) + (2 if text.startswith("\r\n", min(ends)) else 1)


def _check_no_zero(text: str, number: int) -> None:
    at = text.find("\0")
    if at >= 0:
        before = text[:at]
        line = number + before.count("\n") + before.count("\r") - before.count("\r\n")
        message = (
            f"Line {line} contains the character U+0000, which no CSV file has: the file is damaged, or it is not"
            " text at all. Export it again as CSV (UTF-8)."
        )
        raise UnacceptableFile(failures.NOT_A_CSV, message, line)
