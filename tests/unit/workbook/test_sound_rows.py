"""Sound rows of a workbook that are found as lines are those that the rules find one by one."""

import io
from datetime import date
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.domain.columns import COLUMNS, REQUIRED
from pipeline.domain.failures import Limits
from tests.unit.test_fast_path import FULL, NEARLY_SOUND
from tests.unit.test_fast_path_results import both_ways
from tests.workbooks import workbook

_STORABLE = [text for text in NEARLY_SOUND if len(text) < 30_000 and not set(map(chr, range(32))).intersection(text)]
_ODD = [
    *_STORABLE,
    "two\nlines",
    "a\tb",
    '27" monitor',
    '"quoted"',
    True,
    date(2026, 12, 1),
    12,
    1.5,
    -3,
    1.299,
    "1.299",
]
_AS_NUMBERS = {"price": 19.99, "compare_at_price": 24.99, "stock_quantity": 5, "weight_kg": 0.25}


@st.composite
def _workbooks(draw: st.DrawFn) -> bytes:
    """Sound rows, nearly sound ones, blank ones, longer ones, and hidden ones."""
    columns = draw(st.permutations([*COLUMNS, "Colour"])) if draw(st.booleans()) else list(REQUIRED)
    weight = draw(st.sampled_from(["weight_kg", "Weight (g)"]))
    usual = FULL | (_AS_NUMBERS if draw(st.booleans()) else {})
    rows = [[weight if column == "weight_kg" else column for column in columns]]
    for _ in range(draw(st.integers(1, 25))):
        keys = {key: f"{key}-{draw(st.integers(0, 40))}" for key in ("sku", "vendor_product_id")}
        row: dict[str, Any] = usual | keys | {"category": draw(st.sampled_from(["Electronics", "clothing", "Clothin"]))}
        if draw(st.integers(0, 2)) == 0:
            row[draw(st.sampled_from(columns))] = draw(st.sampled_from(_ODD))
        cells = [row.get(column, "") for column in columns]
        rows += draw(_CHANGES)(cells)
    return _hiding(workbook(*rows), draw(st.sets(st.integers(2, 12), max_size=2)))


_CHANGES = st.sampled_from(
    [lambda cells: [cells]] * 9
    + [
        lambda cells: [cells, []],
        lambda cells: [["\u00a0"], cells],
        lambda cells: [[*cells, "beyond"]],
        lambda cells: [[*cells, " "]],
        lambda cells: [cells[:-2]],
    ]
)


def _hiding(content: bytes, rows: set[int]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for row in rows:
        book["Products"].row_dimensions[row].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@settings(max_examples=250, deadline=None)
@given(_workbooks())
def test_both_ways_find_the_same(content: bytes) -> None:
    both_ways(content)


@settings(max_examples=50, deadline=None)
@given(_workbooks(), st.integers(1, 12))
def test_both_ways_find_the_same_under_small_limits(content: bytes, rows: int) -> None:
    both_ways(content, limits=Limits(rows=rows))


_WEIGHTS = st.sampled_from(["", "5", "5.5", "1.299", "1234.567", "0,5", "1,299", 1.299, 5, 0.25, 1234.567])


@settings(max_examples=150, deadline=None)
@given(st.lists(_WEIGHTS, min_size=1, max_size=6), st.sampled_from(["weight_kg", "Weight oz"]))
def test_both_ways_find_the_same_numbers(weights: list[str | float], header: str) -> None:
    rows: list[dict[str, Any]] = [
        FULL | {"sku": f"S-{n}", "vendor_product_id": f"P-{n}"} | {"weight_kg": each} for n, each in enumerate(weights)
    ]
    headers = [header if column == "weight_kg" else column for column in COLUMNS]
    both_ways(workbook(headers, *([row[column] for column in COLUMNS] for row in rows)))


def test_both_ways_find_the_same_in_a_sheet_of_many_rows() -> None:
    rows: list[list[Any]] = [list(COLUMNS)]
    for n in range(1, 2_001):
        row: dict[str, Any] = FULL | _AS_NUMBERS | {"sku": f"S-{n % 1_900}", "vendor_product_id": f"P-{n}"}
        if n % 97 == 0:
            row["description"] = "two\nlines"
        if n % 211 == 0:
            row["price"] = "free"
        rows += [[row[column] for column in COLUMNS], *([[]] if n % 307 == 0 else [])]
    both_ways(workbook(*rows))


def test_both_ways_find_the_same_with_odd_values_here_and_there() -> None:
    rows: list[list[Any]] = [list(COLUMNS)]
    for n, (column, value) in enumerate(product(COLUMNS, _ODD)):
        row = FULL | {"sku": f"S-{n}", "vendor_product_id": f"P-{n}"}
        rows += [[(row | {column: value})[each] for each in COLUMNS], [row[each] for each in COLUMNS]]
    both_ways(workbook(*rows))
