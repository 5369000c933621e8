"""Decoding a file in blocks, and the place where it cannot be decoded."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.domain.failures import FailureCode, UnacceptableFile

Source = Callable[[], BinaryIO]
"""Opens the file at its first byte. Both passes over a file open it again."""

BLOCK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's name, `name` the usual one. A guess comes with up to three words that depend on it.

    `mark_bytes` is the size of a BOM at the beginning that the codec itself does not skip.
    """

    codec: str
    name: str
    guessed: bool = False
    sample_words: tuple[str, ...] = ()
    mark_bytes: int = 0


def without_mark(source: Source, mark_bytes: int) -> Source:
    """The file from the first byte behind a mark on."""

    def open_file() -> BinaryIO:
        file = source()
        file.read(mark_bytes)
        return file

    return open_file


def starts_with(source: Source, marks: tuple[bytes, ...]) -> bool:
    with source() as file:
        return file.read(max(map(len, marks))).startswith(marks)


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Where bytes cannot be decoded."""

    line: int


def first_undecodable(source: Source, codec: str) -> Undecodable | None:
    """The position of the first bytes that the codec cannot decode, or None."""
    decoder, blocks = codecs.getincrementaldecoder(codec)(), 0
    with source() as file:
        while True:
            block = file.read(BLOCK_BYTES)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(error.encoding, "ignore")
                return Undecodable(_line_of(before, source, codec, blocks))
            except (
                UnicodeError
            ):  # a sequence that never ends, in ISO-2022-JP: that it began is known at the block's end
                return Undecodable(_line_of(block.decode("ascii", "ignore"), source, codec, blocks))
            if not block:
                return None
            blocks += 1


def _line_of(before: str, source: Source, codec: str, blocks: int) -> int:
    """The line of an error behind the text `before` in the block after the first `blocks`."""
    # Few files have such errors, so reading these blocks again is cheaper than counting the lines of every file.
    lines, decoder = _LineCount(), codecs.getincrementaldecoder(codec)()
    with source() as file:
        for _ in range(blocks):
            lines.add(decoder.decode(file.read(BLOCK_BYTES)))
    lines.add(before)
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


def check_no_nul(source: Source, codec: str) -> None:
    """Raises UnacceptableFile for binary files, so that they are not reported as text in a wrong encoding."""
    # In all encodings but UTF-16, a zero byte is always U+0000, so damaged text can be searched byte by byte.
    nul_codec = codec if codec.startswith("utf_16") else "latin-1"
    decoder = codecs.getincrementaldecoder(nul_codec)("replace")
    with source() as file:
        while block := file.read(BLOCK_BYTES):
            if "\0" in decoder.decode(block):
                message = (
                    "This is a binary file, not a CSV file. Export your products as CSV (UTF-8) and send that file."
                )
                raise UnacceptableFile(FailureCode.NOT_A_CSV, message)
