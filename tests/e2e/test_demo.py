"""`make demo` on a running stack: the sample's outcome, as often as it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import PROJECT, running


@pytest.fixture(scope="module")
def state_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("demo")) / "state"


def demo(state_dir: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "infra.local.demo", "--state-dir", str(state_dir)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)


def test_the_demo_shows_the_samples_outcome_twice(state_dir: Path) -> None:
    with running(state_dir):
        for _ in range(2):
            result = demo(state_dir)
            assert result.returncode == 0, result.stdout + result.stderr
            assert "1,000 rows, 950 accepted, 50 rejected" in result.stdout
            assert "Upload Complete (95.0% Success)" in result.stdout
