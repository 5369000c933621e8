"""Structured logs: an event name and fields, never a cell, an API key or a presigned URL."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from aws_lambda_powertools import Logger

# Each line names its function (POWERTOOLS_SERVICE_NAME) and, where the function is traced, its trace.
logger = Logger(location=None)


def log(event: str, **fields: object) -> None:
    """`log("upload.parsed", upload_id=…, rows=…)` writes one JSON line."""
    logger.info(event, extra=fields)


def log_error(event: str, **fields: object) -> None:
    """For events that an operator must look into, such as an upload that ends as our fault."""
    logger.error(event, extra=fields)


def log_fault(event: str, error: BaseException | None = None, /, **fields: object) -> None:
    """Logs a fault, `error` or the exception being handled: its type and traceback, without its message."""
    # Messages of exceptions quote values, which may be a vendor's cells.
    error = error or sys.exc_info()[1]
    trace = traceback.extract_tb(error.__traceback__ if error else None)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in trace[-12:]]
    logger.error(event, extra={**fields, "fault": type(error).__name__ if error else None, "where": where})


@contextmanager
def log_and_reraise(event: str, **fields: object) -> Iterator[None]:
    """Logs an exception with these fields and raises it again. Lambda's own log line would not name the upload."""
    try:
        yield
    except Exception:
        log_fault(event, **fields)
        raise
