"""One stack for all tests that do not need one of their own."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack") / "state") as stack:
        yield stack


# On a desk every run tries examples of its own and remembers what failed; in CI the same code gets the same answer.
settings.register_profile("repeatable", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("repeatable")
