"""No workbook needs more memory than a function has, and none takes long beside its size."""

import os
import subprocess
import sys

import pytest

from tests.hostile_workbooks import SHAPES

MIB = 1024 * 1024
_SIZE = int(os.environ.get("HOSTILE_WORKBOOK_MIB", "3")) * MIB


@pytest.mark.parametrize("shape", SHAPES)
def test_no_workbook_needs_much_memory(shape: str) -> None:
    """It is read in a process that is limited to 256 MiB of memory."""
    command = [sys.executable, "-m", "tests.integration.read_hostile_workbooks", shape, str(_SIZE)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    peak, seconds, _ = done.stdout.split("\t", 2)
    print(done.stdout)
    assert int(peak) < 96 * MIB
    assert float(seconds) < 20 * _SIZE / MIB
