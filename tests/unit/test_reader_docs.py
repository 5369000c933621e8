"""docs/reader.md speaks of every code, and of no test that is not there."""

import re
from pathlib import Path

import pytest

from pipeline.domain import failures

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")
CODES = [value for name, value in vars(failures).items() if name.isupper()]
SOURCES = [path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").rglob("*.py")]


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_an_example(code: str) -> None:
    (row,) = re.findall(rf"^\| `{code}` \|([^|]+)\|([^|]+)\|$", DOCUMENT, re.MULTILINE)
    assert all(cell.strip() for cell in row)


def test_refusals_stand_in_the_order_of_checking() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE) == CODES


@pytest.mark.parametrize(
    "warning",
    sorted({code for text in SOURCES for code in re.findall(r'(?:FileWarning|warning)\(\s*"([A-Z_]+)"', text)}),
)
def test_every_warning_is_named(warning: str) -> None:
    assert f"`{warning}`" in DOCUMENT


@pytest.mark.parametrize("test", sorted(set(re.findall(r"`(test_\w+\.py)`", DOCUMENT)) - {"test_csv.py"}))
def test_every_test_is_there(test: str) -> None:
    assert (ROOT / "tests" / "unit" / test).exists()
