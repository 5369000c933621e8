"""Files whose weights are in grams or ounces: what is stored, told and shown."""

from typing import Any

import pytest

from tests.e2e.test_mapping import get, send
from tests.stack import HEADER, Stack, csv_of, tag


def rows_of(run: str, *weights: str) -> list[str]:
    return [f"P{run}-{n},Lamp,Electronics,S{run}-{n},9.90,5,{weight}" for n, weight in enumerate(weights, 1)]


def weights_of(stack: Stack, run: str) -> list[Any]:
    products = (get(stack, f"/v1/products?sku=S{run}-{n}").json()["items"] for n in (1, 2))
    return [item["weight_kg"] for items in products for item in items]


@pytest.fixture(scope="module")
def run() -> str:
    return tag()


@pytest.fixture(scope="module")
def upload(stack: Stack, run: str) -> dict[str, Any]:
    return send(stack, csv_of(rows_of(run, "250", "1250.5", "500 g"), f"{HEADER},Weight (g)"))


def test_weights_are_stored_in_kilograms(stack: Stack, run: str, upload: dict[str, Any]) -> None:
    assert (upload["valid_records"], upload["error_records"]) == (2, 1)
    assert weights_of(stack, run) == [0.25, 1.251]


def test_the_conversion_is_told_with_an_example(upload: dict[str, Any]) -> None:
    warnings = {each["code"]: each for each in upload["warnings"]}
    assert warnings["UNIT_CONVERTED"]["severity"] == "info"
    assert '"Weight (g)": 250 was read as 0.25 kg' in warnings["UNIT_CONVERTED"]["message"]
    assert upload["file"]["columns"][-1] == {"header": "Weight (g)", "column": "weight_kg", "matched_by": "synonym"}


def test_errors_speak_in_grams(stack: Stack, upload: dict[str, Any]) -> None:
    (error,) = get(stack, f"/v1/uploads/{upload['upload_id']}/errors").json()["items"]
    assert (error["value"], error["suggestion"]) == ("500 g", "500")
    assert "Weight must be a number of grams from 0 to 9999999999" in error["error_message"]
    assert error["original_data"]["Weight (g)"] == "500 g"


def test_the_corrected_fix_file_is_read_in_grams_again(stack: Stack, run: str, upload: dict[str, Any]) -> None:
    fix_file = get(stack, f"/v1/uploads/{upload['upload_id']}/fix.csv").content
    corrected = send(stack, fix_file.replace(b",500 g,", b",500,"))
    assert (corrected["valid_records"], corrected["parent_upload_id"]) == (1, upload["upload_id"])
    (item,) = get(stack, f"/v1/products?sku=S{run}-3").json()["items"]
    assert item["weight_kg"] == 0.5


def test_a_change_of_the_weight_is_in_kilograms(stack: Stack, run: str, upload: dict[str, Any]) -> None:
    mapping = {"weight_kg": {"header": "weight", "unit": "oz"}}
    content = csv_of([f"S{run}-1,16", f"S{run}-2,44.127"], "sku,weight")
    changed = send(stack, content, mode="update", mapping=mapping)
    (updated, unchanged) = get(stack, f"/v1/uploads/{changed['upload_id']}/records").json()["items"]
    assert updated["changes"] == {"weight_kg": {"before": "0.250", "after": "0.454"}}
    assert unchanged["outcome"] == "unchanged"


def test_a_header_with_two_units_is_not_used(stack: Stack) -> None:
    ended = send(stack, csv_of(rows_of(tag(), "250"), f"{HEADER},Weight kg (g)"), dry_run=True)
    (warning,) = ended["warnings"]
    assert warning["code"] == "UNKNOWN_COLUMN"
    assert "it says grams and kilograms" in warning["message"]
