"""A vendor's week: the catalogue, a price list, stock, a file that arrives late, a withdrawal, the catalogue again."""

from typing import Any

import httpx
import pytest

from tests.stack import Stack, csv_of, eventually, tag

FULL = "vendor_product_id,product_name,category,sku,price,stock_quantity,brand,description"


class Shop:
    """The products of one vendor in this test, and the calls that the test makes for it."""

    def __init__(self, stack: Stack, *, vendor: str) -> None:
        self._stack, self._vendor, self.run = stack, vendor, tag()

    def sku(self, number: int) -> str:
        return f"S{self.run}-{number}"

    def row(self, number: int, **changed: str) -> str:
        values = {
            "vendor_product_id": f"P{self.run}-{number}",
            "product_name": f"Thing {number}",
            "category": "Electronics",
            "sku": self.sku(number),
            "price": "10.00",
            "stock_quantity": "5",
            "brand": "Nordvik",
            "description": "",
        } | changed
        return ",".join(values[column] for column in FULL.split(","))

    def announce(self, content: bytes, **decisions: Any) -> dict[str, Any]:
        with self._stack.client(self._vendor) as client:
            return client.announce("products.csv", len(content), **decisions)

    def arrive(self, upload: dict[str, Any], content: bytes) -> dict[str, Any]:
        with self._stack.client(self._vendor) as client:
            client.send(upload["upload"], content, size_bytes=len(content))
        return self._stack.ended(upload["upload_id"], vendor=self._vendor)

    def send(self, rows: list[str], header: str = FULL, **decisions: Any) -> dict[str, Any]:
        content = csv_of(rows, header)
        return self.arrive(self.announce(content, **decisions), content)

    def get(self, path: str, **params: Any) -> Any:
        with self._stack.api(self._vendor) as api:
            return api.get(path, params=params).raise_for_status().json()

    def change_settings(self, **settings: Any) -> Any:
        with self._stack.api(self._vendor) as api:
            return api.patch("/v1/settings", json=settings).raise_for_status().json()

    def download(self, path: str) -> httpx.Response:
        with self._stack.api(self._vendor) as api:
            return api.get(path, follow_redirects=True)

    def product(self, number: int, **filters: str) -> dict[str, Any]:
        (item,) = self.get("/v1/products", sku=self.sku(number), **filters)["items"]
        details: dict[str, Any] = self.get(f"/v1/products/{item['product_id']}")
        return details

    def records(self, upload: dict[str, Any], **filters: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.get(f"/v1/uploads/{upload['upload_id']}/records", **filters)["items"]
        return items


def counters(upload: dict[str, Any]) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "superseded", "error")
    return {name: upload[f"{name}_records"] for name in names if upload[f"{name}_records"]}


@pytest.fixture
def shop(stack: Stack) -> Shop:
    return Shop(stack, vendor="VEND002")


def test_a_vendors_week(shop: Shop) -> None:
    # Monday: the whole catalogue, announced in the morning; a part of it arrives only on Wednesday.
    late_content = csv_of([shop.row(1, price="11.00", brand="Old")], FULL)
    late = shop.announce(late_content, mode="upsert")
    monday = shop.send([shop.row(number) for number in range(1, 7)], mode="upsert")
    assert counters(monday) == {"created": 6}

    # Tuesday: new prices by SKU.
    prices = [f"{shop.sku(1)},12.5,", f"{shop.sku(2)},9.90,19.90", f"{shop.sku(3)},10,"]
    tuesday = shop.send(prices, "sku,price,compare_at_price", mode="update")
    assert counters(tuesday) == {"updated": 2, "unchanged": 1}
    changed, other, unchanged = shop.records(tuesday)
    assert changed["changes"] == {"price": {"before": "10.00", "after": "12.50"}}
    assert set(other["changes"]) == {"price", "compare_at_price"}
    assert (unchanged["outcome"], unchanged["sku"], unchanged["product_id"]) == ("unchanged", shop.sku(3), None)

    # Wednesday: stock, while Monday's first file arrives and overwrites nothing.
    wednesday = shop.send([f"{shop.sku(1)},7"], "sku,stock_quantity", mode="update")
    assert counters(wednesday) == {"updated": 1}
    assert late["effective_at"] < monday["effective_at"] < tuesday["effective_at"] < wednesday["effective_at"]
    arrived = shop.arrive(late, late_content)
    assert counters(arrived) == {"superseded": 1}
    (superseded,) = shop.records(arrived)
    assert superseded["superseded_by"] == wednesday["upload_id"]
    assert sorted(superseded["superseded_fields"]) == ["brand", "price", "stock_quantity"]

    # Thursday: a product is withdrawn, changed, and brought back.
    listing = "vendor_product_id,listing_status"
    assert counters(shop.send([f"P{shop.run}-4,withdrawn"], listing, mode="update")) == {"updated": 1}
    assert shop.get("/v1/products", sku=shop.sku(4))["items"] == []
    assert shop.product(4, status="withdrawn")["status"] == "withdrawn"
    changed_meanwhile = shop.send([f"{shop.sku(4)},8.00"], "sku,price", mode="update")
    assert [warning["code"] for warning in changed_meanwhile["warnings"]] == ["STILL_WITHDRAWN"]
    thursday = shop.send([f"P{shop.run}-4,active"], listing, mode="update")
    assert (counters(thursday), thursday["warnings"]) == ({"updated": 1}, [])
    assert shop.product(4)["price"] == 8

    # Friday: the whole catalogue again, as it is by now but for two products.
    rows = [
        shop.row(1, price="12.50", stock_quantity="7"),
        shop.row(2, price="9.90"),
        shop.row(3, brand="[clear]"),
        shop.row(4, price="8"),
        shop.row(5, product_name="Thing Five"),
        shop.row(6),
    ]
    friday = shop.send(rows, mode="upsert")
    assert counters(friday) == {"updated": 2, "unchanged": 4}
    assert [row["row_number"] for row in shop.records(friday, outcome="updated")] == [3, 5]

    first, third, fourth = shop.product(1), shop.product(3), shop.product(4)
    assert {name: setter["upload_id"] for name, setter in first["fields"].items()} == {
        **dict.fromkeys(("product_name", "category", "brand"), monday["upload_id"]),
        "price": tuesday["upload_id"],
        "stock_quantity": wednesday["upload_id"],
    }
    assert (third["brand"], third["fields"]["brand"]["upload_id"]) == (None, friday["upload_id"])
    assert third["fields"]["brand"]["row_number"] == 3
    assert fourth["fields"]["listing_status"]["upload_id"] == thursday["upload_id"]
    history = shop.get(f"/v1/products/{fourth['product_id']}/history")["items"]
    assert [event["outcome"] for event in history] == ["updated", "updated", "updated", "created"]
    assert history[0]["changes"] == {"listing_status": {"before": "withdrawn", "after": "active"}}
    assert history[-1] | {"at": None} == {
        "upload_id": monday["upload_id"], "row_number": 4, "outcome": "created", "changes": {}, "at": None,
    }  # fmt: skip


