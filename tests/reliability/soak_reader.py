"""A program that keeps a copy of a vendor's catalogue, from nothing but the changes, while everything is killed."""

import threading
from collections.abc import Callable
from typing import Any

import httpx

from tests.stack import Stack

Json = dict[str, Any]
_PAUSE = 0.3
_PAGE = 200


class CatalogueReader(threading.Thread):
    """Follows the changes until they end. `where` returns the running stack, which may be restarted at any time."""

    def __init__(self, vendor_id: str, where: Callable[[], Stack]) -> None:
        super().__init__(name=f"reader of {vendor_id}", daemon=True)
        self.vendor_id, self._where = vendor_id, where
        self.is_over = threading.Event()
        self.copy: dict[int, Json] = {}
        """The products by id, as the last answer that names them shows them."""
        self.seen = 0
        self.repeated: list[tuple[str, int]] = []
        self._known: set[tuple[str, int]] = set()
        self._cursor: str | None = None

    def run(self) -> None:
        while not self.is_over.wait(_PAUSE):
            self._read_on()

    def finish(self, stack: Stack) -> list[str]:
        """Reads what is left, and returns how the copy differs from the catalogue."""
        self.is_over.set()
        self.join(60)
        while self._read_on():
            pass
        products = stack.sql("SELECT * FROM products WHERE vendor_id = %s", self.vendor_id)
        stored = {product["product_id"]: _compared(product) for product in products}
        copied = {product_id: _compared(product) for product_id, product in self.copy.items()}
        wrong = [str(key) for key in stored.keys() | copied.keys() if stored.get(key) != copied.get(key)]
        repeated = [f"{self.vendor_id}: the change {each} came twice" for each in self.repeated]
        return repeated + ([f"{self.vendor_id}: the copy has other products {', '.join(wrong[:5])}"] if wrong else [])

    def _read_on(self) -> bool:
        """Whether there was anything to read, or no answer."""
        try:
            with self._where().api(self.vendor_id) as api:
                query = {"limit": _PAGE} | ({"after": self._cursor} if self._cursor else {})
                answer = api.get("/v1/changes", params=query).raise_for_status().json()
        except httpx.HTTPError:
            return True
        for item in answer["items"]:
            self._take(item)
        self._cursor = answer["next_cursor"]
        return bool(answer["items"])

    def _take(self, item: Json) -> None:
        record = (item["upload_id"], item["row_number"])
        if record in self._known:
            self.repeated.append(record)
        self._known.add(record)
        self.seen += 1
        if item["product"]:
            self.copy[item["product_id"]] = item["product"]
        else:
            self.copy.pop(item["product_id"], None)


def _compared(product: Json) -> Json:
    """The values of a product, without when it got them."""
    shown = ("sku", "vendor_product_id", "product_name", "category", "price", "stock_quantity", "brand", "status")
    return {name: str(product[name]) if name != "price" else f"{product[name]:.2f}" for name in shown}
