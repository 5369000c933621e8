"""Each mutant breaks an invariant, and the real code breaks none."""

import multiprocessing
import re
from collections.abc import Iterator
from multiprocessing.pool import AsyncResult

import pytest

from tests.reliability.acts import ACTS, NOT_PLAYED, play
from tests.reliability.mutants import MUTANTS
from tests.reliability.mutants.mutation import Change, Mutant, NothingRefersToIt
from tests.stack import Stack, running

AT_ONCE = 2
GIVE_UP_AFTER_SECONDS = 600

Plays = dict[str | None, AsyncResult[dict[str, str | None]]]


@pytest.fixture(scope="module")
def mutant_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("mutants") / "state") as stack:
        stack.stop_sweeping()
        yield stack


@pytest.fixture(scope="module")
def plays(mutant_stack: Stack) -> Iterator[Plays]:
    """Runs each mutant's act, and all acts with the real code: two processes at once, a world for every act."""
    state_dir = mutant_stack.logs.parent
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.reliability.acts"])
    with context.Pool(AT_ONCE, maxtasksperchild=1) as pool:  # a mutant lasts as long as its process
        results = {None: pool.apply_async(play, (state_dir, list(ACTS), None))}
        mutants = {mutant.name: pool.apply_async(play, (state_dir, [mutant.act], mutant.name)) for mutant in MUTANTS}
        yield results | mutants


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_is_caught(mutant: Mutant, plays: Plays) -> None:
    broken = plays[mutant.name].get(GIVE_UP_AFTER_SECONDS)[mutant.act]
    assert broken, "no invariant noticed it"
    assert not broken.startswith(NOT_PLAYED), broken
    assert re.search(mutant.notices, broken), f"it was noticed by another invariant than expected: {broken}"


@pytest.mark.parametrize("act", ACTS)
def test_the_code_as_it_is_breaks_nothing(act: str, plays: Plays) -> None:
    assert plays[None].get(GIVE_UP_AFTER_SECONDS)[act] is None


def test_a_change_of_what_nothing_refers_to_is_loud() -> None:
    def unused() -> None:
        """Nobody calls this."""

    with pytest.raises(NothingRefersToIt, match="unused"):
        Change(unused, print).apply()
