"""Ways to pack a file."""

import gzip
import io
import zipfile
from collections.abc import Callable, Iterator

from tests.unit.files import HEADER, ROW

Pack = Callable[[bytes], bytes]


def zipped(
    *entries: tuple[str, bytes | str], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"", streamed: bool = False
) -> bytes:
    """A zip archive. A streamed one has the sizes behind each file, as programs write it that cannot go back."""
    file = io.BytesIO()
    with zipfile.ZipFile(_Unseekable(file) if streamed else file, "w", method) as archive:
        archive.comment = comment
        for name, content in entries:
            archive.writestr(name, content)
    return file.getvalue()


class _Unseekable(io.RawIOBase):
    def __init__(self, file: io.BytesIO) -> None:
        self._file = file

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        return self._file.write(content)


def zipped_64(content: bytes) -> bytes:
    """A zip archive with zip64 sizes, as programs write it that do not know how long a file becomes."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("products.csv", "w", force_zip64=True) as entry,
    ):
        entry.write(content)
    return file.getvalue()


def from_a_mac(content: bytes) -> bytes:
    """As the Finder packs a folder."""
    return zipped(
        ("Products/", b""),
        ("Products/products.csv", content),
        ("__MACOSX/", b""),
        ("__MACOSX/Products/", b""),
        ("__MACOSX/Products/._products.csv", b"\0\5\x16\7"),
        ("Products/.DS_Store", b"\0\0\0\1Bud1"),
        streamed=True,
    )


def in_members(content: bytes) -> bytes:
    """A gzip archive of three members, with padding behind it."""
    third = len(content) // 3
    pieces = (content[:third], content[third:-third] if third else content, content[-third:] if third else b"")
    return b"".join(gzip.compress(piece, mtime=0) for piece in pieces) + bytes(1000)


IN_GZIP: dict[str, Pack] = {
    "gzip": lambda content: gzip.compress(content, mtime=0),
    "gzip uncompressed": lambda content: gzip.compress(content, 0, mtime=0),
    "gzip members": in_members,
}
IN_ZIP: dict[str, Pack] = {
    "zip": lambda content: zipped(("products.csv", content)),
    "zip stored": lambda content: zipped(("a/b/Produkte ä.txt", content), method=zipfile.ZIP_STORED),
    "zip streamed": lambda content: zipped(("products.csv", content), streamed=True),
    "zip64": zipped_64,
    "zip with comment": lambda content: zipped(("products.csv", content), comment=b"PK" * 1000),
    "zip from a Mac": from_a_mac,
}
WAYS = IN_GZIP | IN_ZIP


def bombs() -> Iterator[bytes]:
    """Small archives that unpack to more than a file may have, or make their reader keep much of what they hold."""
    piece = gzip.compress(bytes(1 << 26), mtime=0)
    yield piece * 17
    yield gzip.compress(piece * 17, mtime=0)
    yield zipped(*((f"{number}.csv", b"") for number in range(50_000)))
    yield b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * (1 << 25)
    names = [(f"{number}/" + "n" * 60_000 + "/", b"") for number in range(500)]
    yield zipped(("products.csv", gzip.compress(b"a,b\n" * 1000)), *names)
    yield gzip.compress((HEADER + ROW * 200_000).encode())
