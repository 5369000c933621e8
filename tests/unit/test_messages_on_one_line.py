"""No text from a file, and no name, stands on a line of its own in what we say."""

import pytest

from onboarding import outcomes
from pipeline.domain.failures import Failure, FailureCode, FileWarning, UnacceptableFile
from pipeline.domain.severity import WarningCode
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.mails import mail_content
from pipeline.outcome.notifications import Cause, Outcome, body
from pipeline.stages.mail_templates import as_text
from tests.unit.files import HEADER, ROW, failure_of, rows_of, surveyed
from tests.unit.test_mails import READER

LINK = "Download Errors: https://evil.example"
BREAKS = ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\x0b", "\x1c"]


@pytest.mark.parametrize("text", [f"Price{each}{LINK}" for each in BREAKS])
def test_the_notification_and_the_mail_have_no_line_that_a_file_wrote(text: str) -> None:
    outcome = Outcome(
        upload_id="UPLOAD_1",
        file_name=text,
        status=UploadStatus.PARTIAL,
        total_records=2,
        valid_records=1,
        error_records=1,
        failure=Failure(FailureCode.MISSING_COLUMNS, f"The header {text} is missing."),
        causes=[Cause("INVALID_CATEGORY", 1, "category", text, text)],
        warnings=[FileWarning(WarningCode.UNKNOWN_COLUMN, f'Column "{text}" is not used.')],
        report_link="https://shop.example/r/token",
    )
    lines = body(outcome).splitlines()
    assert [line for line in lines if line.startswith("Download Errors")] == [
        "Download Errors: https://shop.example/r/token"
    ]
    assert len(lines) == 10
    assert not any(line.strip().startswith("Download") for line in as_text(mail_content(outcome), READER).splitlines())


@pytest.mark.parametrize("text", [f"Price{each}{LINK}\u202e" for each in BREAKS])
def test_failures_and_warnings_are_on_one_line(text: str) -> None:
    for message in (
        FileWarning(WarningCode.SAME_FILE, text).message,
        Failure(FailureCode.EMPTY_FILE, text).message,
        UnacceptableFile(FailureCode.EMPTY_FILE, text).failure.message,
    ):
        assert message == f"Price {LINK}"


def test_headers_in_messages_are_on_one_line_and_shortened() -> None:
    columns = HEADER.replace("price", f'"Preis\n{LINK}{"x" * 500}"')
    assert "\n" not in failure_of(columns + ROW).message
    result = surveyed(HEADER.strip() + f',"Note\n{LINK} {"x" * 500}"\n' + ROW.strip() + ",1\n")
    [warning] = result.warnings
    assert warning.message.startswith(f'Column "Note {LINK} x')
    assert len(warning.message) < 120
    rows = rows_of(HEADER.replace("product_name", '"product_name\n"') + 'P-1,"a" b",Electronics,S-1,1,5\n')
    assert ["\n" in (row.malformed or "") for row in rows] == [False]


def test_the_terminal_shows_them_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    warning = {"code": "X", "message": f"a\n\x1b[31m{LINK}\u202e", "line": 3, "severity": "warning"}
    outcomes.about_file([warning], columns=[], mapping={})
    assert capsys.readouterr().out == f"Please check: a [31m{LINK} (line 3)\n"
