"""`onboarding` looks before it changes: plans, what of them is applied, and what must be confirmed."""

import json

from tests.e2e.terminal import Terminal
from tests.stack import Stack, csv_of, sound_rows, tag


def products(terminal: Terminal, count: int) -> str:
    """Products at 19.99, whose SKUs begin with the answer."""
    run = tag()
    terminal.run("upload", terminal.write(csv_of(sound_rows(count, run))), "--wait")
    return run


def prices(stack: Stack, run: str) -> list[str]:
    rows = stack.sql("SELECT price FROM products WHERE sku LIKE %s ORDER BY row_number", f"S{run}-%")
    return [str(row["price"]) for row in rows]


def test_a_plan_shows_what_would_change_and_is_applied_as_it_is(stack: Stack, terminal: Terminal) -> None:
    run = products(terminal, 4)
    rows = [f"S{run}-1,21.99,", f"S{run}-2,19.99,Acme", f"S{run}-3,9.99,", f"S{run}-4,19.99,", f"S{run}-9,5,"]
    file = terminal.write(csv_of(rows, "sku,price,brand"), "prices.csv")
    plan = terminal.run("upload", file, "--mode", "update", "--plan", COLUMNS="80")
    assert plan.returncode == 1  # a row needs a correction
    lines = [line.rstrip() for line in plan.stdout.splitlines()]
    at = lines.index("Rows  What would become of them")
    assert lines[at + 1 : at + 4] == ["   3  changed", "   1  unchanged", "   1  rejected"]
    at = lines.index("Changes: price 2, brand 1")
    assert [line.split() for line in lines[at + 1 : at + 5]] == [
        ["Row", "SKU", "Field", "Before", "After", "Change"],
        ["3", f"S{run}-3", "price", "19.99", "9.99", "-50%"],
        ["1", f"S{run}-1", "price", "19.99", "21.99", "+10%"],
        ["2", f"S{run}-2", "brand", "(blank)", "Acme"],
    ]
    assert "Product not found in sku" in plan.stdout
    command = lines[-1].split()
    assert command[:2] == ["onboarding", "apply"]
    assert set(prices(stack, run)) == {"19.99"}

    applied = terminal.run(*command[1:])
    assert "3 changed, 1 unchanged; 1 row needs a correction" in applied.stdout
    assert prices(stack, run) == ["21.99", "19.99", "9.99", "19.99"]


def test_a_plan_for_programs_is_one_document(terminal: Terminal) -> None:
    run = products(terminal, 2)
    file = terminal.write(csv_of([f"S{run}-1,39.98", f"S{run}-2,19.99"], "sku,price"))
    planned = terminal.run("upload", file, "--mode", "update", "--plan", "--json")
    document = json.loads(planned.stdout)
    upload_id = document["upload"]["upload_id"]
    change = {"row_number": 1, "sku": f"S{run}-1", "field": "price", "before": "19.99", "after": "39.98"}
    assert document["changes"] == {
        "count": 1,
        "by_field": {"price": 1},
        "largest": [change | {"percent": 100.0}],
        "removed": [],
    }
    assert (planned.returncode, document["next"]) == (0, f"onboarding apply {upload_id}")
    again = json.loads(terminal.run("apply", upload_id, "--plan", "--json").stdout)
    assert (again["upload"]["dry_run"], again["changes"]) == (True, document["changes"])
    assert again["upload"]["source_upload_id"] == upload_id


def test_of_many_changes_the_largest_are_shown(terminal: Terminal) -> None:
    run = products(terminal, 30)
    file = terminal.write(csv_of([f"S{run}-{n},{20 + n}.00" for n in range(1, 31)], "sku,price"))
    plan = terminal.run("upload", file, "--mode", "update", "--plan").stdout
    upload_id = plan.split()[0]
    assert "\n\n\n" not in plan
    assert (f"S{run}-30 " in plan, f"S{run}-11 " in plan, f"S{run}-10 " in plan) == (True, True, False)
    assert f"… and 10 more. All of them, in changes.csv:\n  onboarding report {upload_id} --changes\n" in plan


def test_a_plan_that_changes_nothing_says_so(terminal: Terminal) -> None:
    run = products(terminal, 1)
    file = terminal.write(csv_of([f"S{run}-1,19.99"], "sku,price"))
    plan = terminal.run("upload", file, "--mode", "update", "--plan")
    assert (plan.returncode, plan.stdout.splitlines()[-1]) == (0, "Nothing would change, so there is nothing to apply.")


