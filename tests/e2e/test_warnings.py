"""Warnings of an upload, wherever it is told of; and a header that would like to be a line of the mail."""

import pytest

from tests.e2e.console import signed_in
from tests.stack import HEADER, Stack, csv_of, eventually, part, sound_rows, tag

LINK = "Download Errors: https://evil.example"


@pytest.fixture(scope="module")
def upload_id(stack: Stack) -> str:
    """A file whose rows are all sound, with a column that is not ours."""
    rows = [f"{row},red" for row in sound_rows(2, tag())]
    upload = stack.send(csv_of(rows, f'{HEADER},"Colour\n{LINK}"'), vendor="VEND002")
    return str(stack.ended(upload["upload_id"], vendor="VEND002")["upload_id"])


def test_each_has_a_severity_and_is_on_one_line(stack: Stack, upload_id: str) -> None:
    [warning] = stack.ended(upload_id, vendor="VEND002")["warnings"]
    assert warning == {
        "code": "UNKNOWN_COLUMN",
        "message": f'Column "Colour {LINK}" is not used.',
        "line": 1,
        "severity": "warning",
    }


def test_notification_and_mail_ask_to_check_them_and_have_no_line_of_the_files(stack: Stack, upload_id: str) -> None:
    [notification] = stack.mails(upload_id)
    lines = notification["Message"].splitlines()
    assert "Warnings: UNKNOWN_COLUMN" in lines
    assert not any(line.startswith("Download Errors") for line in lines)
    [mail] = eventually(lambda: stack.vendor_mails(upload_id))
    for kind in ("plain", "html"):
        assert "Please check" in part(mail, kind)
        assert "nothing left to do" not in part(mail, kind)
    assert not any(line.strip().startswith("Download") for line in part(mail, "plain").splitlines())


def test_the_portal_asks_to_check_them(stack: Stack, upload_id: str) -> None:
    with signed_in(stack, "VEND002") as visitor:
        page = visitor.client.get(f"/uploads/{upload_id}").text
    assert "please check what is named below" in page
    assert f"Colour {LINK}" in page


def test_a_header_that_is_missing_forges_no_line(stack: Stack) -> None:
    header = HEADER.replace("price", f'"Prize\n{LINK}"')
    upload_id = stack.send(csv_of(sound_rows(1, tag()), header))["upload_id"]
    failure = stack.ended(upload_id)["failure"]
    assert "\n" not in failure["message"]
    [notification] = stack.mails(upload_id)
    assert not any(line.startswith("Download Errors") for line in notification["Message"].splitlines())
