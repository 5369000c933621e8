"""What became of an upload: the row ledger, and the summary of its causes."""

from typing import Any

import pytest

from tests.e2e.reading import ERRORS, RUN, items, paged
from tests.stack import Stack, csv_of, tag

# The row ledger


def test_the_ledger_has_every_row_in_order(stack: Stack, upload: dict[str, Any]) -> None:
    rows = paged(stack, "VEND002", f"/v1/uploads/{upload['upload_id']}/records")
    assert [(row["row_number"], row["line"]) for row in rows] == [(n, n + 1) for n in range(1, 9)]
    assert [row["status"] for row in rows] == ["validated"] * 4 + ["error"] * 4
    assert {row["row_number"]: [e["error_type"] for e in row["errors"]] for row in rows if row["errors"]} == ERRORS
    assert [row["sku"] for row in rows] == [f"S{RUN}-{n}" for n in range(1, 8)] + [None]
    assert [row["product_id"] is None for row in rows] == [False] * 4 + [True] * 4


def test_an_error_in_the_ledger_says_what_to_correct(stack: Stack, upload: dict[str, Any]) -> None:
    (row,) = items(stack, "VEND002", f"/v1/uploads/{upload['upload_id']}/records", row_number=7)
    assert row["errors"] == [
        {"error_type": "INVALID_PRICE", "error_field": "price", "error_message": "Price must be at least 0.01",
         "value": "-2", "suggestion": None}
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"status": "error"}, [5, 6, 7, 8]),
        ({"status": "validated"}, [1, 2, 3, 4]),
        ({"status": "pending"}, []),
        ({"status": ["pending", "error"]}, [5, 6, 7, 8]),
        ({"status": ["validated", "error", "pending"]}, [1, 2, 3, 4, 5, 6, 7, 8]),
        ({"row_number": 3}, [3]),
        ({"row_number": 9}, []),
        ({"row_number": 3, "status": "error"}, []),
        ({"sku": f"S{RUN}-2"}, [2]),
        ({"sku": f"S{RUN}-6"}, [6]),
        ({"sku": f"s{RUN}-6"}, []),
        ({"sku": f"S{RUN}-6", "status": "validated"}, []),
        ({"sku": "x\u0301😀"}, []),
    ],
)
def test_the_ledger_is_filtered(
    stack: Stack, upload: dict[str, Any], filters: dict[str, object], expected: list[int]
) -> None:
    rows = paged(stack, "VEND002", f"/v1/uploads/{upload['upload_id']}/records", **filters)
    assert [row["row_number"] for row in rows] == expected


def test_a_dry_runs_sound_rows_are_validated_without_a_product(stack: Stack, dry_run: dict[str, Any]) -> None:
    path = f"/v1/uploads/{dry_run['upload_id']}/records"
    rows = items(stack, "VEND002", path)
    assert [row["status"] for row in rows] == ["validated"] * 4 + ["error"] * 4
    assert {row["product_id"] for row in rows[:4]} == {None}
    assert all(row["sku"] and row["line"] for row in rows[:4])
    assert [row["row_number"] for row in paged(stack, "VEND002", path, status="validated")] == [1, 2, 3, 4]


def test_rows_without_a_decision_are_pending(stack: Stack) -> None:
    upload_id = f"UPLOAD_20200101_000000_{tag()[:8]}"  # two million rows, a few of them undecided: no file stays so
    stack.sql(
        "INSERT INTO upload_history (upload_id, vendor_id, file_name, status, total_records, decided)"
        " VALUES (%s, 'VEND002', 'x.csv', 'processing', 2000000, '{[1,3),[5,1999999)}')",
        upload_id,
    )
    stack.sql(
        "INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, error_type, error_message,"
        " report_order) VALUES (%s, 'VEND002', 2, 3, 3, 'MALFORMED_ROW', 'x', 800)",
        upload_id,
    )
    path = f"/v1/uploads/{upload_id}/records"
    pending = paged(stack, "VEND002", path, status="pending")
    first = items(stack, "VEND002", path, limit=3)
    stack.sql("UPDATE upload_history SET status = 'failed' WHERE upload_id = %s", upload_id)
    assert [row["row_number"] for row in pending] == [3, 4, 1_999_999, 2_000_000]
    assert [(row["line"], row["sku"], row["errors"]) for row in pending] == [(None, None, [])] * 4
    assert [row["status"] for row in first] == ["validated", "error", "pending"]


def test_an_upload_whose_rows_are_not_counted_has_an_empty_ledger(stack: Stack) -> None:
    with stack.api() as api:
        announced = api.post("/v1/uploads", json={"file_name": "never.csv"}).json()
    assert items(stack, "VEND001", f"/v1/uploads/{announced['upload_id']}/records") == []


# An upload's summary


def test_the_summary_counts_causes_the_most_frequent_first(stack: Stack, upload: dict[str, Any]) -> None:
    with stack.api("VEND002") as api:
        causes = api.get(upload["links"]["summary"]).json()["items"]
    assert causes[:2] == [
        {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": f"Elektronics {RUN}", "count": 2,
         "rows": [5, 6], "suggestion": None, "candidates": ["Electronics"], "fix": None},
        {"error_type": "INVALID_PRICE", "error_field": "price", "value": None, "count": 2, "rows": [6, 7],
         "suggestion": None, "candidates": [], "fix": None},
    ]  # fmt: skip
    assert [(cause["error_field"], cause["count"], cause["rows"]) for cause in causes[2:]] == [("sku,price", 1, [8])]
    assert paged(stack, "VEND002", f"/v1/uploads/{upload['upload_id']}/errors/summary") == causes


def test_a_summary_names_five_rows_at_most_and_the_suggestion(stack: Stack) -> None:
    run = tag()
    content = csv_of([f"P{run}-{n},Lamp,Elektronics,S{run}-{n},1,5" for n in range(1, 9)])
    upload_id = stack.ended(stack.send(content)["upload_id"])["upload_id"]
    (cause,) = items(stack, "VEND001", f"/v1/uploads/{upload_id}/errors/summary")
    assert (cause["count"], cause["rows"], cause["suggestion"]) == (8, [1, 2, 3, 4, 5], "Electronics")
