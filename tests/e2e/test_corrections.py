"""Corrections through the API: rejected rows are changed by cause or one by one, without a file."""

from typing import Any

import httpx
import pytest

from tests.e2e.client import Client
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

Json = dict[str, Any]


class Corrector(Client):
    def try_to_correct(self, upload: Json, **correction: Any) -> httpx.Response:
        return self.call("POST", f"/v1/uploads/{upload['upload_id']}/corrections", json=correction)

    def correct(self, upload: Json, **correction: Any) -> Json:
        """The child when it has ended, with `corrected_rows`."""
        answer = self.try_to_correct(upload, **correction)
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == answer.json()["links"]["self"]
        child = self.stack.ended(answer.json()["upload_id"], vendor=self.vendor)
        assert child["parent_upload_id"] == upload["upload_id"]
        return child | {"corrected_rows": answer.json()["corrected_rows"]}

    def causes(self, upload: Json) -> list[Json]:
        answer = self.call("GET", f"/v1/uploads/{upload['upload_id']}/errors/summary")
        items: list[Json] = answer.json()["items"]
        return items

    def corrected_records(self, upload: Json) -> int:
        return int(self.call("GET", f"/v1/uploads/{upload['upload_id']}").json()["corrected_records"])

    def prices(self, upload: Json) -> list[str]:
        products = self.stack.products(vendor=self.vendor, upload_id=upload["upload_id"])
        return sorted(str(product["price"]) for product in products)


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> Corrector:
    return Corrector(stack)


def price_fix(value: str) -> Json:
    return {"error_type": "INVALID_PRICE", "error_field": "price", "set": value}


def wrong_prices(count: int, price: str = "-1") -> bytes:
    run = tag()
    return csv_of([f"P{run}-{n},Lamp,Electronics,S{run}-{n},{price},5" for n in range(1, count + 1)])


def test_thousands_of_rows_of_one_wrong_category_and_other_faults_are_clean_by_two_calls(vendor: Corrector) -> None:
    run, own_name = tag(), f"Haustechnik {tag()}"
    rows = [f"P{run}-{n},Lamp,{own_name},S{run}-{n},9.90,5" for n in range(1, 4_813)]
    rows[0] = f"P{run}-1,Lamp,{own_name.upper()},S{run}-1,-1,5"
    rows[1] = f"P{run}-2,,{own_name},S{run}-2,9.90,5"
    rows.append(f"P{run}-9999,Lamp, red,Electronics,S{run}-9999,9.90,5")
    parent = vendor.send(csv_of(rows))
    assert parent["error_records"] == 4_813

    fix = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": own_name, "set": "Electronics"}
    first = vendor.correct(parent, fixes=[fix], remember=True)
    assert (first["status"], first["corrected_rows"], first["valid_records"]) == ("completed", 4_810, 4_810)
    assert first["file_name"] == "products_corrected.csv"
    all_cells = {"product_name": "Lamp, red", "category": "Electronics", "sku": f"S{run}-9999", "price": "9.90"}
    single = [
        {"row_number": 1, "set": {"price": "1.00"}},
        {"row_number": 2, "set": {"product_name": "=Lamp"}},
        {"row_number": 4_813, "set": {**all_cells, "stock_quantity": "5"}},
    ]
    second = vendor.correct(parent, fixes=[fix], rows=single)
    assert (second["status"], second["valid_records"]) == ("completed", 3)
    assert vendor.corrected_records(parent) == 4_813
    names = {each["product_name"] for each in vendor.stack.products(vendor="VEND002", upload_id=second["upload_id"])}
    assert names == {"Lamp", "=Lamp", "Lamp, red"}

    run = tag()
    tomorrow = vendor.send(csv_of([f"P{run},Lamp,{own_name},S{run},9.90,5"]))
    assert tomorrow["status"] == "completed"
    vendor.call("DELETE", f"/v1/aliases/{own_name}")


def test_a_fix_of_the_summary_is_what_a_correction_takes(vendor: Corrector) -> None:
    run = tag()
    rows = [f"P{run}-1,Lamp,Elektronics,S{run}-1,9.90,5", f"P{run}-2,Lamp,Zzzzz,S{run}-2,9.90,5"]
    parent = vendor.send(csv_of([*rows, f"P{run}-3,Lamp,Electronics,S{run}-3,9.90 EUR,five"]))
    causes = {(each["error_type"], each["value"]): each for each in vendor.causes(parent)}
    assert causes["INVALID_CATEGORY", "Elektronics"]["fix"] == {
        "error_type": "INVALID_CATEGORY",
        "error_field": "category",
        "value": "Elektronics",
        "suggested": True,
    }
    assert causes["INVALID_CATEGORY", "Zzzzz"]["fix"] is None
    fixes = [each["fix"] for each in causes.values() if each["fix"]]
    child = vendor.correct(parent, fixes=fixes)
    assert (child["status"], child["corrected_rows"]) == ("completed", 1)


