"""A mail is due once its notification is published. It is sent once, and delays nothing."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.handlers import error_processor
from pipeline.postgres import mails
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.mail import mail_vendor
from pipeline.stages.report import finish_upload
from tests.integration.offline import Offline
from tests.stack import csv_of, eventually, sound_rows, tag

UNVERIFIED = "no-reply@unverified.example"


class Context:
    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 900_000


def decided(offline: Offline) -> str:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())))
    offline.deliver([offline.events(upload_id)])
    return upload_id


def ended(offline: Offline) -> str:
    """An upload that has ended, with its notification published and its mail due."""
    upload_id = decided(offline)
    finish_upload(offline.services, upload_id)
    return upload_id


def mail_of(offline: Offline, upload_id: str) -> dict[str, Any] | None:
    rows = offline.stack.sql("SELECT * FROM mails WHERE upload_id = %s", upload_id)
    return rows[0] if rows else None


def make_due(offline: Offline, upload_id: str) -> None:
    """Makes the next attempt due."""
    offline.stack.sql("UPDATE mails SET next_attempt_at = now() - interval '1 hour' WHERE upload_id = %s", upload_id)


def tokens(offline: Offline, upload_id: str) -> list[str]:
    return [str(mail["X-Notification-Id"]) for mail in offline.stack.vendor_mails(upload_id)]


def was_notified(offline: Offline, upload_id: str) -> bool:
    query = "SELECT 1 FROM upload_history WHERE upload_id = %s AND status = 'completed' AND notified_at IS NOT NULL"
    return bool(offline.stack.sql(query, upload_id))


@pytest.fixture
def silent_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A mail service that accepts the connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{listener.getsockname()[1]}")
        yield Services(Settings())


def test_without_a_sender_nothing_is_owed_and_nothing_sent(offline: Offline) -> None:
    without = Services(Settings(mail_from=""))
    upload_id = decided(offline)
    finish_upload(without, upload_id)
    mail_vendor(without, upload_id)
    assert was_notified(offline, upload_id)
    assert mail_of(offline, upload_id) is None
    assert tokens(offline, upload_id) == []


def test_a_report_that_is_repeated_sends_no_second_mail(offline: Offline) -> None:
    upload_id = decided(offline)
    message = {"messageId": "1", "body": json.dumps({"type": "upload_finished", "upload_id": upload_id})}
    for _ in range(3):
        answer = error_processor.handler({"Records": [message]}, Context())  # type: ignore[arg-type]
        assert answer == {"batchItemFailures": []}
    assert len(tokens(offline, upload_id)) == 1


def test_a_death_at_the_notification_leaves_the_mail_to_whoever_takes_it_up(offline: Offline) -> None:
    """The process died after publishing and before noting that: the notification comes twice, and the mail once."""
    upload_id = ended(offline)
    offline.stack.sql(
        "WITH undone AS (DELETE FROM mails WHERE upload_id = %s)"
        " UPDATE upload_history SET notified_at = NULL, notification_claimed_at = now() - interval '1 hour'"
        " WHERE upload_id = %s",
        upload_id, upload_id,
    )  # fmt: skip
    finish_upload(offline.services, upload_id)
    mail_vendor(offline.services, upload_id)
    notifications = offline.stack.mails(upload_id, at_least=2)
    published_ids = {each["MessageAttributes"]["notification_id"]["Value"] for each in notifications}
    assert [*published_ids] == tokens(offline, upload_id)


def test_a_death_before_sending_is_taken_up_by_the_sweeper(offline: Offline) -> None:
    upload_id = ended(offline)
    with offline.services.database.transaction() as cursor:
        assert mails.claim(cursor, upload_id)
    mail_vendor(offline.services, upload_id)  # another worker, while the first may live
    assert tokens(offline, upload_id) == []
    make_due(offline, upload_id)
    offline.stack.sweep()  # it wakes error-processor up, by the queue
    assert len(eventually(lambda: tokens(offline, upload_id))) == 1


def test_a_death_after_sending_gives_a_second_mail_with_the_same_token(offline: Offline) -> None:
    upload_id = ended(offline)
    mail_vendor(offline.services, upload_id)
    offline.stack.sql("UPDATE mails SET sent_at = NULL, message_id = NULL WHERE upload_id = %s", upload_id)
    make_due(offline, upload_id)
    mail_vendor(offline.services, upload_id)
    first, second = tokens(offline, upload_id)
    assert first == second


def test_a_refused_mail_is_tried_again_and_the_upload_ended_all_the_same(offline: Offline) -> None:
    upload_id = ended(offline)
    mail_vendor(Services(Settings(mail_from=UNVERIFIED)), upload_id)
    assert was_notified(offline, upload_id)
    refused = mail_of(offline, upload_id) or {}
    assert (refused["fault"], refused["sent_at"], refused["attempts"]) == ("MessageRejected", None, 1)
    mail_vendor(offline.services, upload_id)
    assert tokens(offline, upload_id) == []  # it is not due yet
    make_due(offline, upload_id)
    mail_vendor(offline.services, upload_id)
    mail = mail_of(offline, upload_id) or {}
    assert (mail["fault"], mail["next_attempt_at"], len(tokens(offline, upload_id))) == (None, None, 1)


def test_a_mail_that_is_always_refused_is_given_up(offline: Offline) -> None:
    upload_id, refused = ended(offline), Services(Settings(mail_from=UNVERIFIED))
    for _ in range(7):
        mail_vendor(refused, upload_id)
        offline.stack.sql(
            "UPDATE mails SET next_attempt_at = now() WHERE upload_id = %s AND next_attempt_at IS NOT NULL", upload_id
        )
    mail = mail_of(offline, upload_id) or {}
    assert (mail["attempts"], mail["next_attempt_at"], mail["sent_at"]) == (6, None, None)


def test_a_mail_service_that_never_answers_is_not_waited_for(offline: Offline, silent_service: Services) -> None:
    upload_id = ended(offline)
    mail_vendor(silent_service, upload_id)
    silent = mail_of(offline, upload_id) or {}
    assert (silent["fault"], silent["sent_at"]) == ("ReadTimeoutError", None)
    assert was_notified(offline, upload_id)
