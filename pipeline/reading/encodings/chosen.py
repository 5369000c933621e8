"""The encoding that a person or a program chose for a file."""

import codecs
from dataclasses import replace

from pipeline.domain.encoding_names import codec_of, usual_name
from pipeline.reading.encodings.candidates import UTF_16_MARKS, unsupported
from pipeline.reading.encodings.decoding import (
    BLOCK_BYTES,
    Encoding,
    Source,
    check_no_nul,
    first_undecodable,
    starts_with,
    without_mark,
)

_LITTLE_ENDIAN, _BIG_ENDIAN = "utf_16_le", "utf_16_be"


def chosen_encoding(source: Source, name: str) -> Encoding:
    """The encoding of this name. Raises UnacceptableFile if the file cannot be decoded in it."""
    usual = usual_name(name)
    codec = _utf_16_codec(source) if usual == "utf-16" else codec_of(usual)
    encoding = Encoding(codec, usual, mark_bytes=_mark_bytes(source, codec))
    text = without_mark(source, encoding.mark_bytes)
    if _is_blank(text):  # a file without text is empty in any encoding
        return replace(encoding, codec="utf_8")
    _check_zero_bytes(source, codec, usual)
    _check_not_utf_8(source, codec, usual)
    if invalid := first_undecodable(text, codec):
        check_no_nul(text, codec)
        message = f"Line {invalid.line} has bytes that are not valid in {usual}, the encoding that was chosen."
        raise unsupported(source, message, invalid.line)
    return encoding


def _is_blank(source: Source) -> bool:
    with source() as file:
        start = file.read(BLOCK_BYTES)
    return len(start) < BLOCK_BYTES and not start.strip()


def is_utf_16(name: str | None) -> bool:
    return name is not None and usual_name(name).startswith("utf-16")


def _utf_16_codec(source: Source) -> str:
    """By the BOM; without one, by where the zero byte of the first character is, if it is ASCII."""
    return _BIG_ENDIAN if starts_with(source, (codecs.BOM_UTF16_BE, b"\0")) else _LITTLE_ENDIAN


def _check_zero_bytes(source: Source, codec: str, name: str) -> None:
    """Raises UnacceptableFile for UTF-16 that is to be read in another encoding, and for the reverse.

    Either can be decoded, but to what looks like a binary file, or like Chinese.
    """
    is_other = starts_with(source, UTF_16_MARKS) and not _mark_bytes(source, codec)
    if is_other and first_undecodable(source, "utf_16") is None:
        message = f"The file begins with the mark (BOM) of UTF-16, but {name} is the encoding that was chosen."
        raise unsupported(source, message, 1)
    with source() as file:
        has_ascii = b"\0" in file.read(BLOCK_BYTES)
    if codec in {_LITTLE_ENDIAN, _BIG_ENDIAN} and not has_ascii:
        raise unsupported(source, f"The file is not in {name}, the encoding that was chosen.", 1)


def _check_not_utf_8(source: Source, codec: str, name: str) -> None:
    """Raises UnacceptableFile for UTF-8 with a BOM that is to be read in another encoding, as garbled letters."""
    is_marked = starts_with(source, (codecs.BOM_UTF8,)) and codec not in {"utf_8", "utf-8"}
    if is_marked and not _is_ascii(without_mark(source, 3)) and first_undecodable(source, "utf-8") is None:
        message = (
            f"The file begins with the mark (BOM) of UTF-8, and is UTF-8, but {name} is the encoding that was chosen."
        )
        raise unsupported(source, message, 1)


def _is_ascii(source: Source) -> bool:
    with source() as file:
        return all(block.isascii() for block in iter(lambda: file.read(BLOCK_BYTES), b""))


def _mark_bytes(source: Source, codec: str) -> int:
    """The size of the BOM. That of UTF-8 is dropped in other encodings too, in which it would be garbled letters."""
    own = {_LITTLE_ENDIAN: codecs.BOM_UTF16_LE, _BIG_ENDIAN: codecs.BOM_UTF16_BE}
    mark = own.get(codec, codecs.BOM_UTF8)
    return len(mark) if starts_with(source, (mark,)) else 0
