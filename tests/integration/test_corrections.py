"""Fix files that are corrected and sent again: which upload each corrects, and how many rows are accepted now.

Those that do not name their upload, as earlier versions wrote them, are known by their rows.
"""

import pytest

from tests.integration.fix_files import as_file, corrected, ended, fix_rows, lineage, rejected_rows, unnamed
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag


@pytest.fixture
def parent(offline: Offline) -> str:
    run = tag()
    return ended(offline, csv_of([*sound_rows(2, run), *rejected_rows(run)]))


def test_a_fix_file_under_another_name_knows_its_parent(offline: Offline, parent: str) -> None:
    other = tag()
    ended(offline, csv_of([*sound_rows(2, other), *rejected_rows(other)]))  # the same errors on the same rows
    child = ended(offline, corrected(unnamed(fix_rows(offline, parent)), 0, 1, 2))
    assert lineage(offline, child) == (parent, 0)
    assert lineage(offline, parent) == (None, 3)


def test_a_changed_key_or_added_rows_do_not_hide_the_parent(offline: Offline, parent: str) -> None:
    rows = unnamed(fix_rows(offline, parent))
    added = dict.fromkeys(rows[0], "") | {"product_name": "Lamp", "category": "Electronics", "price": "1"}
    rows[0] |= {"sku": f"S{tag()}"}
    rows.append(added | {"vendor_product_id": f"P{tag()}", "sku": f"S{tag()}", "stock_quantity": "1"})
    child = ended(offline, corrected(rows, 0, 1, 2))
    assert lineage(offline, child)[0] == parent
    assert lineage(offline, parent) == (None, 3)


def test_errors_alone_do_not_make_a_parent(offline: Offline, parent: str) -> None:
    rows = unnamed(fix_rows(offline, parent))
    rows = [row | {"sku": f"S{tag()}", "vendor_product_id": f"P{tag()}"} for row in rows]
    assert lineage(offline, ended(offline, corrected(rows, 0))) == (None, 0)
    assert lineage(offline, parent) == (None, 0)


def test_another_vendors_upload_is_no_parent(offline: Offline, parent: str) -> None:
    for rows in (fix_rows(offline, parent), unnamed(fix_rows(offline, parent))):
        child = ended(offline, corrected(rows, 0), vendor="VEND002")
        assert lineage(offline, child) == (None, 0)


def test_partial_corrections_add_up_and_a_row_counts_once(offline: Offline, parent: str) -> None:
    rows = fix_rows(offline, parent)
    ended(offline, corrected(rows, 0))
    assert lineage(offline, parent) == (None, 1)
    again = ended(offline, corrected(rows, 0, 1))  # the first is a duplicate by now
    assert lineage(offline, parent) == (None, 2)
    offline.deliver([offline.events(again)])
    assert lineage(offline, parent) == (None, 2)
    as_another_product = rows[0] | {"sku": f"S{tag()}", "vendor_product_id": f"P{tag()}"}
    ended(offline, corrected([as_another_product, rows[1], rows[2]], 0))
    assert lineage(offline, parent) == (None, 2)


def test_the_correction_of_a_correction_counts_for_both(offline: Offline, parent: str) -> None:
    child = ended(offline, corrected(fix_rows(offline, parent), 1))
    grandchild = ended(offline, corrected(fix_rows(offline, child), 0))
    assert (lineage(offline, parent), lineage(offline, child)) == ((None, 2), (parent, 1))
    ended(offline, corrected(fix_rows(offline, grandchild), 0))
    assert (lineage(offline, parent), lineage(offline, child)) == ((None, 3), (parent, 2))
    assert lineage(offline, grandchild) == (child, 1)


def test_a_dry_run_corrects_nothing_but_what_it_leaves_can_be_corrected(offline: Offline, parent: str) -> None:
    dry = ended(offline, corrected(fix_rows(offline, parent), 0, 1), dry_run=True)
    assert (lineage(offline, dry), lineage(offline, parent)) == ((parent, 0), (None, 0))
    ended(offline, corrected(fix_rows(offline, dry), 0))
    assert (lineage(offline, dry), lineage(offline, parent)) == ((parent, 1), (None, 1))


def test_of_a_dry_run_and_the_same_in_earnest_the_one_in_earnest_is_the_parent(offline: Offline) -> None:
    run = tag()
    rows = rejected_rows(run)
    real = ended(offline, csv_of(rows))
    ended(offline, csv_of(rows), dry_run=True)
    assert lineage(offline, ended(offline, corrected(unnamed(fix_rows(offline, real)), 0)))[0] == real


