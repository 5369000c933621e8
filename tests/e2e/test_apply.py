"""A stored file processed again, with other decisions, and what is remembered of them."""

from datetime import datetime
from typing import Any

import pytest

from tests.e2e.client import Client
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

HEADER = "Kennung;Was;Gruppe;Kosten heute;Anzahl da;Lieferzeit"
MAPPING: dict[str, Any] = {
    "vendor_product_id": "Kennung",
    "sku": "Kennung",
    "product_name": "Was",
    "category": "Gruppe",
    "price": "Kosten heute",
    "stock_quantity": "Anzahl da",
}


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> Client:
    return Client(stack, "VEND002")


def german_file() -> bytes:
    run = tag()
    rows = [f"K{run}-{number};Maus {number};Electronics;19,99;5;3 Tage" for number in range(3)]
    return "\r\n".join([HEADER, *rows]).encode()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_mapping_is_applied_to_the_stored_file_and_remembered(vendor: Client) -> None:
    refused = vendor.send(german_file())
    assert refused["failure"]["code"] == "MISSING_COLUMNS"
    later = vendor.send(csv_of(sound_rows(1, tag())))

    applied = vendor.apply(refused, mapping=MAPPING, not_used=["Lieferzeit"], remember=True, reference="again")
    assert (applied["status"], applied["created_records"], applied["reference"]) == ("completed", 3, "again")
    assert applied["source_upload_id"] == refused["upload_id"]
    assert applied["decisions"]["mapping"] == MAPPING
    assert moment(applied["effective_at"]) < moment(later["effective_at"])
    assert applied["files_expire_at"] == refused["files_expire_at"]
    listed = vendor.call("GET", "/v1/uploads", params={"source_upload_id": refused["upload_id"]}).json()["items"]
    assert [each["upload_id"] for each in listed] == [applied["upload_id"]]

    next_week = vendor.send(german_file())
    assert (next_week["status"], next_week["created_records"]) == ("completed", 3)
    matched = {(each["column"], each["matched_by"]) for each in next_week["file"]["columns"]}
    assert matched == {(column, "remembered") for column in (*MAPPING, None)}

    for header in ("Kennung", "KOSTEN  heute", "Was", "Gruppe", "Anzahl da", "Lieferzeit"):
        assert vendor.call("DELETE", f"/v1/mapping/{header}").status_code == 204
    assert vendor.send(german_file())["failure"]["code"] == "MISSING_COLUMNS"


def test_a_file_of_remembered_headers_gets_a_fix_file(vendor: Client) -> None:
    for column, header in (("product_name", "Was"), ("category", "Gruppe")):
        vendor.call("PUT", f"/v1/mapping/{header}", json={"column": column})
    run = tag()
    header = "vendor_product_id;Was;Gruppe;sku;price;stock_quantity"
    rejected = vendor.send(f"{header}\nP{run};Maus;Electronics;S{run};free;5\n".encode())
    assert (rejected["status"], rejected["errors_by_type"]) == ("failed", {"INVALID_PRICE": 1})
    fix_file = vendor.stack.download(rejected["links"]["fix_file"], vendor=vendor.vendor).text
    assert fix_file.lstrip("\ufeff").startswith(header)
    for name in ("Was", "Gruppe"):
        vendor.call("DELETE", f"/v1/mapping/{name}")


def test_a_dry_run_remembers_nothing_and_can_itself_be_applied(vendor: Client) -> None:
    refused = vendor.send(german_file())
    tried = vendor.apply(refused, mapping=MAPPING, remember=True, dry_run=True)
    assert (tried["status"], tried["dry_run"], tried["created_records"]) == ("completed", True, 3)
    assert vendor.call("GET", "/v1/mapping").json()["items"] == []
    applied = vendor.apply(tried)
    assert (applied["dry_run"], applied["created_records"]) == (False, 3)
    assert applied["decisions"] == tried["decisions"]


def test_duplicates_become_changes_when_the_file_is_applied_as_upsert(vendor: Client) -> None:
    rows = sound_rows(2, tag())
    vendor.send(csv_of(rows))
    again = vendor.send(csv_of([*rows, *sound_rows(1, tag())]))
    assert again["already_in_catalogue_records"] == 2
    applied = vendor.apply(again, mode="upsert")
    assert (applied["mode"], applied["status"], applied["unchanged_records"]) == ("upsert", "completed", 3)


