"""The kill test in its short form; `make soak` is the long one."""

import os
from pathlib import Path

from tests.reliability.soak import soak


def test_no_kill_loses_doubles_or_blocks_anything(tmp_path: Path) -> None:
    report = soak(tmp_path, minutes=float(os.environ.get("SOAK_MINUTES", "1")), seed=11)
    print(report)
    assert report.is_good, str(report)
    assert report.uploads >= 10
    assert report.read >= 100
    assert set(report.kills) >= {"function", "API", "database session", "database server", "everything"}, report.kills
    assert set(report.changes) >= {"updated", "unchanged"}, report.changes
