"""The same table sent as CSV and as a workbook of text cells gives the same records, errors and warnings."""

import re
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.aws.batch_puts import Completion, Item
from pipeline.aws.staging import Staging, record_of
from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.survey import StagedRecord
from pipeline.domain.columns import REQUIRED
from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, UploadMode
from pipeline.domain.layout import Layout
from pipeline.domain.numbers import NumberFormat
from tests.unit.files import CATEGORIES, records_of, surveyed
from tests.workbooks import csv_of, workbook

TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Co"], include_characters="\n\t"), max_size=12
).filter(lambda text: "_x" not in text)
PRICES = st.sampled_from(["19.99", "12,90", "1.299", "1,299", "1.299,00", "€ 5", "0", "-1", "abc", "#N/A", "", " 7 "])
CELLS: dict[str, st.SearchStrategy[str]] = {
    "vendor_product_id": st.sampled_from([*(f"P-{at}" for at in range(6)), "007", "8.9E+12", "", "\u200b"]),
    "product_name": st.one_of(st.sampled_from(["Mouse", "NULL", "x" * 201, '27" monitor', "'=1+1"]), TEXTS),
    "category": st.sampled_from(["Electronics", "electronics", "Clothing", "Cars", ""]),
    "sku": st.sampled_from([*(f"S-{at}" for at in range(6)), '="0012"', "", "a\nb"]),
    "price": PRICES,
    "stock_quantity": st.sampled_from(["5", "0", "-1", "1.5", "", "1,000"]),
    "description": TEXTS,
    "compare_at_price": PRICES,
    "weight_kg": st.sampled_from(["1,25", "0,250", "1.299", "2.5", "", "heavy"]),
    "listing_status": st.sampled_from(["active", "withdrawn", "sold", "", "[clear]"]),
    "Unknown": TEXTS,
}
HEADERS = st.permutations(list(CELLS)).map(lambda names: [*names])
DECISIONS = st.builds(
    Decisions,
    mode=st.sampled_from(UploadMode),
    blank_cells=st.sampled_from(BlankCells),
    number_format=st.sampled_from([None, *NumberFormat]),
    optional_values=st.sampled_from(OptionalValues),
)


class NoPuts:
    """Writes nothing: here, items are only made and read."""

    def begin(self, items: Sequence[Item]) -> Completion:
        return list

    def __call__(self, items: Sequence[Item]) -> Sequence[Item]:
        return []


STAGING = Staging(NoPuts(), threads=1, days=1)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    header = draw(HEADERS)
    row = st.tuples(*(CELLS[name] for name in header)).map(list)
    blank = st.just([""] * len(header))
    return [header, *draw(st.lists(st.one_of(row, row, row, blank), min_size=1, max_size=12)), sound_row(header)]


def sound_row(header: list[str]) -> list[str]:
    values = dict(zip(REQUIRED, ("P-99", "Desk", "Electronics", "S-99", "10", "1"), strict=True))
    return [values.get(name, "") for name in header]


def facts(staged: StagedRecord) -> tuple[Any, ...]:
    record = staged.record
    earlier = [each and each.row_number for each in (staged.earlier_sku, staged.earlier_vendor_product_id)]
    return (record.row_number, record.row.cells, record.values, record.received, record.cleared, earlier)


def through_staging(staged: StagedRecord, layout: Layout) -> StagedRecord:
    return record_of(STAGING.pending("UPLOAD_1", "VEND001", staged, layout), layout)


@given(tables(), DECISIONS)
@settings(max_examples=60, deadline=None)
def test_the_same_table_gives_the_same(table: list[list[str]], decisions: Decisions) -> None:
    as_csv, as_workbook = csv_of(*table), workbook(*table)
    records = [records_of(content, decisions=decisions) for content in (as_csv, as_workbook)]
    first, second = ([facts(each) for each in each_file] for each_file in records)
    assert first == second
    errors = [[errors_in_file(each, CATEGORIES) for each in each_file] for each_file in records]
    is_on_lines = all("\n" not in cell for row in table for cell in row)
    if is_on_lines:
        assert errors[0] == errors[1]
    else:
        assert [[error[:2] for error in row] for row in errors[0]] == [
            [error[:2] for error in row] for row in errors[1]
        ]
    surveys = [surveyed(content, decisions=decisions) for content in (as_csv, as_workbook)]
    assert surveys[0].earlier.marks == surveys[1].earlier.marks
    assert [each.code for each in surveys[0].warnings] == [each.code for each in surveys[1].warnings]
    assert surveys[0].format.layout.numbers == surveys[1].format.layout.numbers
    if is_on_lines:
        told = [[(each.line, without_place(each.message)) for each in each_file.warnings] for each_file in surveys]
        assert told[0] == told[1]


def without_place(message: str) -> str:
    """Lines of a text are rows of a sheet. That a header is in the first line is not said."""
    return re.sub(r" \((?:lines?|Excel rows?) [\d, …]+\)", "", message)


NUMBERS = st.one_of(st.integers(0, 10**6), st.floats(0.001, 10**6).map(lambda number: round(number, 3)))


@given(st.lists(st.one_of(NUMBERS, CELLS["weight_kg"]), min_size=1, max_size=8), DECISIONS)
@settings(max_examples=60, deadline=None)
def test_a_number_cell_is_its_number_in_both_passes_whatever_is_beside_it(
    weights: list[str | int | float], decisions: Decisions
) -> None:
    header = [*REQUIRED, "weight_kg"]
    rows = [[f"P-{at}", "Mouse", "Electronics", f"S-{at}", "10", "1", each] for at, each in enumerate(weights)]
    content = workbook(header, *rows)
    layout = surveyed(content, decisions=decisions).format.layout
    for each, staged in zip(weights, records_of(content, decisions=decisions), strict=True):
        again = through_staging(staged, layout)
        assert errors_in_file(again, CATEGORIES) == errors_in_file(staged, CATEGORIES)
        assert again.record.values == staged.record.values
        if not isinstance(each, str):
            assert float(staged.record["weight_kg"]) == each
