"""The physical lines of a file, counted as a text editor counts them, in bounded memory.

Lines come in blocks, because work done once for each line would dominate the time for a clean file. A reader that needs
single lines, or has to look ahead, takes them one by one and puts back what it does not need.
"""

import codecs
import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from pipeline.domain.failures import FailureCode, Limits, UnacceptableFile
from pipeline.reading.encodings.decoding import BLOCK_BYTES, Encoding, Source

_END_OF_FILE = "\x1a"
# Held back at the end of a chunk: the next one may begin with the LF of a CRLF, or continue after the mark.
_HELD_BACK, _MAX_HELD_BACK = "\r" + _END_OF_FILE, 1024
MAX_BYTES_PER_CHARACTER = 4  # in UTF-8
_MAX_BLOCK_LINES = 500  # the rest of a block is copied after every row that is read line by line, so blocks are small


def size_of(text: str) -> int:
    """The size in bytes as UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


class Line(NamedTuple):
    """One line; `text` does not include `end`. A line that is longer than a row may be is truncated, and
    `truncated_quotes` is the number of quotes that were cut off; it is None for a complete line."""

    number: int
    text: str
    end: str
    truncated_quotes: int | None = None

    @property
    def quotes(self) -> int:
        return self.text.count('"') + (self.truncated_quotes or 0)


class Block(NamedTuple):
    """Consecutive lines. `ends` are their line ends, or the one that all of them share. A truncated line is a block of
    its own."""

    first: int
    texts: list[str]
    ends: str | list[str]
    truncated_quotes: int | None = None

    def end(self, at: int) -> str:
        return self.ends if isinstance(self.ends, str) else self.ends[at]

    def line(self, at: int) -> Line:
        return Line(self.first + at, self.texts[at], self.end(at), self.truncated_quotes)

    def ends_of(self, start: int, stop: int) -> str | list[str]:
        return self.ends if isinstance(self.ends, str) else self.ends[start:stop]

    def part(self, start: int, stop: int) -> "Block":
        return Block(self.first + start, self.texts[start:stop], self.ends_of(start, stop), self.truncated_quotes)

    @property
    def text(self) -> str:
        """The lines with their line ends, including the last one."""
        if isinstance(self.ends, str):
            return self.ends.join([*self.texts, ""])
        return "".join([piece for line in zip(self.texts, self.ends, strict=True) for piece in line])


class Lines:
    """The lines of a file in order: by the block or one by one, with look-ahead."""

    def __init__(self, source: Source, encoding: Encoding, limits: Limits) -> None:
        self.limit = limits.row_bytes
        self._file = source()
        self._blocks = _blocks(_texts(self._file, encoding), limits.row_bytes)
        self._pending: deque[Block] = deque()
        """Blocks that were read but not consumed."""
        self._at = 0
        """The position of the next line in the first pending block."""

    def close(self) -> None:
        self._file.close()

    def next_block(self) -> tuple[Block, int] | None:
        """Consumes the next lines: a block, and the position at which they begin. None at the end of the file."""
        block = self._pending.popleft() if self._pending else next(self._blocks, None)
        at, self._at = self._at, 0
        return (block, at) if block else None

    def next_line(self) -> Line | None:
        """Consumes the next line; None at the end of the file."""
        if not self._pending and not self._read_more():
            return None
        line = self._pending[0].line(self._at)
        self._advance(1)
        return line

    def peek(self) -> Iterator[tuple[Block, int]]:
        """The next lines without consuming them: blocks, and the position in each at which they begin."""
        number, at = 0, self._at
        while number < len(self._pending) or self._read_more():
            yield self._pending[number], at
            number, at = number + 1, 0

    def skip(self, count: int) -> None:
        """Consumes `count` lines. They must have been peeked at."""
        while count:
            count -= self._advance(count)

    def put_back(self, lines: Sequence[Line]) -> None:
        """Returns lines that were consumed one by one; they come again in the same order."""
        if self._at:
            first = self._pending.popleft()
            self._pending.appendleft(first.part(self._at, len(first.texts)))
            self._at = 0
        self._pending.extendleft(
            Block(line.number, [line.text], line.end, line.truncated_quotes) for line in lines[::-1]
        )

    def put_back_block(self, block: Block, at: int) -> None:
        """Returns the lines of the last block from position `at` on, if there are any."""
        if at < len(block.texts):
            self._pending.appendleft(block)
            self._at = at

    def resume(self, block: Block) -> int:
        """Consumes the rest of a block that was put back; returns its position, or the end if nothing is left of it."""
        if not self._pending or self._pending[0] is not block:
            return len(block.texts)
        self._pending.popleft()
        at, self._at = self._at, 0
        return at

    def _read_more(self) -> bool:
        block = next(self._blocks, None)
        if block:
            self._pending.append(block)
        return block is not None

    def _advance(self, count: int) -> int:
        """Consumes at most `count` lines of the first pending block; returns how many."""
        remaining = len(self._pending[0].texts) - self._at
        if count < remaining:
            self._at += count
            return count
        self._pending.popleft()
        self._at = 0
        return remaining


def _texts(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    """The decoded text in chunks that never end between CR and LF, without an end-of-file mark (U+001A) at the end."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    file.read(encoding.mark_bytes)
    held_back = ""
    while block := file.read(BLOCK_BYTES):
        text = held_back + decoder.decode(block)
        end = max(len(text.rstrip(_HELD_BACK)), len(text) - _MAX_HELD_BACK)
        held_back = text[end:]
        yield text[:end] if held_back else text
    yield (held_back + decoder.decode(b"", final=True)).rstrip(_END_OF_FILE)


