"""Whatever comes in, the reader ends with rows or with one of its codes, in time that grows as the file does."""

import time
from collections.abc import Callable
from math import inf
from tempfile import TemporaryFile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.checking.survey import Survey, staged_records, survey
from pipeline.domain.decisions import NO_DECISIONS, Decisions, UploadMode
from pipeline.domain.encoding_names import codec_of
from pipeline.domain.failures import Failure, FailureCode, Limits, UnacceptableFile
from tests.hostile_shapes import TINY_ROWS, TOKENS, clean_file, hostile_file
from tests.unit.files import CATEGORIES, CHOOSABLE, HEADER, ROW, source

CODES = frozenset(FailureCode)
SMALL = Limits(rows=40, columns=20, row_bytes=200)

_MARKS = ['"', '""', ",", ";", "\t", "|", "\n", "\r", "\r\n", "'", "\\", " ", "\ufeff", "\u200b", "\u2028", "\x1a", "="]
_PIECES = [
    ROW,
    "sep=;\n",
    "P-1,Mouse",
    ',"Mouse, ',
    "Electronics,",
    "1.23457E+12",
    "Größe",
    "日本",
    "x" * 150,
    ",,,,,\n",
]
_TOKENS = st.sampled_from([*_MARKS, *_PIECES])
_TEXTS = st.lists(_TOKENS, max_size=40).map("".join)
_PRODUCT_LIKE = _TEXTS.map(lambda text: (HEADER + text).encode())
_CHANGES = _TEXTS.map(lambda text: ("sku,brand,category,price\n" + text).encode())
_MUTATED = st.tuples(_PRODUCT_LIKE, st.integers(0, 2000), st.binary(max_size=3)).map(
    lambda parts: parts[0][: parts[1]] + parts[2] + parts[0][parts[1] :]
)
_RECODED = st.tuples(_PRODUCT_LIKE, st.sampled_from(["utf-16", "utf-8-sig", "cp1252", "cp932", "gb18030"])).map(
    lambda parts: parts[0].decode().encode(parts[1], "replace")
)


@settings(max_examples=800, deadline=None)
@given(st.binary(max_size=400) | _PRODUCT_LIKE | _MUTATED | _RECODED)
@example(b"\xff\xfe")
@example(b"\xff\xfe\x00\x00")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
@example(b'"')
@example(b"sep=,")
@example(HEADER.encode() + b'"')
@example(b"\r\r\n\n\r" + HEADER.encode().replace(b"\n", b"\r") + b'P,"\r\r"')
def test_any_bytes_end_with_rows_or_a_code(content: bytes) -> None:
    assert_rows_or_a_code(content)


@settings(max_examples=400, deadline=None)
@given(_CHANGES)
@example(b'sku,brand,price\n1.2E+12\n\n9247,t,37.43\n""\r","\n1.2E+12\n')
def test_so_do_files_whose_rows_may_lack_columns(content: bytes) -> None:
    assert_rows_or_a_code(content, Decisions(mode=UploadMode.UPDATE))


_ESCAPES = st.sampled_from([b"\x1b", b"\x1b$B", b"\x1b(B", b"\x1b$", b"\x0e", b"\x84\x31\x95\x33", b"\xff\xfe", b"\0"])
_BYTES = st.lists(st.binary(max_size=20) | _ESCAPES | _TOKENS.map(str.encode), max_size=12).map(b"".join)


@settings(max_examples=800, deadline=None)
@given(_BYTES | _BYTES.map(lambda end: HEADER.encode() + end) | _RECODED, st.sampled_from(CHOOSABLE))
@example(b"", "utf-16")
@example(HEADER.encode() + b"\x1b$xxxxxxxxxx", "iso-2022-jp")
@example(HEADER.encode() + b"\x1b$", "iso-2022-jp")
@example(HEADER.encode() + b"\x81", "gb18030")
def test_any_bytes_in_any_chosen_encoding_end_with_rows_or_a_code(content: bytes, encoding: str) -> None:
    assert_rows_or_a_code(content, Decisions(encoding=encoding))


