"""`onboarding check`: a file is looked through where it is, by the service's own rules."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from onboarding.main import app
from onboarding.offline import FileCheck
from onboarding.rules_document import default_path
from pipeline.checking.rules import RULES_VERSION
from tests.unit.files import CATEGORIES, HEADER, SOUND

LIMITS = {"file_bytes": 1024**3, "rows": 2_000_000, "columns": 500, "row_bytes": 262_144}
BROKEN = HEADER + (
    'P1,"Lamp\nof two lines",Elektronics,S1,“5.00”,10.0\n'
    "P2,Lamp,Clothing,S2,19.99,5\n"
    "P3,Lamp,Clothing,S2,19.99,5\n"
    "P4,Lamp,Clothing,S4\n"
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what belongs to whoever runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    document = {"version": RULES_VERSION, "categories": CATEGORIES.names, "limits": LIMITS}
    return written(tmp_path, json.dumps(document), "rules.json")


def written(folder: Path, content: str | bytes, name: str = "products.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def parse_output(result: Result) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The errors and the summary that `--json` printed."""
    *errors, last = [json.loads(line) for line in result.stdout.splitlines()]
    return errors, last["summary"]


def test_every_error_is_a_line_of_json_and_the_last_line_sums_up(tmp_path: Path, rules: Path) -> None:
    result = run("check", written(tmp_path, BROKEN), "--rules", rules, "--json")
    errors, summary = parse_output(result)
    assert [(e["row_number"], e["line"], e["error_type"], e["suggestion"]) for e in errors] == [
        (1, 2, "INVALID_PRICE", "5.00"),
        (1, 2, "INVALID_STOCK_QUANTITY", "10"),
        (1, 2, "INVALID_CATEGORY", "Electronics"),
        (3, 5, "DUPLICATE_SKU", None),
        (4, 6, "MALFORMED_ROW", None),
    ]
    assert (summary["total_records"], summary["valid_records"], summary["error_records"]) == (4, 1, 3)
    assert (summary["categories_checked"], result.exit_code) == (True, 1)