def test_a_file_that_is_refused_has_no_plan(terminal: Terminal) -> None:
    file = terminal.write(csv_of(["A,5.00"], "Bestellnummer XY,price"))
    refused = terminal.run("upload", file, "--mode", "update", "--plan")
    assert (refused.returncode, "The file was not accepted" in refused.stdout) == (1, True)
    document = json.loads(terminal.run("upload", file, "--mode", "update", "--plan", "--json").stdout)
    assert (document["upload"]["failure"]["code"], document["next"]) == ("MISSING_COLUMNS", None)


def test_rows_are_left_out_and_outdated_ones_are_listed(stack: Stack, terminal: Terminal) -> None:
    run = products(terminal, 4)
    between = terminal.write(csv_of([f"S{run}-2,15.00"], "sku,price"), "between.csv")
    (late,) = terminal.json("upload", between, "--mode", "update", "--wait", "--dry-run")
    file = terminal.write(csv_of([f"S{run}-{n},9.99" for n in range(1, 5)], "sku,price"), "prices.csv")
    (plan,) = terminal.json("upload", file, "--mode", "update", "--wait", "--dry-run")
    terminal.run("apply", late["upload_id"])  # stands before the plan, and comes between it and its application

    applied = terminal.run("apply", plan["upload_id"], "--omit", "3,4", COLUMNS="80")
    lines = applied.stdout.splitlines()
    at = lines.index("Not applied as planned: 3 rows")
    assert lines[at + 1 :][:6] == [
        f"Row 2 (Excel row 3)  S{run}-2",
        "  Planned  price 19.99 → 9.99",
        "  Now      price 15.00 → 9.99",
        f"Row 3 (Excel row 4)  S{run}-3",
        "  Planned  price 19.99 → 9.99",
        "  Now      the same, but you left it out",
    ]
    upload_id = lines[0].split()[0]
    assert (applied.returncode, lines[-1]) == (1, f"  onboarding apply {upload_id} --plan")
    assert prices(stack, run) == ["9.99", "15.00", "19.99", "19.99"]
    fresh = terminal.run("apply", upload_id, "--plan").stdout
    assert "   3  changed\n   1  unchanged\n" in fresh


def test_rows_to_leave_out_are_numbers_of_a_plan(terminal: Terminal) -> None:
    run = products(terminal, 1)
    (sent,) = terminal.json("upload", terminal.write(csv_of([f"S{run}-1,1"], "sku,price")), "--wait")
    wrong = terminal.run("apply", sent["upload_id"], "--omit", "3,x")
    assert (wrong.returncode, '"x" is not the number of a row' in wrong.stderr) == (2, True)
    assert terminal.run("apply", sent["upload_id"], "--omit", "1").returncode == 2


def test_what_a_guard_stops_is_shown_and_accepted(stack: Stack, terminal: Terminal) -> None:
    run = products(terminal, 30)
    file = terminal.write(csv_of([f"S{run}-{n},1999" for n in range(1, 31)], "sku,price"))
    stopped = terminal.run("upload", file, "--mode", "update", "--wait", COLUMNS="80")
    lines = [line.rstrip() for line in stopped.stdout.splitlines()]
    at = lines.index("PRICE_CLIFF: 30 of 30 products, such as")
    assert [line.split() for line in lines[at + 2 : at + 7]] == [
        [str(n), f"S{run}-{n}", "19.99", "1999.00", "+9,900%"] for n in range(1, 6)
    ]
    assert (stopped.returncode, set(prices(stack, run))) == (1, {"19.99"})
    command = lines[lines.index("If that is meant, go on with:") + 1].split()
    assert command[-2:] == ["--accept", "PRICE_CLIFF"]

    plan = terminal.run("upload", file, "--mode", "update", "--plan")
    warning = "Please check: This file would more than double the price, or cut it to less than half, for 30 of its 30"
    assert (plan.returncode, warning in plan.stdout) == (0, True)
    assert plan.stdout.splitlines()[-1].endswith(" --accept PRICE_CLIFF")
    assert terminal.run(*command[1:]).returncode == 0
    assert set(prices(stack, run)) == {"1999.00"}
    back = terminal.write(csv_of([f"S{run}-{n},19.99" for n in range(1, 31)], "sku,price"))
    accepted = terminal.run("upload", back, "--mode", "update", "--wait", "--accept", "PRICE_CLIFF")
    assert (accepted.returncode, set(prices(stack, run))) == (0, {"19.99"})
