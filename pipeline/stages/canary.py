"""The canary: sends a small test file as a vendor would, and reports whether it was processed correctly.

It is a dry run of a vendor of its own, so it does not change the catalogue and is safe to run concurrently.
"""

import csv
import time
from dataclasses import dataclass
from io import StringIO
from typing import Any

from pipeline.aws.metrics import count, measure_milliseconds
from pipeline.domain.errors import ErrorType
from pipeline.domain.uploads import UploadStatus
from pipeline.http.api_client import ApiClient, ApiError, NotFinal, Refusal
from pipeline.logs import log, log_error


class WrongResult(Exception):
    """The service answered, but with a wrong result. The message says what is wrong."""


@dataclass(slots=True)
class CanaryRun:
    """One upload of the canary, as far as it got. `fault` is None if all went well."""

    upload_id: str | None = None
    fault: str | None = None
    milliseconds: int = 0


def run_canary(client: ApiClient, *, name: str, seconds: float) -> CanaryRun:
    """Makes one upload, from announcement to error report, and records the result as metrics and in the log.

    A repeat with the same `name` continues the same upload. The upload must end within `seconds`.
    """
    begin, run = time.monotonic(), CanaryRun()
    try:
        _run(client, run, name, until=begin + seconds)
    except WrongResult as wrong:
        run.fault = str(wrong)
    except (ApiError, LookupError, ValueError) as error:
        run.fault = _summary(error)
    run.milliseconds = int((time.monotonic() - begin) * 1000)
    _record(run)
    return run


def _run(client: ApiClient, run: CanaryRun, name: str, *, until: float) -> None:
    categories = client.rules()["categories"]
    if not categories:
        raise WrongResult("no category is active")
    content = _file(categories[0], name)
    announcement = client.announce("canary.csv", len(content), idempotency_key=name, dry_run=True, reference=name)
    run.upload_id = upload_id = str(announcement["upload_id"])
    client.send(announcement["upload"], content, size_bytes=len(content))
    *_, upload = client.follow(upload_id, seconds=until - time.monotonic())
    _check(upload)
    report = b"".join(client.download(upload_id, "errors.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(report)))
    if [(row["Row"], row["Error Type"]) for row in rows] != [("2", ErrorType.INVALID_PRICE)]:
        raise WrongResult("the error report is not the expected one")


def _file(category: str, name: str) -> bytes:
    """A file with a valid row and an invalid one."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity"))
    lines.writerow((f"GOOD-{name}", "Canary", category, f"CANARY-GOOD-{name}", "1.00", "1"))
    lines.writerow((f"BAD-{name}", "Canary", category, f"CANARY-BAD-{name}", "free", "1"))
    return text.getvalue().encode()


def _check(upload: dict[str, Any]) -> None:
    actual = {field: upload[field] for field in ("status", "total_records", "valid_records", "errors_by_type")}
    expected = {
        "status": UploadStatus.PARTIAL,
        "total_records": 2,
        "valid_records": 1,
        "errors_by_type": {ErrorType.INVALID_PRICE: 1},
    }
    if differences := [f"{field} is {actual[field]}" for field in expected if actual[field] != expected[field]]:
        raise WrongResult(", ".join(differences))


def _summary(error: Exception) -> str:
    """The error without its message, which may have a presigned URL that opens the file for every reader of the log."""
    if isinstance(error, NotFinal):
        return f"not ended in time: {error.status}"
    if isinstance(error, Refusal):
        return f"{error.method} {error.path} was answered with {error.status}"
    return type(error.__cause__ or error).__name__


def _record(run: CanaryRun) -> None:
    count(CanarySucceeded=int(run.fault is None))
    measure_milliseconds(CanaryTime=run.milliseconds)
    if run.fault:
        log_error("canary.failed", upload_id=run.upload_id, fault=run.fault, milliseconds=run.milliseconds)
    else:
        log("canary.succeeded", upload_id=run.upload_id, milliseconds=run.milliseconds)