@settings(max_examples=200, deadline=None)
@given(_PRODUCT_LIKE, st.sampled_from(CHOOSABLE))
def test_the_encoding_of_a_text_makes_no_difference_to_its_rows(content: bytes, encoding: str) -> None:
    codec = codec_of(encoding)
    text = content.decode().encode(codec, "replace").decode(codec)
    results = [surveyed_or_refused(text.encode(each), SMALL, Decisions(encoding=each)) for each in ("utf-8", codec)]
    kept = [
        each if isinstance(each, Failure) else (each.total_records, [row.message for row in each.warnings])
        for each in results
    ]
    assert kept[0] == kept[1]


def assert_rows_or_a_code(content: bytes, decisions: Decisions = NO_DECISIONS) -> None:
    """Checks that a file ends with rows in order, or with a code."""
    result = surveyed_or_refused(content, SMALL, decisions)
    if isinstance(result, Failure):
        assert result.code in CODES
        assert result.line is None or 1 <= result.line <= 1 + content.count(b"\n") + content.count(b"\r")
        return
    rows = [staged.record.row for staged in staged_records(source(content), result, SMALL)]
    assert [row.row_number for row in rows] == list(range(1, result.total_records + 1))
    assert sorted(row.line for row in rows) == [row.line for row in rows]
    assert all((row.malformed is None) == (row.raw is None) for row in rows)


def surveyed_or_refused(content: bytes, limits: Limits, decisions: Decisions = NO_DECISIONS) -> Survey | Failure:
    try:
        return survey(source(content), CATEGORIES, limits, scratch=TemporaryFile, decisions=decisions)
    except UnacceptableFile as refused:
        return refused.failure