def test_the_same_file_as_create_says_that_the_products_are_there(shop: Shop) -> None:
    shop.send([shop.row(1), shop.row(2)])
    again = shop.send([shop.row(1), shop.row(2, price="11"), shop.row(3)])
    assert counters(again) == {"created": 1, "error": 2}
    assert again["already_in_catalogue_records"] == 2


def test_what_an_upload_changed_can_be_downloaded(shop: Shop) -> None:
    shop.send([shop.row(1), shop.row(2)])
    changed = shop.send([shop.row(1, price="11", brand="Acme"), shop.row(2), shop.row(3)], mode="upsert")
    path = f"/v1/uploads/{changed['upload_id']}/changes.csv"
    assert changed["links"]["changes"].endswith(path)
    first = shop.download(path)
    assert (first.status_code, first.headers["Retry-After"]) == (202, "2")
    written = eventually(lambda: answer if (answer := shop.download(path)).status_code == 200 else None)
    assert written is not None
    lines = written.content.decode("utf-8-sig").splitlines()
    key = f"1,updated,{shop.sku(1)},P{shop.run}-1"
    assert lines == [
        "Row,Outcome,SKU,Vendor Product ID,Field,Before,After,Line,Sheet Row,Superseded By",
        f"{key},brand,Nordvik,Acme,2,2,",
        f"{key},price,10.00,11.00,2,2,",
        f"3,created,{shop.sku(3)},P{shop.run}-3,,,,4,4,",
    ]
    unchanged = shop.send([shop.row(2)], mode="upsert")
    assert unchanged["links"]["changes"] is None
    refused = shop.download(f"/v1/uploads/{unchanged['upload_id']}/changes.csv")
    assert (refused.status_code, refused.json()["code"]) == (404, "NO_ERRORS")


def test_a_dry_run_says_what_would_be_and_changes_nothing(shop: Shop) -> None:
    shop.send([shop.row(1), shop.row(2)])
    rows = [shop.row(1, price="11"), shop.row(2), shop.row(3)]
    dry = shop.send(rows, mode="upsert", dry_run=True)
    assert counters(dry) == {"created": 1, "updated": 1, "unchanged": 1}
    assert [(row["outcome"], row["product_id"]) for row in shop.records(dry)] == [
        ("updated", None), ("unchanged", None), ("created", None),
    ]  # fmt: skip
    assert shop.records(dry)[0]["changes"] == {"price": {"before": "10.00", "after": "11.00"}}
    (planned,) = shop.records(dry, sku=shop.sku(3))
    assert (planned["row_number"], planned["line"], planned["vendor_product_id"]) == (3, 4, f"P{shop.run}-3")
    assert shop.records(dry, outcome="created") == [planned]
    assert shop.product(1)["price"] == 10
    real = shop.send(rows, mode="upsert")
    assert counters(real) == counters(dry)


