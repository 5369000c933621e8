"""The reader: detecting or guessing the encoding of a file, and files that are not accepted for it."""

import codecs

import pytest

from tests.unit.files import HEADER, ROW, failure_of, records_of, rows_of, surveyed


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ((HEADER + ROW).encode(), "utf-8"),
        (codecs.BOM_UTF8 + (HEADER + ROW).encode(), "utf-8"),
        ((HEADER + ROW.replace("Mouse", "Größe")).encode("utf-16"), "utf-16"),
        ((HEADER + ROW.replace("Mouse", "Größe für Füße")).encode("cp1252"), "windows-1252"),
        ((HEADER + ROW.replace("Mouse", "これは日本語の商品です")).encode("cp932"), "shift_jis"),
    ],
)
def test_the_encoding_is_found(content: bytes, name: str) -> None:
    assert surveyed(content).format.encoding_name == name


def test_a_guessed_encoding_is_a_warning_with_words_to_check() -> None:
    (warning,) = surveyed((HEADER + ROW.replace("Mouse", "Größe")).encode("cp1252")).warnings
    assert warning.code == "ENCODING_GUESSED"
    assert "Größe" in warning.message


def test_an_undecodable_line_is_named() -> None:
    content = codecs.BOM_UTF8 + HEADER.encode() + ROW.encode() + b"\xff\xff\n"
    assert failure_of(content).line == 3


@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("gb18030", "gb18030", "北京防水背包轻便耐用适合旅行和日常使用"),
        ("cp950", "big5", "防水背包輕便耐用適合旅行和日常使用臺灣製造"),
        ("cp949", "euc-kr", "방수 배낭 가볍고 튼튼한 여행용 가방입니다 한국산"),
        ("cp932", "shift_jis", "防水リュックは軽くて丈夫で旅行にも普段使いにも"),
        ("euc_jp", "euc-jp", "防水リュックは軽くて丈夫で旅行にも普段使いにも"),
    ],
)
@pytest.mark.parametrize("rows", [3, 4000])
def test_east_asian_files_are_read_whatever_their_size(codec: str, name: str, text: str, rows: int) -> None:
    content = (HEADER + "".join(ROW.replace("Mouse", f"{text}{n}") for n in range(rows))).encode(codec)
    result = surveyed(content)
    assert result.format.encoding_name == name
    assert records_of(content)[-1].record["product_name"] == f"{text}{rows - 1}"


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("cp1251", ["Наушники беспроводные", "Клавиатура"]),
        ("cp1251", ["НАУШНИКИ БЕСПРОВОДНЫЕ", "КЛАВИАТУРА"]),
        ("koi8_r", ["Наушники беспроводные", "Клавиатура"]),
        ("iso8859_5", ["Наушники беспроводные", "Клавиатура"]),
        ("cp1251", ["Слушалки безжични", "Клавиатура"]),
        ("cp1253", ["Ακουστικά ασύρματα", "Πληκτρολόγιο"]),
    ],
)
def test_words_of_another_alphabet_are_taken_neither_for_chinese_nor_for_western(codec: str, names: list[str]) -> None:
    content = (HEADER + "".join(ROW.replace("Mouse", name) for name in names)).encode(codec)
    failure = failure_of(content)
    name = {"cp1251": "windows-1251", "koi8_r": "KOI8-R", "iso8859_5": "ISO-8859-5", "cp1253": "windows-1253"}[codec]
    assert (failure.code, failure.line) == ("UNSUPPORTED_ENCODING", 2)
    assert f"The file looks like {name}, with words such as {names[0].split()[0]}" in failure.message


@pytest.mark.parametrize("names", [["Źródło"], ["Židle dřevěná", "Źródło światła"]])
def test_an_unknown_encoding_is_called_what_its_words_look_like(names: list[str]) -> None:
    failure = failure_of((HEADER + "".join(ROW.replace("Mouse", name) for name in names)).encode("cp1250"))
    assert failure.code == "UNSUPPORTED_ENCODING"
    assert "The file looks like windows-1250" in failure.message


@pytest.mark.parametrize("word", ["Théière", "Pålæg", "ÄÖÜ", "£££", "Größe", "naïve Façade"])
def test_a_few_accents_are_not_taken_for_another_script(word: str) -> None:
    content = (HEADER + ROW.replace("Mouse", word)).encode("cp1252")
    assert records_of(content)[0].record["product_name"] == word


@pytest.mark.parametrize("padding", range(65_520, 65_540))
def test_lines_are_counted_across_the_blocks_that_a_file_is_read_in(padding: int) -> None:
    start = codecs.BOM_UTF8 + (HEADER.strip() + "," + "x" * (padding - len(HEADER)) + "\r\n").encode()
    assert failure_of(start + b"a\r\n\xff\n").line == 3


@pytest.mark.parametrize("at", [0, 50, 99])
def test_utf_8_with_a_few_damaged_bytes_is_refused_and_not_garbled(at: int) -> None:
    rows = [ROW.replace("Mouse", "Größe für Füße").encode()] * 100
    rows[at] = ROW.encode().replace(b"Mouse", b"M\xfcs")
    failure = failure_of(HEADER.encode() + b"".join(rows))
    assert (failure.code, failure.line) == ("UNSUPPORTED_ENCODING", at + 2)
    assert f"line {at + 2} has bytes that are not valid in it" in failure.message


def test_text_in_a_seven_bit_encoding_is_not_taken_for_ascii() -> None:
    failure = failure_of((HEADER + ROW.replace("Mouse", "これは日本語の商品です")).encode("iso2022_jp"))
    assert (failure.code, failure.line) == ("UNSUPPORTED_ENCODING", 2)
    assert "looks like ISO-2022-JP" in failure.message


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\n\x1a\x1a"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_an_end_of_file_mark_at_the_very_end_is_ignored(end: str, encoding: str) -> None:
    content = (HEADER + ROW.replace("Mouse", "Größe").strip() + end).encode(encoding)
    (row,) = rows_of(content)
    assert (row.cells[-1], row.malformed) == ("5", None)


def test_an_end_of_file_mark_elsewhere_is_part_of_the_text() -> None:
    (row,) = rows_of(HEADER + ROW.replace("Mouse", "Mou\x1ase"))
    assert row.cells[1] == "Mou\x1ase"


def test_a_mark_that_stands_twice_at_the_beginning_counts_once() -> None:
    content = codecs.BOM_UTF8 * 2 + f'"vendor_product_id"{HEADER.removeprefix("vendor_product_id")}{ROW}'.encode()
    assert surveyed(content).format.columns[0].header == "vendor_product_id"
