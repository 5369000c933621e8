"""The encodings that a file may be in, for a person to choose from: each with the same words as it reads them."""

import codecs
import re
from collections.abc import Iterator, Sequence
from itertools import combinations, islice

from pipeline.domain.encoding_names import name_of
from pipeline.domain.failures import FailureCode, UnacceptableFile
from pipeline.domain.proposals import EncodingProposal, Proposal
from pipeline.reading.encodings.decoding import BLOCK_BYTES, Source, first_undecodable, starts_with, without_mark
from pipeline.reading.encodings.words import NonAsciiWords, non_ascii_words, sample_of, short_piece, text_words

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_16, _ISO_2022_JP, _UTF_8 = "utf_16", "iso2022_jp_ext", "utf_8"
_SAVE_AS_UTF_8 = 'ave the file as UTF-8 (in Excel: "CSV UTF-8")'
_ISO_2022_JP_ESCAPE = re.compile(rb"\x1b\$[@B]")
# Bytes that nobody means are these characters: control characters, above all in ISO-8859, and others in Shift-JIS.
_NO_TEXT = re.compile("[\0\x0e\x0f\x1b\x80-\x9f\uf8f0-\uf8f3]")
_MAX_CANDIDATES, _MAX_WORDS = 5, 3


def unsupported(source: Source, problem: str, line: int, words: NonAsciiWords | None = None) -> UnacceptableFile:
    """The refusal of a file for its encoding: what is wrong with it, the remedies, and the encodings to choose from.

    `words` are its words, if they are known already.
    """
    proposal = propose_encodings(source, words)
    remedy = f"Name the right encoding, or s{_SAVE_AS_UTF_8}, and" if proposal else f"S{_SAVE_AS_UTF_8} and"
    message = f"{problem} {remedy} send it again."
    return UnacceptableFile(FailureCode.UNSUPPORTED_ENCODING, message, line, proposal)


def propose_encodings(source: Source, words: NonAsciiWords | None = None) -> Proposal | None:
    """The encodings in which all of the file can be read and its words look like words, the likeliest first.

    None if there is no such encoding.
    """
    text = without_mark(source, len(codecs.BOM_UTF8)) if starts_with(source, (codecs.BOM_UTF8,)) else source
    if codec := _evident_codec(text):
        proposals = [EncodingProposal(name_of(codec), tuple(islice(text_words(text, codec), _MAX_WORDS)))]
    else:
        proposals = list(_likely(text, words or non_ascii_words(text)))
    return Proposal(encodings=tuple(proposals)) if proposals else None


def line_of_iso_2022_jp(source: Source) -> int | None:
    """The line of the first escape sequence of ISO-2022-JP, which Japanese mail programs use."""
    with source() as file:
        start = file.read(BLOCK_BYTES)
    escape = _ISO_2022_JP_ESCAPE.search(start)
    return start.count(b"\n", 0, escape.start()) + 1 if escape else None


def _evident_codec(source: Source) -> str | None:
    """The codec of a file that shows what it is: by a BOM, by escape sequences, or because all of it is UTF-8."""
    codec = _UTF_16 if starts_with(source, UTF_16_MARKS) else _ISO_2022_JP if line_of_iso_2022_jp(source) else _UTF_8
    return codec if first_undecodable(source, codec) is None else None


def _likely(source: Source, words: NonAsciiWords) -> Iterator[EncodingProposal]:
    from pipeline.reading.encodings.code_pages import likely_pages  # imported here because few files need its tables

    readers = _readers(source, [page.codec for page in likely_pages(words.pieces)])[:_MAX_CANDIDATES]
    samples = _telling([short_piece(run) for run in words.runs], readers)
    seen = set()
    for codec in readers:
        reading = tuple(sample_of(sample, codec) for sample in samples)
        if reading not in seen:
            yield EncodingProposal(name_of(codec), reading)
        seen.add(reading)


def _readers(source: Source, names: Sequence[str]) -> list[str]:
    """The codecs that read all of the file as text."""
    decoders = {codec: codecs.getincrementaldecoder(codec)() for codec in names}
    with source() as file:
        while decoders:
            block = file.read(BLOCK_BYTES)
            decoders = {codec: decoder for codec, decoder in decoders.items() if _reads(decoder, block)}
            if not block:
                break
    return list(decoders)


def _reads(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    try:
        text = decoder.decode(block, final=not block)
    except UnicodeError:
        return False
    return not _NO_TEXT.search(text)


def _telling(pieces: Sequence[bytes], names: Sequence[str]) -> list[bytes]:
    """The pieces that tell the codecs apart best: as few readings as possible are the same in all of them."""
    readings = {piece: [sample_of(piece, codec) for codec in names] for piece in pieces}
    alike, samples = set(combinations(range(len(names)), 2)), list[bytes]()
    while len(samples) < _MAX_WORDS and readings:
        piece = max(readings, key=lambda each: (_told_apart(readings[each], alike), len(set(readings[each]))))
        samples.append(piece)
        reading = readings[piece]
        alike = {(one, other) for one, other in alike if reading[one] == reading[other]}
        readings = {other: each for other, each in readings.items() if other not in piece and piece not in other}
    return samples


def _told_apart(reading: Sequence[str], pairs: set[tuple[int, int]]) -> int:
    return sum(reading[one] != reading[other] for one, other in pairs)
