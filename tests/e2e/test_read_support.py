"""Support's view: the errors of every vendor, found, counted and grouped."""

from typing import Any

import httpx
import pytest

from tests.e2e.reading import RUN, Items, get, items, paged, refused
from tests.e2e.test_api import problem
from tests.stack import Stack, tag


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        ({}, [8, 7, 6, 6, 5]),
        ({"vendor_id": "VEND002"}, [8, 7, 6, 6, 5]),
        ({"vendor_id": "VEND001"}, []),
        ({"error_type": "INVALID_PRICE"}, [7, 6]),
        ({"error_field": "category"}, [6, 5]),
        ({"error_field": "price"}, [8, 7, 6]),
        ({"error_field": "sku,price"}, [8]),
        ({"error_field": "brand"}, []),
        ({"sku": f"S{RUN}-6"}, [6, 6]),
        ({"vendor_product_id": f"P{RUN}-8"}, [8]),
        ({"value": f"eLEKTRONICS {RUN}"}, [6, 5]),
        ({"value": "%"}, []),
        ({"value": "-"}, [7, 6]),
        ({"q": "MUST BE AT LEAST 0.01"}, [7, 6]),
        ({"q": f"elektronics {RUN}"}, [6, 5]),
        ({"q": "_"}, []),
        ({"q": "not be EMPTY"}, [8]),
        ({"from": "2020-01-01", "to": "2020-01-02"}, []),
        ({"from": "2020-01-01T00:00:00Z", "error_type": "MISSING_REQUIRED_FIELDS"}, [8]),
    ],
)
def test_support_finds_errors_of_every_vendor(
    stack: Stack, upload: dict[str, Any], filters: dict[str, str], rows: list[int]
) -> None:
    matches = paged(stack, "support", "/v1/errors", upload_id=upload["upload_id"], **filters)
    assert sorted((error["row_number"] for error in matches), reverse=True) == rows
    assert {error["vendor_id"] for error in matches} <= {"VEND002"}


def test_the_newest_errors_come_first(stack: Stack, upload: dict[str, Any], dry_run: dict[str, Any]) -> None:
    matches = paged(stack, "support", "/v1/errors", vendor_product_id=f"P{RUN}-6") + paged(
        stack, "support", "/v1/errors", vendor_id="VEND002", **{"from": upload["upload_timestamp"]}
    )
    moments = [error["created_at"] for error in matches[2:]]
    assert moments == sorted(moments, reverse=True)
    assert {upload["upload_id"], dry_run["upload_id"]} <= {error["upload_id"] for error in matches}


def counts(matches: Items) -> dict[str | None, tuple[int, int, int]]:
    return {group["key"]: (group["errors"], group["rows"], group["uploads"]) for group in matches}


GROUPS: list[tuple[str, dict[str, object]]] = [
    ("error_type", {"INVALID_PRICE": (2, 2, 1), "INVALID_CATEGORY": (2, 2, 1), "MISSING_REQUIRED_FIELDS": (1, 1, 1)}),
    ("error_field", {"price": (2, 2, 1), "category": (2, 2, 1), "sku,price": (1, 1, 1)}),
    ("value", {f"Elektronics {RUN}": (2, 2, 1), "-1": (1, 1, 1), "-2": (1, 1, 1), None: (1, 1, 1)}),  # type: ignore[dict-item]
    ("vendor_id", {"VEND002": (5, 4, 1)}),
]


@pytest.mark.parametrize(("group_by", "expected"), GROUPS)
def test_support_counts_errors_rows_and_uploads(
    stack: Stack, upload: dict[str, Any], group_by: str, expected: dict[str, object]
) -> None:
    matches = paged(stack, "support", "/v1/errors/summary", group_by=group_by, upload_id=upload["upload_id"])
    assert counts(matches) == expected


@pytest.mark.parametrize("path", ["/v1/errors", "/v1/errors/summary"])
def test_a_type_of_error_that_there_is_not_is_refused(stack: Stack, path: str) -> None:
    with stack.api("support") as api:
        assert problem(api.get(path, params={"error_type": "INVALID_PRISE"})) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("group_by", ["error_type", "error_field", "vendor_id", "day"])
@pytest.mark.parametrize(
    "filters", [{}, {"error_type": "INVALID_PRICE"}, {"error_field": "price"}, {"vendor_id": "VEND002"}]
)
def test_counts_that_are_kept_are_those_of_the_errors_themselves(
    stack: Stack, upload: dict[str, Any], dry_run: dict[str, Any], group_by: str, filters: dict[str, str]
) -> None:
    """A time of day makes every error be counted; a day is answered from what is kept."""
    since = f"{upload['upload_timestamp'][:10]}T00:00:00"
    from_counts = get(stack, "support", "/v1/errors/summary", group_by=group_by, **filters, **{"from": since})
    anew = get(stack, "support", "/v1/errors/summary", group_by=group_by, **filters, **{"from": since + ".001Z"})
    assert counts(from_counts["items"]) == counts(anew["items"])


def test_counts_follow_when_errors_are_removed(stack: Stack) -> None:
    upload_id = f"UPLOAD_20200102_000000_{tag()[:8]}"  # errors are removed after months, and not from outside
    stack.sql(
        "INSERT INTO upload_history (upload_id, vendor_id, file_name, status) VALUES (%s, 'VEND001', 'x', 'failed')",
        upload_id,
    )
    stack.sql(
        "INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, error_type, error_field,"
        " error_message, report_order) SELECT %s, 'VEND001', n / 2, n, n, 'INVALID_PRICE',"
        " CASE n %% 2 WHEN 0 THEN 'price' ELSE 'compare_at_price' END, 'x', 1 FROM generate_series(2, 9) AS n",
        upload_id,
    )
    before = items(stack, "support", "/v1/errors/summary", upload_id=upload_id)
    stack.sql("DELETE FROM validation_errors WHERE upload_id = %s AND row_number < 3", upload_id)
    after = items(stack, "support", "/v1/errors/summary", upload_id=upload_id)
    assert (counts(before), counts(after)) == ({"INVALID_PRICE": (8, 4, 1)}, {"INVALID_PRICE": (4, 2, 1)})


def test_what_is_counted_one_by_one_is_bounded_in_time_and_says_so(stack: Stack) -> None:
    usual = get(stack, "support", "/v1/errors/summary", group_by="value")
    assert usual["from"] is not None
    assert get(stack, "support", "/v1/errors/summary")["from"] is None
    query = {"group_by": "value", "from": "2020-01-01", "to": "2020-03-01"}
    assert refused(stack, "support", "/v1/errors/summary", **query) == (422, "INVALID_REQUEST")


def test_vendors_show_how_they_do(stack: Stack, upload: dict[str, Any]) -> None:
    vendors = {vendor["vendor_id"]: vendor for vendor in paged(stack, "support", "/v1/vendors")}
    assert list(vendors) == sorted(vendors)
    busy, idle = vendors["VEND002"], vendors["VEND004"]
    assert (busy["vendor_name"], busy["status"]) == ("StyleWear", "active")
    assert busy["last_upload_at"] >= upload["upload_timestamp"]
    assert busy["uploads_30d"] >= 1
    assert 0 <= busy["accepted_percent_30d"] <= 100
    assert idle["status"] == "inactive"


@pytest.mark.parametrize("path", ["/v1/errors", "/v1/errors/summary", "/v1/vendors"])
def test_only_support_sees_across_vendors(stack: Stack, path: str) -> None:
    assert refused(stack, "VEND001", path) == (403, "SUPPORT_ONLY")
    assert problem(httpx.get(stack.api_url + path)) == (401, "UNAUTHENTICATED")
