"""An upload taken back: the catalogue is as it was, but for what others have changed since."""

import csv
import io

import pytest

from tests.e2e.undoing import UndoClient, counts
from tests.stack import Stack, csv_of, eventually, sound_rows, tag


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> UndoClient:
    return UndoClient(stack)


def test_undo_at_once_gives_the_same_catalogue(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(4, run)))
    before = vendor.catalogue()
    rows = [f"P{run}-1,Lamp,Electronics,S{run}-1,5.00,0,Acme", *sound_rows(3, run)[1:2], *sound_rows(2, f"{run}x")]
    header = "vendor_product_id,product_name,category,sku,price,stock_quantity,brand"
    changed = vendor.send(csv_of([*rows, f"P{run}-3,Thing 3,Electronics,S{run}-3,-1,5"], header), mode="upsert")
    assert counts(changed) == {"created": 2, "updated": 1, "unchanged": 1, "error": 1}

    undo = vendor.undo(changed)
    assert (undo["status"], undo["file_name"], undo["warnings"]) == ("completed", "products_undo.csv", [])
    assert (counts(undo), undo["total_records"]) == ({"updated": 1, "removed": 2}, 3)
    assert vendor.catalogue() == before
    assert vendor.outcomes(undo) == ["updated", "removed", "removed"]
    first, second, _ = vendor.records(undo)
    assert first["changes"]["price"] == {"before": "5.00", "after": "19.99"}
    assert first["changes"]["brand"] == {"before": "Acme", "after": None}
    assert second["changes"]["price"] == {"before": "19.99", "after": None}
    assert (second["sku"], second["kept"]) == (f"S{run}x-1", {})
    assert vendor.outcomes(changed) == ["updated", "unchanged", "created", "created", "error"]
    created = vendor.records(changed, outcome="created")
    assert [each["product_id"] for each in created] == [each["product_id"] for each in vendor.records(undo)[1:]]


def test_fields_that_were_changed_since_are_kept(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(3, run)))
    first = vendor.update("sku,price,stock_quantity", f"S{run}-1,1,1", f"S{run}-2,2,2", f"S{run}-3,3,3")
    same_again = vendor.update("sku,price,stock_quantity", f"S{run}-1,1,1", f"S{run}-2,2,2")
    assert counts(same_again) == {"unchanged": 2}
    newer = vendor.update("sku,price", f"S{run}-2,7.50", f"S{run}-3,9")
    newest = vendor.update("sku,stock_quantity,price", f"S{run}-3,3,8")
    assert counts(newest) == {"updated": 1}
    last = vendor.update("sku,stock_quantity", f"S{run}-3,4")

    undo = vendor.undo(first)
    assert (counts(undo), undo["status"]) == ({"updated": 2, "unchanged": 1}, "completed")
    kept = [record["kept"] for record in vendor.records(undo)]
    both = {"price": newest["upload_id"], "stock_quantity": last["upload_id"]}
    assert kept == [{}, {"price": newer["upload_id"]}, both]
    changes = [record["changes"] for record in vendor.records(undo, sku=f"S{run}-2")]
    assert changes == [{"stock_quantity": {"before": "2", "after": "5"}}]
    assert [each["kept"] for each in vendor.records(undo, outcome="unchanged")] == [both]
    products = vendor.products(*(f"S{run}-{n}" for n in (1, 2, 3)))
    values = {sku[-1]: (str(each["price"]), each["stock_quantity"]) for sku, each in products.items()}
    assert values == {"1": ("19.99", 5), "2": ("7.50", 5), "3": ("8.00", 4)}


