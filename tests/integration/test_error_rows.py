"""Errors by row: pages of whole rows, and where a spreadsheet shows the rows."""

from typing import Any

import pytest

from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.postgres.queries.upload_errors import ErrorFilter, ErrorRow, count_errors, find_error_rows
from pipeline.postgres.sessions import session_on
from pipeline.postgres.sheet_rows import sheet_rows_of
from tests.integration.fix_files import ended
from tests.integration.offline import Offline
from tests.stack import csv_of, tag

SOUND, ONE, TWO, FOUR = "Lamp,Books,{},5,5", "Lamp,Books,{},-1,5", "Lamp,Books,{},-1,none", ",Spaceships,{},-1,none"


@pytest.fixture(scope="module")
def upload_id(offline: Offline) -> str:
    """Rows with one, two or four errors; the second of the seven has none."""
    run = tag()
    rows = (FOUR, SOUND, ONE, TWO, FOUR, ONE, TWO)
    return ended(offline, csv_of([f"P{run}-{n}," + row.format(f"S{run}-{n}") for n, row in enumerate(rows, 1)]))


def found(
    offline: Offline, upload_id: str, *, after: int = 0, most: int, **filters: Any
) -> tuple[list[ErrorRow], bool]:
    with offline.services.database.transaction() as cursor, session_on(cursor) as session:
        place = (after,) if after else None
        return find_error_rows(session, upload_id, ErrorFilter(**filters), after=place, most_errors=most)


def shape(rows: list[ErrorRow]) -> list[tuple[int, int, int]]:
    """Row numbers, how many errors match, and how many others there are."""
    assert all(len({error.row_number for error in row.errors}) == 1 for row in rows)
    return [(row.errors[0].row_number, len(row.errors), row.others) for row in rows]


@pytest.mark.parametrize(
    ("after", "most", "rows", "has_more"),
    [
        (0, 100, [1, 3, 4, 5, 6, 7], False),
        (0, 5, [1, 3], True),
        (0, 6, [1, 3], True),
        (3, 6, [4, 5], True),
        (5, 3, [6, 7], False),
        (4, 3, [5], True),  # a row has a page of its own if it has more errors than a page
        (7, 3, [], False),
    ],
)
def test_a_page_has_whole_rows(
    offline: Offline, upload_id: str, after: int, most: int, rows: list[int], has_more: bool
) -> None:
    errors = {1: 4, 3: 1, 4: 2, 5: 4, 6: 1, 7: 2}
    page, more = found(offline, upload_id, after=after, most=most)
    assert (shape(page), more) == ([(row, errors[row], 0) for row in rows], has_more)


def test_errors_of_a_row_are_in_report_order(offline: Offline, upload_id: str) -> None:
    (row, *_), _ = found(offline, upload_id, most=4)
    assert [error.error_type for error in row.errors] == [
        "MISSING_REQUIRED_FIELDS",
        "INVALID_PRICE",
        "INVALID_STOCK_QUANTITY",
        "INVALID_CATEGORY",
    ]


def test_the_others_of_a_row_that_matches_are_counted(offline: Offline, upload_id: str) -> None:
    page, _ = found(offline, upload_id, most=25, error_type="INVALID_STOCK_QUANTITY")
    assert shape(page) == [(1, 1, 3), (4, 1, 1), (5, 1, 3), (7, 1, 1)]
    assert shape(found(offline, upload_id, most=25, q="8")[0]) == [(7, 2, 0)]  # the row in which a spreadsheet shows it


def test_errors_that_match_are_counted_with_their_rows(offline: Offline, upload_id: str) -> None:
    with offline.services.database.transaction() as cursor, session_on(cursor) as session:
        whole, part = (
            count_errors(session, upload_id, ErrorFilter(q="must be"), most=most)  # "must not be empty" is another
            for most in (100, 5)
        )
    assert (tuple(whole), part[0]) == ((12, 6), 5)


def test_the_sheet_row_of_a_row_is_known_whatever_became_of_it(offline: Offline) -> None:
    run = tag()
    first = csv_of([f"P{run}-{n},Lamp,Books,S{run}-{n},5,5" for n in (1, 2)])
    created = ended(offline, first)
    rows = [f'P{run}-1,"Lamp\nred",Books,S{run}-1,5,5', f"P{run}-2,Lamp,Books,S{run}-2,5,5", f"P{run}-3,,,S{run}-3,5,5"]
    content = b"sep=,\n" + csv_of(["", *rows])
    for dry_run in (True, False):
        upload_id = ended(offline, content, decisions=Decisions(UploadMode.UPSERT), dry_run=dry_run)
        with offline.services.database.transaction() as cursor:
            assert sheet_rows_of(cursor, upload_id, [3, 1, 2, 1, 4]) == {
                1: 3,
                2: 4,
                3: 5,
            }  # changed, unchanged, rejected
    with offline.services.database.transaction() as cursor:
        assert sheet_rows_of(cursor, created, [1, 2]) == {1: 2, 2: 3}
        assert sheet_rows_of(cursor, created, []) == {}
