"""What an operator does when something stands still: look, have it done again, look again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.operators import ops, ops_on_aws
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(tmp_path_factory.mktemp("operating")) / "state"


@pytest.fixture(scope="module")
def own_stack(folder: Path) -> Iterator[Stack]:
    with running(folder) as stack:
        stack.stop_sweeping()
        yield stack


def stuck_work(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(ops(folder, "stuck", "--json").stdout)
    return report


def set_function_code_aside(stack: Stack, function: str, handler: str) -> str:
    """Gives a function another entry point, and returns the one it had."""
    functions = stack.aws("lambda")
    (description,) = (f for f in functions.list_functions()["Functions"] if function in f["FunctionName"])
    functions.update_function_configuration(FunctionName=description["FunctionName"], Handler=handler)
    earlier: str = description["Handler"]
    return earlier


def test_all_is_well(own_stack: Stack, folder: Path) -> None:
    result = ops(folder, "stuck")
    assert (result.returncode, result.stdout.splitlines()) == (0, ["No upload is stuck.", "There are no dead letters."])
    assert ops(folder, "redrive").stdout == "There were no dead letters. Everything was swept.\n"
    assert ops(folder, "sweep").stdout == "Everything was swept.\n"
    status = ops(folder, "status")
    assert "Stuck: 0\nDead letters: 0\nRinging alarms: " in status.stdout, status.stderr


def test_an_event_that_the_parser_failed_on_is_done_again(own_stack: Stack, folder: Path) -> None:
    sound = set_function_code_aside(own_stack, "csv-parser", "pipeline.handlers.nothing.handler")
    upload_id = own_stack.send(csv_of(sound_rows(2, tag())))["upload_id"]
    (letter,) = eventually(lambda: stuck_work(folder)["dead_letters"], seconds=120)
    assert (letter["kind"], letter["upload_id"]) == ("parser_event", upload_id)
    set_function_code_aside(own_stack, "csv-parser", sound)
    result = ops(folder, "redrive", "--json")
    assert (result.returncode, json.loads(result.stdout)) == (0, {"parser_event": 1})
    assert own_stack.ended(upload_id)["status"] == "completed"
    assert stuck_work(folder)["dead_letters"] == []


def test_a_message_that_cannot_be_worked_off_is_sent_again_and_a_strangers_is_left_alone(
    own_stack: Stack, folder: Path
) -> None:
    queue, url = own_stack.aws("sqs"), own_stack.description["dead_letter_queue_url"]
    for body in ({"type": "upload_finished", "upload_id": "UPLOAD_20260101_000000_aaaaaaaa"}, {"hello": "world"}):
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    for _ in range(2):  # looking hides nothing
        assert json.loads(ops(folder, "status", "--json").stdout)["dead_letters"] == 2
        result = ops(folder, "stuck")
        assert result.returncode == 1
        assert "UPLOAD_20260101_000000_aaaaaaaa" in result.stdout
    result = ops(folder, "redrive", "--json")
    assert (result.returncode, json.loads(result.stdout)) == (1, {"message": 1, "unknown": 1})
    assert [each["kind"] for each in stuck_work(folder)["dead_letters"]] == ["unknown"]
    queue.purge_queue(QueueUrl=url)


def test_an_upload_that_stands_still_is_shown(own_stack: Stack, folder: Path) -> None:
    upload_id = own_stack.send(csv_of(sound_rows(1, tag())))["upload_id"]
    own_stack.ended(upload_id)
    own_stack.mails(upload_id)
    own_stack.sql(  # a publisher that died ten minutes ago
        "UPDATE upload_history SET notified_at = NULL, processing_completed_at = now() - interval '10 minutes',"
        " notification_claimed_at = now() - interval '10 minutes' WHERE upload_id = %s", upload_id,
    )  # fmt: skip
    (upload,) = stuck_work(folder)["uploads"]
    assert (upload["upload_id"], upload["status"], upload["decided_records"]) == (upload_id, "completed", 1)
    assert upload_id in ops(folder, "stuck").stdout
    status = ops(folder, "status", "--json")
    counts = json.loads(status.stdout)
    assert (counts["stuck"], status.returncode) == (1, 1)
    assert counts["ended_in_24_hours"]["completed"] >= 1
    own_stack.sweep()
    assert own_stack.mails(upload_id)


def test_without_a_stack_it_says_so(tmp_path: Path) -> None:
    result = ops(tmp_path, "stuck")
    assert (result.returncode, result.stderr) == (2, f"Error: No stack runs in {tmp_path}.\n")


def test_a_stack_is_found_by_its_name(own_stack: Stack) -> None:
    assert "VEND001" in ops_on_aws(own_stack, "vendor", "list", "--stack", "product-onboarding").stdout
    wrong = ops_on_aws(own_stack, "stuck", "--stack", "no-such-stack")
    assert wrong.returncode == 2
    assert "no-such-stack" in wrong.stderr
    assert "give --state-dir" in wrong.stderr
