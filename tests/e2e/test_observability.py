"""What a journey leaves behind for whoever looks into it: lines by upload and by trace, and numbers for the alarms."""

import json
from typing import Any

import pytest

from tests.reliability.logged import logged_by
from tests.stack import Stack, csv_of, eventually, sound_rows, tag

Line = dict[str, Any]

# What each stage says of an upload on its way, in order, and whose line it is.
JOURNEY = (
    ("api", "upload.announced"),
    ("csv-parser", "upload.surveyed"),
    ("csv-parser", "upload.staged"),
    ("product-validator", "records.decided"),
    ("error-processor", "records.rejected"),
    ("error-processor", "upload.ended"),
    ("error-processor", "upload.notified"),
)
# The metrics that alarms and the dashboard use, and those that count records.
METRICS = {
    "ProductsValidated": "Count",
    "ProductsRejected": "Count",
    "ValidationProcessingTime": "Milliseconds",
    "ErrorsProcessed": "Count",
    "UploadsEnded": "Count",
    "StuckUploads": "Count",
}


def lines_of(stack: Stack) -> list[Line]:
    return [json.loads(line) for line in logged_by(stack)]


@pytest.fixture(scope="module")
def upload_id(stack: Stack) -> str:
    """An ended and notified upload with one rejected row, of which the log is complete."""
    run = tag()
    upload_id: str = stack.send(csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,1,1"]))["upload_id"]
    stack.ended(upload_id)
    eventually(lambda: {name for _, name in JOURNEY} <= {line.get("message") for line in about(stack, upload_id)})
    return upload_id


def about(stack: Stack, upload_id: str) -> list[Line]:
    return [line for line in lines_of(stack) if line.get("upload_id") == upload_id]


def test_every_stage_tells_of_the_upload_by_its_id_and_its_own_name(stack: Stack, upload_id: str) -> None:
    messages = {(line["service"], line["message"]) for line in about(stack, upload_id)}
    assert set(JOURNEY) <= messages
    assert ("api", "api.answered") in messages


def test_whatever_a_function_says_can_be_found_by_its_trace(stack: Stack, upload_id: str) -> None:
    by_functions = [line for line in about(stack, upload_id) if line["service"] != "api"]
    assert by_functions
    assert all(line["xray_trace_id"].startswith("1-") for line in by_functions)


def test_every_request_that_names_an_upload_is_found_by_it(stack: Stack) -> None:
    unknown = "UPLOAD_20260101_000000_aaaaaaaa"
    with stack.api() as api:
        request_id = api.get(f"/v1/uploads/{unknown}/errors").headers["X-Request-Id"]
    matches = eventually(lambda: [line for line in about(stack, unknown) if line.get("request_id") == request_id])
    assert [(line["message"], line["status"]) for line in matches] == [("api.answered", 404)]


def metrics_of(stack: Stack) -> dict[str, list[tuple[str, list[list[str]], float]]]:
    """Unit, dimensions and value of everything that was put, by name."""
    metrics: dict[str, list[tuple[str, list[list[str]], float]]] = {}
    for line in lines_of(stack):
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            assert directive["Namespace"] == "ProductOnboarding"
            for metric in directive["Metrics"]:
                values = line[metric["Name"]]
                put = (metric["Unit"], directive["Dimensions"], sum(values if isinstance(values, list) else [values]))
                metrics.setdefault(metric["Name"], []).append(put)
    return metrics


def test_every_metric_is_put_in_its_unit(stack: Stack, upload_id: str) -> None:
    stack.sweep()
    eventually(lambda: METRICS.keys() <= metrics_of(stack).keys())
    units = {name: {unit for unit, _, _ in put} for name, put in metrics_of(stack).items() if name in METRICS}
    assert units == {name: {unit} for name, unit in METRICS.items()}


def test_no_metric_has_dimensions_because_no_alarm_asks_for_any(stack: Stack, upload_id: str) -> None:
    """To CloudWatch, a metric with a dimension is another metric: the alarm would wait for it for ever."""
    alarms = stack.aws("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [each["Dimensions"] for each in alarms if each["Namespace"] == "ProductOnboarding"] == [[], [], []]
    dimensions = {json.dumps(each) for put in metrics_of(stack).values() for _, each, _ in put}
    assert dimensions == {"[[]]"}