def test_rows_that_were_not_rejected_are_not_corrected(offline: Offline, parent: str) -> None:
    rows = fix_rows(offline, parent)
    rows += [rows[0] | {"_row": number, "sku": f"S{tag()}", "vendor_product_id": f"P{tag()}"}
             for number in ("1", "99", "0", "x", "999999999")]  # fmt: skip
    ended(offline, corrected(rows, *range(len(rows))))
    assert lineage(offline, parent) == (None, 3)


def test_a_malformed_row_finds_its_parent_and_counts(offline: Offline) -> None:
    run = tag()
    parent = ended(offline, csv_of([*sound_rows(1, run), f"P{run}-2,Lamp"]))
    (row,) = unnamed(fix_rows(offline, parent))
    cells = {"category": "Books", "sku": f"S{run}", "price": "1", "stock_quantity": "1", "_row": "2"}
    ended(offline, as_file([row | cells]))
    assert lineage(offline, parent) == (None, 1)


def test_fix_files_at_the_same_time_count_each_row_once(offline: Offline) -> None:
    run = tag()
    parent = ended(offline, csv_of(rejected_rows(run, 60)))
    rows = fix_rows(offline, parent)
    children = [
        offline.arrive(corrected(rows[start : start + 40], *range(40))) for start in (0, 10, 20)
    ]  # each row but the outer ones in two or three of them
    events = [offline.events(child) for child in children]
    batches = [each[start : start + 5] for start in range(0, 40, 5) for each in events]
    with offline.workers(4) as pool:
        offline.deliver(batches, pool)
    assert lineage(offline, parent) == (None, 60)


def test_zeros_that_a_spreadsheet_dropped_are_a_warning(offline: Offline) -> None:
    digits = str(int(tag(), 16))
    parent = ended(offline, csv_of([f"00{digits}{n},Lamp,Electronics,0{digits}{n},-1,5" for n in range(2)]))
    rows = fix_rows(offline, parent)
    child = ended(offline, corrected([rows[0], rows[1] | {"sku": rows[1]["sku"].lstrip("0")}], 0, 1))
    careful = ended(offline, corrected(rows, 0, 1))
    warnings = {
        upload["upload_id"]: [warning["message"] for warning in upload["warnings"] if "ZEROS" in warning["code"]]
        for upload in offline.stack.sql(
            "SELECT upload_id, warnings FROM upload_history WHERE parent_upload_id = %s", parent
        )
    }
    expected = f'Row 2 had "0{digits}1" and now has "{digits}1": a spreadsheet may have dropped leading zeros.'
    assert warnings == {child: [f"{expected} Import its columns as text."], careful: []}


def test_a_parent_is_looked_for_among_the_newest_thousand_uploads(offline: Offline) -> None:
    parent = ended(offline, csv_of(rejected_rows(tag())), vendor="VEND003")
    offline.stack.sql(
        "INSERT INTO upload_history (upload_id, vendor_id, file_name, file_s3_key, error_records, status)"
        " SELECT 'newer-' || n, 'VEND003', 'x.csv', 'newer/' || n, 1, 'failed' FROM generate_series(1, 1000) AS n"
    )
    child = ended(offline, corrected(unnamed(fix_rows(offline, parent, "VEND003")), 1), vendor="VEND003")
    assert lineage(offline, child)[0] is None


def test_an_untouched_malformed_row_is_malformed_again_and_known_by_its_number(offline: Offline) -> None:
    run = tag()
    broken = [f'P{run}-{n},"Poster "A{n}" matte",Electronics,S{run}-{n},1,5' for n in (1, 2)]
    parent = ended(offline, csv_of(broken))
    rows = fix_rows(offline, parent)
    assert [row["_row"] for row in rows] == ["1?", "2?"]
    first = ended(offline, as_file(rows))
    assert lineage(offline, first) == (parent, 0)
    errors = offline.stack.sql("SELECT error_type, error_message FROM validation_errors WHERE upload_id = %s", first)
    expected = ("MALFORMED_ROW", "Check the cells of this row, then delete the ? in _row")
    assert [tuple(error.values()) for error in errors] == [expected] * 2
    second = fix_rows(offline, first)
    names = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
    checked = dict(zip(names, (f"P{run}-1", "Poster A1 matte", "Electronics", f"S{run}-1", "1", "5"), strict=True))
    marks = {"_row": "1", "_errors": second[0]["_errors"], "_upload": first}
    child = ended(offline, as_file([{**checked, **marks}, second[1]]))
    assert lineage(offline, child) == (first, 0)
    assert [lineage(offline, each)[1] for each in (parent, first)] == [1, 1]
