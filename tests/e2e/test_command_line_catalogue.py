"""`onboarding export` and `changes`: the catalogue, back out."""

import csv
import io

import pytest

from tests.e2e.terminal import Terminal
from tests.stack import Stack, csv_of, sound_rows, tag


@pytest.fixture
def run(terminal: Terminal) -> str:
    """Three products, whose SKUs begin with it."""
    run = tag()
    assert terminal.run("upload", terminal.write(csv_of(sound_rows(3, run))), "--wait").returncode == 0
    return run


def test_a_catalogue_is_saved_edited_and_sent_back(stack: Stack, terminal: Terminal, run: str) -> None:
    saved = terminal.run("export", "-o", "mine.csv")
    path = terminal.folder / "mine.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    assert (saved.returncode, saved.stdout) == (0, f"Saved {len(rows) - 1:,} products to mine.csv\n")
    again = terminal.run("export", "-o", "mine.csv")
    assert (again.returncode, "exists already" in again.stderr) == (2, True)

    path.write_text(path.read_text("utf-8-sig").replace(f"S{run}-2,,19.99", f"S{run}-2,,18.00"))
    (upload,) = terminal.json("upload", str(path), "--mode", "upsert", "--wait")
    assert (upload["updated_records"], upload["unchanged_records"]) == (1, len(rows) - 2)


def test_a_workbook_of_some_products(stack: Stack, terminal: Terminal, run: str) -> None:
    (export,) = terminal.json("export", "--category", "nowhere", "--status", "withdrawn", "-o", "some.xlsx")
    assert (export["format"], export["products"], export["path"]) == ("xlsx", 0, "some.xlsx")
    assert (terminal.folder / "some.xlsx").read_bytes()[:2] == b"PK"


def test_changes_are_shown_and_go_on_later(stack: Stack, terminal: Terminal, run: str) -> None:
    *_, last = terminal.json("changes")
    header = "sku,price,stock_quantity,brand,unit"
    terminal.run("upload", terminal.write(csv_of([f"S{run}-3,5,6,B,box"], header)), "--mode", "update", "--wait")
    shown = terminal.run("changes", "--after", last["next_cursor"]).stdout.splitlines()
    assert shown[0].endswith(
        f"updated  S{run}-3  brand nothing → B; price 19.99 → 5.00; stock_quantity 5 → 6; and 1 more"
    )
    assert (shown[1], shown[2].startswith("  onboarding changes --after ")) == ("What happens from now on:", True)
