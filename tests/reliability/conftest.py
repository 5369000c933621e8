"""A stack whose sweeper does not run."""

from collections.abc import Iterator

import pytest

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def quiet_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Its sweeper is off, because it would interfere with tests that deliver events themselves."""
    with running(tmp_path_factory.mktemp("reliability") / "state") as stack:
        stack.stop_sweeping()
        yield stack
