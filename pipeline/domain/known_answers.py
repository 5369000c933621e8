"""Answers that follow from a short text alone, kept for when the text comes again: damage often does, line by line."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")
MAX_ANSWERS, MAX_LENGTH = 1_000, 240
_REFUSALS = 5_000


class Room:
    """Tells when to make room for new answers: only rarely, because where each text is another, keeping is in vain."""

    def __init__(self) -> None:
        self._refused = 0

    def is_due(self) -> bool:
        self._refused = (self._refused + 1) % _REFUSALS
        return not self._refused


class KnownAnswers(Generic[_Key, _Answer]):
    """Some answers to a question. Bounded in number, and in the length of the texts."""

    def __init__(self, max_length: int = MAX_LENGTH) -> None:
        self._max_length = min(max_length, MAX_LENGTH)
        self._answers: dict[_Key, _Answer] = {}
        self._room = Room()
        self.find: Callable[[_Key], _Answer | None] = self._answers.get

    def keep(self, key: _Key, answer: _Answer, length: int) -> _Answer:
        """Keeps an answer if the texts that it follows from are `length` characters together; returns it."""
        if len(self._answers) < MAX_ANSWERS:
            if length <= self._max_length:
                self._answers[key] = answer
        elif self._room.is_due():
            self._answers.clear()
        return answer
