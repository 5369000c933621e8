"""The product's whole promise, through the front door: a file goes in, the catalogue and the report come out."""

import csv
import io
import re
from typing import Any

import httpx
import pytest

from tests.stack import HEADER, Stack, csv_of, eventually, sound_rows, tag


@pytest.fixture(scope="module")
def run() -> str:
    return tag()


@pytest.fixture(scope="module")
def journey(stack: Stack, run: str) -> dict[str, Any]:
    """A file of 20 sound rows and 5 with errors, sent and followed to its end."""
    rows = [
        *sound_rows(20, run),
        f"P{run}-21,Lamp,Electroniks,S{run}-21,-10.00,10.0",
        f"P{run}-22,,Electronics,S{run}-1,19.99,5",
        f"P{run}-1,Lamp,Electronics,S{run}-23,19.99,5",
        f'P{run}-24,"broken"quote,Electronics,S{run}-24,19.99,5',
        f"P{run}-25,=HYPERLINK(1),Electronics,S{run}-25,€ 1.299 00,5",
    ]
    upload = stack.send(csv_of(rows), reference="journey")
    return stack.ended(upload["upload_id"])


def test_the_counts_add_up(journey: dict[str, Any]) -> None:
    summary = {
        name: journey[name] for name in ("status", "total_records", "valid_records", "error_records", "progress")
    }
    assert summary == {
        "status": "partial",
        "total_records": 25,
        "valid_records": 20,
        "error_records": 5,
        "progress": 1.0,
    }
    assert journey["not_processed_records"] == 0
    assert journey["failure"] is None


def test_every_error_of_every_row_is_reported(stack: Stack, journey: dict[str, Any]) -> None:
    result = [(e["row_number"], e["error_type"], e["error_field"]) for e in stack.errors(journey["upload_id"])]
    assert result == [
        (21, "INVALID_PRICE", "price"),
        (21, "INVALID_STOCK_QUANTITY", "stock_quantity"),
        (21, "INVALID_CATEGORY", "category"),
        (22, "MISSING_REQUIRED_FIELDS", "product_name"),
        (22, "DUPLICATE_SKU", "sku"),
        (23, "DUPLICATE_VENDOR_PRODUCT_ID", "vendor_product_id"),
        (24, "MALFORMED_ROW", None),
        (25, "INVALID_PRICE", "price"),
    ]


def test_an_error_says_where_what_and_what_to_write_instead(stack: Stack, journey: dict[str, Any]) -> None:
    category = stack.errors(journey["upload_id"])[2]
    assert (category["value"], category["suggestion"]) == ("Electroniks", "Electronics")
    assert (category["line"], category["sheet_row"]) == (22, 22)
    assert category["original_data"]["price"] == "-10.00"


def test_errors_can_be_filtered(stack: Stack, journey: dict[str, Any]) -> None:
    with stack.api() as api:
        address = f"/v1/uploads/{journey['upload_id']}/errors"
        by_field = api.get(address, params={"error_field": "product_name"}).json()["items"]
        by_row = api.get(address, params={"row_number": 21, "error_type": "INVALID_PRICE"}).json()["items"]
    assert [error["row_number"] for error in by_field] == [22]
    assert len(by_row) == 1


def test_pages_join_up_without_gaps(stack: Stack, journey: dict[str, Any]) -> None:
    address, seen, cursor = f"/v1/uploads/{journey['upload_id']}/errors", [], None
    with stack.api() as api:
        for _ in range(4):
            page = api.get(address, params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
            seen += [(e["row_number"], e["error_type"], e["error_field"]) for e in page["items"]]
            cursor = page["next_cursor"]
    assert cursor is None
    assert seen == [(e["row_number"], e["error_type"], e["error_field"]) for e in stack.errors(journey["upload_id"])]


def test_the_error_report_is_a_download_with_one_line_an_error(stack: Stack, journey: dict[str, Any]) -> None:
    report = stack.download(journey["links"]["error_report"])
    assert report.headers["Content-Disposition"] == f'attachment; filename="{journey["upload_id"]}_errors.csv"'
    assert report.content.startswith(b"\xef\xbb\xbfRow,SKU,Error Type,Message,Field,Value,Suggestion,Line,")
    lines = list(csv.DictReader(io.StringIO(report.content.decode("utf-8-sig"), newline="")))
    assert [(int(line["Row"]), line["Error Type"]) for line in lines] == [
        (e["row_number"], e["error_type"]) for e in stack.errors(journey["upload_id"])
    ]


def test_the_fix_file_has_the_rejected_rows_as_they_were_sent(stack: Stack, journey: dict[str, Any], run: str) -> None:
    fix = stack.download(journey["links"]["fix_file"]).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(fix, newline="")))
    assert [row["_row"] for row in rows] == ["21", "22", "23", "24?", "25"]
    assert (rows[0]["sku"], rows[4]["product_name"]) == (f"S{run}-21", "'=HYPERLINK(1)")
    assert fix.startswith(HEADER + ",_row,_errors,_upload\r\n")
    assert {row["_upload"] for row in rows} == {journey["upload_id"]}


