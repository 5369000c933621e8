import json

import pytest

from pipeline.domain.dead_letters import DeadLetter, DeadLetterKind, read_dead_letter

ID = "UPLOAD_20260101_000000_abcdefgh"
S3_EVENT = {"Records": [{"s3": {"object": {"key": f"uploads/VEND001/{ID}/a.csv"}}}]}
STREAM_BATCH = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "DDBStreamBatchInfo": {"batchSize": 3}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"type": "upload_finished", "upload_id": ID},
            (DeadLetterKind.MESSAGE, ID, {"type": "upload_finished", "upload_id": ID}),
        ),
        ({"requestContext": {}, "requestPayload": S3_EVENT}, (DeadLetterKind.PARSER_EVENT, ID, S3_EVENT)),
        (
            {"requestContext": {}, "requestPayload": {"upload_id": ID}},
            (DeadLetterKind.PARSER_EVENT, ID, {"upload_id": ID}),
        ),
        (STREAM_BATCH, (DeadLetterKind.RECORDS, None, {})),
        ({"requestPayload": "text"}, (DeadLetterKind.UNKNOWN, None, {})),
        ([1], (DeadLetterKind.UNKNOWN, None, {})),
    ],
)
def test_a_dead_letter_says_what_can_be_done_with_it(body: object, expected: tuple[object, ...]) -> None:
    assert read_dead_letter(json.dumps(body)) == DeadLetter(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize("body", ["", "hello", '{"type": 5}', "null"])
def test_what_nobody_of_ours_wrote_is_unknown(body: str) -> None:
    assert read_dead_letter(body).kind == DeadLetterKind.UNKNOWN
