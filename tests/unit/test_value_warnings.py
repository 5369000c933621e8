"""Warnings about values that look damaged, with the number of rows, the first lines and an example."""

import pytest

from pipeline.checking.warnings.suspicions import Suspicion, suspicions_of
from pipeline.domain.failures import FileWarning
from tests.unit.files import HEADER, record, surveyed


def kinds(**cells: str) -> set[Suspicion]:
    return {kind for kind, _ in suspicions_of(record(**cells))}


def warnings_of(rows: list[str]) -> list[FileWarning]:
    return surveyed(HEADER + "\n".join(rows)).warnings


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [
        ("sku", "8901E12", Suspicion.CHANGED_BY_SPREADSHEET),
        ("vendor_product_id", "03.Apr", Suspicion.CHANGED_BY_SPREADSHEET),
        ("product_name", "NULL", Suspicion.PLACEHOLDER),
        ("sku", "undefined", Suspicion.PLACEHOLDER),
        ("brand", r"\N", Suspicion.PLACEHOLDER),
        ("brand", "-", Suspicion.PLACEHOLDER),
        ("compare_at_price", "n/a", Suspicion.PLACEHOLDER),
        ("description", "[object Object]", Suspicion.PLACEHOLDER),
        ("vendor_product_id", "#####", Suspicion.PLACEHOLDER),
        ("sku", "'00123", Suspicion.APOSTROPHE),
        ("price", "'19.99", Suspicion.APOSTROPHE),
        ("product_name", "'=1+1", Suspicion.APOSTROPHE),
        ("sku", '"A-1"', Suspicion.QUOTED_IDENTIFIER),
        ("vendor_product_id", "“A-1”", Suspicion.QUOTED_IDENTIFIER),
        ("product_name", "Salt &amp; pepper", Suspicion.ENTITY),
        ("sku", "HX&#45;C", Suspicion.ENTITY),
        ("image_url", "https://a/?b=1&amp;c=2", Suspicion.ENTITY),
        ("description", "one_x000D_two", Suspicion.ESCAPE),
        ("product_name", "Gr\ufffd\ufffde", Suspicion.REPLACEMENT),
        ("product_name", "GrÃ¶ÃŸe", Suspicion.DECODED_TWICE),
        ("description", "donâ€™t", Suspicion.DECODED_TWICE),
        ("brand", "ÐœÑ‹ÑˆÑŒ", Suspicion.DECODED_TWICE),
        ("product_name", "zdjÄ™cie", Suspicion.DECODED_TWICE),
        ("product_name", "ãƒžã‚¦ã‚¹", Suspicion.DECODED_TWICE),
        ("product_name", '="Mouse"', Suspicion.TEXT_FORMULA),
        ("sku", "CAFE\u0301-1", Suspicion.SEPARATE_ACCENTS),
    ],
)
def test_each_kind_of_spoiled_value_is_noticed(column: str, cell: str, kind: Suspicion) -> None:
    assert kinds(**{column: cell}) == {kind}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("product_name", "Nullarbor lamp"),
        ("product_name", "'Tis the season"),
        ("product_name", "'80s radio"),
        ("product_name", 'Salt & pepper; 27" screen'),
        ("description", "<p>Salt &amp; pepper</p>"),  # in HTML, this is how it is written
        ("description", "Größe, ÀÉÎÕÜ, «CAFÉ», ÅÄÖ, naïve, Ñandú, 鼠标, мышь, Â"),
        ("product_name", "e\u0301clair"),
        ("sku", "CAFÉ-1"),
        ("sku", 'TEST3/4"'),
        ("brand", "Acme"),
        ("brand", "-273 Degrees"),
        ("unit", "ea"),
    ],
)
def test_usual_values_are_not_suspicious(column: str, cell: str) -> None:
    assert kinds(**{column: cell}) == set()


@pytest.mark.parametrize(
    "text",
    ["무선 마우스", "شاي", "ชา", "תה", "œuf", "لیوان", "Cốc", "žaliasis", "無線滑鼠", "płyn", "Płyn", "Čaj", "茶",
     "mașină", "Śliwka", "Řím", "קפה", "чай", "τσάι", "चाय", "Größe", "CAFÉ", "25 °C"],
)  # fmt: skip
def test_a_text_that_was_decoded_twice_is_noticed_in_every_language(text: str) -> None:
    assert kinds(product_name=decoded_as_windows_1252(text)) == {Suspicion.DECODED_TWICE}
    assert kinds(product_name=text) == set()


def decoded_as_windows_1252(text: str) -> str:
    """As browsers and databases decode it: what it does not define is a control character."""
    return "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    "text",
    ["“CAFÉ”", "„CAFÉ“ «CAFÉ» CAFÉ’S", "CAFÉ™", "TÉ®", "MAÇÃ™ “MAÇÃ” «MAÇÃ»", "Ø 5 mm", "Ø½ 2×½×¾ 3×4", "25\xa0°C m²",
     "Ångström 5 Å", "Rød grød på køkkenbordet, BLÅ™, PÅ\xa0LAGER", "à\xa0«\xa0table\xa0» voilà\xa0«", "«voilà»…",
     "Où ça\xa0? Là-bas\xa0: entrée—œuvre", "Limão, maçã, coração, ÀS", "Příliš žluťoučký kůň, TOMÁŠ, VÁŽÍŠ, též",
     "Tomáš” koláž™ á\xa0že", "olé—¿qué? nº", "Größ\xadten Spaß“ Fuß²", "Ä–Ö–Ü, die Ä’s", "Nước mắm “Phú Quốc”, ồ ộ"],
)  # fmt: skip
def test_sound_text_of_many_languages_does_not_look_decoded_twice(text: str) -> None:
    assert kinds(description=text) == set()


def test_a_warning_says_how_many_where_with_an_example_and_what_to_do() -> None:
    rows = [f"P{n},{name},Clothing,S{n},1,1" for n, name in enumerate(["Lamp", "NULL", "null", "Mug"])]
    (warning,) = warnings_of(rows)
    assert (warning.code, warning.line) == ("SUSPICIOUS_VALUES", 3)
    assert warning.message == (
        '2 rows have a word in place of a value, such as "NULL": leave a cell empty where there is no value'
        " (lines 3, 4)."
    )


def test_each_kind_has_a_warning_of_its_own_and_rejected_rows_count() -> None:
    warnings = warnings_of(["P1,NULL,Clothing,'S1,1,1", "P2,Salt &amp; pepper,Nothing,S2,free,1"])
    assert [warning.code for warning in warnings] == ["SUSPICIOUS_VALUES"] * 3
    assert [warning.line for warning in warnings] == [2, 2, 3]


def test_an_example_is_on_one_line_and_short() -> None:
    (warning,) = warnings_of([f'P1,"Lamp{"x" * 90}\nGrÃ¶ÃŸe {"y" * 90}",Clothing,S1,1,1'])
    assert "\n" not in warning.message
    assert len(warning.message) < 250
    assert "GrÃ¶ÃŸe" in warning.message


def test_a_file_of_usual_rows_has_no_warning() -> None:
    assert warnings_of([f"P-{n},Mouse & more,Electronics,SKU-{n},19.99,5" for n in range(1, 600)]) == []
