"""Log lines, of this process or of the stack's functions."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.logs import logger
from tests.stack import Stack


def logged_by(stack: Stack) -> list[str]:
    """The log lines of functions and web service, without those of the AWS services."""
    lines = [
        line
        for name in ("aws", "api")
        for line in (stack.logs / f"{name}.log").read_text("utf-8", "replace").splitlines()
    ]
    return [line for line in lines if line.startswith("{")]


@contextmanager
def logged_here() -> Iterator[list[str]]:
    """The lines that handlers log in this process."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    keeping = Keeping()
    keeping.setFormatter(logger.handlers[0].formatter)
    logger.addHandler(keeping)
    try:
        yield lines
    finally:
        logger._logger.removeHandler(keeping)
