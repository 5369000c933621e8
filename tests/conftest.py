"""One stack for all tests that do not need one of their own."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from httpx._transports import default as httpx_transports
from hypothesis import settings

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stack") / "state") as stack:
        yield stack


# Whole files are given to the next idle worker: the longest come first, and before the many short ones those that would
# else be the last to begin, while other workers have nothing left to do.
_LONGEST = (
    "reliability/test_wire_faults.py",
    "reliability/test_crash_points.py",
    "reliability/test_mutants.py",
    "reliability/test_model.py",
    "e2e/test_fairness.py",
    "e2e/test_local_stack.py",
    "reliability/test_soak.py",
    "e2e/test_interruption.py",
    "e2e/test_least_privilege.py",
    "integration/test_reader_memory.py",
    "e2e/test_image.py",
    "unit/test_reader_fuzz.py",
    "reliability/test_concurrency.py",
    "unit/test_reader_neighbours.py",
    "integration/test_query_plans.py",
    "unit/test_reader_damage.py",
    "unit/test_reader_encodings.py",
    "unit/test_reader_column_order.py",
    "unit/test_fast_path_results.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {Path(__file__).parent / file: rank for rank, file in enumerate(_LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


# Tests that measure: of load, of time and memory for hostile files, of what neighbours and column orders cost. And
# those that try histories: what became of their records.
_MEASURING = (
    "test_fairness.py",
    "test_model.py",
    "test_order.py",
    "test_plans.py",
    "test_reader_column_order.py",
    "test_reader_fuzz.py",
    "test_reader_memory.py",
    "test_reader_neighbours.py",
    "test_undo_histories.py",
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

# Otherwise every client of httpx reads the system's certificates, which takes longer than most requests.
httpx_transports.create_ssl_context = cache(httpx_transports.create_ssl_context)  # type: ignore[attr-defined]