def _blocks(texts: Iterator[str], limit: int) -> Iterator[Block]:
    number, unfinished = 1, _UnfinishedLine(limit)
    for text in texts:
        _check_no_nul(text, number)
        if unfinished.is_truncated and (end := _after_first_end(text)):
            yield unfinished.finish(text[:end], number)
            number, text, unfinished = number + 1, text[end:], _UnfinishedLine(limit)
        cut = max(text.rfind("\n"), text.rfind("\r")) + 1
        if cut:
            for block in _split(unfinished.text + text[:cut], number):
                yield block
                number += len(block.texts)
            unfinished = _UnfinishedLine(limit)
        unfinished.add(text[cut:])
    if unfinished.text:
        yield unfinished.finish("", number)


class _UnfinishedLine:
    """The beginning of a line whose end has not been read. Of text beyond the limit, only quotes are counted."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[str] = []
        self._size = 0
        self._truncated_quotes = 0
        self.is_truncated = False

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, piece: str) -> None:
        if self.is_truncated:
            self._truncated_quotes += piece.count('"')
        elif piece:
            self._pieces.append(piece)
            self._size += len(piece)
            self.is_truncated = self._size > self._limit

    def finish(self, rest: str, number: int) -> Block:
        text = rest.rstrip("\r\n")
        self.add(text)
        return Block(number, [self.text], rest[len(text) :], self._truncated_quotes if self.is_truncated else None)


_LINE_END = re.compile("(\r\n|\n|\r)")


def _split(text: str, number: int) -> Iterator[Block]:
    """Splits a text that ends with a line end into blocks."""
    end = "\n" if "\r" not in text else "\r" if "\n" not in text else "\r\n"
    if end != "\r\n" or text.count("\n") == text.count("\r") == text.count(end):
        texts = text.split(end)
        texts.pop()
        for at in range(0, len(texts), _MAX_BLOCK_LINES):
            yield Block(number + at, texts[at : at + _MAX_BLOCK_LINES], end)
        return
    pieces = _LINE_END.split(text)
    texts, ends = pieces[:-1:2], pieces[1::2]
    for at in range(0, len(texts), _MAX_BLOCK_LINES):
        stop = at + _MAX_BLOCK_LINES
        yield Block(number + at, texts[at:stop], ends[at:stop])


def _after_first_end(text: str) -> int:
    """Where the second line of a text begins; 0 if there is no line end."""
    ends = [at for at in (text.find("\n"), text.find("\r")) if at >= 0]
    if not ends:
        return 0
    return min(ends) + (2 if text.startswith("\r\n", min(ends)) else 1)


def _check_no_nul(text: str, number: int) -> None:
    at = text.find("\0")
    if at >= 0:
        before = text[:at]
        line = number + before.count("\n") + before.count("\r") - before.count("\r\n")
        message = (
            f"Line {line} contains the character U+0000, which no CSV file has: the file is damaged, or it is not"
            " text at all. Export it again as CSV (UTF-8)."
        )
        raise UnacceptableFile(FailureCode.NOT_A_CSV, message, line)
