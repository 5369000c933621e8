"""What is said about a corrected row before it is sent is what a validator says about it when it arrives.

`JUDGED_ROWS=3000 pytest tests/integration/test_judged_rows.py` tries more rows.
"""

import os
import random
from collections import Counter
from collections.abc import Mapping, Sequence

from pipeline.checking.conflicts import RULE_OF_KEY
from pipeline.domain.decisions import BlankCells, Decisions, MappedHeader, OptionalValues, UploadMode
from pipeline.domain.errors import RowError
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.weights import WeightUnit
from pipeline.postgres import category_aliases
from pipeline.postgres.database import Cursor
from pipeline.postgres.queries.rejected_rows import rejected_rows
from pipeline.stages.judge import JudgedRow, judge_corrected
from tests.integration.correcting import Sent, correct, send
from tests.integration.deciding import VENDOR, rolled_back
from tests.integration.offline import Offline
from tests.stack import HEADER, csv_of, tag

ROWS = int(os.environ.get("JUDGED_ROWS", "150"))
CELLS: Mapping[str, tuple[str, ...]] = {
    "vendor_product_id": ("P{run}-1", "P{run}-2", "P{run}-new", "", "#N/A", "1.23E+12", "P\u200b1"),
    "product_name": ("Lamp", "Lamp, bright", "Lamp\nin two lines", "", "x" * 201, "La\x07mp", "[clear]"),
    "category": ("Electronics", "elektronik", "Elektronics", "Zzz", "", "#REF!"),
    "sku": ("S{run}-1", "S{run}-2", "S{run}-new", "", "S 1\nS 2", "#N/A"),
    "price": ("12.50", "12,50", "1.299", "1,299", "€ 5", "5 EUR", "-1", "free", "0", "1000000", "", "#N/A"),
    "stock_quantity": ("5", "5 pcs", "-1", "1000001", "ten", "", "5.0"),
    "brand": ("Acme", "", "[clear]", "b" * 101),
    "compare_at_price": ("20", "0", "12,5", "x", "", "1.299", "[clear]"),
    "weight_kg": ("1.5", "1,5", "0,635", "250 g", "heavy", "", "[CLEAR]"),
    "image_url": ("https://example.com/a.png", "a.png", "https://a.example https://b.example", ""),
    "listing_status": ("active", "withdrawn", "Aktiv", "gone", "", "[clear]"),
    "description": ("Bright", "Two\r\nlines", "'=1+1", "=SUM(A1)", ""),
}
REQUIRED = HEADER.split(",")
OPTIONAL = [column for column in CELLS if column not in REQUIRED]
Said = list[tuple[str, str | None, str, str | None, str | None]]


def said(errors: Sequence[RowError]) -> Said:
    """The errors without duplicates, which only the file and the moment show."""
    return [
        (error.error_type, error.error_field, error.message, error.value, error.suggestion)
        for error in errors
        if error.error_type not in RULE_OF_KEY.values()
    ]


def random_cells(chance: random.Random, columns: list[str], run: str) -> dict[str, str]:
    return {column: chance.choice(CELLS[column]).format(run=run) for column in columns}


def as_line(cells: Mapping[str, str], columns: list[str]) -> str:
    return ",".join('"' + cells[column].replace('"', '""') + '"' for column in columns)


def random_decisions(chance: random.Random) -> Decisions:
    mode = chance.choice(list(UploadMode))
    return Decisions(
        mode,
        chance.choice(list(BlankCells)),
        defaults={"category": "Electronics"} if chance.random() < 0.3 else {},
        mapping={"weight_kg": MappedHeader("weight_kg", chance.choice([None, *WeightUnit]))},
        number_format=chance.choice([None, *NumberFormat]),
        optional_values=chance.choice(list(OptionalValues)),
    )


def judged(cursor: Cursor, parent: Sent, number: int, cells: Mapping[str, str], currency: str) -> JudgedRow:
    (row,) = rejected_rows(cursor, parent.upload_id, [number])
    result = judge_corrected(cursor, parent.upload_id, row.received, cells, currency=currency)
    assert result
    return result


def test_a_row_is_judged_as_it_is_decided_when_it_is_sent(offline: Offline) -> None:
    counts: Counter[str] = Counter()
    for seed in range(ROWS):
        chance = random.Random(seed)  # noqa: S311
        with rolled_back(offline.services.database) as cursor:
            counts[_compare_one(cursor, chance)] += 1
    print(f"judged: {dict(counts)}")
    assert counts["good"] > ROWS / 50
    assert counts["wrong"] > ROWS / 5


def _compare_one(cursor: Cursor, chance: random.Random) -> str:
    run, decisions, currency = tag(), random_decisions(chance), chance.choice(["", "EUR"])
    category_aliases.remember(cursor, VENDOR, {"Elektronik": "Electronics"} if chance.random() < 0.5 else {})
    send(cursor, csv_of([f"P{run}-{n},Lamp,Electronics,S{run}-{n},9,5" for n in (1, 2)]))
    columns = [*REQUIRED, *chance.sample(OPTIONAL, 4)]
    rows = [random_cells(chance, columns, run) for _ in range(6)]
    parent = send(
        cursor, csv_of([as_line(row, columns) for row in rows], ",".join(columns)), decisions, currency=currency
    )
    rejected = [verdict.row_number for verdict in parent.verdicts if verdict.errors]
    if not rejected:
        return "none rejected"
    number = chance.choice(rejected)
    changed = random_cells(chance, chance.sample([*columns, *OPTIONAL[:2]], chance.randint(1, 8)), run)
    changed |= {name: CELLS[name][0].format(run=run) for name in columns if chance.random() < 0.6}
    foretold = judged(cursor, parent, number, changed, currency)
    child = correct(cursor, parent, {number: changed}, decisions, currency=currency)
    (decided,) = child.verdicts
    context = repr((number, changed, rows[number - 1], decisions))
    # A value that is left out is an error after all if the row is rejected as a duplicate.
    assert said([*foretold.errors, *foretold.left_out]) == said([*decided.errors, *decided.left_out]), context
    if any(error.error_type in RULE_OF_KEY.values() for error in decided.errors):
        return "duplicate"
    assert bool(foretold.errors) == bool(decided.errors), context
    return "wrong" if decided.errors else "good, but left out" if decided.left_out else "good"
