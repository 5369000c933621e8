"""A stack on which nothing is moved on but by the test."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def quiet_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Its sweeper sleeps: tests that deliver events by hand would be overtaken by it."""
    with running(tmp_path_factory.mktemp("reliability") / "state") as stack:
        stack.stop_sweeping()
        yield stack
