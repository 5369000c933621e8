"""Each fault in undos is noticed by a history that is played."""

import multiprocessing
import os
import re
from collections.abc import Iterator, Mapping
from multiprocessing.pool import AsyncResult

import pytest

from pipeline.services import Services
from pipeline.settings import Settings
from tests.integration.offline import Offline
from tests.integration.undo_playing import play_history
from tests.reliability.mutants.mutation import Mutant
from tests.reliability.mutants.undos import MUTANTS

AT_ONCE, MOST_HISTORIES = 2, 25
GIVE_UP_AFTER_SECONDS = 300


def noticed(environment: Mapping[str, str], name: str) -> str | None:
    """What the histories notice of a mutant, which lasts as long as this process."""
    os.environ |= environment
    next(mutant for mutant in MUTANTS if mutant.name == name).apply()
    services = Services(Settings())
    try:
        for seed in range(MOST_HISTORIES):
            play_history(services, seed)
    except (AssertionError, pytest.fail.Exception) as problem:
        return str(problem)
    return None


@pytest.fixture(scope="module")
def plays(offline: Offline) -> Iterator[dict[str, AsyncResult[str | None]]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([noticed.__module__])
    with context.Pool(AT_ONCE, maxtasksperchild=1) as pool:
        yield {each.name: pool.apply_async(noticed, (offline.environment, each.name)) for each in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_fault_in_undos_is_noticed(mutant: Mutant, plays: dict[str, AsyncResult[str | None]]) -> None:
    message = plays[mutant.name].get(GIVE_UP_AFTER_SECONDS)
    assert message, "nothing noticed it"
    assert re.search(mutant.notices, message), f"it was noticed by something else: {message}"