def test_a_repeat_with_the_same_idempotency_key_applies_once(vendor: Client) -> None:
    refused = vendor.send(german_file())
    path, key = f"/v1/uploads/{refused['upload_id']}/apply", {"Idempotency-Key": f"apply-{tag()}"}
    first, second = (vendor.call("POST", path, json={"mapping": MAPPING}, headers=key) for _ in range(2))
    assert first.json()["upload_id"] == second.json()["upload_id"]
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Location"] == first.json()["links"]["self"]
    vendor.stack.ended(first.json()["upload_id"], vendor=vendor.vendor)


def test_only_ones_own_ended_uploads_with_a_file_can_be_applied(vendor: Client) -> None:
    awaiting = vendor.call("POST", "/v1/uploads", json={"file_name": "never.csv"}).json()
    path = f"/v1/uploads/{awaiting['upload_id']}/apply"
    early = vendor.call("POST", path, json={})
    assert (early.status_code, early.json()["code"]) == (409, "NOT_FINAL")
    assert early.headers["Retry-After"]
    vendor.call("POST", f"/v1/uploads/{awaiting['upload_id']}/cancel")
    assert vendor.call("POST", path, json={}).json()["code"] == "GONE"
    assert Client(vendor.stack, "VEND001").call("POST", path, json={}).json()["code"] == "NOT_FOUND"
    assert vendor.call("POST", path, json={"mapping": {"colour": "Farbe"}}).status_code == 422
    assert vendor.call("POST", path, json={"file_name": "other.csv"}).status_code == 422


def test_a_file_that_was_deleted_by_hand_is_gone_at_once(vendor: Client) -> None:
    upload = vendor.send(csv_of(sound_rows(1, tag())), dry_run=True)
    query = "SELECT file_s3_key, file_version_id FROM upload_history WHERE upload_id = %s"
    (file,) = vendor.stack.sql(query, upload["upload_id"])
    address = {"Bucket": vendor.stack.description["bucket"], "Key": file["file_s3_key"]}
    vendor.stack.aws("s3").delete_object(**address, VersionId=file["file_version_id"])
    answer = vendor.call("POST", f"/v1/uploads/{upload['upload_id']}/apply", json={})
    assert (answer.status_code, answer.json()["code"]) == (410, "GONE")
    assert answer.json()["detail"] == "The file of this upload was deleted. Send it as a new upload."
    assert not vendor.stack.sql("SELECT FROM upload_history WHERE source_upload_id = %s", upload["upload_id"])


def test_an_upload_that_was_never_started_is_started_by_the_sweeper(vendor: Client) -> None:
    refused = vendor.send(german_file())
    upload_id = f"UPLOAD_20200101_000000_{tag()[:8]}"
    vendor.stack.sql(
        """
        INSERT INTO upload_history (upload_id, vendor_id, file_name, file_s3_key, file_version_id, file_size_bytes,
                                    source_upload_id, status, decisions, processing_started_at, last_progress_at)
        SELECT %s, vendor_id, file_name, file_s3_key, file_version_id, file_size_bytes, upload_id, 'processing',
               decisions || %s::jsonb, now() - interval '1 hour', now() - interval '1 hour'
        FROM upload_history WHERE upload_id = %s RETURNING upload_id
        """,
        upload_id,
        '{"mapping": {"vendor_product_id": "Kennung", "sku": "Kennung", "product_name": "Was", "category": "Gruppe",'
        ' "price": "Kosten heute", "stock_quantity": "Anzahl da"}}',
        refused["upload_id"],
    )
    vendor.stack.sweep()
    assert vendor.stack.ended(upload_id, vendor=vendor.vendor)["created_records"] == 3


