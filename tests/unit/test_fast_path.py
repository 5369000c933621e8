"""The fast way past sound rows against the ordinary one: whatever the file, both find the same."""

from collections.abc import Sequence

import pytest

from pipeline.checking import fast_path, rules
from pipeline.checking.fast_path import sound_line_finder
from pipeline.checking.rules import errors_of
from pipeline.checking.warnings.suspicions import suspicions_of
from pipeline.domain.columns import COLUMNS, REQUIRED, column_of, read_header
from pipeline.domain.failures import Limits
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from pipeline.reading.lines import Block
from pipeline.reading.rows.sheet_rows import SoundLines
from tests.unit.files import CATEGORIES, SOUND

FULL = SOUND | {
    "subcategory": "Mice",
    "description": "A reliable mouse",
    "brand": "Acme",
    "compare_at_price": "24.99",
    "unit": "piece",
    "weight_kg": "0.250",
    "dimensions_cm": "10x20x30",
    "image_url": "https://img.example.com/1.jpg",
    "listing_status": "active",
}
BLANKS = ["", " ", "\t", "\u00a0", "\u200b", "\ufeff", "\u3000", "\u2028", "\x85", "\x0b"]
NUMBERS = [
    "0",
    "0.00",
    "0.0",
    "0.001",
    "0.01",
    "0.1",
    "00.10",
    "1",
    "01",
    "+1",
    "-1",
    "1e5",
    ".5",
    "5.",
    "1,5",
    "1 000",
]
NUMBERS += [
    "1_000",
    "१२",
    "１",
    "²",
    "999999",
    "999999.9",
    "999999.99",
    "999999.990",
    "1000000",
    "1000001",
    "0001000000",
]
NUMBERS += ["9999999.999", "9999999.9999", "10000000", "10000000.0", "9" * 5000, "1" + "0" * 25, "NaN", "inf", "0x1F"]
TEXTS = ["Größe", "鼠标", "a\tb", "a\x00b", "a\x01b", "a\x7fb", "a\x9fb", "a\u0085b", "'=1", "=1+1", "1.23457E+12"]
TEXTS += [
    '3.5" disk',
    'say "hi"',
    '"',
    '""',
    "a;b",
    "a|b",
    "a,b",
    "[clear]",
    "[CLEAR]",
    "electronics",
    "ELECTRONICS",
    "Ｅlectronics",
]
TEXTS += ["https://", "http://a", "ftp://a", "https://a b", "https://a,b", "HTTPS://A", "https://ä", "https://a\u2028b"]
SUSPICIOUS = ["8.9E+12", "8901E12", "20011.0", "03.Apr", "Apr-03", "5-Mar", "2024-03-05 00:00:00", "1/2/2024"]
SUSPICIOUS += [
    "#N/A",
    "#¡REF!",
    "Err:502",
    "NULL",
    "null ",
    "undefined",
    "N/A",
    "NA",
    "-",
    "–",
    "(none)",
    "<NA>",
    "TBD",
]
SUSPICIOUS += [
    "[object Object]",
    r"\N",
    "'00123",
    "“A1”",
    "«A1»",
    "Salt &amp; pepper",
    "HX&#45;C",
    "a_x000D_b",
    "a\ufffdb",
]
SUSPICIOUS += [
    "GrÃ¶ÃŸe",
    "Â°",
    "donâ€™t",
    "ZdjÄ™cie",
    "ÐœÑ‹ÑˆÑŒ",
    "ã‚¹ã‚«",
    "ðŸ˜€",
    "ë¬´ì„\xa0ë§ˆ",
    "Ø´Ø§ÙŠ",
    "×ª×”",
    "Å“uf",
    "Cá»‘c",
    "PÅ‚yn",
    "é¼\xa0",
    "voilà\xa0»",
    '="00123"',
    "CAFE\u0301",
    "A\u00adB",
]
SUSPICIOUS += ["A\nB", "A\u2028B", "A\U000e0041B", "A\u1160", "https://a|b", "https://a#https://b", "https://a:8080/b"]
EDGES = [letter * (limit + more) for limit in (20, 50, 100, 200, 500) for more in (0, 1) for letter in "xé"]
NEARLY_SOUND = [*BLANKS, *NUMBERS, *(text for text in TEXTS if "\0" not in text), *SUSPICIOUS, *EDGES]


def line_of(cells: Sequence[str], delimiter: str = ",") -> str:
    """The cells as a line, quoted where they must be."""
    quoted = (f'"{cell.replace(chr(34), chr(34) * 2)}"' if {delimiter, '"'} & set(cell) else cell for cell in cells)
    return delimiter.join(quoted)


def sound_lines(lines: list[str], columns: Sequence[str] = tuple(COLUMNS), delimiter: str = ",") -> SoundLines:
    find = sound_line_finder(Layout(read_header(list(columns))), delimiter, CATEGORIES, Limits())
    assert find is not None
    return find(Block(2, lines, "\n"), 0)


def keys_of(sound: SoundLines) -> tuple[int, tuple[object, ...]]:
    return sound.lines, sound.keys[:2] if sound.keys else ()


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_usual_row_is_sound_beyond_doubt_under_any_delimiter(delimiter: str, quote: str) -> None:
    line = delimiter.join(f"{quote}{FULL[column]}{quote}" for column in COLUMNS)
    assert keys_of(sound_lines([line], delimiter=delimiter)) == (1, (("SKU-1",), ("P-1",)))


