"""Structured logs: an event name and fields, never a cell, a key or a presigned address."""

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
    """Something that the operators must look at, such as an upload that ends as our fault."""
    logger.error(event, extra=fields)


def log_fault(event: str, error: BaseException | None = None, /, **fields: object) -> None:
    """A fault of ours, `error` or the one that is being handled: its type and where it happened, not its text.

    Texts of exceptions quote what they were about, and that may be a vendor's cell.
    """
    error = error or sys.exc_info()[1]
    trace = traceback.extract_tb(error.__traceback__ if error else None)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in trace[-12:]]
    logger.error(event, extra={**fields, "fault": type(error).__name__ if error else None, "where": where})


@contextmanager
def fault_told(event: str, **fields: object) -> Iterator[None]:
    """Says what a fault was about before it goes on its way: Lambda itself would name no upload."""
    try:
        yield
    except Exception:
        log_fault(event, **fields)
        raise