def test_a_person_reads_the_errors_by_row_the_causes_and_what_to_write_instead(
    tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    output = run("check", written(tmp_path, BROKEN), "--rules", rules).stdout
    assert output == (
        """\
Row 1 (Excel row 2)  S1
  price              Price must be a number from 0.01 to 999999.99 with at most
                     two decimals, such as 19.99; take out the curly quotes
                     Received: “5.00”
                     Write instead: 5.00
  stock_quantity     Stock quantity must be a whole number from 0 to 1000000,
                     such as 25
                     Received: 10.0
                     Write instead: 10
  category           Category must be one of the marketplace's; "Elektronics" is
                     not
                     Received: Elektronics
                     Write instead: Electronics
Row 3 (Excel row 4), line 5  S2
  sku                SKU must be unique; row 2 (Excel row 3) of this file has
                     the same one
                     Received: S2
Row 4 (Excel row 5), line 6
  the whole row      The row ends after 4 of 6 cells, before price. Delete it if
                     it is a note or a total. If a line break has separated it
                     from the row above or below, join them, and check that row
                     too
                     Received: P4,Lamp,Clothing,S4

Errors  Cause
     1  Invalid price in price
        INVALID_PRICE, row 1 (Excel row 2)
     1  Invalid stock quantity in stock_quantity
        INVALID_STOCK_QUANTITY, row 1 (Excel row 2)
     1  Invalid category in category: Elektronics
        INVALID_CATEGORY, row 1 (Excel row 2)
        Write instead: Electronics
     1  Duplicate SKU in sku
        DUPLICATE_SKU, row 3 (Excel row 4)
     1  Malformed row
        MALFORMED_ROW, row 4 (Excel row 5)

The marketplace's categories: Electronics, Computer Accessories, Clothing

products.csv: 3 of 4 rows need a correction.
"""
    )


def test_the_categories_are_listed_once_where_a_row_names_another(tmp_path: Path, rules: Path) -> None:
    rows = "".join(f"P{n},Lamp,Spaceships {n},S{n},5.00,5\n" for n in range(3))
    listed = "The marketplace's categories: Electronics, Computer Accessories, Clothing"
    assert run("check", written(tmp_path, HEADER + rows), "--rules", rules).stdout.count(listed) == 1
    sound = run("check", written(tmp_path, HEADER + ",".join(SOUND.values())), "--rules", rules)
    assert listed not in sound.stdout


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85"])
def test_a_line_of_json_is_a_line_to_every_program(tmp_path: Path, rules: Path, character: str) -> None:
    path = written(tmp_path, HEADER + f"P1,Lamp,Clothing,S{character}1,x{character}y,5\n")
    output = run("check", path, "--rules", rules, "--json").stdout
    errors, _ = parse_output(run("check", path, "--rules", rules, "--json"))
    assert len(output.splitlines()) == 3
    assert errors[0]["value"] == f"x{character}y"


def test_errors_are_as_wide_as_the_terminal_is_now(
    tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for width in (80, 110):
        monkeypatch.setenv("COLUMNS", str(width))
        errors, *_ = run("check", written(tmp_path, BROKEN), "--rules", rules).stdout.split("\n\n")
        assert width - 15 < max(map(len, errors.splitlines())) <= width


def test_no_value_of_a_file_is_cut_in_two_at_80_columns(
    tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    product_id, category, image = (
        "PROD-2026-0000000000012345-A",
        "Home-and-Garden-Tools",
        "ftp://example.com/images/a.jpg",
    )
    rows = [f"{product_id},Lamp,Clothing,S1,5,5,", f"{product_id},Lamp,{category},S2,5,5,{image}"]
    file = written(tmp_path, HEADER.strip() + ",image_url\n" + "\n".join(rows))
    output = run("check", file, "--rules", rules).stdout
    assert [f"Received: {value}\n" in output for value in (product_id, category, image)] == [True] * 3
    assert "DUPLICATE_VENDOR_PRODUCT_ID, row 2 (Excel row 3)" in output


def test_a_sound_file_is_fine(tmp_path: Path, rules: Path) -> None:
    result = run("check", written(tmp_path, HEADER + ",".join(SOUND.values())), "--rules", rules)
    assert (result.exit_code, "nothing to correct (rows: 1)." in result.stdout) == (0, True)


def test_spellings_that_the_rule_takes_for_one_are_one_cause(tmp_path: Path, rules: Path) -> None:
    spelled = ["Elektronics", "Elektronics ", "Elektronics\u00a0", "elektronics"]
    rows = "".join(f"P{n},Lamp,{name},S{n},5.00,5\n" for n, name in enumerate(spelled))
    shown = run("check", written(tmp_path, HEADER + rows), "--rules", rules).stdout
    _, causes = shown.split("Errors  Cause\n")
    assert causes.splitlines()[:3] == [
        "     4  Invalid category in category: Elektronics",
        "        INVALID_CATEGORY, rows 1, 2, 3, … (Excel rows 2, 3, 4, …)",
        "        Write instead: Electronics",
    ]


def test_without_a_rules_document_it_says_that_categories_were_not_checked(tmp_path: Path) -> None:
    result = run("check", written(tmp_path, BROKEN), "--json")
    errors, summary = parse_output(result)
    assert "INVALID_CATEGORY" not in {error["error_type"] for error in errors}
    assert summary["categories_checked"] is False
    assert "Categories were not checked" in result.stderr


def test_the_document_that_was_fetched_last_is_used_by_itself(tmp_path: Path, rules: Path) -> None:
    default_path().parent.mkdir(parents=True)
    default_path().write_bytes(rules.read_bytes())
    errors, _ = parse_output(run("check", written(tmp_path, BROKEN), "--json"))
    assert "INVALID_CATEGORY" in {error["error_type"] for error in errors}


def test_rules_of_another_version_are_told(tmp_path: Path) -> None:
    document = {"version": "2031-01-01", "categories": ["Clothing"], "limits": LIMITS}
    newer = written(tmp_path, json.dumps(document), "rules.json")
    assert "rules of 2031-01-01" in run("check", written(tmp_path, BROKEN), "--rules", newer).stderr


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "EMPTY_FILE"),
        (HEADER, "NO_DATA_ROWS"),
        (b"PK\x03\x04 a workbook", "NOT_A_CSV"),
        ("a,b\n1,2\n", "MISSING_COLUMNS"),
        (HEADER + 'P,"never closed\nP2,x,Clothing,S2,1,1\n', "UNCLOSED_QUOTE"),
        (HEADER + "x" * 2000, "FILE_TOO_LARGE"),
    ],
)
def test_a_file_that_the_service_would_not_accept_is_refused_here(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    document = {"version": RULES_VERSION, "categories": [], "limits": LIMITS | {"file_bytes": 2000}}
    path, rules = written(tmp_path, content), written(tmp_path, json.dumps(document), "rules.json")
    result = run("check", path, "--rules", rules, "--json")
    errors, summary = parse_output(result)
    assert (errors, summary["failure"]["code"], result.exit_code) == ([], code, 1)
    output = run("check", path, "--rules", rules).stdout
    assert summary["failure"]["message"] in output.replace("\n", " ")


@pytest.mark.parametrize("document", ["", "[]", '{"version": "1"}', '{"version": "1", "categories": 5, "limits": {}}'])
def test_what_is_no_rules_document_is_wrong_use(tmp_path: Path, document: str) -> None:
    rules = written(tmp_path, document, "rules.json")
    result = run("check", written(tmp_path, BROKEN), "--rules", rules)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is not a rules document. Download one: onboarding rules --output" in result.stderr


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.csv").exit_code == 2
    assert run("check", tmp_path).exit_code == 2


def test_a_table_stops_after_fifty_errors_unless_all_are_asked_for(tmp_path: Path, rules: Path) -> None:
    rows = [f"P{n},Lamp,Clothing,S{n},bad{n},5" for n in range(1, 451)]
    path = written(tmp_path, HEADER + "\n".join(rows))
    first, everything = (
        run("check", path, "--rules", rules).stdout,
        run("check", path, "--rules", rules, "--all").stdout,
    )
    assert ("Received: bad50\n" in first, "bad51" in first) == (True, False)
    assert "… and 400 more errors. --all shows every one" in first
    assert all(f"Received: bad{n}\n" in everything for n in range(1, 451))
    assert "\n   450  Invalid price in price\n        INVALID_PRICE, rows 1, 2, 3, … (Excel rows 2, 3, 4, …)\n" in first


def test_the_errors_of_a_row_are_shown_together(tmp_path: Path, rules: Path) -> None:
    rows = [f"P{n},,Clothing,S{n},bad{n},none" for n in range(1, 31)]  # three errors each
    output = run("check", written(tmp_path, HEADER + "\n".join(rows)), "--rules", rules).stdout
    assert output.count("Row ") == 17
    assert "… and 39 more errors." in output


def test_what_stands_in_a_file_gives_the_terminal_no_orders(tmp_path: Path, rules: Path) -> None:
    path = written(tmp_path, HEADER + "P1,Lamp,Clothing,S1,\x1b[2J\x1b]0;gone\x07[red]5[/red],5\n")
    output = run("check", path, "--rules", rules).stdout
    assert "\x1b" not in output
    assert "[red]5[/red]" in output


def test_a_fix_file_can_be_checked_before_it_is_sent(tmp_path: Path, rules: Path) -> None:
    fixed = HEADER.strip() + ",_row,_errors\nP1,'=Lamp,Clothing,S1,5,5,17,bad price\n"
    assert run("check", written(tmp_path, fixed), "--rules", rules).exit_code == 0


def test_help_names_every_command_and_the_exit_codes() -> None:
    output = run("--help").stdout
    assert all(
        name in output
        for name in ("check", "rules", "upload", "apply", "status", "errors", "report", "remembered", "Exit codes")
    )


def test_it_tells_its_version() -> None:
    assert f"rules of {RULES_VERSION}" in run("--version").stdout


def test_without_an_address_or_a_key_nothing_is_sent(tmp_path: Path) -> None:
    path = written(tmp_path, BROKEN)
    assert "ONBOARDING_URL" in run("upload", path).stderr
    assert "ONBOARDING_API_KEY" in run("upload", path, "--url", "http://127.0.0.1:1").stderr
    refused = run("status", "UPLOAD_1", "--url", "127.0.0.1:1", "--api-key", "k")
    assert (refused.exit_code, "starts with http" in refused.stderr) == (2, True)


def test_memory_stays_flat_however_many_errors_there_are(tmp_path: Path) -> None:
    rows = (f"P{n},Lamp,Clothing,S{n},bad,ten" for n in range(8_000))
    path = written(tmp_path, HEADER + "\n".join(rows))
    tracemalloc.start()
    try:
        checked = FileCheck(path, None, lambda count: None)
        assert sum(1 for _ in checked.errors()) == 16_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 3_000_000  # the errors alone would take more than twice as much


def test_a_file_without_all_columns_is_refused_with_a_proposal(tmp_path: Path) -> None:
    rows = "".join(f"P{at},Oak spoon {at},Clothing,{at}.50,red\n" for at in range(1, 6))
    path = written(tmp_path, "Code,Name,Category,Unit price,Colour\n" + rows)
    _, summary = parse_output(run("check", path, "--json"))
    proposal = summary["failure"]["proposal"]
    assert [(each["header"], each["column"]) for each in proposal["columns"]] == [
        *[("Code", "sku"), ("Name", "product_name"), ("Category", "category"), ("Unit price", "price")],
        ("Colour", None),
    ]
    assert proposal["stand_ins"] == [
        {"column": "vendor_product_id", "header": "Code", "default": None},
        {"column": "stock_quantity", "header": None, "default": "0"},
    ]
    output = run("check", path).stdout
    command = "--map sku=Code --map 'price=Unit price' --map vendor_product_id=Code --default stock_quantity=0"
    assert f"  onboarding check {path} {command}\n" in output
