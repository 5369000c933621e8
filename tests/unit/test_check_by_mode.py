"""`onboarding check --mode`: what is wrong with a file whatever products the catalogue has."""

from pathlib import Path

import pytest

from pipeline.domain.decisions import UploadMode
from tests.unit.files import HEADER
from tests.unit.test_check import parse_output, run, written

PRICES = "sku,price,stock_quantity\nS1,139.99,25\nS2,39.00,\n"
SAME_SKU = HEADER + "P1,Lamp,Clothing,S1,5,5\nP2,Lamp,Clothing,S1,5,5\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what belongs to whoever runs it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def errors_of(path: Path, *options: str) -> list[tuple[int, str, str]]:
    errors, _ = parse_output(run("check", path, *options, "--json"))
    return [(error["row_number"], error["error_type"], error["error_field"]) for error in errors]


def test_an_update_needs_a_key_and_a_column_to_change(home: Path) -> None:
    result = run("check", written(home, PRICES), "--mode", "update")
    assert (result.exit_code, "nothing to correct (rows: 2)." in result.stdout) == (0, True)
    _, summary = parse_output(run("check", written(home, "sku\nS1\n"), "--mode", "update", "--json"))
    assert summary["failure"]["code"] == "MISSING_COLUMNS"
    assert "a column to change, such as price" in summary["failure"]["message"]


def test_optional_values_may_be_left_out(home: Path) -> None:
    rows = ["P1,Lamp,Clothing,S1,5,5,heavy", "P2,Lamp,Clothing,S2,no,5,heavy"]
    path = written(home, f"{HEADER.strip()},weight_kg\n" + "\n".join(rows) + "\n")
    errors, summary = parse_output(run("check", path, "--leave-out", "--json"))
    assert [(error["row_number"], error["error_type"]) for error in errors] == [
        (2, "INVALID_PRICE"),
        (2, "INVALID_VALUE"),
    ]
    assert (summary["valid_records"], summary["warnings"][-1]["code"]) == (1, "VALUES_LEFT_OUT")
    assert len(errors_of(path)) == 3


def test_a_default_is_read_as_a_cell_is(home: Path) -> None:
    path = written(home, "vendor_product_id,product_name,category,sku,stock_quantity\nP1,Lamp,Clothing,S1,5\n")
    assert errors_of(path, "--default", "price=€ 12,99") == []
    assert errors_of(path, "--default", "price=1,299") == [(1, "INVALID_PRICE", "price")]


def test_values_are_judged_in_every_mode(home: Path) -> None:
    path = written(home, "sku,price,stock_quantity\nS1,-1,25\n,5,5\nS3,,ten\n")
    assert errors_of(path, "--mode", "update") == [
        (1, "INVALID_PRICE", "price"),
        (2, "MISSING_REQUIRED_FIELDS", "sku"),
        (3, "INVALID_STOCK_QUANTITY", "stock_quantity"),
    ]


def test_a_blank_cell_keeps_what_is_there_but_creates_nothing(home: Path) -> None:
    path = written(home, HEADER + "P1,,Clothing,S1,,5\n")
    assert errors_of(path, "--mode", "upsert") == []
    assert errors_of(path) == [(1, "MISSING_REQUIRED_FIELDS", "product_name,price")]


def test_a_default_fills_blank_cells_and_a_column_that_is_not_there(home: Path) -> None:
    path = written(home, "vendor_product_id,product_name,category,sku,price\nP1,Lamp,Clothing,S1,5\nP2,Lamp,,S2,5\n")
    defaults = ("--default", "stock_quantity=0", "--default", "category=Clothing")
    assert errors_of(path, *defaults) == []
    assert errors_of(path, "--default", "stock_quantity=none", "--default", "category=Clothing") == [
        (1, "INVALID_STOCK_QUANTITY", "stock_quantity"),
        (2, "INVALID_STOCK_QUANTITY", "stock_quantity"),
    ]


def test_blank_cells_may_clear_optional_fields_only(home: Path) -> None:
    path = written(home, "sku,price,brand\nS1,,\n")
    assert errors_of(path, "--mode", "update", "--clear-blanks") == []
    cleared = written(home, "sku,price,brand\nS1,[clear],[clear]\n")
    assert errors_of(cleared, "--mode", "update") == [(1, "MISSING_REQUIRED_FIELDS", "price")]


@pytest.mark.parametrize("mode", UploadMode)
def test_two_products_with_one_sku_are_wrong_in_every_mode(home: Path, mode: UploadMode) -> None:
    path = written(home, SAME_SKU)
    assert errors_of(path, "--mode", mode) == [(2, "DUPLICATE_SKU", "sku")]
    assert run("check", path, "--mode", mode).exit_code == 1


def test_a_row_that_comes_again_repeats_its_key(home: Path) -> None:
    twice = written(home, HEADER + 2 * "P1,Lamp,Clothing,S1,5,5\n")
    assert errors_of(twice, "--mode", "upsert") == [(2, "DUPLICATE_VENDOR_PRODUCT_ID", "vendor_product_id")]
    prices = written(home, PRICES + "S1,5,5\n")
    assert errors_of(prices, "--mode", "update") == [(3, "DUPLICATE_SKU", "sku")]


def test_it_says_that_only_the_service_knows_the_products(home: Path) -> None:
    for mode in ("update", "upsert"):
        result = run("check", written(home, SAME_SKU), "--mode", mode)
        assert "Only the service knows which products you have" in result.stderr
    assert "which products" not in run("check", written(home, SAME_SKU)).stderr


def test_a_price_list_without_a_mode_learns_of_it(home: Path) -> None:
    result = run("check", written(home, PRICES))
    assert (result.exit_code, "add --mode update." in result.stdout) == (1, True)
    assert "--mode update" not in run("check", written(home, "a,b\n1,2\n")).stdout


def test_the_summary_names_the_mode(home: Path) -> None:
    for options, mode in (((), "create"), (("--mode", "update"), "update")):
        _, summary = parse_output(run("check", written(home, PRICES), *options, "--json"))
        assert summary["mode"] == mode


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--mode", "replace"), "'replace' is not one of"),
        (("--default", "stock_quantity"), "is not of the form COLUMN=VALUE"),
        (("--default", "sku=S1"), '"sku" is not a column that can have a default'),
        (("--default", "colour=red"), '"colour" is not a column that can have a default'),
    ],
)
def test_a_decision_that_does_not_exist_is_wrong_use(home: Path, options: tuple[str, str], problem: str) -> None:
    result = run("check", written(home, PRICES), *options)
    assert (result.exit_code, problem in result.stderr) == (2, True)
