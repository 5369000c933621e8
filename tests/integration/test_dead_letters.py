"""Listing dead letters hides none of them, and a re-drive gives back what it does not process."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.redrive import list_stalled, redrive, status_counts
from tests.integration.offline import Offline
from tests.stack import tag

UPLOAD_ID = "UPLOAD_20260101_000000_aaaaaaaa"
MESSAGE = {"type": "upload_finished", "upload_id": UPLOAD_ID}


class Letters:
    """A dead-letter queue for one test."""

    def __init__(self, offline: Offline) -> None:
        self.sqs = offline.stack.aws("sqs")
        self.url = self.sqs.create_queue(QueueName=f"letters-{tag()}")["QueueUrl"]
        self.services = Services(Settings(dead_letter_queue_url=self.url))

    def put(self, *bodies: dict[str, Any]) -> None:
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def count(self) -> int:
        return len(list_stalled(self.services)["dead_letters"])


@pytest.fixture
def letters(offline: Offline) -> Iterator[Letters]:
    letters = Letters(offline)
    yield letters
    letters.sqs.delete_queue(QueueUrl=letters.url)


def test_every_look_shows_the_same(letters: Letters) -> None:
    letters.put(*[MESSAGE] * 12)
    assert [letters.count(), status_counts(letters.services)["dead_letters"], letters.count()] == [12, 12, 12]


def test_of_many_letters_a_hundred_are_shown(letters: Letters) -> None:
    letters.put(*[MESSAGE] * 113)
    assert [letters.count(), letters.count()] == [100, 100]


def test_who_looks_at_the_same_time_sees_the_same(letters: Letters) -> None:
    letters.put(*[MESSAGE] * 25)
    with ThreadPoolExecutor(3) as lookers:
        assert list(lookers.map(lambda _: letters.count(), range(3))) == [25, 25, 25]


def test_a_redrive_waits_for_who_looks(letters: Letters) -> None:
    letters.put(MESSAGE)
    with (
        ThreadPoolExecutor(1) as other,
        letters.services.dead_letters.receive(at_most=9, hidden_seconds=20) as received,
    ):
        assert len(list(received)) == 1
        redriven = other.submit(redrive, letters.services, lambda: True)
        time.sleep(1.5)  # longer than the queue is asked
        received.give_back()
        assert redriven.result() == {"message": 1}
    assert letters.count() == 0


def test_what_a_redrive_leaves_is_there_at_once(letters: Letters) -> None:
    letters.put(MESSAGE, {"hello": "world"})
    assert redrive(letters.services, lambda: True) == {"message": 1, "unknown": 1}
    assert redrive(letters.services, lambda: True) == {"unknown": 1}
    assert letters.count() == 1


def test_a_redrive_that_has_no_time_or_fails_loses_no_letter(letters: Letters) -> None:
    letters.put(*[MESSAGE] * 5)
    answers = iter([True, True, False])
    assert redrive(letters.services, lambda: next(answers)) == {"message": 2}
    nowhere = Services(Settings(dead_letter_queue_url=letters.url, error_queue_url=f"{letters.url}-not-there"))
    with pytest.raises(nowhere.error_queue._client.exceptions.QueueDoesNotExist):
        redrive(nowhere, lambda: True)
    assert letters.count() == 3
