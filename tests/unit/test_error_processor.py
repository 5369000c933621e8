"""error-processor and messages that are none of ours: each fails alone, and ends with the dead letters."""

import json

from aws_lambda_powertools.utilities.typing import LambdaContext

from pipeline.handlers import error_processor


def failed_of(*bodies: str) -> list[int]:
    records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
    answer = error_processor.handler({"Records": records}, LambdaContext())
    return [int(failed["itemIdentifier"]) for failed in answer["batchItemFailures"]]


def test_what_is_no_message_fails_alone() -> None:
    sound = json.dumps({"type": "records_rejected", "upload_id": "UPLOAD_20260101_000000_aaaaaaaa", "row_numbers": [1]})
    assert failed_of("not JSON", sound, "[]", "null", "{}", sound) == [0, 2, 3, 4]


def test_a_message_that_names_no_upload_does_not_fail_its_neighbours() -> None:
    sound = json.dumps({"type": "records_rejected", "upload_id": "UPLOAD_20260101_000000_aaaaaaaa", "row_numbers": []})
    assert failed_of('{"type": "upload_finished"}', '{"type": "mail_due"}', sound) == [0]


def test_long_files_that_somebody_asks_for_are_written_after_all_else() -> None:
    asked_for = ['{"type": "fix_workbook_requested"}', '{"type": "changes_requested"}']  # they name no upload, and fail
    assert failed_of(*asked_for, "{}") == [2, 0, 1]
