"""Decompressing deflate streams in constant memory, whatever they hold."""

import zlib
from collections.abc import Callable, Iterator

from pipeline.reading.encodings.decoding import BLOCK_BYTES

PIECE_BYTES = 16 * 1024
"""How much of an archive is read at a time. It becomes at most a thousand times as much, and the lease of an upload is
renewed when its file is read."""

_RAW, _GZIP = -zlib.MAX_WBITS, zlib.MAX_WBITS + 16


class NotInflatable(Exception):
    """The compressed data is damaged, or ends too early."""


class Inflater:
    """Decompresses one stream after another from the same data. `read` gives its pieces; an empty one is its end."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read, self._rest = read, b""

    def deflated(self) -> Iterator[bytes]:
        """The content of a stream without header and checksum."""
        return self._inflate(_RAW)

    def gzipped(self) -> Iterator[bytes]:
        """The content of a gzip member, whose checksum is verified."""
        return self._inflate(_GZIP)

    def skip_padding(self) -> bool:
        """Skips zero bytes. True if more follows."""
        self._rest = self._rest.lstrip(b"\0")
        while not self._rest and (piece := self._read()):
            self._rest = piece.lstrip(b"\0")
        return bool(self._rest)

    def _inflate(self, form: int) -> Iterator[bytes]:
        stream = zlib.decompressobj(form)
        while not stream.eof:
            piece = self._rest or self._read()
            try:
                block = stream.decompress(piece, BLOCK_BYTES)
            except zlib.error as error:
                raise NotInflatable(str(error)) from error
            if not piece and not block and not stream.eof:
                raise NotInflatable("the end is missing")
            self._rest = stream.unused_data or stream.unconsumed_tail
            yield block
