"""The tables of plans and undos, as a terminal of 80 columns shows them."""

from typing import Any

import pytest

from api.openapi.examples import UPLOAD
from onboarding.outcomes import upload_summary
from onboarding.plans import tables
from onboarding.plans.changes import Change, Changes, read_changes
from onboarding.plans.outdated import print_outdated
from onboarding.plans.preview import apply_command
from pipeline.outcome.reports import ChangeLine, changes_file

LONG = "4006381333931-" + "X" * 86
UPLOAD_ID = UPLOAD["upload_id"]


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def prices(count: int) -> Changes:
    rows = (
        ChangeLine(n, "updated", f"S-{n}", f"P-{n}", "price", "10.00", f"{10 + n}.00", n, n, None)
        for n in range(1, count + 1)
    )
    return read_changes(changes_file(rows, ","))


def test_changes_are_shown_with_both_values_and_the_percentage(capsys: pytest.CaptureFixture[str]) -> None:
    tables.change_table(prices(3), UPLOAD_ID)
    assert lines(capsys) == [
        "",
        "Changes: price 3",
        "Row  SKU  Field  Before  After  Change",
        "  3  S-3  price  10.00   13.00    +30%",
        "  2  S-2  price  10.00   12.00    +20%",
        "  1  S-1  price  10.00   11.00    +10%",
    ]


def test_rows_of_an_undo_are_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    tables.change_table(prices(1), UPLOAD_ID, with_rows=False)
    assert lines(capsys)[2:] == ["SKU  Field  Before  After  Change", "S-1  price  10.00   11.00    +10%"]


def test_of_many_changes_the_largest_are_shown_and_the_rest_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    tables.change_table(prices(500), UPLOAD_ID)
    shown = lines(capsys)
    assert (len(shown), shown[3].split()[:2], shown[22].split()[:2]) == (25, ["500", "S-500"], ["481", "S-481"])
    assert shown[23:] == [
        "… and 480 more. All of them, in changes.csv:",
        f"  onboarding report {UPLOAD_ID} --changes",
    ]


def test_nothing_is_shown_of_no_changes(capsys: pytest.CaptureFixture[str]) -> None:
    tables.change_table(Changes(), UPLOAD_ID)
    tables.removed_list("Removed:", Changes(), 0)
    tables.kept_table([])
    assert lines(capsys) == []


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        (("10.00", "8.77"), "-12.3%"),
        (("5", "0"), "-100%"),
        (("0.01", "999999.99"), "+9,999,999,800%"),
        (("1000.00", "1000.01"), "under 0.1%"),
        (("0", "5"), ""),
        ((None, "5"), ""),
    ],
)
def test_percentages_are_short(
    capsys: pytest.CaptureFixture[str], values: tuple[str | None, str | None], shown: str
) -> None:
    changes = Changes(largest=[Change(1, "S", "price", *values)])
    changes.by_field["price"] = 1
    tables.change_table(changes, UPLOAD_ID)
    assert lines(capsys)[-1].endswith(shown or values[1] or "")


def test_everything_fits_with_the_longest_skus_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    changes = prices(1)
    changes.largest = [
        Change(1_999_999, LONG, "compare_at_price", "0.01", "999999.99"),
        Change(2_000_000, LONG, "description", "word " * 500, None),
    ]
    changes.removed = [(2_000_000, LONG)]
    tables.change_table(changes, UPLOAD_ID)
    tables.removed_list("Products that would be removed:", changes, 3)
    tables.kept_table([{"row_number": 2_000_000, "sku": LONG, "kept": {"compare_at_price": UPLOAD_ID}}])
    shown = lines(capsys)
    assert max(map(len, shown)) <= 80
    assert sum(line.count("X") for line in shown) == 4 * 86
    text = "\n".join(shown)
    assert all(whole in text for whole in ("2,000,000", "compare_at_price", "+9,999,999,800%", UPLOAD_ID))
    assert "… and 2 more" in shown


def test_what_is_kept_names_the_upload_that_changed_it(capsys: pytest.CaptureFixture[str]) -> None:
    kept = [{"row_number": n, "sku": f"S-{n}", "kept": {"price": UPLOAD_ID}} for n in range(1, 23)]
    tables.kept_table(kept)
    shown = lines(capsys)
    assert shown[1:4] == [
        "Kept, because a later upload changed them:",
        "SKU   Field  Changed by",
        f"S-1   price  {UPLOAD_ID}",
    ]
    assert (len(shown), shown[-1]) == (24, "… and 2 more")


def test_outcomes_are_counted_unless_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    tables.outcome_table("What would become of them", [("new", 3), ("changed", 1_000_000), ("rejected", 0)])
    assert lines(capsys) == [
        "     Rows  What would become of them",
        "        3  new",
        "1,000,000  changed",
    ]


