"""The rules in words agree with the rules in code, and with the pages about them."""

import csv
import io
import re
from pathlib import Path

import pytest

from pipeline.checking.rules import MAX_PRICE, MAX_STOCK, MIN_PRICE, errors_of
from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import FailureCode
from pipeline.outcome.reports import REPORT_HEADER
from pipeline.outcome.rulebook import COLUMN_RULES, FILE_RULES, ROW_RULES, template
from tests.unit.files import CATEGORIES, record, records_of

PROJECT = Path(__file__).parents[2]
RULE_TABLES = [PROJECT / "docs" / "file-rules.md", PROJECT / "docs" / "reports.md"]
# The limits that a table of rules has to name, so that no change of one is forgotten there.
LIMITS_NAMED = {
    "INVALID_PRICE": [str(MIN_PRICE), str(MAX_PRICE)],
    "INVALID_STOCK_QUANTITY": ["0", str(MAX_STOCK)],
}


def test_every_error_type_has_its_rule_in_the_order_of_the_report() -> None:
    assert tuple(rule.code for rule in ROW_RULES) == tuple(ErrorType)
    assert [rule.number for rule in ROW_RULES] == [1, 2, 3, 4, 5, 6, 7, *[None] * 6]


def test_every_failure_is_described() -> None:
    assert {rule.code for rule in FILE_RULES} == set(FailureCode)


@pytest.mark.parametrize("document", RULE_TABLES, ids=lambda path: path.name)
def test_a_table_of_rules_has_all_of_them_in_our_order_with_their_limits(document: Path) -> None:
    table = re.findall(r"^\| (\d| ) +\| `([A-Z_]+)` \| (.*) \|$", document.read_text(encoding="utf-8"), re.MULTILINE)
    ours = [(str(rule.number or " "), rule.code) for rule in ROW_RULES if rule.code != "PROCESSING_ERROR"]
    assert [(number, code) for number, code, _ in table] == ours
    for _, code, words in table:
        assert all(re.search(rf"\b{re.escape(limit)}\b", words) for limit in LIMITS_NAMED.get(code, ())), code


def test_the_file_rules_name_every_column_and_which_are_required() -> None:
    page = PROJECT.joinpath("docs", "file-rules.md").read_text(encoding="utf-8")
    match = re.search(r"The required\s+columns are\s+(.*?);(.*?) are optional", page, re.DOTALL)
    assert match
    required, optional = (re.findall(r"`(\w+)`", names) for names in match.groups())
    assert required == list(REQUIRED)
    assert {*required, *optional} == set(COLUMNS)


def test_the_documentation_names_the_columns_of_the_error_report() -> None:
    documented = re.findall(r"`([A-Z][\w ]+)`", PROJECT.joinpath("docs", "reports.md").read_text(encoding="utf-8"))
    assert set(REPORT_HEADER) <= set(documented)


def test_every_column_is_described_and_its_example_is_good() -> None:
    assert [rule.name for rule in COLUMN_RULES] == list(COLUMNS)
    assert {rule.name for rule in COLUMN_RULES if rule.required} == set(REQUIRED)
    assert errors_of(record(**{rule.name: rule.example for rule in COLUMN_RULES}), CATEGORIES) == []
    for rule in COLUMN_RULES:
        assert rule.pattern is None or re.search(rule.pattern, rule.example)


def test_the_template_is_a_file_that_is_accepted_whole() -> None:
    content = template(CATEGORIES.names)
    records = [staged.record for staged in records_of(content)]
    assert [errors_of(record, CATEGORIES) for record in records] == [[], []]
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 3
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")))) == list(COLUMNS)


def test_the_template_names_categories_that_there_are() -> None:
    rows = list(csv.DictReader(io.StringIO(template(["Boats"]).decode("utf-8-sig"))))
    assert {row["category"] for row in rows} == {"Boats"}
