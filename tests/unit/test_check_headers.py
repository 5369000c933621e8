"""`onboarding check` of files whose headers are not ours: mapped, remembered, and told where each went."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.checking.rules import RULES_VERSION
from tests.unit.files import CATEGORIES, HEADER
from tests.unit.test_check import LIMITS, parse_output, run, written

GERMAN = "Kennung;Was;Gruppe;Preis;Bestand;Lieferzeit\nK1;Maus;Electronics;19,99;5;3 Tage\n"
MAPPED = (
    *("--map", "vendor_product_id=Kennung", "--map", "sku=KENNUNG"),
    *("--map", "product_name=Was", "--map", "category=Gruppe", "--not-used", "Lieferzeit"),
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what belongs to whoever runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def columns_of(path: Path, *options: object) -> list[tuple[str, str | None, str | None]]:
    _, summary = parse_output(run("check", path, *options, "--json"))
    return [(each["header"], each["column"], each["matched_by"]) for each in summary["columns"]]


def rules_with(home: Path, *remembered: dict[str, Any]) -> Path:
    """A rules document that was fetched with a key."""
    items = [{"unit": None, **each} for each in remembered]
    document = {"version": RULES_VERSION, "categories": CATEGORIES.names, "limits": LIMITS, "mapping": items}
    return written(home, json.dumps(document), "rules.json")


def test_headers_are_mapped_and_a_table_says_where_each_went(home: Path) -> None:
    result = run("check", written(home, GERMAN), *MAPPED)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert [line.split() for line in lines[:7]] == [
        ["Header", "Column", "Found", "by"],
        ["Kennung", "vendor_product_id", "mapping"],
        ["Kennung", "sku", "mapping"],
        ["Was", "product_name", "mapping"],
        ["Gruppe", "category", "mapping"],
        ["Preis", "price", "synonym"],
        ["Bestand", "stock_quantity", "synonym"],
    ]
    assert lines[7] == 'Not used, as decided: "Lieferzeit".'
    assert "Columns read by their usual names" not in result.stdout


def test_a_file_with_our_headers_needs_no_table(home: Path) -> None:
    path = written(home, HEADER.strip() + ",Farbe\nP1,Lamp,Clothing,S1,5,5,red\n")
    assert "Found by" not in run("check", path).stdout
    assert columns_of(path)[-2:] == [("stock_quantity", "stock_quantity", "exact"), ("Farbe", None, None)]


def test_a_mapped_header_that_the_file_does_not_have_is_named(home: Path) -> None:
    path = written(home, HEADER + "P1,Lamp,Clothing,S1,5,5\n")
    result = run("check", path, "--map", "brand=Marke", "--map", "sku=SKU")
    assert 'In the mapping, but not in the file: "Marke".' in result.stdout
    assert result.exit_code == 0


def test_the_table_is_there_for_a_file_that_is_not_accepted(home: Path) -> None:
    result = run("check", written(home, GERMAN), *MAPPED[2:])
    assert (result.exit_code, result.stdout.startswith("MISSING_COLUMNS")) == (1, True)
    assert ["KENNUNG", "sku", "mapping"] not in [line.split() for line in result.stdout.splitlines()]
    assert ["Kennung", "sku", "mapping"] in [line.split() for line in result.stdout.splitlines()]


def test_what_is_remembered_counts_as_in_the_service(home: Path) -> None:
    rules = rules_with(
        home,
        {"header": "Zweite", "column": "product_name"},
        {"header": "kennung", "column": "vendor_product_id"},
        {"header": "kennung", "column": "sku"},
        {"header": "Was", "column": "product_name"},
        {"header": "Gruppe", "column": "category"},
        {"header": "Lieferzeit", "column": None},
        {"header": "Bestand", "column": "of a newer version"},
    )
    path = written(home, GERMAN.replace("Lieferzeit", "Lieferzeit;Zweite").replace("Tage", "Tage;Mäuschen"))
    assert columns_of(path, "--rules", rules) == [
        ("Kennung", "vendor_product_id", "remembered"),
        ("Kennung", "sku", "remembered"),
        ("Was", None, None),
        ("Gruppe", "category", "remembered"),
        ("Preis", "price", "synonym"),
        ("Bestand", "stock_quantity", "synonym"),
        ("Lieferzeit", None, "remembered"),
        ("Zweite", "product_name", "remembered"),
    ]
    assert ("Was", "product_name", "mapping") in columns_of(path, "--rules", rules, "--map", "product_name=Was")


def test_own_names_for_categories_count_as_in_the_service(home: Path) -> None:
    path = written(home, HEADER + "P1,Lamp,KLEIDUNG,S1,5,5\n")
    document = {"version": RULES_VERSION, "categories": CATEGORIES.names, "limits": LIMITS, "mapping": []}
    aliases = [{"value": "Kleidung", "category": "clothing"}]
    for fields, exit_code in (({}, 1), ({"aliases": aliases}, 0)):
        rules = written(home, json.dumps(document | fields), "rules.json")
        assert run("check", path, "--rules", rules).exit_code == exit_code


def test_a_file_without_columns_may_have_them_remembered(home: Path) -> None:
    hint = "The service may remember what your headers mean"
    path = written(home, GERMAN)
    assert hint in run("check", path).stderr
    assert hint not in run("check", path, "--rules", rules_with(home)).stderr
    assert hint not in run("check", path, *MAPPED).stderr


@pytest.mark.parametrize("remembered", [5, ["Kennung"], [{"header": "Kennung", "unit": None}]])
def test_a_document_with_something_else_remembered_is_no_rules_document(home: Path, remembered: object) -> None:
    document = {"version": RULES_VERSION, "categories": [], "limits": LIMITS, "mapping": remembered}
    result = run("check", written(home, GERMAN), "--rules", written(home, json.dumps(document), "rules.json"))
    assert (result.exit_code, "is not a rules document" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--map", "sku"), '"sku" is not of the form COLUMN=HEADER, such as sku=Item.'),
        (("--map", "sku="), '"sku=" is not of the form COLUMN=HEADER'),
        (("--map", "colour=Farbe"), '"colour" is not a column of ours. Those are: vendor_product_id, product_name,'),
        (("--map", "Kennung=sku"), "Our column comes first: sku=Kennung."),
        (("--map", "sku=A", "--map", "sku=B"), "--map names two headers for sku"),
        (("--map", "sku=Nr.", "--not-used", "NR."), '"NR." is in --map and in --not-used'),
        (("--weight-unit", "g"), "--map weight_kg=HEADER"),
        (("--map", "weight_kg=Gewicht", "--weight-unit", "stone"), "'stone' is not one of"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_wrong_use(home: Path, options: tuple[str, ...], problem: str) -> None:
    result = run("check", written(home, GERMAN), *options)
    words = " ".join(result.stderr.replace("│", " ").split())
    assert (result.exit_code, problem in words) == (2, True)


def test_remembering_nothing_is_wrong_use(home: Path) -> None:
    service = ("--url", "http://127.0.0.1:1", "--api-key", "k")
    for command in (("upload", written(home, GERMAN)), ("apply", "UPLOAD_1")):
        result = run(*command, *service, "--remember")
        assert (result.exit_code, "name at least one of them" in result.stderr) == (2, True)
