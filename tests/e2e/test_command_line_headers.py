"""`onboarding` with files whose headers are not ours: mapped, remembered, and applied again."""

import json
import shlex
from collections.abc import Iterator

import pytest

from tests.e2e.terminal import Terminal
from tests.stack import HEADER, Stack, csv_of, sound_rows, tag

GERMAN = "Kennung;Was;Gruppe;Preis;Bestand;Lieferzeit"
MEANINGS = {"vendor_product_id": "Kennung", "sku": "Kennung", "product_name": "Was", "category": "Gruppe"}
MAPPED = [option for column, header in MEANINGS.items() for option in ("--map", f"{column}={header}")]


def german_file(terminal: Terminal) -> str:
    run = tag()
    rows = [f"K{run}-{number};Maus {number};Electronics;19,99;5;3 Tage" for number in range(3)]
    return terminal.write("\r\n".join([GERMAN, *rows]).encode(), "artikel.csv")


@pytest.fixture
def forgetful(terminal: Terminal) -> Iterator[Terminal]:
    """Forgets afterwards what the vendor's headers mean."""
    yield terminal
    listed = terminal.json("remembered")
    terminal.run("remembered", *(option for each in listed for option in ("--forget", each["header"])))


def test_headers_are_mapped_and_it_says_which_went_where(terminal: Terminal) -> None:
    file, options = german_file(terminal), (*MAPPED, "--not-used", "Lieferzeit")
    for result in (terminal.run("check", file, *options), terminal.run("upload", file, "--wait", *options)):
        assert result.returncode == 0, result.stderr
        lines = [line.split() for line in result.stdout.splitlines()]
        assert ["Kennung", "sku", "mapping"] in lines
        assert ["Preis", "price", "synonym"] in lines
        assert 'Not used, as decided: "Lieferzeit".' in result.stdout


def test_what_is_remembered_is_applied_by_check_as_by_the_service(forgetful: Terminal) -> None:
    file = german_file(forgetful)
    assert forgetful.run("upload", file, "--wait", "--remember", *MAPPED).returncode == 0
    forgetful.run("rules", ONBOARDING_API_KEY="")
    unknowing = forgetful.run("check", file)
    assert (unknowing.returncode, "`onboarding rules` and your key" in unknowing.stderr) == (1, True)

    assert "Kennung" in forgetful.run("rules").stdout
    (here,) = forgetful.json("check", file)
    (there,) = forgetful.json("upload", file, "--wait", "--dry-run")
    assert here["summary"]["columns"] == there["file"]["columns"]
    assert there["file"]["columns"][0] == {
        "header": "Kennung",
        "column": "vendor_product_id",
        "matched_by": "remembered",
    }


def test_own_names_for_categories_are_known_to_check(stack: Stack, terminal: Terminal) -> None:
    file = terminal.write(csv_of([f"P{tag()},Buch,Fachliteratur,S{tag()},5,5"]))
    terminal.run("rules")
    assert terminal.run("check", file).returncode == 1
    with stack.api() as api:
        assert api.put("/v1/aliases/Fachliteratur", json={"category": "Books"}).is_success
        assert "Fachliteratur" in terminal.run("rules").stdout
        assert terminal.run("check", file).returncode == 0
        result = terminal.run("upload", file, "--wait")
        assert result.returncode == 0, result.stdout
        assert api.delete("/v1/aliases/Fachliteratur").is_success


def test_of_two_remembered_headers_the_newest_is_read(forgetful: Terminal) -> None:
    for header in ("Zweite", "Alpha", "Zweite"):
        file = forgetful.write(csv_of(sound_rows(1, tag()), HEADER.replace("sku", header)))
        assert forgetful.run("upload", file, "--wait", "--remember", "--map", f"sku={header}").returncode == 0
    rows = [f"{row},{tag()}" for row in sound_rows(1, tag())]
    file = forgetful.write(csv_of(rows, HEADER.replace("sku", "Alpha") + ",Zweite"))
    forgetful.run("rules")
    (here,) = forgetful.json("check", file)
    (there,) = forgetful.json("upload", file, "--wait", "--dry-run")
    assert here["summary"]["columns"] == there["file"]["columns"]
    columns = {each["header"]: each["column"] for each in there["file"]["columns"]}
    assert (columns["Alpha"], columns["Zweite"]) == (None, "sku")


