"""A packed file, through the front door, is processed as the CSV file in it."""

import gzip
import hashlib

import pytest

from tests.e2e.portal import visiting_portal
from tests.packing import WAYS, zipped
from tests.stack import HEADER, Stack, csv_of, eventually, sound_rows, tag

_FORMATS = {"gzip members": "csv.gz", "zip from a Mac": "csv.zip", "zip64": "csv.zip"}


def rows_with_errors(run: str) -> list[str]:
    return [
        *sound_rows(3, run),
        f"P{run}-4,Lamp,Electroniks,S{run}-4,-10.00,10.0",
        f'P{run}-5,"broken"quote,Electronics,S{run}-5,19.99,5',
        f"P{run}-1,Lamp,Electronics,S{run}-6,19.99,5",
    ]


@pytest.mark.parametrize(("way", "file_format"), _FORMATS.items())
def test_a_packed_file_has_the_outcome_of_its_csv_file(stack: Stack, way: str, file_format: str) -> None:
    packed = WAYS[way](csv_of(rows_with_errors(tag())))
    upload = stack.ended(stack.send(packed, file_name="products.bin")["upload_id"])
    assert upload["failure"] is None
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == ("partial", 3, 3)
    assert upload["errors_by_type"] == {
        "INVALID_PRICE": 1, "INVALID_STOCK_QUANTITY": 1, "INVALID_CATEGORY": 1, "DUPLICATE_VENDOR_PRODUCT_ID": 1,
        "MALFORMED_ROW": 1,
    }  # fmt: skip
    file = upload["file"]
    assert (file["format"], file["encoding"], file["delimiter"]) == (file_format, "utf-8", ",")
    assert file["sha256"] == hashlib.sha256(packed).hexdigest()
    assert upload["file_size_bytes"] == len(packed)
    assert stack.download(upload["links"]["file"]).content == packed


def test_a_packed_fix_file_corrects_its_upload(stack: Stack) -> None:
    parent = stack.ended(stack.send(csv_of(rows_with_errors(tag())))["upload_id"])
    fix = stack.download(parent["links"]["fix_file"]).content.decode()
    corrected = fix.replace("Electroniks", "Electronics").replace("-10.00", "10.00").replace("10.0,", "10,")
    child = stack.ended(stack.send(zipped(("fix.csv", corrected.encode())))["upload_id"])
    assert (child["parent_upload_id"], child["file"]["format"]) == (parent["upload_id"], "csv.zip")
    assert child["valid_records"] == 1


def test_a_packed_file_whose_columns_are_unclear_can_be_applied(stack: Stack) -> None:
    run = tag()
    header = HEADER.replace("stock_quantity", "Anzahl da")
    refused = stack.ended(stack.send(gzip.compress(csv_of(sound_rows(2, run), header)))["upload_id"])
    assert refused["failure"]["code"] == "MISSING_COLUMNS"
    assert refused["file"]["format"] == "csv.gz"
    with stack.api() as api:
        answer = api.post(
            f"/v1/uploads/{refused['upload_id']}/apply", json={"mapping": {"stock_quantity": "Anzahl da"}}
        )
    applied = stack.ended(answer.json()["upload_id"])
    assert (applied["status"], applied["valid_records"], applied["file"]["format"]) == ("completed", 2, "csv.gz")


def test_a_dropped_archive_becomes_an_upload(stack: Stack) -> None:
    name = f"{tag()}.zip"
    stack.drop(f"uploads/VEND001/{name}", zipped(("products.csv", csv_of(sound_rows(2, tag())))))
    (upload,) = eventually(lambda: stack.find_uploads("VEND001", file_name=name))
    assert stack.ended(upload["upload_id"])["status"] == "completed"


def test_archives_that_are_no_product_file_end_with_their_code(stack: Stack) -> None:
    content = csv_of(sound_rows(2, tag()))
    several = stack.send(zipped(("a.csv", content), ("b.csv", content)))
    damaged = stack.send(gzip.compress(content)[:-4])
    failures = [stack.ended(upload["upload_id"])["failure"] for upload in (several, damaged)]
    assert [failure["code"] for failure in failures] == ["NOT_A_CSV", "NOT_A_CSV"]
    assert 'contains 2 files: "a.csv" and "b.csv"' in failures[0]["message"]
    assert "This gzip archive is damaged" in failures[1]["message"]


def test_the_form_for_columns_shows_cells_of_a_packed_file(stack: Stack) -> None:
    run = tag()
    content = csv_of([f"P{run}-1,Lamp of {run},Electronics,S{run}-1,1.00,1"])
    for packed in (gzip.compress(content), WAYS["zip from a Mac"](content)):
        upload = stack.ended(stack.send(packed)["upload_id"])
        with visiting_portal(stack, "VEND001") as portal:
            assert f"Lamp of {run}" in portal.go(f"/uploads/{upload['upload_id']}/mapping").text
