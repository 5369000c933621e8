"""`make demo` on a running stack: the outcomes of both samples, as often as they are asked for."""

import subprocess
import sys

import pytest

from infra.local.demo_acts import NEW_PRICES, NEW_PRODUCTS, Act
from tests.stack import PROJECT, Stack


def demo(stack: Stack) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local.demo", "--state-dir", str(stack.logs.parent)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)


def test_the_demo_shows_both_outcomes_twice(stack: Stack) -> None:
    for _ in range(2):
        result = demo(stack)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "1,000 rows, 950 accepted, 50 rejected" in result.stdout
        assert "Upload Complete (95.0% Success)" in result.stdout
        assert "301 changed, 99 unchanged" in result.stdout
        assert "ELE-1000: price 140.99 → 126.99, stock quantity 8 → 4\n" in result.stdout


@pytest.mark.parametrize("act", [NEW_PRODUCTS, NEW_PRICES])
def test_what_is_not_as_expected_is_named(act: Act) -> None:
    upload = {"status": "completed", "valid_records": 950, "error_records": 50, "updated_records": 301}
    as_expected = upload | {"unchanged_records": 99} | dict(act.expected)
    assert act.differences(as_expected) == []
    assert act.differences(as_expected | {"status": "failed"}) == [f"status is failed, not {act.expected['status']}"]
