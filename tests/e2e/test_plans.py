"""A dry run is a plan: applied as it is, a row is written only if it does exactly what the plan says."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.stack import Stack, tag

Json = dict[str, Any]
HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity"


class Planner(Client):
    def ledger(self, upload: Mapping[str, Any]) -> list[Json]:
        answer = self.call("GET", f"/v1/uploads/{upload['upload_id']}/records", params={"limit": 200})
        items: list[Json] = answer.json()["items"]
        return items

    def errors(self, upload: Mapping[str, Any]) -> list[Json]:
        answer = self.call("GET", f"/v1/uploads/{upload['upload_id']}/errors", params={"limit": 200})
        items: list[Json] = answer.json()["items"]
        return items

    def prices(self, run: str) -> dict[str, str]:
        products = self.stack.products(vendor=self.vendor)
        return {each["sku"]: str(each["price"]) for each in products if run in each["sku"]}

    def change_price(self, run: str, number: int, price: str) -> Json:
        return self.send(f"sku,price\nS{run}-{number},{price}\n".encode(), mode="update")


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> Planner:
    return Planner(stack, "VEND002")


def row(run: str, number: int, price: str = "10.00", stock: str = "5") -> str:
    return f"P{run}-{number},Mouse {number},Electronics,S{run}-{number},{price},{stock}"


def file_of(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def outcomes(ledger: list[Json]) -> list[str]:
    return [each["outcome"] for each in ledger]


def test_a_plan_that_is_applied_at_once_has_the_same_ledger(vendor: Planner) -> None:
    run = tag()
    vendor.send(file_of(*(row(run, number) for number in range(4))))
    wanted = file_of(
        row(run, 0, "9.90"), row(run, 1), row(run, 2, "free"), row(run, 3, "12.00", "0"), row(run, 4), row(run, 4)
    )
    plan = vendor.send(wanted, mode="upsert", dry_run=True)
    assert outcomes(vendor.ledger(plan)) == ["updated", "unchanged", "error", "updated", "created", "error"]
    assert set(vendor.prices(run).values()) == {"10.0"}

    applied = vendor.apply(plan)
    assert (applied["dry_run"], applied["mode"], applied["source_upload_id"]) == (False, "upsert", plan["upload_id"])
    of_plan, of_applied = vendor.ledger(plan), vendor.ledger(applied)
    assert [each["product_id"] is None for each in of_applied] == [False, True, True, False, False, True]
    for each in (*of_plan, *of_applied):
        each.pop("product_id")
    assert of_plan == of_applied
    assert vendor.prices(run)[f"S{run}-0"] == "9.9"


def test_a_row_that_would_do_something_else_now_is_not_written(vendor: Planner) -> None:
    run = tag()
    vendor.send(file_of(*(row(run, number) for number in range(5))))
    earlier = vendor.send(b"sku,price\n", mode="update")  # of no account; a place before the plan
    assert earlier["status"] == "failed"
    wanted = file_of(*(row(run, number, "9.00") for number in (0, 1, 2)), row(run, 3, "10.00", "7"), row(run, 9))
    plan = vendor.send(wanted, mode="upsert", dry_run=True)

    vendor.change_price(run, 1, "8.00")  # stands later, so that row 2 loses to it
    vendor.change_price(run, 2, "9.00")  # what row 3 wants
    vendor.send(file_of(f"P{run}-9b,Other,Electronics,S{run}-9,1.00,1"))  # takes the SKU of row 5
    applied = vendor.apply(plan)
    assert outcomes(vendor.ledger(applied)) == ["updated", "superseded", "unchanged", "updated", "error"]
    (error,) = vendor.errors(applied)
    assert (error["error_type"], error["error_field"], error["value"]) == ("PLAN_OUTDATED", None, None)
    assert error["conflict"] == {
        "planned": {"outcome": "created", "changes": {}},
        "now": {"outcome": "error", "changes": {}},
    }
    reason = "your catalogue has changed since the plan. Planned: a new product. Now: rejected (SKU must be unique"
    assert error["error_message"].startswith(f"Not applied, because {reason}")


def test_what_changed_before_is_told_with_both_values(vendor: Planner) -> None:
    run = tag()
    vendor.send(file_of(row(run, 0), row(run, 1)))
    late = vendor.send(f"sku,price\nS{run}-0,11.00\nX{run},1\n".encode(), mode="update", dry_run=True)
    plan = vendor.send(f"sku,price\nS{run}-0,12.00\nX{run},1\n".encode(), mode="update", dry_run=True)
    vendor.apply(late)  # stands before the plan, and comes between it and its application
    vendor.send(file_of(f"PX{run},Late,Electronics,X{run},3.00,1"))  # row 2 was rejected, and would now pass

    applied = vendor.apply(plan)
    assert (applied["status"], applied["errors_by_type"]) == ("failed", {"PLAN_OUTDATED": 2})
    changed, passes = vendor.errors(applied)
    assert changed["conflict"] == {
        "planned": {"outcome": "updated", "changes": {"price": {"before": "10.00", "after": "12.00"}}},
        "now": {"outcome": "updated", "changes": {"price": {"before": "11.00", "after": "12.00"}}},
    }
    assert "Planned: Price 10.00 → 12.00. Now: Price 11.00 → 12.00" in changed["error_message"]
    assert passes["conflict"]["planned"] == {"outcome": "error", "changes": {}}
    assert passes["conflict"]["now"] == {"outcome": "superseded", "changes": {}}

    again = vendor.apply(plan, dry_run=True)  # a fresh plan, which holds
    assert outcomes(vendor.ledger(again)) == ["updated", "superseded"]
    assert outcomes(vendor.ledger(vendor.apply(again))) == ["updated", "superseded"]


def test_other_decisions_leave_the_plan(vendor: Planner) -> None:
    run = tag()
    vendor.send(file_of(row(run, 0)))
    plan = vendor.send(file_of(row(run, 0, "9.00"), row(run, 1)), dry_run=True)
    assert outcomes(vendor.ledger(plan)) == ["error", "created"]
    assert outcomes(vendor.ledger(vendor.apply(plan, mode="upsert"))) == ["updated", "created"]
    planned = vendor.send(file_of(row(run, 0, "8.00")), mode="upsert", dry_run=True)
    assert outcomes(vendor.ledger(vendor.apply(planned, mode="upsert", accept=["PRICE_CLIFF"]))) == ["updated"]


def test_rows_can_be_left_out_of_a_plan(vendor: Planner) -> None:
    run = tag()
    vendor.send(file_of(*(row(run, number) for number in range(3))))
    plan = vendor.send(file_of(*(row(run, n, "9.00") for n in range(3)), row(run, 9)), mode="upsert", dry_run=True)
    applied = vendor.apply(plan, omit=[4, 2])
    assert (applied["status"], applied["updated_records"], applied["error_records"]) == ("partial", 2, 2)
    assert vendor.prices(run) == {f"S{run}-0": "9.0", f"S{run}-1": "10.0", f"S{run}-2": "9.0"}
    messages = [error["error_message"] for error in vendor.errors(applied)]
    assert messages == [
        "You left this row out when you applied the plan. Planned: Price 10.00 → 9.00",
        "You left this row out when you applied the plan. Planned: a new product",
    ]
    refused: tuple[tuple[Json, Json], ...] = (
        (plan, {"mode": "create"}), (plan, {"dry_run": True}), (applied, {}), (plan, {"omit": [5]})
    )  # fmt: skip
    for source, decided in refused:
        answer = vendor.call("POST", f"/v1/uploads/{source['upload_id']}/apply", json={"omit": [1], **decided})
        assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")
        assert answer.json()["errors"][0]["field"] == "omit"


def test_a_plan_keeps_its_categories_aliases_and_mapping(vendor: Planner) -> None:
    run = tag()
    content = (
        f"vendor_product_id,product_name,category,sku,Kosten,stock_quantity\nP{run},A,Krimskrams{run},S{run},1.00,1\n"
    )
    vendor.call("PUT", f"/v1/aliases/Krimskrams{run}", json={"category": "Electronics"})
    vendor.call("PUT", "/v1/mapping/Kosten", json={"column": "price"})
    plan = vendor.send(content.encode(), dry_run=True)
    assert outcomes(vendor.ledger(plan)) == ["created"]
    vendor.call("DELETE", f"/v1/aliases/Krimskrams{run}")
    vendor.call("DELETE", "/v1/mapping/Kosten")
    assert outcomes(vendor.ledger(vendor.apply(plan))) == ["created"]
