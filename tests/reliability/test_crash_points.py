"""A process may die before or after any call, and the upload comes out the same.

Each function runs as a process, and all its calls to PostgreSQL and AWS go through a proxy. For each call of an
undisturbed run, the function is killed (SIGKILL) before the call arrives, and in another run when the last call's work
is done but its answer has not come back. Then everything continues as it would: events are delivered again, leases
expire, the sweeper runs. The result is compared, byte by byte, with that of the undisturbed run.

With `CRASH_AT_EVERY_STATEMENT=1` it dies at every SQL statement, not only at those that end a transaction, and not only
before but also after each.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from pipeline.domain.uploads import FINAL_STATUSES
from tests.reliability.crash_digest import differences
from tests.reliability.crash_lane import Choose, Lane
from tests.reliability.crash_scene import Scene, half_of, small_file
from tests.reliability.crash_world import undisturbed
from tests.reliability.wire import Call, Fate
from tests.stack import Stack

EVERY_STATEMENT = "CRASH_AT_EVERY_STATEMENT" in os.environ
Story = Callable[[Scene, Choose], None]
"""What happens in a scene, up to its rest; the calls of one function's run are decided by the second argument."""


def parsing(scene: Scene, choose: Choose) -> None:
    scene.upload()
    scene.world.strike("csv_parser", choose)
    scene.world.settle()


def validating(scene: Scene, choose: Choose) -> None:
    scene.upload()
    scene.world.strike("product_validator", choose)
    scene.world.settle()


def changing(scene: Scene, choose: Choose) -> None:
    """An upsert of products, some of which a later upload has changed already, and of new ones."""
    scene.changes()
    scene.world.strike("product_validator", choose)
    scene.world.settle()


def applying(scene: Scene, choose: Choose) -> None:
    """A plan of changes and creations, some of which would now do something else."""
    plan = scene.planned()
    scene.world.strike("product_validator", choose)
    scene.apply(plan)


def undoing(function: str) -> Story:
    """An upload that is taken back: products are restored, kept and removed."""

    def undo(scene: Scene, choose: Choose) -> None:
        upload_id = scene.changed_twice()
        scene.world.strike(function, choose)
        scene.undo(upload_id)

    undo.__name__ = f"undoing_{function}"
    return undo


def reporting(scene: Scene, choose: Choose) -> None:
    scene.upload()
    scene.world.strike("error_processor", choose)
    scene.world.settle()


def refusing(scene: Scene, choose: Choose) -> None:
    """A file that cannot be accepted as a whole."""
    scene.upload(b"colour,shape\nred,round\n")
    scene.world.strike("csv_parser", choose)
    scene.world.settle()


def sweeping(standing: Callable[[Scene], None]) -> Story:
    """An upload that is stalled in one of the possible ways."""

    def sweep(scene: Scene, choose: Choose) -> None:
        standing(scene)
        scene.world.strike("upload_sweeper", choose)
        scene.world.settle()

    sweep.__name__ = f"sweeping_{standing.__name__}"
    return sweep


def announcing(scene: Scene, choose: Choose) -> None:
    scene.world.strike("api", choose)
    upload_id = scene.ask_to_announce()
    scene.put(upload_id, small_file(scene.run))
    scene.world.settle()
    scene.upload_ids = scene.announced_by_the_api()


def sending(scene: Scene, choose: Choose) -> None:
    scene.world.strike("api", choose)
    scene.ask_to_take(small_file(scene.run))
    scene.world.settle()
    scene.upload_ids = scene.announced_by_the_api()


def cancelling(scene: Scene, choose: Choose) -> None:
    upload_id = scene.upload()
    scene.world.parse()
    scene.decide(half_of(scene.lane.stream_records()))
    scene.world.strike("api", choose)
    scene.ask_to_cancel(upload_id)
    scene.world.settle()


STANDING = (
    Scene.lose_the_stream,
    Scene.with_its_parser_dead,
    Scene.lose_the_event,
    Scene.decided_without_end,
    Scene.ended_without_notification,
    Scene.cancelled_without_report,
    Scene.announce_without_file,
)
# Decided as the stream's records are, so its many points are left to the long form.
LONG = (Scene.lose_the_stream_of_changes,) if os.environ.get("CRASH_AT_EVERY_STATEMENT") else ()
STORIES = (
    parsing, refusing, validating, changing, applying, reporting,
    *map(undoing, ("api", "error_processor", "product_validator")), *map(sweeping, (*STANDING, *LONG)),
    announcing, sending, cancelling,
)  # fmt: skip


@pytest.fixture(scope="module")
def lanes(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Lane]]:
    logs = tmp_path_factory.mktemp("lanes")
    with closing(Lane(stack, logs)) as first, closing(Lane(stack, logs)) as second:
        yield [first, second]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_whatever_call_a_function_dies_at_the_upload_comes_out_the_same(lanes: list[Lane], story: Story) -> None:
    undisturbed_scene = Scene(lanes[0])
    story(undisturbed_scene, undisturbed)
    expected, calls = undisturbed_scene.digests(), undisturbed_scene.world.victims_calls
    assert calls
    assert all(digest["upload"]["status"] in FINAL_STATUSES for digest in expected), expected
    points = deaths(len(calls))
    to_die = iter(points)

    def die(lane: Lane) -> list[str]:
        return [
            f"died with {cut.value} at call {number}, {calls[number - 1]}: {difference}"
            for number, cut in to_die
            for difference in after_a_death(lane, story, number, cut, expected)
        ]

    with ThreadPoolExecutor(len(lanes)) as side_by_side:
        problems = [difference for differing in side_by_side.map(die, lanes) for difference in differing]
    print(f"{story.__name__}: {len(points)} deaths at {', '.join(map(str, calls))}")
    assert not problems, "\n".join(problems)


def deaths(calls: int) -> list[tuple[int, Fate]]:
    """The calls at which a function dies, and how."""
    # Calls come one after the other, so dying after one leaves what dying before the next one leaves.
    numbers = range(1, calls + 1)
    afterwards = numbers if EVERY_STATEMENT else numbers[-1:]
    return [*((n, Fate.CUT_BEFORE) for n in numbers), *((n, Fate.CUT_AFTER) for n in afterwards)]


def after_a_death(lane: Lane, story: Story, number: int, cut: Fate, expected: list[dict[str, object]]) -> list[str]:
    """The differences between the results after a death and those of an undisturbed run."""
    scene = Scene(lane)

    def choose(at: int, call: Call) -> Fate:
        return cut if at == number else Fate.PASS

    try:
        story(scene, choose)
    except AssertionError as error:
        return [str(error)]
    actual = scene.digests()
    if scene.world.deaths != 1:
        return [f"it died {scene.world.deaths} times"]
    if len(actual) != len(expected):
        return [f"{len(actual)} uploads instead of {len(expected)}"]
    return [line for one, other in zip(actual, expected, strict=True) for line in differences(one, other)]
