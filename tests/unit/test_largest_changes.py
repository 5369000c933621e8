"""What the command line reads from an upload's file of changes."""

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from onboarding.plans.changes import Change, Changes, read_changes
from pipeline.outcome.reports import CHANGES_HEADER, ChangeLine, changes_file


def line(
    row: int, field: str | None, before: str | None, after: str | None, *, sku: str = "", outcome: str = "updated"
) -> ChangeLine:
    return ChangeLine(row, outcome, sku or f"S-{row}", f"P-{row}", field, before, after, row + 1, row + 1, None)


def read(lines: Iterable[ChangeLine], delimiter: str = ",") -> Changes:
    return read_changes(changes_file(lines, delimiter))


def test_changes_are_counted_by_column() -> None:
    changes = read([line(1, "price", "1.00", "2.00"), line(1, "brand", "A", None), line(2, "price", "1.00", "1.10")])
    assert (changes.count, changes.by_field) == (3, {"price": 2, "brand": 1})
    assert changes.largest[-1] == Change(1, "S-1", "brand", "A", None)


def test_new_and_overtaken_rows_change_nothing() -> None:
    lines = [line(1, None, None, None, outcome="created"), line(2, None, None, None, outcome="superseded")]
    assert read(lines) == Changes()
    assert read_changes([]) == Changes()


def test_the_largest_changes_come_first_upwards_or_downwards() -> None:
    values = [("10", "9"), ("10", "1000"), ("10", "0.05"), ("0", "5"), ("30", "0"), ("10", "10.5")]
    changes = read([line(0, "brand", "1", "900"), *(line(n, "price", *pair) for n, pair in enumerate(values, 1))])
    assert [(change.before, change.after) for change in changes.largest[:-1]] == [
        ("10", "0.05"),
        ("10", "1000"),
        ("30", "0"),
        ("0", "5"),
        ("10", "9"),
        ("10", "10.5"),
    ]
    assert changes.largest[-1].field == "brand"


@pytest.mark.parametrize(
    ("field", "before", "after", "percent"),
    [
        ("price", "12.50", "9.90", -20.8),
        ("stock_quantity", "5", "0", -100.0),
        ("stock_quantity", "0", "5", None),
        ("weight_kg", None, "2.000", None),
        ("compare_at_price", "20.00", None, None),
        ("subcategory", "100", "200", None),
    ],
)
def test_only_numbers_that_were_above_zero_change_by_a_percentage(
    field: str, before: str | None, after: str | None, percent: float | None
) -> None:
    assert Change(1, "S", field, before, after).as_json()["percent"] == percent


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_values_are_as_in_the_catalogue_whatever_the_delimiter(delimiter: str) -> None:
    odd = line(1, "description", "=1+1", 'two\r\nlines, "quoted"; and | more', sku="-A,1")
    assert read([odd], delimiter).largest == [
        Change(1, "-A,1", "description", "=1+1", 'two\r\nlines, "quoted"; and | more')
    ]


def test_a_character_on_the_edge_of_two_blocks_stays_whole() -> None:
    blocks = b"".join(changes_file([line(1, "brand", "Käse", "Größe")], ","))
    assert read_changes(bytes([byte]) for byte in blocks).largest == [Change(1, "S-1", "brand", "Käse", "Größe")]


def test_further_columns_are_no_trouble() -> None:
    *_, last = b"".join(changes_file([line(1, "brand", "A", "B")], ";")).splitlines()
    header = ";".join([*CHANGES_HEADER, "Colour"]).encode()
    assert read_changes([header + b"\r\n", last + b";blue\r\n"]).largest == [Change(1, "S-1", "brand", "A", "B")]


def test_removed_products_are_named_once() -> None:
    values = ("sku", "price", "brand")
    changes = read(line(row, field, "1", None, outcome="removed") for row in range(1, 40) for field in values)
    assert (changes.count, changes.removed) == (0, [(row, f"S-{row}") for row in range(1, 21)])


def test_memory_does_not_grow_with_the_number_of_changes() -> None:
    def peak(rows: int) -> int:
        tracemalloc.start()
        assert read(_many(rows)).count == rows
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    assert peak(20_000) < peak(2_000) + 500_000


def _many(rows: int) -> Iterator[ChangeLine]:
    return (line(row, "price", "10.00", f"{10 + row % 977}.00") for row in range(1, rows + 1))
