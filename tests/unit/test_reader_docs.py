"""docs/reader.md speaks of every code, and of no test that is not there."""

import re
from pathlib import Path

import pytest

from pipeline.domain.failures import FailureCode
from pipeline.domain.severity import WarningCode

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "reader.md").read_text(encoding="utf-8")
CODES = list(FailureCode)
SOURCES = "".join(
    path.read_text(encoding="utf-8") for path in (ROOT / "pipeline").rglob("*.py") if path.name != "severity.py"
)


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_an_example(code: str) -> None:
    (row,) = re.findall(rf"^\| `{code}` \|([^|]+)\|([^|]+)\|$", DOCUMENT, re.MULTILINE)
    assert all(cell.strip() for cell in row)


def test_refusals_stand_in_the_order_of_checking() -> None:
    assert re.findall(r"^\| `([A-Z_]+)` \|", DOCUMENT, re.MULTILINE) == CODES


@pytest.mark.parametrize("warning", [code for code in WarningCode if f"WarningCode.{code}" in SOURCES])
def test_every_warning_that_is_given_is_named(warning: WarningCode) -> None:
    assert f"`{warning}`" in DOCUMENT


@pytest.mark.parametrize("test", sorted(set(re.findall(r"`(test_\w+\.py)`", DOCUMENT)) - {"test_csv.py"}))
def test_every_test_is_there(test: str) -> None:
    assert (ROOT / "tests" / "unit" / test).exists()
