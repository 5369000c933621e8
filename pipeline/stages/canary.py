"""The canary: sends a small file as a vendor would, and says whether it was handled as it should be.

A dry run of a vendor of its own: nothing of it reaches the catalogue, and two at once are in nobody's way.
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
    """Raised when the service answers, but not as it should; the message says what is wrong."""


@dataclass(slots=True)
class Flight:
    """One upload of the canary's, as far as it came. `fault` is None if all is well."""

    upload_id: str | None = None
    fault: str | None = None
    milliseconds: int = 0


def fly(client: ApiClient, *, name: str, seconds: float) -> Flight:
    """One upload, from the announcement to the error report, its outcome put as a metric and into the log.

    `name` makes a repeat of the same invocation the same upload. It must end within `seconds`.
    """
    begin, flight = time.monotonic(), Flight()
    try:
        _fly(client, flight, name, until=begin + seconds)
    except WrongResult as wrong:
        flight.fault = str(wrong)
    except (ApiError, LookupError, ValueError) as error:
        flight.fault = _in_short(error)
    flight.milliseconds = int((time.monotonic() - begin) * 1000)
    _tell(flight)
    return flight


def _fly(client: ApiClient, flight: Flight, name: str, *, until: float) -> None:
    categories = client.rules()["categories"]
    if not categories:
        raise WrongResult("no category is active")
    content = _file(categories[0], name)
    announced = client.announce("canary.csv", len(content), idempotency_key=name, dry_run=True, reference=name)
    flight.upload_id = upload_id = str(announced["upload_id"])
    client.send(announced["upload"], content, size_bytes=len(content))
    *_, upload = client.follow(upload_id, seconds=until - time.monotonic())
    _check(upload)
    report = b"".join(client.download(upload_id, "errors.csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(report)))
    if [(row["Row"], row["Error Type"]) for row in rows] != [("2", ErrorType.INVALID_PRICE)]:
        raise WrongResult("the error report is another one")


def _file(category: str, name: str) -> bytes:
    """A good row and a bad one."""
    text = StringIO()
    lines = csv.writer(text)
    lines.writerow(("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity"))
    lines.writerow((f"GOOD-{name}", "Canary", category, f"CANARY-GOOD-{name}", "1.00", "1"))
    lines.writerow((f"BAD-{name}", "Canary", category, f"CANARY-BAD-{name}", "free", "1"))
    return text.getvalue().encode()


def _check(upload: dict[str, Any]) -> None:
    found = {field: upload[field] for field in ("status", "total_records", "valid_records", "errors_by_type")}
    wanted = {
        "status": UploadStatus.PARTIAL,
        "total_records": 2,
        "valid_records": 1,
        "errors_by_type": {ErrorType.INVALID_PRICE: 1},
    }
    if wrong := [f"{field} is {found[field]}" for field in wanted if found[field] != wanted[field]]:
        raise WrongResult(", ".join(wrong))


def _in_short(error: Exception) -> str:
    """Without an address: anyone who reads the log could open the file with a presigned one."""
    if isinstance(error, NotFinal):
        return f"not ended in time: {error.status}"
    if isinstance(error, Refusal):
        return f"{error.method} {error.path} was answered with {error.status}"
    return type(error.__cause__ or error).__name__


def _tell(flight: Flight) -> None:
    count(CanarySucceeded=int(flight.fault is None))
    measure_milliseconds(CanaryTime=flight.milliseconds)
    if flight.fault:
        log_error("canary.failed", upload_id=flight.upload_id, fault=flight.fault, milliseconds=flight.milliseconds)
    else:
        log("canary.succeeded", upload_id=flight.upload_id, milliseconds=flight.milliseconds)
