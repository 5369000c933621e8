"""One wheel: on a vendor's machine it brings the command line, and nothing of the service's weight."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.stack import PROJECT, csv_of

NEEDED = ["httpx", "rapidfuzz", "rich", "typer"]
NOT_NEEDED = {"boto3", "fastapi", "psycopg2-binary", "pydantic", "uvicorn", "aws-lambda-powertools"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh environment with the wheel in it, at the versions that are pinned."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in ("pyproject.toml", "README.md", "onboarding", "pipeline", "api"):
        (checkout / name).symlink_to(PROJECT / name)
    run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, checkout)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    pinned = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(line.rstrip(" \\") for line in pinned.splitlines() if "==" in line))
    run(programs / "pip", "install", "--quiet", "--constraint", constraints, wheel)
    return programs


def run(*command: object, **options: object) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stdout + done.stderr
    return str(done.stdout)


def test_the_wheel_alone_checks_a_file(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_bytes(csv_of(["P1,Lamp,Books,S1,“5.00”,5", "P2,Lamp,Books,S2,5.00,5"]))
    checked = subprocess.run(
        [installed / "onboarding", "check", "products.csv", "--json"],
        cwd=tmp_path, env={"HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    error, last = map(json.loads, checked.stdout.splitlines())
    assert (error["row_number"], error["error_type"], error["suggestion"]) == (1, "INVALID_PRICE", "5.00")
    assert (last["summary"]["error_records"], checked.returncode) == (1, 1)


def test_the_wheel_brings_nothing_of_the_service(installed: Path) -> None:
    there = {package["name"].lower() for package in json.loads(run(installed / "pip", "list", "--format", "json"))}
    assert set(NEEDED) | {"product-onboarding"} <= there
    assert not there & NOT_NEEDED
    assert "onboarding 0." in run(installed / "onboarding", "--version")


def test_the_operators_commands_say_what_they_need_besides(installed: Path) -> None:
    assert "For operators" in run(installed / "onboarding", "ops", "--help")
    result = subprocess.run([installed / "onboarding", "ops", "status"], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (2, "")
    assert 'pip install "product-onboarding[ops]"' in result.stderr
