"""Warnings: whatever reports the end of an upload names what may be wrong, but not what was read in another way."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from api.portal.upload_summary import result_of
from onboarding.main import app
from pipeline.domain.failures import FileWarning
from pipeline.domain.severity import WarningCode, severity_of
from pipeline.domain.uploads import UploadStatus
from pipeline.outcome.mails import mail_content
from pipeline.outcome.notifications import Cause, Outcome, body
from pipeline.outcome.sentences import sentence_of
from pipeline.postgres.rows import Upload
from pipeline.stages.mail_templates import as_html, as_text
from tests.unit.files import HEADER, ROW
from tests.unit.test_mails import READER, PrintedPage

INFO = (
    WarningCode.COLUMN_MAPPED,
    WarningCode.UNIT_CONVERTED,
    WarningCode.DECIMAL_COMMA,
    WarningCode.CURRENCY_DROPPED,
    WarningCode.ROWS_ABOVE_HEADER,
    WarningCode.HIDDEN_ROWS,
    WarningCode.OTHER_SHEETS,
)
GUESSED = FileWarning(WarningCode.ENCODING_GUESSED, "It was read as Windows-1252. Check these words: Größe.")
UNUSED = FileWarning(WarningCode.UNKNOWN_COLUMN, 'Column "Colour" is not used.', 1)
UNUSED_TOO = FileWarning(WarningCode.UNKNOWN_COLUMN, 'Column "Size" is not used.', 1)
COMMAS = FileWarning(WarningCode.DECIMAL_COMMA, "Commas were decimal: 12,99 is 12.99.")


def outcome(
    *warnings: FileWarning, status: UploadStatus = UploadStatus.COMPLETED, errors: int = 0, dry_run: bool = False
) -> Outcome:
    causes = [Cause("INVALID_PRICE", errors, "price")] if errors else []
    return Outcome("UPLOAD_1", "a.csv", status, 10, 10 - errors, errors, dry_run, causes=causes, warnings=warnings)


@pytest.mark.parametrize("code", INFO)
def test_what_was_only_read_in_another_way_is_info(code: WarningCode) -> None:
    assert (severity_of(code), FileWarning(code, "x").severity) == ("info", "info")


@pytest.mark.parametrize(
    "code",
    [
        WarningCode.ENCODING_GUESSED,
        WarningCode.UNKNOWN_COLUMN,
        WarningCode.LONG_ROWS,
        WarningCode.EXCEL_IDENTIFIERS,
        "PRICE_CLIFF",
    ],
)
def test_all_else_may_be_wrong(code: str) -> None:
    assert severity_of(code) == "warning"


def test_the_notification_names_the_codes_before_the_causes() -> None:
    lines = body(outcome(GUESSED, UNUSED, COMMAS, UNUSED_TOO, status=UploadStatus.PARTIAL, errors=2)).splitlines()
    assert lines[5:8] == ["Status: PARTIAL", "Warnings: ENCODING_GUESSED, UNKNOWN_COLUMN", "2 x INVALID_PRICE in price"]
    assert "Warnings" not in body(outcome(COMMAS))


def test_of_a_pair_of_shares_the_second_is_the_rest() -> None:
    thirds = body(Outcome("U", "a.csv", UploadStatus.PARTIAL, 3, 1, 2)).splitlines()
    assert thirds[3:5] == ["Valid: 1 (33.3%)", "Invalid: 2 (66.7%)"]
    undecided = body(Outcome("U", "a.csv", UploadStatus.FAILED, 3, 1, 0)).splitlines()
    assert undecided[3:5] == ["Valid: 1 (33.3%)", "Invalid: 0 (0.0%)"]


def test_nothing_is_left_to_do_only_without_errors_and_warnings() -> None:
    nothing = "There is nothing left to do"
    assert nothing in mail_content(outcome()).sentence
    assert nothing in mail_content(outcome(COMMAS)).sentence
    assert nothing not in mail_content(outcome(GUESSED)).sentence
    assert nothing not in mail_content(outcome(GUESSED, status=UploadStatus.PARTIAL, errors=2)).sentence


@pytest.mark.parametrize("dry_run", [False, True])
def test_both_parts_of_the_mail_list_what_is_to_be_checked(dry_run: bool) -> None:
    letter = mail_content(outcome(GUESSED, UNUSED, COMMAS, dry_run=dry_run))
    for words in (" ".join(PrintedPage(as_html(letter, READER)).words), " ".join(as_text(letter, READER).split())):
        assert "Please check" in words
        assert GUESSED.message in words
        assert UNUSED.message in words
        assert "Commas were decimal" not in words
    assert "Please check" not in as_text(mail_content(outcome(COMMAS)), READER)


def test_the_portal_asks_to_check_as_well() -> None:
    def sentence(*warnings: FileWarning) -> str:
        stored = [{"code": each.code, "message": each.message, "line": each.line} for each in warnings]
        now = datetime(2026, 11, 22, tzinfo=UTC)
        upload = Upload(upload_id="U", file_name="a.csv", file_s3_key="k", upload_timestamp=now)
        upload.status = UploadStatus.COMPLETED
        upload.total_records = upload.valid_records = 2
        upload.warnings = stored
        return sentence_of(result_of(upload))

    assert sentence() == sentence(COMMAS) == "All 2 products are in the catalogue."
    assert "please check what is named below" in sentence(UNUSED)


def test_so_does_the_command_line(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("files") / "a.csv"
    path.write_text(f"{HEADER.strip()},Colour\n{ROW.strip()},red\n")
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 0
    assert 'Please check: Column "Colour" is not used.' in result.stdout
    assert "nothing to correct (rows: 1), but please check the warnings." in result.stdout
    listed = CliRunner().invoke(app, ["check", str(path), "--json"]).stdout
    assert '"severity": "warning"' in listed
