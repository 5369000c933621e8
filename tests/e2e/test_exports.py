"""Exports: the catalogue as a file, that comes back as it is."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.e2e.undoing import UndoClient, counts
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

Json = dict[str, Any]
HOSTILE = [
    *("=1+1", "'=1+1", "-5", "+49 30", "@home", "007", "1e5", "2026-12-01", "1/2", "TRUE", "a,b;c", 'a "b" c', "'"),
    *("line\nbreak", "#N/A?", "日本", "é\u0301", "[clear] it", "x" * 500, "=cmd|' /C calc'!A0", "_x000D_", "<b>&amp;"),
]


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> UndoClient:
    return UndoClient(stack, "VEND003")


def exported(vendor: UndoClient, **wanted: Any) -> tuple[Json, bytes]:
    asked = vendor.call("POST", "/v1/exports", json={"format": "csv"} | wanted)
    assert asked.status_code == 202, asked.text
    assert asked.json()["status"] == "pending"

    def ready() -> Json | None:
        export: Json = vendor.call("GET", asked.headers["Location"]).raise_for_status().json()
        return None if export["status"] == "pending" else export

    export = eventually(ready) or {}
    assert export["status"] == "ready", export
    return export, httpx.get(export["url"]).raise_for_status().content


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def unescaped(cell: str) -> str:
    """The cell without the `'` that keeps a spreadsheet from running it."""
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").lstrip()[:1] in set("=+-@\t\r") else cell


def file_of(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def add_hostile_products(vendor: UndoClient, run: str) -> None:
    """Products whose texts are whatever a spreadsheet changes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    header = ["vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity", "brand", "description"]
    writer.writerow(header)
    for n, value in enumerate(HOSTILE):
        one_line = value.replace("\n", " ")
        writer.writerow(
            [f"{one_line[:60]}{run}", value[:150], "Electronics", f"{n:03}{run}", "12.50", n, value[:90], value]
        )
    upload = vendor.send(text.getvalue().encode())
    assert upload["status"] == "completed", upload


def test_an_export_is_the_catalogue_and_comes_back_unchanged(vendor: UndoClient) -> None:
    run = tag()
    add_hostile_products(vendor, run)
    export, content = exported(vendor)
    rows = rows_of(content)
    assert (len(rows), export["format"], export["failure"]) == (export["products"], "csv", None)
    ids = [row["vendor_product_id"] for row in rows]
    assert {row["_export"] for row in rows} == {export["export_id"]}
    stored = vendor.stack.sql("SELECT vendor_product_id FROM products WHERE vendor_id = %s", vendor.vendor)
    in_order = sorted((each["vendor_product_id"] for each in stored), key=lambda text: text.encode("utf-32-be"))
    assert [unescaped(each) for each in ids] == in_order
    before = vendor.catalogue()
    again = vendor.send(content, mode="upsert")
    assert counts(again) == {"unchanged": len(rows)}, again["errors_by_type"]
    assert again["warnings"] == []
    assert vendor.catalogue() == before


def test_edited_cells_alone_are_said_and_newer_values_are_kept(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(4, run)))
    _, content = exported(vendor)
    newer = vendor.update("sku,price", f"S{run}-1,7.00", f"S{run}-2,7.00", f"S{run}-4,9.00")
    rows = {row["sku"]: row for row in rows_of(content)}
    rows[f"S{run}-1"]["stock_quantity"] = "6"
    rows[f"S{run}-2"]["price"] = "8.00"
    rows[f"S{run}-3"]["price"] = "9"
    edited = vendor.send(file_of(list(rows.values())), mode="update")
    assert counts(edited) == {"updated": 2, "superseded": 2, "unchanged": len(rows) - 4}
    values = {
        sku[-1]: (str(each["price"]), each["stock_quantity"])
        for sku, each in vendor.products(*rows).items()
        if run in sku
    }
    assert values == {"1": ("7.00", 6), "2": ("7.00", 5), "3": ("9.00", 5), "4": ("9.00", 5)}
    first, second, third, fourth = (vendor.records(edited, sku=f"S{run}-{n}")[0] for n in (1, 2, 3, 4))
    assert (first["outcome"], first["superseded_fields"]) == ("updated", ["price"])
    assert (second["outcome"], second["superseded_by"]) == ("superseded", newer["upload_id"])
    assert third["changes"] == {"price": {"before": "19.99", "after": "9.00"}}
    assert (fourth["outcome"], fourth["superseded_by"]) == ("superseded", newer["upload_id"])
    assert edited["effective_at"] < newer["effective_at"]

    rows[f"S{run}-3"]["price"] = "10"  # the same file, edited once more
    again = vendor.send(file_of([rows[f"S{run}-3"]]), mode="update")
    assert counts(again) == {"updated": 1}