SHAPES: dict[str, Callable[[int], str]] = {
    "one line of quotes": lambda n: HEADER + '"' * n,
    "lines of quotes": lambda n: HEADER + ('"' * 99 + "\n") * (n // 100),
    "alternating quotes and commas": lambda n: HEADER + '",' * (n // 2),
    "a closing quote a line": lambda n: HEADER + 'a""",1\n\n' * (n // 8),
    "two lines a row": lambda n: HEADER + 'P,"\n\nx,"\n' * (n // 9),
    "a quote a line": lambda n: HEADER + 'a"\n' * (n // 3),
    "an opening quote a line": lambda n: HEADER + '"a\n' * (n // 3),
    "an opening quote a row": lambda n: HEADER + ROW.replace("Mouse", '"Mouse') * (n // 37),
    "a closing quote a row": lambda n: HEADER + ROW.replace("Mouse", 'Mouse"') * (n // 37),
    "an opening quote every 100 rows": lambda n: HEADER + (ROW.replace("Mouse", '"Mouse') + ROW * 99) * (n // 3600),
    "an odd line every 3000": lambda n: HEADER + ('P,"x\n' + "a,b\n" * 3000) * (n // 12_000),
    "quotes that close and open": lambda n: HEADER + 'P,"' + '",x,"\n' * (n // 6),
    "one cell that never ends": lambda n: HEADER + 'P,"' + "text, text\n" * (n // 11),
    "doubled quotes that never end": lambda n: HEADER + 'P,"' + '"" ""\n' * (n // 6),
    "one giant cell": lambda n: HEADER + ROW.replace("Mouse", "M" * n),
    "one giant quoted cell": lambda n: HEADER + ROW.replace("Mouse", '"' + "M\n" * (n // 2) + '"'),
    "carriage returns": lambda n: HEADER + "\r" * n,
    "all line ends in turn": lambda n: HEADER + "a\r\nb\nc\r" * (n // 8),
    "line feeds": lambda n: HEADER + "\n" * n,
    "commas": lambda n: HEADER + "," * n,
    "fragments": lambda n: HEADER + "a,b\n" * (n // 4),
    "apostrophes": lambda n: HEADER + "P,'\n" * (n // 4),
    "a wide header": lambda n: HEADER.strip() + ",x" * (n // 2) + "\n" + ROW,
    "a quoted wide header": lambda n: HEADER.strip() + ',"x"' * (n // 4) + "\n" + ROW,
    "a header that opens a quote": lambda n: HEADER.strip() + ',"x\n' + ROW * (n // 37),
    "blank header lines": lambda n: "\n" * n + HEADER + ROW,
    "blanks": lambda n: HEADER + ROW.replace("Mouse", " " * n),
    "invisible ends": lambda n: HEADER + ("P-1,Mouse\u200b \u200b,Electronics,S,1,1\n") * (n // 36),
    "scientific numbers": lambda n: HEADER + ROW.replace("SKU-1", "1.2E+12") * (n // 37),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_time_grows_as_the_file_does(shape: str) -> None:
    small = _seconds(SHAPES[shape](50_000))
    most = 8 * 6 * max(small, 0.005)  # to the square would be 64
    assert _seconds(SHAPES[shape](400_000), enough=most) < most


def test_bytes_without_meaning_take_no_longer_than_others() -> None:
    small = _seconds("é" * 50_000 + "\n", encoding="cp1252")
    most = 8 * 6 * max(small, 0.02)
    assert _seconds("é" * 400_000 + "\n", encoding="cp1252", enough=most) < most


def test_no_shape_takes_many_times_as_long_as_a_clean_file() -> None:
    """Beside rows with a text of two lines in each, as many bytes or as many rows, whichever is more."""
    size, seeds = 60_000, 60
    clean, ratios = _seconds(clean_file(size)), []
    for seed in range(seeds):
        content = hostile_file(seed, size)
        result = surveyed_or_refused(content.encode(), Limits())
        rows = 0 if isinstance(result, Failure) else result.total_records
        like_clean = clean * max(len(content) / size, rows * len(ROW) / size)
        ratios.append((_seconds(content, enough=2 * like_clean) / like_clean, seed))
    print(f"{seeds} hostile shapes: at most {max(ratios)[0]:.1f} times as long as a clean file with texts of two lines")
    assert max(ratios) < (5, 0)


@pytest.mark.parametrize(("tokens", "most"), [(TOKENS, 16), (TINY_ROWS, 36)])
def test_no_shape_takes_too_long_beside_plain_rows_of_the_same_size(tokens: tuple[str, ...], most: int) -> None:
    """Plain rows are read many lines at once, damaged ones one by one, but each only once if they repeat."""
    size, seeds = 60_000, 60
    plain = (HEADER + _plain_rows(size)).encode()
    shapes = [hostile_file(seed, size, tokens).encode() for seed in range(seeds)]
    ratios = [(_ratio(shape, plain, enough=most / 2), seed) for seed, shape in enumerate(shapes)]
    print(f"{seeds} shapes: at most {max(ratios)[0]:.0f} times as long as plain rows of the same size")
    assert max(ratios) < (most, 0)


def _ratio(content: bytes, plain: bytes, *, enough: float) -> float:
    """How many times as long a file takes as plain rows of its size. Both are measured in turn, up to six times, so
    that other work of the machine slows both."""
    seconds, like_plain = inf, inf
    for _ in range(6):
        seconds = min(seconds, _seconds_once(content) / len(content))
        like_plain = min(like_plain, _seconds_once(plain) / len(plain))
        if seconds < enough * like_plain:
            break
    return seconds / like_plain


def _plain_rows(size: int) -> str:
    return "".join(f"P-{n},Mouse {n},Electronics,SKU-{n},19.99,5\n" for n in range(size // 42))


def _seconds(text: str, encoding: str = "utf-8", *, enough: float = 0) -> float:
    """The best of three, so that garbage collection for other tests does not count; or the first below `enough`."""
    best = inf
    for _ in range(3):
        best = min(best, _seconds_once(text.encode(encoding)))
        if best < enough:
            break
    return best


def _seconds_once(content: bytes) -> float:
    begin = time.process_time()
    surveyed_or_refused(content, Limits())
    return time.process_time() - begin
