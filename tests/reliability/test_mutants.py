"""The invariants notice what they are for: each seeded mutant breaks one, and the code as it is breaks none."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.reliability.acts import ACTS
from tests.reliability.mutants import MUTANTS, Mutant, Patch, PatchDoesNotApply, broken_by, mutated
from tests.stack import Stack, running

AT_ONCE = 2

Played = dict[str, "Future[dict[str, str | None]]"]
AS_IT_IS = "the code as it is"


@pytest.fixture(scope="module")
def mutant_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("mutants") / "state") as stack:
        stack.stop_sweeping()
        yield stack


@pytest.fixture(scope="module")
def played(mutant_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """Each mutant's act, and all acts of the code as it is: two processes at once, and a world for every act."""
    state_dir = mutant_stack.logs.parent

    def play(patches: tuple[Patch, ...], *acts: str) -> dict[str, str | None]:
        return broken_by(mutated(tmp_path_factory.mktemp("code"), patches), acts, state_dir)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = {AS_IT_IS: pool.submit(play, (), *ACTS)}
        yield futures | {mutant.name: pool.submit(play, mutant.patches, mutant.act) for mutant in MUTANTS}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_is_caught(mutant: Mutant, played: Played) -> None:
    broken = played[mutant.name].result()[mutant.act]
    assert broken, "no invariant noticed it"
    assert re.search(mutant.notices, broken), f"it was noticed by another invariant than expected: {broken}"


@pytest.mark.parametrize("act", ACTS)
def test_the_code_as_it_is_breaks_nothing(act: str, played: Played) -> None:
    assert played[AS_IT_IS].result()[act] is None


def test_a_patch_that_does_not_apply_any_more_is_loud(tmp_path: Path) -> None:
    with pytest.raises(PatchDoesNotApply):
        mutated(tmp_path, (Patch("settings.py", "no such line", ""),))
