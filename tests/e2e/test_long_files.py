"""A file that needs more time than one invocation has: it is handed over, row by row the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, csv_of, running, sound_rows, tag


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
