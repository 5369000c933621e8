"""`onboarding check` shows the encodings that a file may be in, and reads it in the one that is named."""

from pathlib import Path

import pytest

from tests.unit.files import HEADER, ROW
from tests.unit.test_check import home, parse_output, run, written

__all__ = ["home"]  # a fixture that every test here uses

RUSSIAN = (HEADER + "".join(ROW.replace("Mouse", name) for name in ("Ложка деревянная", "Чашка"))).encode("cp1251")


def test_a_person_sees_the_options_and_what_each_makes_of_the_same_words(tmp_path: Path) -> None:
    result = run("check", written(tmp_path, RUSSIAN))
    _, proposals = result.stdout.split("add the option that stands before them:\n")
    assert proposals.splitlines()[0].split("  ")[1:] == ["--encoding windows-1251", "Ложка, деревянная, Чашка"]
    assert result.exit_code == 1


def test_a_program_gets_them_as_from_the_service(tmp_path: Path) -> None:
    _, summary = parse_output(run("check", written(tmp_path, RUSSIAN), "--json"))
    assert list(summary["failure"]["proposal"]) == ["encodings"]
    first, *_ = summary["failure"]["proposal"]["encodings"]
    assert first == {"encoding": "windows-1251", "words": ["Ложка", "деревянная", "Чашка"]}


@pytest.mark.parametrize("name", ["windows-1251", "CP1251", "win1251"])
def test_the_file_is_read_in_the_encoding_that_is_named(tmp_path: Path, name: str) -> None:
    _, summary = parse_output(run("check", written(tmp_path, RUSSIAN), "--encoding", name, "--json"))
    assert (summary["failure"], summary["total_records"], summary["warnings"]) == (None, 2, [])


def test_a_wrong_one_is_refused_with_the_right_one(tmp_path: Path) -> None:
    output = run("check", written(tmp_path, RUSSIAN), "--encoding", "utf-8").stdout
    assert "not valid in utf-8, the encoding that was chosen" in output
    assert "--encoding windows-1251" in output


def test_a_name_of_no_encoding_is_wrong_use(tmp_path: Path) -> None:
    result = run("check", written(tmp_path, RUSSIAN), "--encoding", "zip")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no encoding that we read has this name" in result.stderr