@pytest.mark.parametrize(
    "changed",
    [
        {column: "" for column in COLUMNS if column not in REQUIRED},
        {"price": "0.01", "compare_at_price": "999999.99", "stock_quantity": "0", "weight_kg": "9999999.999"},
        {"category": "electronics"},
        {"product_name": "Größe", "description": "x" * 10_000, "image_url": "http://" + "x" * 2000},
    ],
)
def test_sound_rows_of_many_kinds_are_known(changed: dict[str, str]) -> None:
    assert sound_lines([line_of([(FULL | changed)[column] for column in COLUMNS])]).lines


@pytest.mark.parametrize("column", COLUMNS)
def test_a_line_is_known_only_if_no_rule_objects(column: str) -> None:
    limit = COLUMNS[column] or 0
    around = ["x" * (limit + more) for more in (-1, 0, 1)] + ["https://" + "x" * (limit - 8 + more) for more in (0, 1)]
    layout = Layout(read_header(list(COLUMNS)))
    for value in [*NEARLY_SOUND, "a\0b", *around]:
        for cell in (value, f" {value}", f"{value} ", f"\u200b{value}"):
            cells = [(FULL | {column: cell})[each] for each in COLUMNS]
            if (sound := sound_lines([line_of(cells)])).lines:
                record = layout.record(Row(1, 2, 2, cells))
                assert errors_of(record, CATEGORIES) == [], (column, cell)
                assert keys_of(sound) == (1, ((record["sku"],), (record["vendor_product_id"],)))
                assert not list(suspicions_of(record)), (column, cell)


@pytest.mark.parametrize("column", COLUMNS)
def test_cells_are_known_only_if_no_rule_objects(column: str) -> None:
    columns = read_header(list(COLUMNS))
    layout, sound = Layout(columns), sound_line_finder(Layout(columns), "\t", CATEGORIES, Limits())
    assert sound is not None
    assert sound.matches([FULL[each] for each in COLUMNS])
    limit = COLUMNS[column] or 0
    for value in [*NEARLY_SOUND, "a\0b", "a\tb", *["x" * (limit + more) for more in (-1, 0, 1)]]:
        for cell in (value, f" {value}", f"{value}\t", f'"{value}"', f'"{value}', f'{value}"'):
            cells = [(FULL | {column: cell})[each] for each in COLUMNS]
            if sound.matches(cells):
                assert errors_of(layout.record(Row(1, 2, 2, cells)), CATEGORIES) == [], (column, cell)
    assert not sound.matches([])
    assert not sound.matches([*(FULL[each] for each in COLUMNS), ""])


def test_sound_rows_end_where_the_first_other_line_begins() -> None:
    line = line_of([FULL[column] for column in COLUMNS])
    find = sound_line_finder(Layout(read_header(list(COLUMNS))), ",", CATEGORIES, Limits())
    assert find is not None
    block = Block(2, [line, line, "", line, line + ",", line], "\n")
    assert [find(block, at).lines for at in range(6)] == [2, 1, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("lines", "sound"),
    [
        (["Mou", "se,P-1,Electronics,S-1,1,1", "Mouse,P-2,Electronics,S-2,1,1"], [0, 2, 1]),
        (['"Mou', 'se",P-1,Electronics,S-1,1,1', "Mouse,P-2,Electronics,S-2,1,1"], [0, 0, 1]),
        (["Mou\x01", "se,P-1,Electronics,S-1,1,1"], [0, 1]),
    ],
)
def test_a_row_that_began_on_the_line_above_is_none_by_itself(lines: list[str], sound: list[int]) -> None:
    columns = ["product_name", "vendor_product_id", "category", "sku", "price", "stock_quantity"]
    find = sound_line_finder(Layout(read_header(columns)), ",", CATEGORIES, Limits())
    assert find is not None
    block = Block(2, lines, "\n")
    assert [find(block, at).lines for at in range(len(lines))] == sound


def test_what_is_left_of_a_block_is_as_sound_as_it_was() -> None:
    """Lines that were read one by one are missing from it."""
    line = line_of([FULL[column] for column in COLUMNS])
    find = sound_line_finder(Layout(read_header(list(COLUMNS))), ",", CATEGORIES, Limits())
    assert find is not None
    assert keys_of(find(Block(2, [line, "", "", line, line], "\n"), 0)) == (1, (("SKU-1",), ("P-1",)))
    assert find(Block(4, ["", line, line], "\n"), 0).lines == 0
    assert keys_of(find(Block(4, ["", line, line], "\n"), 1)) == (2, (("SKU-1",) * 2, ("P-1",) * 2))
    assert keys_of(find(Block(5, [line], "\n"), 0)) == (1, (("SKU-1",), ("P-1",)))


def test_a_rule_that_the_pattern_does_not_know_leaves_nothing_beyond_doubt() -> None:
    assert fast_path._EXPECTED_RULES == rules.RULES


def test_a_fix_file_and_rows_that_might_be_too_long_are_read_row_by_row() -> None:
    columns = read_header([*COLUMNS, "_row", "_errors"])
    assert sound_line_finder(Layout(columns), ",", CATEGORIES, Limits()) is None
    assert sound_line_finder(Layout(read_header(list(COLUMNS))), ",", CATEGORIES, Limits(row_bytes=10_000)) is None


def test_known_columns_are_those_of_the_rules() -> None:
    assert {column_of(column) for column in FULL} == set(COLUMNS)
