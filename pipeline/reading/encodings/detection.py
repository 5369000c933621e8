"""Detecting the encoding of a file.

A BOM decides. A file without one is UTF-8 if all of it is valid UTF-8; else in the one multi-byte encoding that its
words fit unambiguously and that decodes all of it; else Windows-1252 if all of its bytes are defined and its words look
like words. Other files are not accepted, and the message names the encoding that they seem to have.
"""

import codecs
import re

from pipeline.reading.encodings.candidates import line_of_iso_2022_jp, unsupported
from pipeline.reading.encodings.decoding import (
    BLOCK_BYTES,
    Encoding,
    Source,
    Undecodable,
    check_no_nul,
    first_undecodable,
)
from pipeline.reading.encodings.words import non_ascii_words, sample_words

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf_16", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf_16", "utf-16"),
)
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


def detect_encoding(source: Source) -> Encoding:
    with source() as file:
        start = file.read(4)
    for bom, codec, name in _BOMS:
        if start.startswith(bom) and not start.startswith(codecs.BOM_UTF32_LE):
            invalid = first_undecodable(source, codec)
            if invalid is None:
                return Encoding(codec, name)
            check_no_nul(source, codec)
            message = (
                f"The file says that it is {name.upper()}, but line {invalid.line} has bytes that are not valid in it."
                " Correct that line."
            )
            raise unsupported(source, message, invalid.line)
    invalid = first_undecodable(source, "utf-8")
    if invalid is None:
        _check_not_iso_2022_jp(source)
        return Encoding("utf-8", "utf-8")
    check_no_nul(source, "utf-8")
    return _guess(source, invalid)


def _check_not_iso_2022_jp(source: Source) -> None:
    """Raises UnacceptableFile for ISO-2022-JP. It consists of ASCII bytes only, so it is valid UTF-8."""
    if line := line_of_iso_2022_jp(source):
        raise unsupported(source, "The file looks like ISO-2022-JP.", line)


def _guess(source: Source, invalid: Undecodable) -> Encoding:
    from pipeline.reading.encodings.code_pages import (  # imported here because few files need its large tables
        MULTI_BYTE,
        WINDOWS_1252,
        judge,
    )

    _check_not_damaged_utf8(source, invalid.line)
    words = non_ascii_words(source)
    verdict = judge(words.pieces)
    page = verdict.page
    is_certain = page == WINDOWS_1252 or (page in MULTI_BYTE and verdict.is_unambiguous)
    undecodable = first_undecodable(source, page.codec) if is_certain and verdict.is_legible else None
    samples = sample_words(words.runs, page.codec)
    if is_certain and verdict.is_legible and undecodable is None:
        return Encoding(page.codec, page.name, guessed=True, sample_words=samples)
    line = undecodable.line if undecodable else invalid.line
    message = f"Line {line} has bytes that are not valid in UTF-8."
    if verdict.is_legible:
        message += f" The file looks like {page.name}{', with words such as ' if samples else ''}{', '.join(samples)}."
    else:
        message += " It is damaged, or joined from parts in different encodings."
    raise unsupported(source, message, line, words)


def _check_not_damaged_utf8(source: Source, line: int) -> None:
    """Raises UnacceptableFile for UTF-8 with a few invalid bytes: as Windows-1252, all of it would be garbled."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    valid = invalid = 0
    with source() as file:
        while block := file.read(BLOCK_BYTES):
            non_ascii = _NON_ASCII.findall(decoder.decode(block))
            wrong = sum(map(_is_undecoded, non_ascii))
            valid, invalid = valid + len(non_ascii) - wrong, invalid + wrong
    # In damaged UTF-8 most non-ASCII characters are valid; in another encoding few are.
    if valid > invalid:
        message = (
            f"The file is in UTF-8, but line {line} has bytes that are not valid in it: it is damaged, or joined from"
            " parts in different encodings. Correct that line."
        )
        raise unsupported(source, message, line)


def _is_undecoded(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"
