"""Sound records beside notes, totals, damaged rows and odd marks, in every order: none of them is lost."""

from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.columns import REQUIRED
from pipeline.domain.failures import Failure
from tests.unit.files import rows_or_failure

ORDERS = {
    "texts last": "vendor_product_id,product_name,category,sku,price,stock_quantity,description,unit,brand",
    "name last": "sku,vendor_product_id,category,price,stock_quantity,product_name,unit,brand,description",
    "texts first": "description,product_name,unit,brand,sku,price,vendor_product_id,stock_quantity,category",
    "texts between": "vendor_product_id,sku,brand,description,category,unit,price,product_name,stock_quantity",
}
PLAIN = {
    "product_name": "Oak spoon",
    "category": "Electronics",
    "price": "4.50",
    "stock_quantity": "12",
    "description": "plain",
    "unit": "piece",
    "brand": "Acme",
}
# Cells as they are written.
SOUND: tuple[dict[str, str], ...] = (
    {},
    {"description": "'- dishwasher safe", "brand": "'t Veld"},
    {"brand": "'- dishwasher safe"},
    {"product_name": "Lead 6'", "description": "Length 6'"},
    {"brand": "6'"},
    {"product_name": '"Elm bowl, large"', "description": '"27"" wide"'},
    {"description": '"First line\nsecond, line\nthird"'},
    # Read as spreadsheets read them.
    {"product_name": 'Monitor 27"'},
    {"brand": 'Size 27"'},
    {"description": '12" x 8" x 1"'},
    {"description": "5' 6\""},
    {"product_name": ' "Elm bowl, large" ', "price": ' "19.99"'},
)
OTHERS = (
    "Prices exclude VAT, delivery 3 days",
    "All prices without tax",
    "Sizes: S, M, L, XL",
    'All lengths in inches, e.g. 27"',
    'Diagonal 27"',
    "Total,13.50",
    "Total,,,,13.50,15",
    "see page 4, left",
    "C-6,Board,Electro",
    'C-7,Board 12"',
    "me,Nice",
    "'C-8','Board, wide','Electronics'",
    "",
)
OPEN = {"product_name": '"Monitor 27""'}
DAMAGED: tuple[dict[str, str], ...] = (
    {"description": "Length 6', white"},
    {"product_name": 'Board, 12" wide'},
    OPEN,
    {"product_name": '"Monitor" 27'},
)
Piece = dict[str, str] | str


def missing_records(order: str, pieces: list[tuple[Piece, int]]) -> list[tuple[Piece, int]]:
    """Which sound records of a file are not accepted as they are. A number says how many cells at the end are left
    out, of those that may be."""
    columns = ORDERS[order].split(",")
    may_lack = len(columns) - 1 - max(map(columns.index, REQUIRED))
    lines = [ORDERS[order]]
    for number, (piece, short_by) in enumerate(pieces):
        keys = {"vendor_product_id": f"P-{number}", "sku": f"S-{number}"}
        cells = [(PLAIN | keys | piece)[column] for column in columns] if isinstance(piece, dict) else [piece]
        lines.append(",".join(cells[: len(cells) - min(short_by, may_lack)] if isinstance(piece, dict) else cells))
    content = "\n".join([*lines, ""])
    rows = rows_or_failure(content)
    if isinstance(rows, Failure):
        # A quote that stays open, a sound record, and a line that could close it: two stray quotes, or one text?
        assert OPEN in [piece for piece, _ in pieces]
        return []
    place = columns.index("vendor_product_id")
    accepted = {row.cells[place] for row in rows if not row.malformed}
    sound = [number for number, (piece, _) in enumerate(pieces) if piece in SOUND]
    return [pieces[number] for number in sound if f"P-{number}" not in accepted]


# A row with odd quotes is text only as long as it has all its cells.
KINDS: list[tuple[Piece, int]] = [
    *((piece, 0) for piece in SOUND),
    *((piece, short_by) for piece in SOUND[:5] for short_by in (1, 2, 3)),
    *((line, 0) for line in OTHERS),
    *((piece, 0) for piece in DAMAGED),
]


@pytest.mark.parametrize("order", ORDERS)
def test_no_sound_record_is_lost_between_any_two_neighbours(order: str) -> None:
    last: tuple[Piece, int] = ({}, 0)
    outcomes = Counter(
        bool(missing_records(order, [first, second, first, last])) for first, second in permutations(KINDS, 2)
    )
    print(f"neighbours, {order}: {outcomes.total()} files, {outcomes[True]} with a record lost")
    assert not outcomes[True]


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(sorted(ORDERS)), st.lists(st.sampled_from(KINDS), min_size=2, max_size=9))
def test_no_sound_record_is_lost_among_many(order: str, pieces: list[tuple[Piece, int]]) -> None:
    assert not missing_records(order, [*pieces, ({}, 0)])
