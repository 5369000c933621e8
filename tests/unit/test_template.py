"""The templates keep the promises that no deployment would notice being broken: retries, rights, encryption.

Each promise is a function that holds for the templates as they are, and is shown to fail for templates that break it.
"""

from collections.abc import Callable
from copy import deepcopy

import pytest

from tests.templates import NAMES, read
from tests.unit.promises import alarms, keeping, protection, retries, rights
from tests.unit.promises.registry import MUTANTS, PROMISES, Templates

SUBJECTS = (retries, rights, protection, keeping, alarms)


@pytest.fixture(scope="module")
def templates() -> Templates:
    return {name: read(name) for name in NAMES}


@pytest.mark.parametrize("holds", PROMISES, ids=lambda each: each.__name__)
def test_promise(holds: Callable[[Templates], bool], templates: Templates) -> None:
    assert holds(templates)


@pytest.mark.parametrize(("broken", "name", "change"), MUTANTS, ids=[f"{b.__name__}-{n}" for b, n, _ in MUTANTS])
def test_a_broken_promise_is_noticed(
    broken: Callable[[Templates], bool], name: str, change: Callable[[Templates], object], templates: Templates
) -> None:
    changed = deepcopy(templates)
    change(changed)
    assert changed != templates
    assert not broken(changed)


def test_every_promise_can_be_broken() -> None:
    assert {broken for broken, _, _ in MUTANTS} == set(PROMISES)


def test_promises_of_every_subject_are_held() -> None:
    assert {holds.__module__ for holds in PROMISES} == {subject.__name__ for subject in SUBJECTS}
