"""`onboarding check` of a packed file."""

from pathlib import Path

import pytest

from tests.packing import WAYS
from tests.unit.test_check import BROKEN, parse_output, run, written
from tests.unit.test_check import home as home
from tests.unit.test_check import rules as rules


@pytest.mark.parametrize("way", WAYS)
def test_a_packed_file_is_checked_as_the_file_in_it(tmp_path: Path, rules: Path, way: str) -> None:
    plain, packed = (
        run("check", written(tmp_path, content), "--rules", rules, "--json")
        for content in (BROKEN, WAYS[way](BROKEN.encode()))
    )
    assert parse_output(packed) == parse_output(plain)
    assert packed.exit_code == plain.exit_code == 1
