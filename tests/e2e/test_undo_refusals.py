"""Which uploads can be taken back, when, by whom, and how often."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.undoing import UndoClient, counts
from tests.stack import Stack, csv_of, sound_rows, tag


@pytest.fixture(scope="module")
def vendor(stack: Stack) -> UndoClient:
    return UndoClient(stack)


def test_an_upload_is_taken_back_once(vendor: UndoClient) -> None:
    upload = vendor.send(csv_of(sound_rows(1, tag())))
    dry_run = vendor.undo(upload, dry_run=True)
    answers = [vendor.try_to_undo(upload) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 409]
    assert answers[1].json()["code"] == "NOTHING_TO_UNDO"
    assert answers[0].json()["upload_id"] in answers[1].json()["detail"]
    vendor.stack.ended(answers[0].json()["upload_id"], vendor=vendor.vendor)
    assert vendor.refusal(upload) == vendor.refusal(dry_run) == (409, "NOTHING_TO_UNDO")
    assert vendor.refusal(upload, json={"dry_run": True}) == (409, "NOTHING_TO_UNDO")


def test_of_several_requests_at_once_one_takes_it_back(vendor: UndoClient) -> None:
    upload = vendor.send(csv_of(sound_rows(1, tag())))
    with ThreadPoolExecutor(6) as pool:
        answers = [answer.result() for answer in [pool.submit(vendor.try_to_undo, upload) for _ in range(6)]]
    assert sorted(answer.status_code for answer in answers) == [202, *[409] * 5]
    (undo_id,) = (answer.json()["upload_id"] for answer in answers if answer.status_code == 202)
    assert counts(vendor.stack.ended(undo_id, vendor=vendor.vendor)) == {"removed": 1}


def test_what_wrote_nothing_cannot_be_taken_back(vendor: UndoClient) -> None:
    rows = sound_rows(1, tag())
    for upload in (
        vendor.send(csv_of(rows), dry_run=True),
        vendor.send(csv_of([rows[0].replace("19.99", "free")])),
        vendor.send(b"no,product,file\n1,2,3\n"),
    ):
        assert (vendor.refusal(upload), upload["undo_until"]) == ((409, "NOTHING_TO_UNDO"), None)


def test_an_upload_cannot_be_taken_back_after_thirty_days(vendor: UndoClient) -> None:
    upload = vendor.send(csv_of(sound_rows(1, tag())))
    assert upload["undo_until"] is not None
    back = "UPDATE upload_history SET processing_completed_at = now() - interval %s WHERE upload_id = %s"
    vendor.stack.sql(back, "30 days 1 second", upload["upload_id"])
    assert vendor.refusal(upload) == (409, "TOO_LATE")
    vendor.stack.sql(back, "29 days 23 hours", upload["upload_id"])
    assert counts(vendor.undo(upload)) == {"removed": 1}


def test_an_upload_that_has_not_ended_cannot_be_taken_back(vendor: UndoClient) -> None:
    with vendor.stack.client(vendor.vendor) as client:
        upload = client.announce("products.csv", 1000)
    answer = vendor.try_to_undo(upload)
    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (409, "NOT_FINAL", "2")


def test_an_upload_of_another_vendor_is_not_found(vendor: UndoClient) -> None:
    upload = vendor.send(csv_of(sound_rows(1, tag())))
    theirs = UndoClient(vendor.stack, "VEND003").try_to_undo(upload)
    nobodys = vendor.try_to_undo({"upload_id": "UPLOAD_20260101_000000_aaaaaaaa"})
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.json() | {"request_id": ""} == nobodys.json() | {"request_id": ""}
    assert vendor.refusal(upload, json={"dryrun": True}) == (422, "INVALID_REQUEST")


def test_a_repeat_with_the_same_idempotency_key_takes_back_once(vendor: UndoClient) -> None:
    upload, key = vendor.send(csv_of(sound_rows(1, tag()))), {"Idempotency-Key": f"undo-{tag()}"}
    first, second = (vendor.try_to_undo(upload, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (202, 202)
    assert (first.json(), second.headers["Idempotent-Replayed"]) == (second.json(), "true")
    assert counts(vendor.stack.ended(first.json()["upload_id"], vendor=vendor.vendor)) == {"removed": 1}


def test_an_undo_that_was_cancelled_can_be_repeated(vendor: UndoClient) -> None:
    run = tag()
    before = vendor.catalogue()
    upload = vendor.send(csv_of(sound_rows(3, run)))
    first = vendor.undo(upload)
    # As if it had been cancelled when two of its records were decided.
    vendor.stack.sql("UPDATE upload_history SET status = 'cancelled' WHERE upload_id = %s", first["upload_id"])
    vendor.stack.sql(
        "WITH again AS (DELETE FROM removed_products WHERE removed_by = %s AND removed_row = 3 RETURNING product),"
        " undecided AS (DELETE FROM record_changes WHERE upload_id = %s AND row_number = 3)"
        " INSERT INTO products SELECT p.* FROM again, jsonb_populate_record(NULL::products, product) AS p",
        first["upload_id"], first["upload_id"],
    )  # fmt: skip
    second = vendor.undo(upload)
    assert (counts(second), second["total_records"]) == ({"removed": 1, "unchanged": 2}, 3)
    assert vendor.catalogue() == before