def test_a_field_that_was_changed_back_is_kept_all_the_same(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    first = vendor.update("sku,price", f"S{run}-1,1")
    vendor.update("sku,price", f"S{run}-1,2")
    back = vendor.update("sku,price", f"S{run}-1,1")
    undo = vendor.undo(first)
    assert counts(undo) == {"unchanged": 1}
    assert vendor.records(undo)[0]["kept"] == {"price": back["upload_id"]}


def test_products_that_were_changed_since_their_creation_are_kept(vendor: UndoClient) -> None:
    run = tag()
    created = vendor.send(csv_of(sound_rows(2, run)))
    newer = vendor.update("sku,price", f"S{run}-2,7.50")
    undo = vendor.undo(created)
    assert counts(undo) == {"removed": 1, "unchanged": 1}
    assert vendor.products(f"S{run}-1", f"S{run}-2").keys() == {f"S{run}-2"}
    (kept,) = vendor.records(undo, outcome="unchanged")
    assert (kept["kept"], kept["changes"], kept["product_id"]) == ({"price": newer["upload_id"]}, {}, None)


def test_uploads_are_taken_back_one_after_the_other(vendor: UndoClient) -> None:
    run = tag()
    before = vendor.catalogue()
    created = vendor.send(csv_of(sound_rows(2, run)))
    after_creation = vendor.catalogue()
    cheaper = vendor.update("sku,price", f"S{run}-1,1", f"S{run}-2,2")
    after_cheaper = vendor.catalogue()
    cheapest = vendor.update("sku,price,stock_quantity", f"S{run}-1,0.50,0", f"S{run}-2,2,0")
    for upload, catalogue in ((cheapest, after_cheaper), (cheaper, after_creation), (created, before)):
        assert vendor.undo(upload)["status"] == "completed"
        assert vendor.catalogue() == catalogue


def test_an_undo_is_taken_back_by_another(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    changed = vendor.send(
        csv_of([f"P{run}-1,Lamp,Electronics,S{run}-1,5,0", f"P{run},X,Clothing,S{run},1,1"]), mode="upsert"
    )
    catalogue, (sku, again) = vendor.catalogue(), (f"S{run}", f"S{run}-1")
    undo = vendor.undo(changed)
    redo = vendor.undo(undo)
    assert (counts(redo), redo["file_name"]) == ({"updated": 1, "created": 1}, "products_undo.csv")
    assert vendor.catalogue() == catalogue
    (created,) = vendor.records(redo, outcome="created")
    product_id = vendor.products(sku)[sku]["product_id"]
    assert (created["product_id"], created["sku"]) == (product_id, sku)
    assert created["changes"] == {}
    assert vendor.refusal(changed) == (409, "NOTHING_TO_UNDO")

    history = vendor.call("GET", f"/v1/products/{product_id}/history").json()["items"]
    events = [(each["upload_id"], each["outcome"]) for each in history]
    uploads = [redo["upload_id"], undo["upload_id"], changed["upload_id"]]
    assert events == list(zip(uploads, ("created", "removed", "created"), strict=True))

    assert counts(vendor.undo(redo)) == {"updated": 1, "removed": 1}
    assert vendor.products(sku, again).keys() == {again}


def test_keys_are_free_after_a_removal_and_then_taken(vendor: UndoClient) -> None:
    run, other = tag(), UndoClient(vendor.stack, "VEND003")
    created = vendor.send(csv_of(sound_rows(3, run)))
    undo = vendor.undo(created)
    assert counts(undo) == {"removed": 3}
    again = vendor.send(csv_of([f"P{run}-1,New,Clothing,S{run}-1,1,1"]))
    others = other.send(csv_of([f"P{run}-2,Theirs,Clothing,S{run}-2,1,1"]))
    assert (counts(again), counts(others)) == ({"created": 1}, {"created": 1})

    redo = vendor.undo(undo)
    assert (redo["status"], counts(redo), redo["already_in_catalogue_records"]) == (
        "partial",
        {"created": 1, "error": 2},
        1,
    )
    (mine,) = vendor.stack.sql("SELECT product_id FROM products WHERE sku = %s", f"S{run}-1")
    errors = vendor.stack.errors(redo["upload_id"], vendor=vendor.vendor)
    found = [(each["row_number"], each["error_type"], each["conflict"]) for each in errors]
    conflict = {"upload_id": again["upload_id"], "product_id": mine["product_id"]}
    assert found == [
        (1, "DUPLICATE_SKU", conflict),
        (1, "DUPLICATE_VENDOR_PRODUCT_ID", conflict),
        (2, "DUPLICATE_SKU", None),
    ]
    assert vendor.products(f"S{run}-3")


def test_a_dry_run_shows_what_would_be_taken_back_and_writes_nothing(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    changed = vendor.send(
        csv_of([f"P{run}-1,Lamp,Electronics,S{run}-1,5,0", f"P{run},X,Clothing,S{run},1,1"]), mode="upsert"
    )
    everything = "SELECT * FROM products WHERE vendor_id = %s ORDER BY product_id"
    before = vendor.stack.sql(everything, vendor.vendor)
    dry_run = vendor.undo(changed, dry_run=True)
    assert (dry_run["dry_run"], counts(dry_run)) == (True, {"updated": 1, "removed": 1})
    assert vendor.stack.sql(everything, vendor.vendor) == before
    planned = vendor.records(dry_run)
    undo = vendor.undo(changed)
    assert [each | {"product_id": None} for each in vendor.records(undo)] == planned

    planned = vendor.records(vendor.undo(undo, dry_run=True))
    assert [each["outcome"] for each in planned] == ["updated", "created"]
    done = vendor.records(vendor.undo(undo))
    assert [each | {"product_id": None} for each in done] == planned
    assert vendor.catalogue() == [
        {k: v for k, v in each.items() if k not in ("updated_at", "set_by")} for each in before
    ]


def test_a_file_that_was_taken_back_is_not_the_same_again(vendor: UndoClient) -> None:
    content = csv_of(sound_rows(1, tag()))
    first = vendor.send(content)
    assert [each["code"] for each in vendor.send(content)["warnings"]] == ["SAME_FILE"]
    vendor.undo(first)
    assert vendor.send(content)["warnings"] == []


def test_a_dry_run_of_an_undo_is_applied_as_an_undo(vendor: UndoClient) -> None:
    before = vendor.catalogue()
    created = vendor.send(csv_of(sound_rows(1, tag())))
    dry_run = vendor.undo(created, dry_run=True)
    deciding = vendor.call("POST", f"/v1/uploads/{dry_run['upload_id']}/apply", json={"mode": "upsert"})
    assert (deciding.status_code, deciding.json()["code"]) == (422, "INVALID_REQUEST")
    answer = vendor.call("POST", f"/v1/uploads/{dry_run['upload_id']}/apply")
    assert (answer.status_code, answer.json()["undo_of"]) == (202, created["upload_id"])
    assert answer.json()["source_upload_id"] == dry_run["upload_id"]
    applied = vendor.stack.ended(answer.json()["upload_id"], vendor=vendor.vendor)
    assert (applied["dry_run"], counts(applied)) == (False, {"removed": 1})
    assert vendor.catalogue() == before
    again = vendor.call("POST", f"/v1/uploads/{dry_run['upload_id']}/apply")
    assert (again.status_code, again.json()["code"]) == (409, "NOTHING_TO_UNDO")


def test_a_dry_run_of_an_undo_is_a_plan(vendor: UndoClient) -> None:
    """Also of an undo that creates products again."""
    run = tag()
    created = vendor.send(csv_of(sound_rows(4, run)))
    changed = vendor.update("sku,price,stock_quantity", *(f"S{run}-{n},1,1" for n in (1, 2, 3)))
    plan = vendor.undo(changed, dry_run=True)
    newer = vendor.update("sku,price", f"S{run}-2,7.50")
    answer = vendor.call("POST", f"/v1/uploads/{plan['upload_id']}/apply", json={"omit": [3]})
    applied = vendor.stack.ended(answer.json()["upload_id"], vendor=vendor.vendor)
    assert counts(applied) == {"updated": 1, "error": 2}
    outdated, omitted = vendor.stack.errors(applied["upload_id"], vendor=vendor.vendor)
    assert {outdated["error_type"], omitted["error_type"]} == {"PLAN_OUTDATED"}
    stock = {"stock_quantity": {"before": "1", "after": "5"}}
    assert outdated["conflict"] == {
        "planned": {"outcome": "updated", "changes": {"price": {"before": "1.00", "after": "19.99"}, **stock}},
        "now": {"outcome": "updated", "changes": stock},
    }
    products = vendor.products(*(f"S{run}-{n}" for n in (1, 2, 3)))
    assert [str(products[sku]["price"]) for sku in sorted(products)] == ["19.99", "7.50", "1.00"]

    undone = vendor.undo(created)  # row 1 was changed and set back, row 4 never changed
    assert counts(undone) == {"removed": 2, "unchanged": 2}
    assert newer["upload_id"] in str(vendor.records(undone))
    again = vendor.undo(undone, dry_run=True)
    answer = vendor.call("POST", f"/v1/uploads/{again['upload_id']}/apply", json={})
    done = vendor.stack.ended(answer.json()["upload_id"], vendor=vendor.vendor)
    ledger = vendor.records(done, outcome="created")
    assert [(each["changes"], each["sku"]) for each in ledger] == [({}, f"S{run}-1"), ({}, f"S{run}-4")]


def test_the_ledger_finds_the_records_of_an_undo_by_sku_and_outcome(vendor: UndoClient) -> None:
    run = tag()
    created = vendor.send(csv_of(sound_rows(2, run)))
    confirmed = vendor.send(csv_of(sound_rows(2, run)), mode="upsert")
    changed = vendor.update("sku,price", f"S{run}-2,7.50")
    redo_of = vendor.undo(vendor.undo(changed))
    undo = vendor.undo(created)
    assert counts(undo) == {"removed": 1, "unchanged": 1}
    for upload, outcome, row in (
        (created, "created", 1),
        (confirmed, "unchanged", 1),
        (undo, "removed", 1),
    ):
        for filters in ({"sku": f"S{run}-1"}, {"sku": f"S{run}-1", "outcome": outcome}):
            (record,) = vendor.records(upload, **filters)
            assert (record["row_number"], record["outcome"], record["sku"]) == (row, outcome, f"S{run}-1")
        assert f"S{run}-1" in [each["sku"] for each in vendor.records(upload, outcome=outcome)]
    assert [each["sku"] for each in vendor.records(redo_of, sku=f"S{run}-2", outcome="updated")] == [f"S{run}-2"]


def test_an_undo_is_told_as_any_upload(vendor: UndoClient) -> None:
    run = tag()
    undo = vendor.undo(vendor.send(csv_of(sound_rows(1, run))))
    (mail,) = vendor.stack.mails(undo["upload_id"])
    assert "Created: 0\nUpdated: 0\nUnchanged: 0\nRemoved: 1\n" in mail["Message"]
    changes = eventually(lambda: vendor.stack.download(undo["links"]["changes"], vendor=vendor.vendor).text)
    lines = [line for line in csv.DictReader(io.StringIO(changes.lstrip("\ufeff"))) if line["Field"] == "price"]
    found = [(each["Outcome"], each["SKU"], each["Before"], each["After"]) for each in lines]
    assert found == [("removed", f"S{run}-1", "19.99", "")]