def test_a_corrected_fix_file_is_accepted_as_it_is(stack: Stack, journey: dict[str, Any], run: str) -> None:
    fix = stack.download(journey["links"]["fix_file"]).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(fix, newline="")))
    corrected = io.StringIO(newline="")
    writer = csv.DictWriter(corrected, rows[0])
    writer.writeheader()
    for n, row in enumerate(rows):
        fixed = {
            "_row": row["_row"].removesuffix("?"),
            "price": "1.00",
            "stock_quantity": "1",
            "category": "Electronics",
            "sku": f"S{run}-fixed-{n}",
        }
        ids = {"vendor_product_id": f"P{run}-fixed-{n}", "product_name": row["product_name"] or "Lamp"}
        writer.writerow(row | fixed | ids)
    name = f"{journey['upload_id']}_fix.csv"
    upload = stack.ended(stack.send(corrected.getvalue().encode("utf-8-sig"), file_name=name)["upload_id"])
    assert (upload["status"], upload["valid_records"]) == ("completed", 5)
    assert upload["parent_upload_id"] == journey["upload_id"]
    (formula,) = stack.products(sku=f"S{run}-fixed-4")
    assert formula["product_name"] == "=HYPERLINK(1)"


def test_one_notification_tells_the_outcome_and_links_the_report(stack: Stack, journey: dict[str, Any]) -> None:
    (mail,) = stack.mails(journey["upload_id"], at_least=2, seconds=4)
    attributes = {name: attribute["Value"] for name, attribute in mail["MessageAttributes"].items()}
    assert mail["Subject"] == "Upload Complete (80.0% Success)"
    assert (attributes["vendor_id"], attributes["status"]) == ("VEND001", "partial")
    assert {"Total: 25", "Valid: 20 (80.0%)", "Invalid: 5 (20.0%)", "Status: PARTIAL"} <= set(
        mail["Message"].splitlines()
    )
    link = re.search(r"^Download Errors: (\S+)$", mail["Message"], re.MULTILINE)
    assert link
    assert httpx.get(link[1], follow_redirects=True).content == stack.download(journey["links"]["error_report"]).content


def test_the_catalogue_has_the_sound_rows_each_with_where_it_came_from(
    stack: Stack, journey: dict[str, Any], run: str
) -> None:
    products = stack.products(upload_id=journey["upload_id"])
    assert len(products) == 20
    assert products[0].items() >= {
        "sku": f"S{run}-1", "price": 19.99, "unit": "piece", "vendor_id": "VEND001", "row_number": 1
    }.items()  # fmt: skip


def test_staging_says_what_became_of_each_record(stack: Stack, journey: dict[str, Any]) -> None:
    items = stack.staged(journey["upload_id"])
    assert [item["record_id"]["S"] for item in items] == [f"REC_{n:05d}" for n in range(1, 26)]
    assert [item["status"]["S"] for item in items] == ["validated"] * 20 + ["error"] * 5
    assert items[0]["product_data"]["M"]["price"] == {"N": "19.99"}
    assert items[0]["product_data"]["M"]["stock_quantity"] == {"N": "5"}
    assert items[20]["error_reason"]["S"] == "INVALID_PRICE,INVALID_STOCK_QUANTITY,INVALID_CATEGORY"
    assert all("processed_at" in item and "expires_at" in item for item in items)


def test_staged_records_expire_by_themselves(stack: Stack, journey: dict[str, Any]) -> None:
    table, dynamodb = stack.description["table"], stack.aws("dynamodb")  # no vendor sees the staging table
    result = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert result == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_file_without_errors_completes_and_offers_no_report(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of(sound_rows(3, tag())))["upload_id"])
    assert (upload["status"], upload["links"]["error_report"]) == ("completed", None)
    assert stack.download(f"/v1/uploads/{upload['upload_id']}/errors.csv").json()["code"] == "NO_ERRORS"
    (mail,) = stack.mails(upload["upload_id"])
    assert mail["Subject"] == "Upload Complete (100.0% Success)"
    assert "Download Errors" not in mail["Message"]


