"""The first cells of a stored file, for the form that asks which column is which."""

import pytest

from api.portal.file_samples import first_rows

HEADERS = ["Artikel", "Preis"]


@pytest.mark.parametrize(
    ("content", "encoding", "header_row"),
    [
        ("Artikel;Preis\r\nMaus;1\r\nHütte;2\r\nabgeschn", "utf-8", 1),
        ("\ufeffArtikel;Preis\nMaus;1\nHütte;2\nabgeschn", "utf-8", 1),
        ("Liste\n\nArtikel;Preis\nMaus;1\nHütte;2\nabgeschn", "windows-1252", 3),
        ('sep=;\n"Artikel";Preis\nMaus;1\n"Hütte";2\nabgeschn', "utf-16", 1),
    ],
)
def test_rows_below_the_header_but_not_the_one_that_may_be_cut_off(
    content: str, encoding: str, header_row: int
) -> None:
    rows = first_rows(content.encode(encoding), encoding, ";", header_row, HEADERS)
    assert rows == [["Maus", "1"], ["Hütte", "2"]]


@pytest.mark.parametrize(
    ("content", "encoding", "header_row"),
    [
        (b"Artikel;Betrag\nMaus;1\n", "utf-8", 1),
        (b"Artikel;Preis\nMaus;1\n", "utf-8", 2),
        (b"", "utf-8", 1),
        (b"Artikel;Preis\nMaus;1\n", "no-such-encoding", 1),
        (b"Artikel;Preis\n" + b"x" * 200_000, "utf-8", 1),
    ],
)
def test_no_rows_where_there_is_a_doubt(content: bytes, encoding: str, header_row: int) -> None:
    assert first_rows(content, encoding, ";", header_row, HEADERS) == []