def test_what_is_remembered_is_listed_and_forgotten(forgetful: Terminal) -> None:
    options = ("--map", "weight_kg=Gewicht", "--weight-unit", "g", "--not-used", "Nr./Farbe", "--remember")
    forgetful.run("upload", forgetful.write(csv_of(sound_rows(1, tag()))), "--wait", *options)
    listing = forgetful.run("remembered").stdout
    assert [line.split() for line in listing.splitlines()[1:]] == [
        ["Nr./Farbe", "not", "used"],
        ["Gewicht", "weight_kg", "g"],
    ]
    assert forgetful.json("remembered", "--forget", "nr./FARBE") == [
        {"header": "Gewicht", "column": "weight_kg", "unit": "g"}
    ]
    assert forgetful.run("remembered", "--forget", "Gewicht").stdout == "Nothing is remembered of your headers.\n"
    again = forgetful.run("remembered", "--forget", "Gewicht")
    assert (again.returncode, "no such remembered header" in again.stderr) == (2, True)


def test_a_dry_run_remembers_nothing(forgetful: Terminal) -> None:
    forgetful.run("upload", german_file(forgetful), "--wait", "--dry-run", "--remember", *MAPPED)
    assert forgetful.json("remembered") == []


def test_a_refused_file_is_applied_with_other_decisions(terminal: Terminal) -> None:
    refused = terminal.run("upload", german_file(terminal), "--wait")
    upload_id = refused.stdout.split()[0]
    assert refused.returncode == 1
    trial = terminal.run("apply", upload_id, *MAPPED, "--dry-run")
    assert (trial.returncode, "This was a dry run" in trial.stdout) == (0, True)
    (applied,) = terminal.json("apply", upload_id, *MAPPED, "--reference", "spring")
    assert (applied["status"], applied["source_upload_id"], applied["reference"]) == ("completed", upload_id, "spring")
    again = terminal.run("apply", applied["upload_id"], "--mode", "upsert")
    assert (again.returncode, "3 unchanged" in again.stdout) == (0, True)
    still = terminal.run("apply", upload_id)
    assert (still.returncode, "The file was not accepted" in still.stdout) == (1, True)
    unknown = terminal.run("apply", "UPLOAD_20260101_000000_aaaaaaaa")
    assert (unknown.returncode, "no such upload" in unknown.stderr) == (2, True)


def test_the_command_that_a_proposal_ends_with_goes_on_from_there(stack: Stack, forgetful: Terminal) -> None:
    run = tag()
    rows = [f"K{run}-{number};Maus {number};Electronics;19,99" for number in range(3)]
    file = forgetful.write("\n".join(["Unser Code;Was ist's;Gruppe;Preis", *rows]).encode())
    upload_id = forgetful.run("upload", file, "--wait").stdout.split()[0]
    columns = [
        {"header": header, "samples": [f"K{run}-0"], "column": column, "confidence": 0.9, "alternatives": ["brand"]}
        for header, column in (("Unser Code", "sku"), ("Was ist's", "product_name"), ("Gruppe", "category"))
    ]
    stand_ins = [
        {"column": "vendor_product_id", "header": "Unser Code", "default": None},
        {"column": "stock_quantity", "header": None, "default": "0"},
    ]
    stack.sql(
        "UPDATE upload_history SET failure = failure || %s::jsonb WHERE upload_id = %s",
        json.dumps({"proposal": {"columns": columns, "stand_ins": stand_ins, "encodings": []}}),
        upload_id,
    )
    status = forgetful.run("status", upload_id)
    assert [line for line in status.stdout.splitlines() if "Unser Code" in line and f"K{run}-0" in line]
    (command,) = [line for line in status.stdout.splitlines() if line.startswith("  onboarding apply")]
    assert f"{upload_id} --map 'sku=Unser Code' --map 'product_name=Was ist'\"'\"'s' --map category=Gruppe" in command
    _, *arguments = shlex.split(command)
    applied = forgetful.run(*arguments)
    assert (applied.returncode, "All 3 products are in the catalogue." in applied.stdout) == (0, True)
    assert {each["header"] for each in forgetful.json("remembered")} == {"Unser Code", "Was ist's", "Gruppe"}
