"""`onboarding undo`: what an upload did is shown, and taken back when somebody says so."""

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.e2e.terminal import Terminal
from tests.stack import HEADER, Stack, csv_of, sound_rows, tag

UPDATE = ("--mode", "update", "--wait")


@pytest.fixture
def run(terminal: Terminal) -> str:
    """Four products at 19.99, whose SKUs begin with it."""
    run = tag()
    assert terminal.run("upload", terminal.write(csv_of(sound_rows(4, run))), "--wait").returncode == 0
    return run


def sent(terminal: Terminal, rows: list[str], header: str = "sku,price", mode: tuple[str, ...] = UPDATE) -> str:
    (upload,) = terminal.json("upload", terminal.write(csv_of(rows, header)), *mode)
    return str(upload["upload_id"])


def prices(stack: Stack, run: str) -> list[str]:
    rows = stack.sql("SELECT price FROM products WHERE sku LIKE %s ORDER BY vendor_product_id", f"S{run}-%")
    return [str(row["price"]) for row in rows]


def lines_of(output: str) -> list[str]:
    return [line.rstrip() for line in output.splitlines()]


def answered(terminal: Terminal, answer: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody at a terminal, who is asked and answers."""
    keyboard, screen = pty.openpty()
    with os.fdopen(keyboard, "wb", buffering=0) as typed:
        typed.write(f"{answer}\n".encode())
        result = subprocess.run(
            [sys.executable, "-m", "onboarding", *arguments],
            cwd=terminal.folder, env=terminal.variables, stdin=screen, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    os.close(screen)
    return result


def test_what_would_be_taken_back_is_shown_first(stack: Stack, terminal: Terminal, run: str) -> None:
    changes = sent(terminal, [f"S{run}-{n},{n}0.00" for n in (1, 3, 4)])
    later = sent(terminal, [f"S{run}-3,35.00"])
    preview = terminal.run("undo", changes, "--plan", COLUMNS="80")
    lines = lines_of(preview.stdout)
    assert lines[:2] == [
        f"{lines[0].split()[0]}  would take back {changes}",
        "Nothing in your catalogue has changed yet.",
    ]
    at = lines.index("Rows  What would become of their products")
    assert lines[at + 1 : at + 3] == ["   2  restored", "   1  left as they are"]
    at = lines.index("Changes: price 2")
    assert [line.split() for line in lines[at + 2 : at + 4]] == [
        [f"S{run}-4", "price", "40.00", "19.99", "-50%"],
        [f"S{run}-1", "price", "10.00", "19.99", "+99.9%"],
    ]
    at = lines.index("Kept, because a later upload changed them:")
    assert lines[at + 2].split() == [f"S{run}-3", "price", later]
    assert (preview.returncode, lines[-1]) == (0, f"  onboarding apply {lines[0].split()[0]}")
    assert prices(stack, run) == ["10.00", "19.99", "35.00", "40.00"]

    done = terminal.run("undo", changes, "--yes")
    assert done.returncode == 0, done.stderr
    assert "   2  restored\n   1  left as they are\n" in done.stdout
    assert "would" not in done.stdout
    assert f"Takes back {changes}." in terminal.run("status", done.stdout.split()[0]).stdout
    assert prices(stack, run) == ["19.99", "19.99", "35.00", "19.99"]
    again = terminal.run("undo", changes, "--yes")
    assert (again.returncode, again.stdout, "There is nothing to take back" in again.stderr) == (2, "", True)


def test_new_products_are_removed_and_come_back(stack: Stack, terminal: Terminal) -> None:
    run = tag()
    created = sent(terminal, sound_rows(30, run), HEADER, mode=("--wait",))
    preview = terminal.run("undo", created, "--plan")
    lines = lines_of(preview.stdout)
    assert lines[lines.index("Rows  What would become of their products") + 1] == "  30  removed"
    at = lines.index("Products that would be removed:")
    assert lines[at + 1 : at + 21] == [f"S{run}-{n}" for n in range(1, 21)]
    assert lines[at + 21] == "… and 10 more"

    document = json.loads(terminal.run("undo", created, "--yes", "--json").stdout)
    assert (document["upload"]["undo_of"], document["upload"]["removed_records"]) == (created, 30)
    assert document["changes"]["removed"][0] == {"row_number": 1, "sku": f"S{run}-1"}
    assert (document["kept"], document["next"], prices(stack, run)) == ([], None, [])
    back = terminal.run("undo", document["upload"]["upload_id"], "--yes")
    assert (back.returncode, "  30  created again" in back.stdout) == (0, True)
    assert len(prices(stack, run)) == 30


def test_somebody_at_a_terminal_is_asked(stack: Stack, terminal: Terminal, run: str) -> None:
    changes = sent(terminal, [f"S{run}-1,5.00"])
    refused = answered(terminal, "n", "undo", changes)
    assert (refused.returncode, "Nothing was changed." in refused.stdout) == (2, True)
    assert ("Take this back now?" in refused.stderr, prices(stack, run)[0]) == (True, "5.00")
    done = answered(terminal, "y", "undo", changes)
    assert (done.returncode, f"would take back {changes}" in done.stdout) == (0, True)
    assert (f"  has taken back {changes}" in done.stdout, prices(stack, run)[0]) == (True, "19.99")


def test_a_program_is_not_asked(stack: Stack, terminal: Terminal, run: str) -> None:
    changes = sent(terminal, [f"S{run}-1,5.00"])
    for result in (terminal.run("undo", changes), answered(terminal, "y", "undo", changes, "--json")):
        assert (result.returncode, result.stdout) == (2, "")
        assert "Nobody can be asked here. Add --plan to see what would be taken back, or --yes" in result.stderr
    assert prices(stack, run)[0] == "5.00"
    document = json.loads(terminal.run("undo", changes, "--plan", "--json").stdout)
    change = {"row_number": 1, "sku": f"S{run}-1", "field": "price", "before": "5.00", "after": "19.99"}
    assert document["changes"]["largest"] == [change | {"percent": 299.8}]
    assert (document["upload"]["dry_run"], document["next"]) == (
        True,
        f"onboarding apply {document['upload']['upload_id']}",
    )


def test_what_cannot_be_created_again_is_told(terminal: Terminal) -> None:
    run = tag()
    created = sent(terminal, sound_rows(1, run), HEADER, mode=("--wait",))
    undone = json.loads(terminal.run("undo", created, "--yes", "--json").stdout)["upload"]["upload_id"]
    sent(terminal, [f"other{run},Thing,Electronics,S{run}-1,1.00,1"], HEADER, mode=("--wait",))
    back = terminal.run("undo", undone, "--yes")
    assert (back.returncode, "   1  not possible" in back.stdout) == (1, True)
    assert "SKU" in back.stdout
