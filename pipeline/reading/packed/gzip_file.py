"""The file in a gzip archive."""

from collections.abc import Iterator
from typing import BinaryIO

from pipeline.reading.packed.inflate import PIECE_BYTES, Inflater, NotInflatable
from pipeline.reading.packed.refusals import damaged

SIGNATURE = b"\x1f\x8b"
_MOST_MEMBERS = 2_000_000  # each takes some microseconds, even an empty one of 20 bytes


def unpack_gzip(file: BinaryIO) -> Iterator[bytes]:
    """The content of an archive in blocks: that of its members, one behind the other, as gzip itself reads them.

    Raises UnacceptableFile if the archive is damaged.
    """
    inflater = Inflater(lambda: file.read(PIECE_BYTES))
    try:
        for _ in range(_MOST_MEMBERS):
            yield from inflater.gzipped()
            if not inflater.skip_padding():
                return
    except NotInflatable:
        raise damaged("gzip") from None
    raise damaged("gzip")
