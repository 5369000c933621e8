"""`onboarding` against the service, as a vendor runs it in a terminal."""

import csv
import json

from tests.e2e.terminal import Terminal
from tests.stack import HEADER, Stack, csv_of, sound_rows, tag


def broken(run: str) -> bytes:
    return csv_of(
        [
            *sound_rows(3, run),
            f'P{run}-4,"Lamp\nof two lines",Elektronics,S{run}-4,“5.00”,10.0',
            "",
            f"P{run}-5,Lamp,Spaceships,S{run}-1,-1,5",
            f"P{run}-6,,Books,S{run}-6,1,5",
            f'P{run}-7,"broken"quote,Books,S{run}-7,1,5',
            f"P{run}-8,Lamp",
        ]
    )


def test_check_tells_what_the_service_tells(stack: Stack, terminal: Terminal) -> None:
    """The same codes, rows, lines, messages and suggestions, error by error."""
    assert terminal.run("rules").returncode == 0
    file = terminal.write(broken(tag()))
    *here, _ = terminal.json("check", file)
    (upload,) = terminal.json("upload", file, "--wait", "--dry-run")
    there = stack.errors(upload["upload_id"])
    assert len(here) == 9
    assert here == [{name: error[name] for name in here[0]} for error in there]


def test_it_does_so_for_changes_of_known_products_too(stack: Stack, terminal: Terminal) -> None:
    run = tag()
    terminal.run("rules")
    terminal.run("upload", terminal.write(csv_of(sound_rows(4, run))), "--wait")
    rows = [f"S{run}-1,-1,Books", f"S{run}-2,[clear],Books", f"S{run}-3,,Spaceships", f"S{run}-4,5,", f"S{run}-4,6,"]
    file = terminal.write(csv_of(rows, "sku,price,category"), "changes.csv")
    *here, last = terminal.json("check", file, "--mode", "update")
    (upload,) = terminal.json("upload", file, "--wait", "--dry-run", "--mode", "update")
    there = stack.errors(upload["upload_id"])
    assert (len(here), last["summary"]["valid_records"]) == (4, upload["valid_records"])
    assert here == [{name: error[name] for name in here[0]} for error in there]


def test_rows_are_corrected_without_a_file(stack: Stack, terminal: Terminal) -> None:
    run, own_name = tag(), f"Elektrik{tag()}"
    rows = [f"P{run}-{n},Lamp,{name},S{run}-{n},5,5" for n, name in enumerate(("Elektronics", own_name, own_name))]
    (upload,) = terminal.json("upload", terminal.write(csv_of([*rows, f"P{run}-9,Lamp,Books,S{run}-9,-1,5"])), "--wait")
    command = ("fix", upload["upload_id"], "--accept-suggestions", "--set", f"category:{own_name}=Electronics")
    (dry,) = terminal.json(*command, "--dry-run")
    assert (dry["valid_records"], dry["dry_run"], dry["parent_upload_id"]) == (3, True, upload["upload_id"])
    result = terminal.run(*command, "--omit", "3", "--set", "price=1.50")
    assert result.returncode == 0, result.stderr
    assert "what is suggested" in result.stdout
    assert "Rows processed again: 3" in result.stdout
    assert terminal.run(*command, "--remember").returncode == 0
    nothing = terminal.run(*command)
    assert (nothing.returncode, "No row can be corrected by this" in nothing.stderr) == (2, True)
    assert terminal.run("fix", upload["upload_id"]).returncode == 2
    with stack.api() as api:
        names = [each["value"] for each in api.get("/v1/aliases").json()["items"]]
        assert {"Elektronics", own_name} <= set(names)
        for name in ("Elektronics", own_name):
            api.delete(f"/v1/aliases/{name}")


