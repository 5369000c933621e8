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


# Tests that measure: of load, of time and memory for hostile files, of what neighbours and column orders cost. And
# those that try histories: what became of their records.
_MEASURING = (
    "test_fairness.py",
    "test_model.py",
    "test_order.py",
    "test_reader_column_order.py",
    "test_reader_fuzz.py",
    "test_reader_memory.py",
    "test_reader_neighbours.py",
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Shows what these tests have printed, although they passed."""
    passed = terminalreporter.stats.get("passed", [])
    printed = [report.capstdout for report in passed if report.nodeid.partition("::")[0].endswith(_MEASURING)]
    figures = [line for text in printed for line in text.splitlines() if line and not _is_logged(line)]
    if figures:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(figures))


def _is_logged(line: str) -> bool:
    """Whether a function of ours has logged this line."""
    return line.startswith("{")


# On a desk every run tries examples of its own and remembers what failed; in CI the same code gets the same answer.
settings.register_profile("repeatable", derandomize=True, database=None)
if os.environ.get("CI"):
    settings.load_profile("repeatable")