def guarded(**fields: Any) -> dict[str, Any]:
    examples = [{"row_number": n, "sku": LONG, "before": "19.99", "after": "1999.00"} for n in range(1, 6)]
    guards = [
        {"code": "PRICE_CLIFF", "count": 480, "of": 1000, "examples": examples},
        {"code": "MASS_WITHDRAWAL", "count": 230, "of": 1000, "examples": [
            {"row_number": 7, "sku": "S-7", "before": "active", "after": "withdrawn"}
        ]},
    ]  # fmt: skip
    failure = {"code": "CONFIRMATION_NEEDED", "message": "Please confirm.", "line": None, "guards": guards}
    return UPLOAD | {"status": "failed", "failure": failure, "total_records": 1000} | fields


def test_guards_are_shown_with_examples_and_the_command_that_accepts_them(capsys: pytest.CaptureFixture[str]) -> None:
    upload_summary(guarded(decisions=UPLOAD["decisions"] | {"accept": ["MASS_ZERO_STOCK"]}))
    shown = lines(capsys)
    assert "PRICE_CLIFF: 480 of 1,000 products, such as" in shown
    at = shown.index("MASS_WITHDRAWAL: 230 of 1,000 products, such as")
    assert shown[at + 1 : at + 3] == ["Row  SKU  Before  After      Change", "  7  S-7  active  withdrawn"]
    assert sum("+9,900%" in line for line in shown) == 5
    command = shown.index("If that is meant, go on with:") + 1
    assert shown[command] == (
        f"  onboarding apply {UPLOAD_ID} --accept MASS_WITHDRAWAL --accept MASS_ZERO_STOCK --accept PRICE_CLIFF"
    )
    assert max(map(len, (line for line in shown if "onboarding apply" not in line))) <= 80


def test_the_command_that_applies_a_plan_accepts_what_it_warned_of() -> None:
    plan = UPLOAD | {"dry_run": True, "created_records": 0, "updated_records": 1, "warnings": []}
    assert apply_command(plan) == f"onboarding apply {UPLOAD_ID}"
    warnings = [{"code": code, "message": "", "severity": "warning"} for code in ("PRICE_CLIFF", "UNKNOWN_COLUMN")]
    assert apply_command(plan | {"warnings": warnings}) == f"onboarding apply {UPLOAD_ID} --accept PRICE_CLIFF"
    decided = plan["decisions"] | {"mapping": {"sku": "Item no."}, "mode": "update"}
    assert apply_command(plan | {"decisions": decided}, remember=True) == (
        f"onboarding apply {UPLOAD_ID} --map 'sku=Item no.' --remember"
    )
    assert apply_command(plan | {"updated_records": 0}) is None


def _effect(outcome: str, **changes: Any) -> dict[str, Any]:
    return {"outcome": outcome, "changes": changes}


def outdated(row_number: int, planned: dict[str, Any], now: dict[str, Any], message: str = "") -> dict[str, Any]:
    return {
        "row_number": row_number, "sheet_row": row_number + 1, "sku": f"S-{row_number}", "vendor_product_id": None,
        "error_message": message, "conflict": {"planned": planned, "now": now},
    }  # fmt: skip


def test_outdated_rows_show_what_was_planned_and_what_is_now(capsys: pytest.CaptureFixture[str]) -> None:
    def price(before: str) -> dict[str, Any]:
        return _effect("updated", price={"before": before, "after": "12.00"})

    new, rejected = _effect("created"), _effect("error")
    errors = [
        outdated(1, price("10.00"), price("11.00")),
        outdated(2, new, rejected, "Planned: a new product. Now: rejected (SKU must be unique)"),
        outdated(3, new, new),
    ]
    print_outdated(UPLOAD | {"errors_by_type": {"PLAN_OUTDATED": 3}}, errors)
    assert lines(capsys) == [
        "Not applied as planned: 3 rows",
        "Row 1 (Excel row 2)  S-1",
        "  Planned  price 10.00 → 12.00",
        "  Now      price 11.00 → 12.00",
        "Row 2 (Excel row 3)  S-2",
        "  Planned  a new product",
        "  Now      rejected (SKU must be unique)",
        "Row 3 (Excel row 4)  S-3",
        "  Planned  a new product",
        "  Now      the same, but you left it out",
        "See what the file would do now:",
        f"  onboarding apply {UPLOAD_ID} --plan",
    ]


def test_of_many_outdated_rows_the_first_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    new = _effect("created")
    errors = (outdated(n, new, new) for n in range(1, 201))
    print_outdated(UPLOAD | {"errors_by_type": {"PLAN_OUTDATED": 200}}, errors)
    shown = lines(capsys)
    assert f"… and 180 more: onboarding errors {UPLOAD_ID} --all" in shown
    assert max(map(len, shown)) <= 80