def test_what_is_remembered_is_listed_changed_and_forgotten(vendor: Client) -> None:
    def remembered() -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = vendor.call("GET", "/v1/mapping").json()["items"]
        return items

    for header, meaning in (
        ("Nr./Code", {"column": "sku"}),
        ("Gewicht brutto", {"column": "weight_kg", "unit": "g"}),
        ("Farbe", {"column": None}),
    ):
        answer = vendor.call("PUT", f"/v1/mapping/{header.replace('/', '%2F')}", json=meaning)
        assert answer.json() == {"header": header, "unit": None, **meaning}
    assert [each["header"] for each in remembered()] == ["Farbe", "Gewicht brutto", "Nr./Code"]
    vendor.call("PUT", "/v1/mapping/NR./code", json={"column": "vendor_product_id"})
    assert remembered()[0] == {"header": "NR./code", "column": "vendor_product_id", "unit": None}

    page = vendor.call("GET", "/v1/mapping", params={"limit": 2}).json()
    rest = vendor.call("GET", "/v1/mapping", params={"limit": 2, "cursor": page["next_cursor"]}).json()
    assert [*page["items"], *rest["items"]] == remembered()
    assert rest["next_cursor"] is None

    support = Client(vendor.stack, "support")
    assert support.call("GET", "/v1/mapping").json()["code"] == "INVALID_REQUEST"
    assert support.call("GET", "/v1/mapping", params={"vendor_id": vendor.vendor}).json()["items"] == remembered()
    other = Client(vendor.stack, "VEND001")
    assert other.call("GET", "/v1/mapping", params={"vendor_id": vendor.vendor}).json()["code"] == "SUPPORT_ONLY"

    for each in remembered():
        assert vendor.call("DELETE", f"/v1/mapping/{each['header'].replace('/', '%2F')}").status_code == 204
    assert remembered() == []
    assert vendor.call("DELETE", "/v1/mapping/Farbe").json()["code"] == "NOT_FOUND"


def test_the_mapping_of_a_dry_run_is_remembered_when_that_is_applied(vendor: Client) -> None:
    tried = vendor.apply(vendor.send(german_file()), mapping={**MAPPING, "brand": "Liefer\nzeit"}, dry_run=True)
    vendor.apply(tried, remember=True)
    remembered = {each["header"] for each in vendor.call("GET", "/v1/mapping").json()["items"]}
    assert remembered == {"Kennung", "Was", "Gruppe", "Kosten heute", "Anzahl da", "Liefer zeit"}
    for header in remembered:
        assert vendor.call("DELETE", f"/v1/mapping/{header}").status_code == 204


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        ("Farbe", {"column": "colour"}),
        ("Farbe", {"column": "price", "unit": "g"}),
        ("Farbe", {}),
        ("%20-%20", {"column": "sku"}),
    ],
)
def test_what_cannot_be_meant_is_refused(vendor: Client, header: str, meaning: dict[str, Any]) -> None:
    assert vendor.call("PUT", f"/v1/mapping/{header}", json=meaning).status_code == 422


def test_a_direct_drop_uses_what_is_remembered(vendor: Client) -> None:
    for header, column in (("Kennung", "vendor_product_id"), ("Was", "product_name"), ("Gruppe", "category")):
        vendor.call("PUT", f"/v1/mapping/{header}", json={"column": column})
    run, name = tag(), f"{tag()}.csv"
    content = f"Kennung;Was;Gruppe;Preis;Bestand;SKU\nK{run};Maus;Electronics;9,99;5;S{run}".encode()
    vendor.stack.drop(f"uploads/{vendor.vendor}/{name}", content)
    dropped = eventually(lambda: vendor.stack.find_uploads(vendor.vendor, file_name=name))
    upload = vendor.stack.ended(dropped[0]["upload_id"], vendor=vendor.vendor)
    assert [each["matched_by"] for each in upload["file"]["columns"]] == ["remembered"] * 3 + ["synonym"] * 2 + [
        "exact"
    ]
    assert upload["created_records"] == 1
    for header in ("Kennung", "Was", "Gruppe"):
        vendor.call("DELETE", f"/v1/mapping/{header}")


def test_a_fix_file_that_was_tried_is_applied_behind_the_upload_that_it_corrects(vendor: Client) -> None:
    run = tag()
    vendor.send(csv_of(sound_rows(1, run)))
    first = vendor.send(f"sku,price\nS{run}-1,x\n".encode(), mode="update")
    fix_file = vendor.stack.download(first["links"]["fix_file"], vendor=vendor.vendor).content
    tried = vendor.send(fix_file.replace(b",x,", b",9.00,"), "prices.csv", dry_run=True)
    applied = vendor.apply(tried, reference="in earnest")
    for upload in (tried, applied):
        assert (upload["mode"], upload["status"], upload["updated_records"]) == ("update", "completed", 1)
        assert (upload["parent_upload_id"], upload["effective_at"]) == (first["upload_id"], first["effective_at"])
    assert (tried["dry_run"], applied["dry_run"], applied["source_upload_id"]) == (True, False, tried["upload_id"])
    corrected = vendor.call("GET", f"/v1/uploads/{first['upload_id']}").json()
    assert corrected["corrected_records"] == 1
