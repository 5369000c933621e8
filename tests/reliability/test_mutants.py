"""Each mutant breaks an invariant, and the real code breaks none."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.reliability.acts import ACTS
from tests.reliability.mutants import MUTANTS
from tests.reliability.mutants.mutation import Change, Mutant, NothingRefersToIt
from tests.stack import PROJECT, Stack, running

AT_ONCE = 2

Broken = dict[str, str | None]
Plays = dict[str | None, "Future[Broken]"]


@pytest.fixture(scope="module")
def mutant_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("mutants") / "state") as stack:
        stack.stop_sweeping()
        yield stack


@pytest.fixture(scope="module")
def plays(mutant_stack: Stack) -> Iterator[Plays]:
    """Runs each mutant's act, and all acts with the real code: two processes at once, a world for every act."""
    state_dir = mutant_stack.logs.parent
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures: Plays = {None: pool.submit(play, state_dir, list(ACTS))}
        yield futures | {mutant.name: pool.submit(play, state_dir, [mutant.act], mutant) for mutant in MUTANTS}


def play(state_dir: Path, acts: Sequence[str], mutant: Mutant | None = None) -> Broken:
    """Runs acts in a process with the mutant, and returns the message of what each breaks, or None."""
    options = ["--mutant", mutant.name] if mutant else []
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.acts", str(state_dir), *acts, *options],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"the act came to no end:\n{done.stderr[-3000:]}"
    broken: Broken = json.loads(done.stderr.strip().splitlines()[-1])
    return broken


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_each_mutant_is_caught(mutant: Mutant, plays: Plays) -> None:
    broken = plays[mutant.name].result()[mutant.act]
    assert broken, "no invariant noticed it"
    assert re.search(mutant.notices, broken), f"it was noticed by another invariant than expected: {broken}"


@pytest.mark.parametrize("act", ACTS)
def test_the_code_as_it_is_breaks_nothing(act: str, plays: Plays) -> None:
    assert plays[None].result()[act] is None


def test_a_change_of_what_nothing_refers_to_is_loud() -> None:
    def unused() -> None:
        """Nobody calls this."""

    with pytest.raises(NothingRefersToIt, match="unused"):
        Change(unused, print).apply()
