"""Files as shops export them: in at once, or after one confirmation of what is proposed, which is asked only once."""

from typing import Any

import pytest

from tests.stack import Stack
from tests.unit.platform_exports import EXPORTS
from tests.unit.test_reader_real_files import SHARED

REAL = ("eccube-shift-jis.csv", "openfoodnetwork-120.csv", "prestashop-semicolon.csv", "woocommerce-sample.csv")
DOCUMENTED = ("Shopify", "WooCommerce", "BigCommerce", "Magento", "Shopware", "Odoo")


def content_of(name: str) -> bytes:
    return (SHARED / name).read_bytes() if name in REAL else EXPORTS[name].content.encode()


class Vendor:
    """One who confirms whatever is proposed."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def send(self, name: str, content: bytes) -> dict[str, Any]:
        with self.stack.client("VEND003") as client:
            upload = client.announce(f"{name}.csv", len(content), mode="upsert", optional_values="leave_out")
            client.send(upload["upload"], content, size_bytes=len(content))
        return self.stack.ended(upload["upload_id"], vendor="VEND003")

    def confirm(self, upload: dict[str, Any]) -> dict[str, Any]:
        proposal = upload["failure"]["proposal"]
        mapping = {each["column"]: each["header"] for each in proposal["columns"] if each["column"]}
        mapping |= {each["column"]: each["header"] for each in proposal["stand_ins"] if each["header"]}
        defaults = {each["column"]: each["default"] for each in proposal["stand_ins"] if each["default"]}
        decisions = {"mapping": mapping, "defaults": defaults, "remember": True}
        with self.stack.api("VEND003") as api:
            applied = api.post(f"/v1/uploads/{upload['upload_id']}/apply", json=decisions).raise_for_status().json()
        return self.stack.ended(applied["upload_id"], vendor="VEND003")

    def forget_everything(self) -> None:
        with self.stack.api("VEND003") as api:
            for each in api.get("/v1/mapping", params={"limit": 200}).json()["items"]:
                api.delete(f"/v1/mapping/{each['header']}")


@pytest.fixture
def vendor(stack: Stack) -> Vendor:
    vendor = Vendor(stack)
    vendor.forget_everything()
    return vendor


@pytest.mark.parametrize("name", [*REAL, *DOCUMENTED])
def test_it_goes_in_with_at_most_one_confirmation_and_none_the_next_time(vendor: Vendor, name: str) -> None:
    content = content_of(name)
    first = vendor.send(name, content)
    if first["failure"]:
        assert first["failure"]["code"] == "MISSING_COLUMNS"
        first = vendor.confirm(first)
    assert first["failure"] is None
    assert first["total_records"] > 0
    again = vendor.send(name, content)
    assert again["failure"] is None
    assert again["total_records"] == first["total_records"]
    # Where the marketplace lacks their categories, that is all that is left to say of most.
    assert set(again["errors_by_type"]) <= {"INVALID_CATEGORY", "MISSING_REQUIRED_FIELDS", "INVALID_PRICE"}
    vendor.forget_everything()