def test_from_a_broken_file_to_a_complete_catalogue(terminal: Terminal) -> None:
    run = tag()
    file = terminal.write(csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Elektronics,S{run}-3,5,5"]))
    first_run = terminal.run("upload", file, "--wait")
    assert (first_run.returncode, "3 rows, 2 accepted, 1 rejected." in first_run.stdout) == (1, True)
    upload_id = first_run.stdout.split()[0]
    assert f"Correct the rejected rows: onboarding report {upload_id} --fix" in first_run.stdout

    listing = terminal.run("errors", upload_id)
    assert (listing.returncode, "Electronics" in listing.stdout) == (1, True)
    assert terminal.run("report", upload_id).returncode == 0
    assert terminal.run("report", upload_id, "--fix").returncode == 0
    report, fix = (terminal.folder / f"{upload_id}_{kind}.csv" for kind in ("errors", "fix"))
    (line,) = csv.DictReader(report.read_text(encoding="utf-8-sig").splitlines())
    assert (line["Suggestion"], fix.stat().st_size > 0) == ("Electronics", True)

    fix.write_bytes(fix.read_bytes().replace(b"Lamp,Elektronics", b"Lamp,Electronics"))
    again = terminal.run("upload", fix.name, "--wait")
    corrects = f"Corrects {file} ({upload_id}). The rejected row is corrected."
    assert (again.returncode, corrects in " ".join(again.stdout.split())) == (0, True)
    status = terminal.run("status", upload_id)
    assert "The rejected row is corrected." in status.stdout
    assert "Correct the rejected rows" not in status.stdout
    assert status.returncode == 1


def test_rules_can_be_saved_elsewhere_and_shown(terminal: Terminal) -> None:
    listing = terminal.run("rules", "--output", "rules.json", ONBOARDING_API_KEY="")
    document = json.loads((terminal.folder / "rules.json").read_text())
    assert "Electronics" in document["categories"]
    assert all(text in listing.stdout for text in ("vendor_product_id*", "DUPLICATE_SKU", "Saved in rules.json"))
    file = terminal.write(csv_of(["P,Lamp,Spaceships,S,1,1"]))
    assert terminal.run("check", file, "--rules", "rules.json").returncode == 1


def test_an_upload_that_ends_well_says_so_by_its_exit_code(terminal: Terminal) -> None:
    file = terminal.write(csv_of(sound_rows(2, tag())))
    first_run = terminal.run("upload", file, "--reference", "spring")
    assert (first_run.returncode, first_run.stdout.startswith("Sent as UPLOAD_")) == (0, True)
    upload_id = first_run.stdout.split()[2].rstrip(".")
    ended = terminal.run("status", upload_id, "--wait", "--json")
    assert (ended.returncode, json.loads(ended.stdout)["reference"]) == (0, "spring")
    for arguments in (("errors", upload_id), ("report", upload_id), ("report", upload_id, "--fix")):
        result = terminal.run(*arguments)
        assert (result.returncode, "No row was rejected" in result.stdout) == (0, True)
    assert terminal.json("report", upload_id) == [{"upload_id": upload_id, "path": None}]


def test_a_price_list_changes_what_is_there(terminal: Terminal) -> None:
    run = tag()
    assert terminal.run("upload", terminal.write(csv_of(sound_rows(3, run))), "--wait").returncode == 0
    rows = [f"S{run}-1,9.90", f"S{run}-2,19.990", f"S{run}-3,19.99", f"S{run}-4,5"]
    prices = terminal.write(csv_of(rows, "sku,price"), "prices.csv")
    check = terminal.run("check", prices, "--mode", "update")
    assert (check.returncode, "Only the service knows which products you have" in check.stderr) == (1, True)

    terminal.write(csv_of(rows, "sku,price").replace(b"19.990", b"19.9"), "prices.csv")
    assert terminal.run("check", prices, "--mode", "update").returncode == 0
    plan = terminal.run("upload", prices, "--mode", "update", "--dry-run", "--wait")
    assert "2 would be changed, 1 unchanged; 1 row needs a correction" in plan.stdout
    result = terminal.run("upload", prices, "--mode", "update", "--wait")
    assert (result.returncode, "2 changed, 1 unchanged" in result.stdout) == (1, True)
    listing = terminal.run("errors", result.stdout.split()[0]).stdout
    assert f'You have no product with the SKU "S{run}-4"' in listing
    assert "Product not found" in listing

    upload_id = result.stdout.split()[0]
    assert terminal.run("report", upload_id, "--changes").returncode == 0
    text = (terminal.folder / f"{upload_id}_changes.csv").read_text(encoding="utf-8-sig")
    values = [(line["SKU"], line["Before"], line["After"]) for line in csv.DictReader(text.splitlines())]
    assert values == [(f"S{run}-1", "19.99", "9.90"), (f"S{run}-2", "19.99", "19.90")]


def test_decisions_reach_the_service(terminal: Terminal) -> None:
    file = terminal.write(csv_of([f"P{tag()},Lamp,Books,S{tag()},5"], HEADER.removesuffix(",stock_quantity")))
    options = ("--mode", "upsert", "--clear-blanks", "--default", "stock_quantity=0", "--encoding", "UTF8")
    (upload,) = terminal.json("upload", file, "--wait", *options)
    expected = {"mode": "upsert", "blank_cells": "clear", "defaults": {"stock_quantity": "0"}, "encoding": "utf-8"}
    assert upload["decisions"] == upload["decisions"] | expected
    assert (upload["status"], upload["created_records"]) == ("completed", 1)


def test_a_refused_upload_shows_the_encodings_that_can_be_named(terminal: Terminal) -> None:
    run = tag()
    rows = [f"P{run}-{n},{name},Books,S{run}-{n},1,5" for n, name in enumerate(("Ложка", "Чашка", "Подушка"))]
    file = terminal.write(csv_of(rows).decode().encode("cp1251"))
    assert "--encoding windows-1251  " in terminal.run("upload", file, "--wait").stdout
    (upload,) = terminal.json("upload", file, "--wait", "--encoding", "windows-1251")
    assert (upload["status"], upload["file"]["encoding"]) == ("completed", "windows-1251")


def test_products_that_are_there_already_can_be_changed_instead(terminal: Terminal) -> None:
    file = terminal.write(csv_of(sound_rows(2, tag())))
    terminal.run("upload", file, "--wait")
    again = terminal.run("upload", file, "--wait")
    assert "All 2 rows are in your catalogue already." in again.stdout
    assert "send the file with --mode upsert" in again.stdout
    changed = terminal.run("upload", file, "--wait", "--mode", "upsert")
    assert (changed.returncode, "2 unchanged" in changed.stdout) == (0, True)
    report = terminal.run("report", changed.stdout.split()[0], "--changes")
    assert (report.returncode, report.stdout) == (0, "No row created or changed a product.\n")


def test_what_a_newer_file_has_said_stays(stack: Stack, terminal: Terminal) -> None:
    run = tag()
    terminal.run("upload", terminal.write(csv_of(sound_rows(1, run))), "--wait")
    late = csv_of([f"S{run}-1,5.00"], "sku,price")
    with stack.client() as client:
        announced = client.announce("late.csv", len(late), mode="update")
        newer = terminal.write(csv_of([f"S{run}-1,6.00"], "sku,price"), "newer.csv")
        assert terminal.run("upload", newer, "--wait", "--mode", "update").returncode == 0
        client.send(announced["upload"], late, size_bytes=len(late))
    status = terminal.run("status", announced["upload_id"], "--wait")
    assert (status.returncode, "1 overtaken by a newer file" in status.stdout) == (0, True)


def test_a_file_that_is_not_accepted_says_why(terminal: Terminal) -> None:
    first_run = terminal.run("upload", terminal.write(HEADER.encode()), "--wait")
    upload_id = first_run.stdout.split()[0]
    results = [terminal.run(*of, upload_id) for of in (("status",), ("errors",), ("report",), ("report", "--fix"))]
    for result in (first_run, *results):
        assert "The file was not accepted: The file has a header but no rows" in result.stdout
        assert result.returncode == 1
    assert terminal.json("report", upload_id) == [{"upload_id": upload_id, "path": None}]


def test_corrections_are_never_overwritten(terminal: Terminal) -> None:
    upload_id = "UPLOAD_20260101_000000_aaaaaaaa"
    terminal.write(b"my corrections", f"{upload_id}_fix.csv")
    result = terminal.run("report", upload_id, "--fix")
    assert (result.returncode, "exists already, perhaps with your corrections" in result.stderr) == (2, True)
    assert (terminal.folder / f"{upload_id}_fix.csv").read_bytes() == b"my corrections"


def test_a_refusal_is_told_in_the_services_words(terminal: Terminal) -> None:
    unknown = terminal.run("status", "UPLOAD_20260101_000000_aaaaaaaa")
    stranger = terminal.run("status", "UPLOAD_20260101_000000_aaaaaaaa", ONBOARDING_API_KEY="vk_wrong")
    nowhere = terminal.run("status", "../../healthz")
    assert [result.returncode for result in (unknown, stranger, nowhere)] == [2, 2, 2]
    assert "There is no such upload, or it is not yours" in unknown.stderr
    assert "API key" in stranger.stderr
    assert unknown.stdout == stranger.stdout == ""


def test_a_service_that_is_not_there_is_told(terminal: Terminal) -> None:
    result = terminal.run("rules", "--url", "http://127.0.0.1:1")
    assert (result.returncode, result.stderr.startswith("Error: The service cannot be reached")) == (2, True)
    assert "Traceback" not in result.stderr
