"""The file of a correction: rows of fix files with new cells, under the headers of the parent."""

import io

from pipeline.domain.columns import Column
from pipeline.domain.records import Row
from pipeline.outcome.corrected_file import ChangedRow, FixFileSource, corrected_file, target_columns
from pipeline.outcome.reports import RejectedRow, fix_file

PARENT = "UPLOAD_20261130_000000_aaaaaaaa"
COLUMNS = (Column("Nr", "sku", also=("vendor_product_id",)), Column("Farbe", None), Column("Preis", "price"))


def source(rows: list[Row], changed: list[ChangedRow], columns: tuple[Column, ...] = COLUMNS) -> FixFileSource:
    rejected = [RejectedRow(row.row_number, ["wrong"], [None]) for row in rows]
    content = b"".join(fix_file("UPLOAD_20261130_000000_bbbbbbbb", columns, rows, rejected, ";"))
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return FixFileSource(text, ";", columns, changed)


def written(*sources: FixFileSource, changed: tuple[str, ...] = ()) -> list[str]:
    columns = target_columns(COLUMNS, (each.columns for each in sources), changed)
    return b"".join(corrected_file(PARENT, columns, sources, ";")).decode("utf-8-sig").splitlines()


def row(number: int, *cells: str) -> Row:
    return Row(number, number + 1, number + 1, list(cells))


def test_cells_are_changed_by_column_and_the_others_kept() -> None:
    rows = [row(3, "A", "rot", "-1"), row(5, "B", "=x", "-1"), row(8, "C", "'-3", "-1")]
    changed = [ChangedRow(5, 5, {"price": "2,50"}), ChangedRow(8, 8, {"sku": "+C", "price": "1"})]
    assert written(source(rows, changed)) == [
        "Nr;Farbe;Preis;_row;_errors;_upload",
        f"B;'=x;2,50;5;wrong;{PARENT}",
        f"'+C;''-3;1;8;wrong;{PARENT}",
    ]


def test_a_malformed_row_loses_its_mark_and_the_cells_beyond_the_header() -> None:
    malformed = Row(4, 5, 5, ["A", "rot", "1", "2"], malformed="too many cells")
    lines = written(source([malformed], [ChangedRow(4, 4, {"price": "1.20"})]))
    assert lines[1:] == [f"A;rot;1.20;4;wrong;{PARENT}"]


def test_a_column_that_the_file_has_not_is_added_by_our_name() -> None:
    lines = written(source([row(1, "A", "rot", "1")], [ChangedRow(1, 1, {"brand": "Lux"})]), changed=("brand",))
    assert lines == ["Nr;Farbe;Preis;brand;_row;_errors;_upload", f"A;rot;1;Lux;1;wrong;{PARENT}"]


def test_rows_of_a_later_version_stand_under_the_headers_of_the_parent() -> None:
    later = (Column("price", "price"), Column("Nr", "sku"), Column("brand", "brand"), Column("_row", None))
    first = source([row(1, "A", "rot", "-1")], [ChangedRow(1, 1, {"price": "3"})])
    second = source([row(7, "0", "B", "Lux", "2")], [ChangedRow(7, 2, {"price": "4"})], later)
    assert written(first, second) == [
        "Nr;Farbe;Preis;brand;_row;_errors;_upload",
        f"A;rot;3;;1;wrong;{PARENT}",
        f"B;;4;Lux;2;wrong;{PARENT}",
    ]
