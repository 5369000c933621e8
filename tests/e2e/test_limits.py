"""Limits are configured where the stack is started, published, and heeded."""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.stack import PROJECT, csv_of, running, sound_rows, tag


def test_a_limit_of_ones_own_is_published_and_heeded(tmp_path: Path) -> None:
    with running(tmp_path / "state", ONBOARDING_MAX_ROWS="3") as stack:
        published = httpx.get(f"{stack.api_url}/v1/limits").raise_for_status().json()
        assert (published["rows"], published["columns"]) == (3, 500)
        few, many = (stack.send(csv_of(sound_rows(count, tag())))["upload_id"] for count in (3, 5))
        assert stack.ended(few)["status"] == "completed"
        assert stack.ended(many)["failure"]["code"] == "TOO_MANY_ROWS"


def test_a_limit_that_is_no_number_is_refused(tmp_path: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "infra.local", "up", "--port", "8999", "--state-dir", str(tmp_path)],
        cwd=PROJECT, env=os.environ | {"ONBOARDING_MAX_ROWS": "many"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert result.returncode == 1
    assert "ONBOARDING_MAX_ROWS must be a whole number of 1 or more, not many" in result.stderr
    assert not (tmp_path / "aws").exists()