def test_a_second_correction_takes_the_latest_version_of_a_row(vendor: Corrector) -> None:
    parent = vendor.send(wrong_prices(2))
    child = vendor.correct(parent, rows=[{"row_number": 2, "set": {"price": "0", "product_name": "Lampion"}}])
    assert (child["status"], vendor.corrected_records(parent)) == ("failed", 0)
    second = vendor.correct(parent, fixes=[price_fix("2.50")])
    assert (second["status"], second["corrected_rows"]) == ("completed", 2)
    products = vendor.stack.products(vendor="VEND002", upload_id=second["upload_id"])
    assert {product["product_name"] for product in products} == {"Lamp", "Lampion"}
    assert (vendor.corrected_records(parent), vendor.corrected_records(child)) == (2, 1)
    assert vendor.try_to_correct(parent, fixes=[price_fix("1")]).json()["code"] == "NOTHING_MATCHED"


def test_a_dry_run_changes_and_remembers_nothing(vendor: Corrector) -> None:
    run, own_name = tag(), f"Garten {tag()}"
    parent = vendor.send(csv_of([f"P{run},Lamp,{own_name},S{run},9.90,5"]))
    fix = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": own_name, "set": "Electronics"}
    child = vendor.correct(parent, fixes=[fix], remember=True, dry_run=True)
    assert (child["status"], child["dry_run"], vendor.corrected_records(parent)) == ("completed", True, 0)
    assert own_name not in vendor.call("GET", "/v1/aliases").text
    assert vendor.correct(parent, fixes=[fix])["created_records"] == 1


@pytest.mark.parametrize("mode", ["create", "upsert", "update"])
def test_a_correction_has_the_decisions_and_the_place_of_its_parent(vendor: Corrector, mode: str) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    if mode == "create":
        run = tag()
    header = "Nr;Was;category;sku;price;stock_quantity;Gewicht (g)"
    mapping = {"vendor_product_id": "Nr", "product_name": "Was"}
    content = csv_of([f"P{run}-1;Thing;Electronics;S{run}-1;1.299,50;5;x"], header)
    parent = vendor.send(content, mode=mode, mapping=mapping, number_format="1.234,56")
    assert parent["error_records"] == 1, parent
    later = vendor.send(csv_of(sound_rows(1, tag())))
    rows = [{"row_number": 1, "set": {"weight_kg": "1.500", "brand": "Lux", "price": "1.300,25"}}]
    child = vendor.correct(parent, rows=rows)
    assert (child["status"], child["mode"]) == ("completed", mode), child
    assert child["decisions"] == parent["decisions"]
    assert child["effective_at"] < later["effective_at"]
    (product,) = vendor.stack.products(vendor="VEND002", sku=f"S{run}-1")
    assert (product["price"], product["brand"], product["weight_kg"]) == (1300.25, "Lux", 1.5)


def test_rows_that_are_left_out_or_not_wholly_addressed_stay_as_they_are(vendor: Corrector) -> None:
    run = tag()
    rows = [f"P{run}-{n},Lamp,Electronics,S{run}-{n},-1,5" for n in range(1, 4)]
    parent = vendor.send(csv_of([*rows, f"P{run}-4,Lamp,Nowhere,S{run}-4,-1,5"]))
    child = vendor.correct(parent, fixes=[price_fix("3.00")], omit=[2])
    assert (child["corrected_rows"], vendor.corrected_records(parent)) == (2, 2)
    child = vendor.correct(parent, fixes=[price_fix("3.00")])
    assert child["corrected_rows"] == 1


def test_what_cannot_be_corrected_is_refused(stack: Stack, vendor: Corrector) -> None:
    parent = vendor.send(wrong_prices(1))
    stranger = Corrector(stack, "VEND003")
    assert stranger.try_to_correct(parent, fixes=[price_fix("1")]).status_code == 404
    nothing = [
        {},
        {"fixes": [{**price_fix("1"), "error_field": "compare_at_price"}]},
        {"rows": [{"row_number": 9, "set": {"price": "1"}}]},
        {"rows": [{"row_number": 1, "set": {"sku": "1"}}]},
    ]
    for correction in nothing:
        assert vendor.try_to_correct(parent, **correction).json()["code"] == "NOTHING_MATCHED", correction
    invalid: list[Json] = [
        {"fixes": [price_fix("1"), price_fix("2")]},
        {"fixes": [price_fix("1") | {"suggested": True}]},
        {"fixes": [{**price_fix("1"), "error_field": "sku,price"}]},
        {"rows": [{"row_number": 1, "set": {"Preis": "1"}}]},
        {"rows": [{"row_number": n, "set": {"price": "1"}} for n in range(1, 1_002)]},
    ]
    for correction in invalid:
        assert vendor.try_to_correct(parent, **correction).json()["code"] == "INVALID_REQUEST", correction
    assert vendor.call("GET", "/v1/uploads", params={"limit": 1}).json()["items"][0] == parent | {
        "vendor_name": parent["vendor_name"]
    }
    with stack.client("VEND002") as client:
        awaiting = client.announce("a.csv", 10)
    assert vendor.try_to_correct(awaiting, fixes=[price_fix("1")]).json()["code"] == "NOT_FINAL"


def test_a_repeat_with_the_same_key_makes_no_second_upload(vendor: Corrector) -> None:
    parent = vendor.send(wrong_prices(1))
    path, key = f"/v1/uploads/{parent['upload_id']}/corrections", {"Idempotency-Key": tag()}
    answers = [vendor.call("POST", path, json={"fixes": [price_fix("1")]}, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    eventually(lambda: vendor.corrected_records(parent) == 1)
