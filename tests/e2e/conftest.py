"""A vendor's terminal, and an upload with every kind of row for the tests of what can be read."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.reading import ROWS, RUN
from tests.e2e.terminal import Terminal
from tests.stack import Stack, csv_of


@pytest.fixture(scope="session")
def upload(stack: Stack) -> dict[str, Any]:
    """An ended upload of VEND002: four good rows, four bad ones with five errors."""
    upload = stack.ended(stack.send(csv_of(ROWS), vendor="VEND002")["upload_id"], vendor="VEND002")
    assert (upload["valid_records"], upload["error_records"]) == (4, 4)
    return upload


@pytest.fixture(scope="session")
def dry_run(stack: Stack) -> dict[str, Any]:
    rows = [row.replace(RUN, f"dry{RUN}") for row in ROWS]
    announcement = stack.send(csv_of(rows), vendor="VEND002", dry_run=True)
    return stack.ended(announcement["upload_id"], vendor="VEND002")


@pytest.fixture
def terminal(stack: Stack, tmp_path: Path) -> Terminal:
    return Terminal(stack, tmp_path)
