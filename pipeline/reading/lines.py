"""Physical lines of a file, counted as a text editor counts them, with bounded memory whatever comes.

They come in blocks, because reading a clean file is fast only where little is done once a line; a reader
that has to look at single lines, or ahead, takes them one by one and puts back what it does not need.
"""

import codecs
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.reading.encodings.detection import Encoding, Source

_READ_AT_ONCE = 64 * 1024
_END_OF_FILE = "\x1a"
_HELD_BACK, _MAX_HELD_BACK = "\r" + _END_OF_FILE, 1024  # until it is known what follows
MAX_BYTES_PER_CHARACTER = 4  # of a character in UTF-8
_LINES_IN_A_BLOCK = 500  # what is left of a block is copied whenever a row was read line by line


def size_of(text: str) -> int:
    """Its bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


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
    """Lines that follow one another. `ends` are their line ends, or the one that all of them have; a line that is not
    whole is a block of its own."""

    first: int
    texts: list[str]
    ends: str | list[str]
    lost_quotes: int | None = None

    def end(self, at: int) -> str:
        return self.ends if isinstance(self.ends, str) else self.ends[at]

    def line(self, at: int) -> Line:
        return Line(self.first + at, self.texts[at], self.end(at), self.lost_quotes)

    def part(self, start: int, stop: int) -> "Block":
        ends = self.ends if isinstance(self.ends, str) else self.ends[start:stop]
        return Block(self.first + start, self.texts[start:stop], ends, self.lost_quotes)

    @property
    def text(self) -> str:
        """All of it, the last line's end included."""
        if isinstance(self.ends, str):
            return self.ends.join([*self.texts, ""])
        return "".join([piece for line in zip(self.texts, self.ends, strict=True) for piece in line])


class Lines:
    """The lines of a file in order: by the block, one by one, or looked at ahead of time."""

    def __init__(self, source: Source, encoding: Encoding, limits: Limits) -> None:
        self.limit = limits.row_bytes
        self._file = source()
        self._blocks = _blocks(_texts(self._file, encoding), limits.row_bytes)
        self._waiting: deque[Block] = deque()
        """What was read and is still to be given out."""
        self._at = 0
        """The next line in the first block that waits."""

    def close(self) -> None:
        self._file.close()

    def block(self) -> tuple[Block, int] | None:
        """Takes the next lines, as many as are at hand: those of a block from a place in it on. None at the end."""
        block = self._waiting.popleft() if self._waiting else next(self._blocks, None)
        at, self._at = self._at, 0
        return (block, at) if block else None

    def line(self) -> Line | None:
        """Takes the next line; None at the end of the file."""
        if not self._waiting and not self._read_on():
            return None
        line = self._waiting[0].line(self._at)
        self._advance(1)
        return line

    def ahead(self) -> Iterator[tuple[Block, int]]:
        """The lines that come next, as often as they are asked for, by blocks and where to start in them. They stay
        where they are."""
        number, at = 0, self._at
        while number < len(self._waiting) or self._read_on():
            yield self._waiting[number], at
            number, at = number + 1, 0

    def take(self, count: int) -> None:
        """Passes over so many of the lines that were looked at ahead of time."""
        while count:
            count -= self._advance(count)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Takes back lines that were taken one by one, to give them out again in the same order."""
        if self._at:
            first = self._waiting.popleft()
            self._waiting.appendleft(first.part(self._at, len(first.texts)))
            self._at = 0
        self._waiting.extendleft(Block(line.number, [line.text], line.end, line.lost_quotes) for line in lines[::-1])

    def leave(self, block: Block, at: int) -> None:
        """Takes back the lines from `at` on of the block that was taken last."""
        self._waiting.appendleft(block)
        self._at = at

    def resume(self, block: Block) -> int | None:
        """Takes again the block that was left; returns the next line's place in it, or None if all of it was taken."""
        if not self._waiting or self._waiting[0] is not block:
            return None
        self._waiting.popleft()
        at, self._at = self._at, 0
        return at

    def _read_on(self) -> bool:
        block = next(self._blocks, None)
        if block:
            self._waiting.append(block)
        return block is not None

    def _advance(self, most: int) -> int:
        """Passes over lines of the first block that waits; returns how many."""
        left = len(self._waiting[0].texts) - self._at
        if most < left:
            self._at += most
            return most
        self._waiting.popleft()
        self._at = 0
        return left


def _texts(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The file decoded piece by piece; no piece ends between CR and LF. An end-of-file mark at its end is left out."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    held = ""
    while block := file.read(_READ_AT_ONCE):
        text = held + decoder.decode(block)
        end = max(len(text.rstrip(_HELD_BACK)), len(text) - _MAX_HELD_BACK)
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


_LINE_END = re.compile("(\r\n|\n|\r)")


def _split(text: str, number: int) -> Iterator[Block]:
    """Blocks of a text that ends with a line end."""
    end = "\n" if "\r" not in text else "\r" if "\n" not in text else "\r\n"
    if end != "\r\n" or text.count("\n") == text.count("\r") == text.count(end):
        texts = text.split(end)
        texts.pop()
        for at in range(0, len(texts), _LINES_IN_A_BLOCK):
            yield Block(number + at, texts[at : at + _LINES_IN_A_BLOCK], end)
        return
    pieces = _LINE_END.split(text)
    texts, ends = pieces[:-1:2], pieces[1::2]
    for at in range(0, len(texts), _LINES_IN_A_BLOCK):
        stop = at + _LINES_IN_A_BLOCK
        yield Block(number + at, texts[at:stop], ends[at:stop])


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
        raise UnacceptableFile(FailureCode.NOT_A_CSV, message, line)
