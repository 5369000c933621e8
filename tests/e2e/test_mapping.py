"""Files whose headers are not ours: read by the synonym table and by the mapping of the request."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.e2e.console import signed_in
from tests.stack import Stack, tag

HEADER = "Bestell-Nr.;Bezeichnung;Warengruppe;Verkaufspreis (EUR);Bestand;Lieferzeit;Gewicht"
MAPPING: dict[str, Any] = {
    "sku": "Bestell-Nr.",
    "vendor_product_id": "bestell-nr.",
    "weight_kg": {"header": "Gewicht", "unit": "kg"},
}


def send(stack: Stack, content: bytes, **decisions: Any) -> dict[str, Any]:
    with stack.client("VEND001") as client:
        upload = client.announce("products.csv", len(content), **decisions)
        client.send(upload["upload"], content, size_bytes=len(content))
    return stack.ended(upload["upload_id"], vendor="VEND001")


def get(stack: Stack, path: str) -> httpx.Response:
    with stack.api("VEND001") as api:
        return api.get(path, follow_redirects=True).raise_for_status()


@pytest.fixture(scope="module")
def upload(stack: Stack) -> dict[str, Any]:
    run = tag()
    rows = [f"A{run}-1;Maus;Electronics;19.99;5;3 Tage;0.1", f"A{run}-2;Kabel;Electronics;free;5;3 Tage;"]
    content = "\r\n".join([HEADER, *rows]).encode()
    return send(stack, content, mapping=MAPPING, not_used=["Lieferzeit"])


def test_the_upload_shows_how_each_column_was_found(upload: dict[str, Any]) -> None:
    assert (upload["valid_records"], upload["error_records"]) == (1, 1)
    assert upload["decisions"]["mapping"] == MAPPING
    assert upload["decisions"]["not_used"] == ["Lieferzeit"]
    found = [(each["header"], each["column"], each["matched_by"]) for each in upload["file"]["columns"]]
    assert found == [
        ("Bestell-Nr.", "vendor_product_id", "mapping"),
        ("Bestell-Nr.", "sku", "mapping"),
        ("Bezeichnung", "product_name", "synonym"),
        ("Warengruppe", "category", "synonym"),
        ("Verkaufspreis (EUR)", "price", "synonym"),
        ("Bestand", "stock_quantity", "synonym"),
        ("Lieferzeit", None, "mapping"),
        ("Gewicht", "weight_kg", "mapping"),
    ]
    assert [(each["code"], each["severity"]) for each in upload["warnings"]] == [("COLUMN_MAPPED", "info")]


def test_a_product_has_the_cell_in_both_columns(stack: Stack, upload: dict[str, Any]) -> None:
    (row,) = get(stack, f"/v1/uploads/{upload['upload_id']}/records?status=validated").json()["items"]
    product = get(stack, f"/v1/products/{row['product_id']}").json()
    assert product["sku"] == product["vendor_product_id"]
    assert float(product["weight_kg"]) == 0.1


def test_the_fix_file_has_the_vendors_own_headers(stack: Stack, upload: dict[str, Any]) -> None:
    text = get(stack, upload["links"]["fix_file"].removeprefix(stack.api_url)).content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text), delimiter=";")
    assert header[:7] == HEADER.split(";")
    assert row[3] == "free"


@pytest.mark.parametrize(
    "decisions",
    [
        {"mapping": {"colour": "Farbe"}},
        {"mapping": {"sku": ""}},
        {"mapping": {"weight_kg": {"header": "Gewicht", "unit": "stone"}}},
        {"mapping": {"price": {"header": "Preis", "unit": "kg"}}},
        {"mapping": {"price": "Preis"}, "not_used": ["Preis"]},
        {"not_used": "Preis"},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(stack: Stack, decisions: dict[str, Any]) -> None:
    with stack.api("VEND001") as api:
        answer = api.post("/v1/uploads", json={"file_name": "a.csv", **decisions})
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")


def test_the_rules_have_the_synonyms(stack: Stack) -> None:
    synonyms = get(stack, "/v1/rules").json()["synonyms"]
    assert "Artikelnummer" in synonyms["sku"]
    assert "Prix TTC" in synonyms["price"]


def test_the_portal_shows_both_columns_of_a_header_and_what_is_not_used(stack: Stack, upload: dict[str, Any]) -> None:
    with signed_in(stack, "VEND001") as visitor:
        page = visitor.client.get(f"/uploads/{upload['upload_id']}").text
        row = visitor.client.get(f"/uploads/{upload['upload_id']}/rows/2").text
    assert '<dt dir="auto">Bestell-Nr.</dt><dd><code>vendor_product_id</code> <code>sku</code></dd>' in page
    assert '<dt dir="auto">Lieferzeit</dt><dd><span class="muted">not used</span></dd>' in page
    row = row.partition('id="received"')[2]
    assert row.index("Bestell-Nr.") < row.index("Verkaufspreis (EUR)") < row.index("Lieferzeit")