def test_direct_drops_have_the_vendors_default_mode(stack: Stack) -> None:
    shop = Shop(stack, vendor="VEND003")
    shop.send([shop.row(1)])
    with stack.api("VEND003") as api:
        assert api.patch("/v1/settings", json={"default_mode": "upsert"}).json()["default_mode"] == "upsert"
    name = f"{shop.run}.csv"
    stack.drop(f"uploads/VEND003/{name}", csv_of([shop.row(1, price="11")], FULL))
    (upload,) = eventually(lambda: stack.find_uploads("VEND003", file_name=name))
    with stack.api("VEND003") as api:
        api.patch("/v1/settings", json={"default_mode": "create"}).raise_for_status()
    ended = stack.ended(upload["upload_id"], vendor="VEND003")
    assert (ended["mode"], counters(ended)) == ("upsert", {"updated": 1})


def test_a_number_with_two_readings_is_read_as_the_request_or_the_vendors_settings_say(shop: Shop) -> None:
    header = f"{FULL};weight_kg".replace(",", ";")

    def weight(number: int, **decisions: Any) -> Any:
        shop.send([f"{shop.row(number).replace(',', ';')};1,299"], header, **decisions)
        return shop.product(number)["weight_kg"]

    assert weight(1, number_format="1.234,56") == 1.299
    assert weight(2, number_format="1,234.56") == 1299
    assert shop.change_settings(number_format="1.234,56")["number_format"] == "1.234,56"
    assert weight(3) == 1.299
    assert shop.change_settings(number_format=None)["number_format"] is None


def test_defaults_fill_what_a_creation_lacks(shop: Shop) -> None:
    header = "vendor_product_id,product_name,category,sku,price"
    created = shop.send(
        [f"P{shop.run}-1,Thing,Electronics,{shop.sku(1)},5"], header, mode="upsert", defaults={"stock_quantity": "3"}
    )
    assert counters(created) == {"created": 1}
    assert shop.product(1)["stock_quantity"] == 3
    again = shop.send(
        [f"P{shop.run}-1,Thing,Electronics,{shop.sku(1)},6"], header, mode="upsert", defaults={"stock_quantity": "9"}
    )
    assert counters(again) == {"updated": 1}
    assert shop.product(1)["stock_quantity"] == 3


@pytest.mark.parametrize("default", ["  ", "[clear]", "abc", "-1"])
def test_a_default_that_fits_no_row_is_refused(stack: Stack, default: str) -> None:
    with stack.api() as api:
        refused = api.post("/v1/uploads", json={"file_name": "a.csv", "defaults": {"price": default}})
    assert (refused.status_code, refused.json()["code"]) == (422, "INVALID_REQUEST")


def test_defaults_are_cleaned_as_cells_are(shop: Shop) -> None:
    shop.send([shop.row(1, brand="")], mode="create", defaults={"brand": " Acme\u200b"})
    assert shop.product(1)["brand"] == "Acme"


def test_a_row_that_was_cut_off_clears_nothing(shop: Shop) -> None:
    shop.send([shop.row(1, description="Fine")])
    rows = [f"P{shop.run}-1,12", f"P{shop.run}-1,13,,"]
    cut_off = shop.send(rows[:1], "vendor_product_id,price,brand,description", mode="update", blank_cells="clear")
    assert (counters(cut_off), shop.product(1)["brand"]) == ({"updated": 1}, "Nordvik")
    shop.send(rows[1:], "vendor_product_id,price,brand,description", mode="update", blank_cells="clear")
    assert (shop.product(1)["brand"], shop.product(1)["description"]) == (None, None)


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"decisions": (None, '{"mode": "upsert"}')}, None),
        ({"decisions": ("d.json", '{"mode": "upsert"}')}, "decisions"),
        ({"decisions": (None, '{"mode": "upsert"}'), "mode": (None, "update")}, "mode"),
        ({"decisions": (None, "upsert")}, "decisions"),
        ({"mode": (None, "upsert"), "dry_run": (None, "on")}, None),
        ({"mode": (None, "upsert"), "dry_run": (None, "yes")}, "dry_run"),
    ],
)
def test_a_form_has_its_decisions_in_one_field(
    stack: Stack, fields: dict[str, tuple[str | None, str]], refused: str | None
) -> None:
    with stack.api() as api:
        file = "a.csv", csv_of([f"P{tag()},T,Books,S{tag()},1,1"]).decode()
        answer = api.post("/v1/uploads/file", files={"file": file, **fields})
    if refused:
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, refused)
    else:
        assert (answer.status_code, answer.json()["mode"]) == (202, "upsert")


def test_a_fix_file_that_is_refused_stands_behind_its_upload(shop: Shop, stack: Stack) -> None:
    first = shop.send([f"{shop.sku(1)},9"], "sku,price", mode="update")
    fix = shop.download(f"/v1/uploads/{first['upload_id']}/fix.csv").content.replace(b"price", b"no price")
    with stack.client("VEND002") as client:
        announced = client.announce(f"{first['upload_id']}_fix.csv", len(fix))
    refused = shop.arrive(announced, fix)
    assert (refused["failure"]["code"], refused["mode"]) == ("MISSING_COLUMNS", "update")
    assert (refused["parent_upload_id"], refused["effective_at"]) == (first["upload_id"], first["effective_at"])
