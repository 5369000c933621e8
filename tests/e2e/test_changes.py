"""What happened to a vendor's products, in the order of the commits."""

from typing import Any

import pytest

from tests.e2e.undoing import UndoClient
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

Json = dict[str, Any]


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> UndoClient:
    return UndoClient(stack, "VEND003")


def page(vendor: UndoClient, **query: Any) -> Json:
    answer: Json = vendor.call("GET", "/v1/changes", params=query).raise_for_status().json()
    return answer


def end(vendor: UndoClient) -> str:
    """The cursor behind everything until now."""
    cursor = page(vendor, limit=200)
    while cursor["items"]:
        cursor = page(vendor, limit=200, after=cursor["next_cursor"])
    return str(cursor["next_cursor"])


def everything(vendor: UndoClient, after: str, limit: int = 2) -> list[Json]:
    items, answer = [], page(vendor, after=after, limit=limit)
    while answer["items"]:
        assert len(answer["items"]) <= limit
        items += answer["items"]
        answer = page(vendor, after=answer["next_cursor"], limit=limit)
    return items


def test_every_change_comes_once_and_in_order(vendor: UndoClient) -> None:
    run, begin = tag(), end(vendor)
    created = vendor.send(csv_of([*sound_rows(3, run), f"P{run}-9,Lamp,Nowhere,S{run}-9,1,1"]))
    updated = vendor.update("sku,price", f"S{run}-3,7.50", f"S{run}-1,19.99", f"S{run}-2,8")
    vendor.update("sku,price", f"S{run}-3,1", dry_run=True)
    undo = vendor.undo(updated)
    removal = vendor.undo(created)
    items = everything(vendor, begin)
    assert [(item["outcome"], item["sku"][-1], item["upload_id"], item["row_number"]) for item in items] == [
        *(("created", str(n), created["upload_id"], n) for n in (1, 2, 3)),
        *(("updated", "3", updated["upload_id"], 1), ("updated", "2", updated["upload_id"], 3)),
        *(("updated", "3", undo["upload_id"], 1), ("updated", "2", undo["upload_id"], 2)),
        *(("removed", str(n), removal["upload_id"], n) for n in (1, 2, 3)),
    ]
    assert [item["changes"] for item in items[:3]] == [{}, {}, {}]
    assert items[3]["changes"] == {"price": {"before": "19.99", "after": "7.50"}}
    assert items[0]["vendor_product_id"] == f"P{run}-1"
    assert {item["product"] is None for item in items} == {True}
    assert items == everything(vendor, begin, limit=200)

    vendor.undo(removal)
    again = everything(vendor, begin)
    assert again[:10] == [item | {"product": new["product"]} for item, new in zip(items, again[:10], strict=True)]
    assert [(item["outcome"], item["changes"]) for item in again[10:]] == [("created", {})] * 3
    assert again[3]["product"]["price"] == 19.99
    assert [item["at"] for item in again] == sorted(item["at"] for item in again)


def test_the_cursor_is_never_null(vendor: UndoClient) -> None:
    after = end(vendor)
    answer = page(vendor, after=after)
    assert (answer["items"], isinstance(answer["next_cursor"], str)) == ([], True)


def test_a_record_whose_product_and_ledger_are_gone_stops_no_reader(vendor: UndoClient) -> None:
    run, begin = tag(), end(vendor)
    upload = vendor.send(csv_of(sound_rows(3, run)))
    vendor.stack.sql("DELETE FROM products WHERE upload_id = %s AND row_number = 2", upload["upload_id"])
    for limit in (1, 2, 200):
        after, numbers = begin, list[int]()
        for _ in range(4):
            answer = page(vendor, after=after, limit=limit)
            after, numbers = answer["next_cursor"], [*numbers, *(item["row_number"] for item in answer["items"])]
        assert numbers == [1, 3]


def _age_changes(vendor: UndoClient) -> None:
    """Makes what has happened until now 91 days old."""
    query = "UPDATE catalogue_changes SET created_at = created_at - interval '91 days' WHERE vendor_id = %s"
    vendor.stack.sql(query, vendor.vendor)


def test_a_cursor_answers_410_if_something_behind_it_is_no_longer_kept(vendor: UndoClient) -> None:
    run, begin = tag(), end(vendor)
    vendor.send(csv_of(sound_rows(3, run)))
    within, behind = page(vendor, after=begin, limit=2)["next_cursor"], end(vendor)
    _age_changes(vendor)
    assert len(everything(vendor, begin)) == 3
    last = vendor.send(csv_of([f"P{run}-4,Lamp,Electronics,S{run}-4,1,1"]))
    assert vendor.stack.sweep(forget=True)["removed"]["positions"] >= 1
    for cursor in (begin, within):
        answer = vendor.call("GET", "/v1/changes", params={"after": cursor})
        assert (answer.status_code, answer.json()["code"]) == (410, "GONE")
        assert "changes_after" in answer.json()["detail"]
    assert [item["upload_id"] for item in everything(vendor, behind)] == [last["upload_id"]]
    kept = page(vendor)
    assert [item["upload_id"] for item in kept["items"]] == [last["upload_id"]]
    assert page(vendor, after=kept["next_cursor"])["items"] == []


def test_an_export_goes_on_where_nothing_is_kept(vendor: UndoClient) -> None:
    vendor.send(csv_of(sound_rows(1, tag())))
    _age_changes(vendor)
    vendor.stack.sweep(forget=True)
    export = vendor.call("POST", "/v1/exports", json={"format": "csv"}).raise_for_status().json()
    address = f"/v1/exports/{export['export_id']}"
    begin = eventually(lambda: str(vendor.call("GET", address).json()["changes_after"] or ""))
    answer = page(vendor, after=begin)
    assert answer["items"] == page(vendor)["items"] == []
    later = vendor.send(csv_of(sound_rows(1, tag())))
    assert [item["upload_id"] for item in everything(vendor, answer["next_cursor"])] == [later["upload_id"]]


def test_cursors_of_others_and_changed_ones_are_refused(vendor: UndoClient) -> None:
    after = end(vendor)
    for caller, cursor in (
        (vendor, after[:-1] + ("A" if after[-1] != "A" else "B")),
        (UndoClient(vendor.stack), after),
    ):
        answer = caller.call("GET", "/v1/changes", params={"after": cursor})
        assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_CURSOR")


def test_each_vendor_sees_its_own_and_support_names_one(vendor: UndoClient) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    support, other = UndoClient(vendor.stack, "support"), UndoClient(vendor.stack)
    assert f"S{run}-1" not in {item["sku"] for item in everything(other, end(other))}
    seen, answer = set(), page(support, vendor_id=vendor.vendor, limit=200)
    while answer["items"]:
        seen |= {item["sku"] for item in answer["items"]}
        answer = page(support, vendor_id=vendor.vendor, limit=200, after=answer["next_cursor"])
    assert f"S{run}-1" in seen
    assert support.call("GET", "/v1/changes").status_code == 422
    assert other.call("GET", "/v1/changes", params={"vendor_id": vendor.vendor}).status_code == 403
    for wrong in ({"limit": 0}, {"limit": 201}, {"cursor": "x"}):
        assert vendor.call("GET", "/v1/changes", params=wrong).status_code == 422
