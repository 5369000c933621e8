"""Real shops' files, where they lie beside the project: in their encodings they give the rows of their UTF-8 twins."""

import re
from pathlib import Path

import pytest

from pipeline.domain.failures import Failure
from tests.unit.files import HEADER, read, rows_of

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ENCODINGS = {"eccube-shift-jis.csv": "cp932"}


def with_our_header(path: Path) -> str:
    """The file's text with its headers renamed; every other byte is left alone."""
    text = path.read_bytes().decode(ENCODINGS.get(path.name, "utf-8"))
    header, end, rows = re.split(r"(\r?\n)", text, maxsplit=1)
    delimiter = max(",;", key=header.count)
    theirs = [f"their {name}" for name in header.replace('"', "").split(delimiter)[6:]]
    names = [*HEADER.strip().split(","), *theirs]
    return delimiter.join(names) + end + rows


if SHARED.exists():
    FILES = sorted(SHARED.glob("*.csv"))

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    def test_a_shops_file_in_its_own_encoding_gives_the_rows_of_its_twin(path: Path) -> None:
        text = with_our_header(path)
        own, twin = (rows_of(text.encode(name)) for name in (ENCODINGS.get(path.name, "utf-8"), "utf-8"))
        assert [row.cells for row in own] == [row.cells for row in twin]
        assert len(own) >= 7

    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252", "cp932", "gb18030", "utf-16-le", "utf-32"])
    def test_a_shops_file_in_any_encoding_gives_the_same_rows_or_is_refused(path: Path, encoding: str) -> None:
        text = with_our_header(path)
        try:
            content = text.encode(encoding)
        except UnicodeEncodeError:
            content = text.encode(encoding, "xmlcharrefreplace")
            text = content.decode(encoding)
        result = read(content)
        if isinstance(result, Failure):
            assert result.code in {"UNSUPPORTED_ENCODING", "NOT_A_CSV"}
        else:
            assert [row.cells for row in result] == [row.cells for row in rows_of(text)]