def test_a_file_of_errors_alone_fails_with_a_report(stack: Stack) -> None:
    upload = stack.ended(stack.send(csv_of(["P,Lamp,Nowhere,S,-1,x"]))["upload_id"])
    assert (upload["status"], upload["failure"], upload["error_records"]) == ("failed", None, 1)
    assert stack.download(upload["links"]["error_report"]).status_code == 200
    assert stack.mails(upload["upload_id"])[0]["Subject"] == "Upload Failed"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (HEADER.encode(), "NO_DATA_ROWS"),
        (b"PK\x03\x04 a workbook", "NOT_A_CSV"),
        (b"a,b\n1,2\n", "MISSING_COLUMNS"),
        (HEADER.encode() + b",SKU\n1,2,3,4,5,6,7\n", "DUPLICATE_COLUMNS"),
    ],
)
def test_a_file_that_cannot_be_accepted_says_why(stack: Stack, content: bytes, code: str) -> None:
    upload = stack.ended(stack.send(content)["upload_id"])
    assert (upload["status"], upload["failure"]["code"], upload["total_records"]) == ("failed", code, None)
    (mail,) = stack.mails(upload["upload_id"])
    assert upload["failure"]["message"] in mail["Message"]


def test_a_dry_run_says_what_would_have_happened_and_changes_nothing(stack: Stack) -> None:
    run = tag()
    content = csv_of([*sound_rows(3, run), "P,Lamp,Nowhere,S,-1,x"])
    dry = stack.ended(stack.send(content, dry_run=True)["upload_id"])
    assert (dry["status"], dry["valid_records"], dry["dry_run"]) == ("partial", 3, True)
    assert stack.products(q=f"S{run}") == []
    assert stack.mails(dry["upload_id"])[0]["Subject"] == "Dry run: Upload Complete (75.0% Success)"
    real = stack.ended(stack.send(content)["upload_id"])
    assert (real["status"], real["valid_records"]) == ("partial", 3)


def test_a_sku_of_another_vendor_is_refused_without_telling_whose_it_is(stack: Stack) -> None:
    content = csv_of(sound_rows(1, tag()))
    stack.ended(stack.send(content)["upload_id"])
    own = stack.ended(stack.send(content)["upload_id"])
    foreign = stack.ended(stack.send(content, vendor="VEND002")["upload_id"], vendor="VEND002")
    own_sku, own_id = stack.errors(own["upload_id"])
    (foreign_sku,) = stack.errors(foreign["upload_id"], vendor="VEND002")
    assert (own_sku["error_type"], own_id["error_type"]) == ("DUPLICATE_SKU", "DUPLICATE_VENDOR_PRODUCT_ID")
    assert set(own_sku["conflict"]) == {"upload_id", "product_id"}
    assert (foreign_sku["error_type"], foreign_sku["conflict"]) == ("DUPLICATE_SKU", None)
    assert "VEND001" not in str(foreign_sku)


@pytest.mark.parametrize(("vendor_id", "code"), [("VEND999", "VENDOR_NOT_FOUND"), ("VEND004", "VENDOR_INACTIVE")])
def test_a_direct_drop_of_nobody_or_of_an_inactive_vendor_fails(stack: Stack, vendor_id: str, code: str) -> None:
    name = f"drop {tag()}+ü%41.csv"
    stack.drop(f"uploads/{vendor_id}/{name}", csv_of(sound_rows(1, tag())))
    (upload,) = eventually(lambda: stack.find_uploads("support", file_name=name, status="failed"))
    assert (upload["failure"]["code"], upload["created_by"]) == (code, "direct_drop")
    assert upload["vendor_id"] == (None if code == "VENDOR_NOT_FOUND" else vendor_id)
    assert upload["claimed_vendor_id"] == vendor_id


def test_a_direct_drop_of_a_vendor_is_an_upload(stack: Stack) -> None:
    name = f"drop {tag()}.csv"
    stack.drop(f"uploads/VEND003/{name}", csv_of(sound_rows(2, tag())))
    (upload,) = eventually(lambda: stack.find_uploads("VEND003", file_name=name, status="completed"))
    assert (upload["valid_records"], upload["created_by"]) == (2, "direct_drop")
