"""A file that needs more time than one invocation has: it is handed over, row by row the same."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.stack import HEADER, Stack, csv_of, running, sound_rows, tag
from tests.workbooks import workbook


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stack, Path]]:
    """A stack whose parser keeps all of its time for handing over: it stages 99 records an invocation."""
    state_dir = Path(tmp_path_factory.mktemp("hurried")) / "state"
    with running(state_dir) as stack:
        functions = stack.aws("lambda")
        (parser,) = (f for f in functions.list_functions()["Functions"] if "csv-parser" in f["FunctionName"])
        timeout = str(parser["Timeout"])
        functions.update_function_configuration(
            FunctionName=parser["FunctionName"],
            Environment={"Variables": parser["Environment"]["Variables"] | {"ONBOARDING_HANDOVER_SECONDS": timeout}},
        )
        yield stack, state_dir


def test_a_file_that_is_handed_over_many_times_comes_out_the_same(hurried: tuple[Stack, Path]) -> None:
    stack, state_dir = hurried
    run, rows = tag(), 2500
    content = csv_of([*sound_rows(rows, run), f"P{run}-1,Again,Electronics,S{run}-1,1,1"])
    upload = stack.ended(stack.send(content)["upload_id"], seconds=120)
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == ("partial", rows, 1)
    assert [error["conflict"] for error in stack.errors(upload["upload_id"])] == [{"row_number": 1}] * 2
    assert len(stack.staged(upload["upload_id"])) == rows + 1
    log = (state_dir / "logs" / "aws.log").read_text()
    assert log.count("upload.handed_over") > 20


def test_a_workbook_that_is_handed_over_comes_out_the_same(hurried: tuple[Stack, Path]) -> None:
    stack, state_dir = hurried
    rows: list[list[Any]] = [[*row.split(","), 1.299] for row in sound_rows(300, tag())]
    rows[250][1], rows[260][6] = datetime(2026, 3, 5), "1,25"
    log = state_dir / "logs" / "aws.log"
    before = log.read_text().count("upload.handed_over")
    upload = stack.ended(stack.send(workbook([*HEADER.split(","), "weight_kg"], *rows))["upload_id"])
    assert (upload["status"], upload["valid_records"], upload["errors_by_type"]) == (
        "partial",
        299,
        {"INVALID_VALUE": 1},
    )
    weights = stack.sql("SELECT DISTINCT weight_kg::text FROM products WHERE upload_id = %s", upload["upload_id"])
    assert sorted(each["weight_kg"] for each in weights) == ["1.250", "1.299"]
    assert log.read_text().count("upload.handed_over") - before >= 3
