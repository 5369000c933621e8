"""What tests of undos need: the calls of one vendor, and its catalogue as an undo restores it."""

from typing import Any

import httpx

from tests.e2e.client import Client
from tests.stack import csv_of

Json = dict[str, Any]
_NOT_COMPARED = ("updated_at", "set_by")


class UndoClient(Client):
    def update(self, columns: str, *rows: str, **fields: Any) -> Json:
        return self.send(csv_of(rows, columns), mode="update", **fields)

    def try_to_undo(self, upload: Json, **options: Any) -> httpx.Response:
        return self.call("POST", f"/v1/uploads/{upload['upload_id']}/undo", **options)

    def undo(self, upload: Json, **body: Any) -> Json:
        """The undo when it has ended."""
        answer = self.try_to_undo(upload, json=body)
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == answer.json()["links"]["self"]
        ended = self.stack.ended(answer.json()["upload_id"], vendor=self.vendor, seconds=30)
        assert (ended["undo_of"], ended["mode"]) == (upload["upload_id"], "update")
        return ended

    def refusal(self, upload: Json, **options: Any) -> tuple[int, str]:
        answer = self.try_to_undo(upload, **options)
        return answer.status_code, answer.json()["code"]

    def products(self, *skus: str) -> dict[str, Json]:
        """Those of these SKUs that the catalogue has, by SKU."""
        found = self.stack.sql("SELECT * FROM products WHERE sku = ANY(%s)", list(skus))
        return {product["sku"]: product for product in found}

    def records(self, upload: Json, **filters: Any) -> list[Json]:
        answer = self.call("GET", f"/v1/uploads/{upload['upload_id']}/records", params=filters)
        items: list[Json] = answer.raise_for_status().json()["items"]
        return items

    def outcomes(self, upload: Json) -> list[str]:
        return [record["outcome"] for record in self.records(upload)]

    def catalogue(self) -> list[Json]:
        """Every column of the vendor's products that an undo restores."""
        products = self.stack.sql("SELECT * FROM products WHERE vendor_id = %s ORDER BY product_id", self.vendor)
        return [{name: value for name, value in each.items() if name not in _NOT_COMPARED} for each in products]


def counts(upload: Json) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "superseded", "removed", "error")
    return {name: count for name in names if (count := upload[f"{name}_records"])}
