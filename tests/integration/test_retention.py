"""Expired rows are deleted in bounded steps; everything else stays."""

from typing import Any

import pytest

from pipeline.postgres.retention import (
    remove_old_answers,
    remove_old_deliveries,
    remove_old_errors,
    remove_old_mails,
)
from pipeline.stages.expire import delete_expired
from tests.integration.offline import Offline
from tests.stack import csv_of, tag

_UPLOAD = (
    "INSERT INTO upload_history (upload_id, vendor_id, file_name, status, file_s3_key, file_version_id)"
    " VALUES (%s, 'VEND001', 'old.csv', 'partial', %s, 'v')"
)
_ERROR = (
    "INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, error_type, error_field,"
    " error_message, report_order, created_at)"
    " SELECT %s, 'VEND001', n, n + 1, n + 1, 'INVALID_PRICE', 'price', 'Price must be a number', 2,"
    " now() - make_interval(days => %s) FROM generate_series(%s, %s) n"
)


@pytest.fixture
def upload_id(offline: Offline) -> str:
    """An upload with 20 errors of 400 days ago and 5 of today."""
    upload_id = f"OLD_{tag()}"
    offline.stack.sql(_UPLOAD, upload_id, f"uploads/VEND001/{upload_id}/old.csv")
    offline.stack.sql(_ERROR, upload_id, 400, 1, 20)
    offline.stack.sql(_ERROR, upload_id, 0, 21, 25)
    return upload_id


def rows(offline: Offline, upload_id: str) -> int:
    count: int = offline.stack.sql("SELECT count(*) AS n FROM validation_errors WHERE upload_id = %s", upload_id)[0][
        "n"
    ]
    return count


def error_counts(offline: Offline, upload_id: str) -> list[dict[str, Any]]:
    return offline.stack.sql(
        "SELECT errors FROM error_counts WHERE upload_id = %s AND NOT by_type AND NOT by_field ORDER BY day", upload_id
    )


def test_old_errors_go_some_at_a_time_and_their_counts_with_the_last(offline: Offline, upload_id: str) -> None:
    with offline.services.database.transaction() as cursor:
        assert remove_old_errors(cursor, days=365, limit=15) == 15
    assert rows(offline, upload_id) == 10
    assert error_counts(offline, upload_id) == [{"errors": 20}, {"errors": 5}]
    with offline.services.database.transaction() as cursor:
        assert remove_old_errors(cursor, days=365, limit=15) == 5
    assert rows(offline, upload_id) == 5
    assert error_counts(offline, upload_id) == [{"errors": 5}]


def test_forgetting_removes_all_that_is_too_old_and_nothing_else(offline: Offline, upload_id: str) -> None:
    assert delete_expired(offline.services, lambda: True)["errors"] == 20
    assert rows(offline, upload_id) == 5
    assert delete_expired(offline.services, lambda: True)["errors"] == 0


def test_cells_that_were_left_out_go_with_the_errors(offline: Offline, upload_id: str) -> None:
    offline.stack.sql(
        "INSERT INTO left_out_values (upload_id, row_number, cells, created_at)"
        ' SELECT %s, n, \'{"brand": "x"}\', now() - make_interval(days => 400 * (n %% 2)) FROM generate_series(1, 4) n',
        upload_id,
    )
    assert delete_expired(offline.services, lambda: True)["left_out"] == 2
    left = offline.stack.sql("SELECT row_number FROM left_out_values WHERE upload_id = %s ORDER BY 1", upload_id)
    assert left == [{"row_number": 2}, {"row_number": 4}]


def test_errors_deleted_for_another_reason_update_the_counts(offline: Offline, upload_id: str) -> None:
    offline.stack.sql("DELETE FROM validation_errors WHERE upload_id = %s AND row_number = 21", upload_id)
    assert error_counts(offline, upload_id) == [{"errors": 20}, {"errors": 4}]


def test_without_time_nothing_is_removed(offline: Offline, upload_id: str) -> None:
    assert set(delete_expired(offline.services, lambda: False).values()) == {0}
    assert rows(offline, upload_id) == 25


def test_only_deliveries_that_are_over_are_removed(offline: Offline) -> None:
    webhook = f"wh_{tag()}"
    offline.stack.sql(
        "INSERT INTO webhooks (webhook_id, vendor_id, url, events, secret)"
        " VALUES (%s, 'VEND001', 'https://shop.example/', '{upload.completed}', 'whsec_')", webhook,
    )  # fmt: skip
    for age, next_attempt in ((40, None), (40, "2030-01-01"), (1, None)):
        offline.stack.sql(
            "INSERT INTO webhook_deliveries (webhook_id, event, next_attempt_at, created_at)"
            " VALUES (%s, 'webhook.test', %s, now() - make_interval(days => %s))", webhook, next_attempt, age,
        )  # fmt: skip
    with offline.services.database.transaction() as cursor:
        assert remove_old_deliveries(cursor, days=30, limit=100) == 1
    remaining = offline.stack.sql("SELECT count(*) AS n FROM webhook_deliveries WHERE webhook_id = %s", webhook)
    assert remaining == [{"n": 2}]
    offline.stack.sql("DELETE FROM webhooks WHERE webhook_id = %s", webhook)


def test_only_notes_on_mails_that_are_over_are_removed(offline: Offline) -> None:
    uploads = [offline.arrive(csv_of(["P,T,Toys,S,1,1"]), parse=False) for _ in range(3)]
    for upload_id, age, next_attempt in zip(uploads, (40, 40, 1), (None, "2030-01-01", None), strict=True):
        offline.stack.sql(
            "INSERT INTO mails (upload_id, created_at, next_attempt_at)"
            " VALUES (%s, now() - make_interval(days => %s), %s)",
            upload_id, age, next_attempt,
        )  # fmt: skip
    with offline.services.database.transaction() as cursor:
        assert remove_old_mails(cursor, days=30, limit=100) == 1
    remaining = offline.stack.sql("SELECT upload_id FROM mails WHERE upload_id = ANY (%s)", uploads)
    assert {row["upload_id"] for row in remaining} == set(uploads[1:])


def test_answers_that_nobody_will_ask_for_again_are_removed(offline: Offline) -> None:
    for age, name in ((3, tag()), (0, tag())):
        offline.stack.sql(
            "INSERT INTO idempotency_keys (key_id, idempotency_key, request_hash, created_at)"
            " SELECT min(key_id), %s, '\\x00', now() - make_interval(days => %s) FROM api_keys", name, age,
        )  # fmt: skip
    with offline.services.database.transaction() as cursor:
        assert remove_old_answers(cursor, days=2, limit=100) == 1