def test_an_upload_announced_before_an_export_and_sent_after_it_is_not_undone_by_it(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    content = csv_of([f"S{run}-1,4.00"], "sku,price")
    with vendor.stack.client(vendor.vendor) as client:
        late = client.announce("late.csv", len(content), mode="update")
        _, file = exported(vendor)
        client.send(late["upload"], content, size_bytes=len(content))
    vendor.stack.ended(late["upload_id"], vendor=vendor.vendor)
    edited = vendor.send(file, mode="upsert")
    assert edited["effective_at"] > late["effective_at"]
    assert counts(edited)["superseded"] == 1
    assert str(vendor.products(f"S{run}-1")[f"S{run}-1"]["price"]) == "4.00"


def test_a_workbook_comes_back_unchanged(vendor: UndoClient) -> None:
    run = tag()
    add_hostile_products(vendor, run)
    export, content = exported(vendor, format="xlsx")
    with vendor.stack.client(vendor.vendor) as client:
        upload = client.announce("products.xlsx", len(content), mode="upsert")
        client.send(upload["upload"], content, size_bytes=len(content))
    again = vendor.stack.ended(upload["upload_id"], vendor=vendor.vendor)
    assert counts(again) == {"unchanged": export["products"]}, again["errors_by_type"]


def test_filters(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of([f"P{run}-1,Lamp,Clothing,S{run}-1,1,1", *sound_rows(2, run)[1:]]))
    vendor.update("sku,listing_status", f"S{run}-2,withdrawn")

    def skus(**wanted: Any) -> set[str]:
        return {row["sku"] for row in rows_of(exported(vendor, **wanted)[1]) if run in row["sku"]}

    assert skus() == {f"S{run}-1"}
    assert skus(status="withdrawn") == {f"S{run}-2"}
    assert skus(status=["active", "withdrawn"], category="ELECTRON") == {f"S{run}-2"}
    assert skus(category="cloth") == {f"S{run}-1"}
    assert skus(updated_since="2999-01-01") == set()


def test_chosen_columns(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(2, run)))
    export, content = exported(vendor, columns=["price", "stock_quantity"])
    assert export["columns"] == ["vendor_product_id", "sku", "price", "stock_quantity"]
    rows = rows_of(content)
    assert list(rows[0]) == [*export["columns"], "_export"]
    (row,) = (row for row in rows if row["sku"] == f"S{run}-2")
    edited = vendor.send(file_of([row | {"stock_quantity": "8"}]), mode="update")
    assert vendor.records(edited)[0]["changes"] == {"stock_quantity": {"before": "5", "after": "8"}}
    assert vendor.call("POST", "/v1/exports", json={"format": "csv", "columns": ["colour"]}).status_code == 422


def test_an_export_of_another_vendor_does_not_exist(vendor: UndoClient) -> None:
    export, _ = exported(vendor)
    other = UndoClient(vendor.stack, "VEND002")
    answers = [other.call("GET", f"/v1/exports/{name}") for name in (export["export_id"], "EXPORT_none")]
    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [{name: value for name, value in each.json().items() if name != "request_id"} for each in answers]
    assert bodies[0] == bodies[1]
    support = UndoClient(vendor.stack, "support")
    assert support.call("GET", f"/v1/exports/{export['export_id']}").json()["products"] == export["products"]
    assert support.call("POST", "/v1/exports", json={"format": "csv"}).status_code == 422


def test_an_old_export_is_gone(vendor: UndoClient) -> None:
    export, _ = exported(vendor)
    vendor.stack.sql("UPDATE exports SET expires_at = now() WHERE export_id = %s", export["export_id"])
    answer = vendor.call("GET", f"/v1/exports/{export['export_id']}")
    assert (answer.status_code, answer.json()["code"]) == (410, "GONE")


def test_an_export_whose_message_was_lost_is_written_by_the_sweeper(vendor: UndoClient) -> None:
    values = "('EXPORT_lost', %s, 'csv', '{active}', '{sku}', 'test', now() - interval '1 hour')"
    columns = "export_id, vendor_id, format, statuses, columns, created_by, requested_at"
    vendor.stack.sql(f"INSERT INTO exports ({columns}) VALUES {values}", vendor.vendor)
    vendor.stack.sweep()
    eventually(lambda: vendor.call("GET", "/v1/exports/EXPORT_lost").json()["status"] == "ready")


def test_an_export_that_fails_again_and_again_is_given_up(vendor: UndoClient) -> None:
    values = "('EXPORT_doomed', %s, 'csv', '{active}', '{sku}', 'test', now() - interval '1 hour', 5)"
    columns = "export_id, vendor_id, format, statuses, columns, created_by, requested_at, attempts"
    vendor.stack.sql(f"INSERT INTO exports ({columns}) VALUES {values}", vendor.vendor)
    vendor.stack.sweep()
    eventually(lambda: vendor.call("GET", "/v1/exports/EXPORT_doomed").json()["status"] == "failed")
    failed = vendor.call("GET", "/v1/exports/EXPORT_doomed").json()
    assert (failed["url"], failed["products"]) == (None, None)
    assert "Try again" in failed["failure"]


def test_few_exports_can_be_under_way(vendor: UndoClient) -> None:
    values = ", ".join(f"('EXPORT_many_{n}', 'VEND002', 'csv', '{{active}}', '{{sku}}', 'test')" for n in range(5))
    vendor.stack.sql(
        f"INSERT INTO exports (export_id, vendor_id, format, statuses, columns, created_by) VALUES {values}"
    )
    answer = UndoClient(vendor.stack).call("POST", "/v1/exports", json={"format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "TOO_MANY")
    vendor.stack.sql("DELETE FROM exports WHERE created_by = 'test' AND vendor_id = 'VEND002'")


def test_changes_go_on_from_an_export(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(2, run)))
    export, _ = exported(vendor)
    vendor.update("sku,price", f"S{run}-2,7.50")
    page = vendor.call("GET", "/v1/changes", params={"after": export["changes_after"]}).raise_for_status().json()
    assert [(item["sku"], item["outcome"], item["product"]["price"]) for item in page["items"]] == [
        (f"S{run}-2", "updated", 7.5)
    ]
