"""Lets an invocation die at an outside call, before its effect or before its answer, or holds it up there.

Outside calls are the commits of PostgreSQL and everything that goes through boto3. In a dead
container every further call fails, so that code which continues to run has no effect.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pipeline.postgres.database import Cursor, Database


class Died(Exception):
    """The container is dead. Code that catches this can still make no outside call."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What happens at the k-th outside call of an invocation, counted from 1."""

    at_call: int
    after_effect: bool = False
    interruption: Callable[[], None] | None = None  # instead of dying, it waits while this runs


class Life:
    """One invocation, whose outside calls are counted and whose fate comes at one of them."""

    def __init__(self, fate: Fate | None) -> None:
        self._fate = fate
        self._lock = threading.Lock()
        self.calls = 0
        self.names: list[str] = []
        self.is_over = False
        self.was_held_up = False
        self.open_transactions = 0

    def before_call(self, name: str) -> None:
        self.hold_up_if_due(self.calls + 1)
        with self._lock:
            self._fail_if_over()
            self.calls += 1
            self.names.append(name)
            fate = self._fate
            if fate and self.calls == fate.at_call and not fate.after_effect and not fate.interruption:
                self.is_over = True
            self._fail_if_over()

    def after_call(self) -> None:
        with self._lock:
            self._fail_if_over()
            if self._fate and self._fate.after_effect and self.calls >= self._fate.at_call:
                self.is_over = True
            self._fail_if_over()

    def hold_up_if_due(self, call: int) -> None:
        """Lets others continue first, unless they would wait for the locks of an open transaction here."""
        fate = self._fate
        if fate and fate.interruption and call >= fate.at_call and not self.open_transactions:
            self._fate, self.was_held_up = None, True
            fate.interruption()

    def _fail_if_over(self) -> None:
        if self.is_over:
            raise Died


class MortalDatabase(Database):
    """The connection of a container. Its commits are outside calls of the current invocation."""

    def __init__(self, credentials: Callable[[bool], dict[str, Any]]) -> None:
        super().__init__(credentials)
        self.life = Life(None)

    @contextmanager
    def transaction(self, *, statement_seconds: float | None = None) -> Iterator[Cursor]:
        life = self.life
        life.hold_up_if_due(life.calls + 1)
        with super().transaction(statement_seconds=statement_seconds) as cursor:
            life.open_transactions += 1
            try:
                yield cursor
                life.before_call("commit")
            finally:
                life.open_transactions -= 1
        life.after_call()
