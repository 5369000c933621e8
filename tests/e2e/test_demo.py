"""`make demo` on a running stack: the sample's outcome, as often as it is asked for."""

import subprocess
import sys

from tests.stack import PROJECT, Stack


def demo(stack: Stack) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local.demo", "--state-dir", str(stack.logs.parent)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)


def test_the_demo_shows_the_samples_outcome_twice(stack: Stack) -> None:
    for _ in range(2):
        result = demo(stack)
        assert result.returncode == 0, result.stdout + result.stderr
        assert "1,000 rows, 950 accepted, 50 rejected" in result.stdout
        assert "Upload Complete (95.0% Success)" in result.stdout
