"""A model of everything that may happen, in any order, to uploads of three vendors with the same SKUs.

Hypothesis chooses the steps: files sent, overwritten, dropped, cancelled, corrected; products changed by files that
arrive late; events delivered, repeated, reordered, lost; functions that die before or after an outside call, or are
held up there while others continue; time, sweeps, expiry. Now and then everything is delivered, and every invariant
must hold.

In CI the run is short, and always the same. `MODEL_EXAMPLES=1000 MODEL_STEPS=60 pytest tests/reliability/test_model.py`
is the long form, different each time. A failure is printed as the list of steps that led to it; `MODEL_SHRINK=1`
looks for the shortest such list, which can take minutes.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from pipeline.domain.decisions import Decisions
from tests.event_sources.settings import deployed
from tests.reliability import choices
from tests.reliability.choices import VENDORS, calls, files, lines, rarely, sources, vendors
from tests.reliability.death import Fate
from tests.reliability.files import ChangeLine, Line, Way, corrected, file_of, file_of_changes, refused_files
from tests.reliability.functions import PARSER, VALIDATOR
from tests.reliability.world import File, World
from tests.stack import Stack, running

MOST_UPLOADS = 6


class Uploads(RuleBasedStateMachine):
    """The steps. `stack` is set by the test below, which shows `outcomes`, those of records in all examples."""

    stack: Stack
    outcomes: ClassVar[Counter[str]] = Counter()

    @initialize(seed=st.integers(0, 2**16))
    def begin(self, seed: int) -> None:
        mappings = deployed()
        # Small batches and few lanes, so that a handful of rows makes several of both.
        stream = replace(mappings.stream, batch_size=2, parallelization_factor=3)
        self.world = World(self.stack, seed, replace(mappings, stream=stream))
        self.world.markers = {vendor: [f"{vendor.lower()}-{self.world.run}"] for vendor in VENDORS}
        self.announced: list[tuple[str, str]] = []
        self.late: list[tuple[str, File]] = []
        self.made = 0
        # Products that files may change: with so few uploads, chance alone would rarely create them in time.
        created = self.world.announce(VENDORS[0])
        self.world.send(created, self._file(VENDORS[0], [Line("sound", n, n) for n in range(1, 7)]))
        self.world.drain()

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.world.drain()
            state = self.world.check()
            self.outcomes.update(each for u in state.uploads for row in state.outcomes_of(u).values() for each in row)
        finally:
            self.world.close()

    def _file(self, vendor: str, rows: list[Line]) -> File:
        return file_of(rows, run=self.world.run, marker=self.world.markers[vendor][0])

    # ------------------------------------------------------------ what vendors do

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendor=vendors, rows=files, dry_run=rarely, has_event=st.booleans())
    def send_a_file(self, vendor: str, rows: list[Line], dry_run: bool, has_event: bool) -> None:
        self.made += 1
        upload_id = self.world.announce(vendor, dry_run=dry_run)
        self.announced.append((vendor, upload_id))
        self.world.send(upload_id, self._file(vendor, rows), has_event=has_event)

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendor=choices.changing_vendors, rows=choices.changes, way=choices.ways_to_change, dry_run=rarely,
          is_late=st.booleans())  # fmt: skip
    def change_products(self, vendor: str, rows: list[ChangeLine], way: Way, dry_run: bool, is_late: bool) -> None:
        self.made += 1
        upload_id = self.world.announce(vendor, way.decisions, dry_run=dry_run)
        marker = self.world.markers[vendor][0]
        file = file_of_changes(rows, way.decisions, keys=way.keys, run=self.world.run, marker=marker)
        if is_late:
            self.late.append((upload_id, file))
        else:
            self.world.send(upload_id, file)

    @precondition(lambda self: self.late)
    @rule(which=st.integers(0, 99))
    def send_what_is_late(self, which: int) -> None:
        self.world.send(*self.late.pop(which % len(self.late)))

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendors=st.permutations(VENDORS), rows=st.lists(lines, min_size=3, max_size=6), chance=st.randoms())
    def race_for_the_same_skus(self, vendors: list[str], rows: list[Line], chance: st.DrawFn) -> None:
        self.made += 2
        for vendor in vendors[:2]:
            upload_id = self.world.announce(vendor)
            self.announced.append((vendor, upload_id))
            chance.shuffle(rows)  # type: ignore[attr-defined]
            self.world.send(upload_id, self._file(vendor, rows))

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(
        vendor=vendors,
        rows=files,
        name=st.sampled_from(["a b+c%20.csv", "größe.csv", "plain.csv"]),
        has_event=st.booleans(),
    )
    def drop_a_file(self, vendor: str, rows: list[Line], name: str, has_event: bool) -> None:
        self.made += 1
        self.world.put(f"uploads/{vendor}/{name}", self._file(vendor, rows), has_event=has_event)

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendor=vendors, kind=st.sampled_from(sorted(refused_files(""))))
    def send_a_file_that_is_refused(self, vendor: str, kind: str) -> None:
        self.made += 1
        upload_id = self.world.announce(vendor)
        self.world.send(upload_id, refused_files(self.world.run)[kind])

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendor=vendors)
    def announce_and_send_nothing(self, vendor: str) -> None:
        self.made += 1
        self.announced.append((vendor, self.world.announce(vendor)))

    @precondition(lambda self: self.announced)
    @rule(which=st.integers(0, 99), rows=files)
    def overwrite_or_send_late(self, which: int, rows: list[Line]) -> None:
        vendor, upload_id = self.announced[which % len(self.announced)]
        self.world.send(upload_id, self._file(vendor, rows))

    @precondition(lambda self: self.announced)
    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        self.world.cancel(self.announced[which % len(self.announced)][1])

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(which=st.integers(0, 99))
    def send_a_fix_file_back(self, which: int) -> None:
        uploads = [upload for upload in self.world.uploads() if upload["fix_file_s3_key"] and upload["vendor_id"]]
        if uploads:
            self.made += 1
            rejected = uploads[which % len(uploads)]
            upload_id = self.world.announce(rejected["vendor_id"], Decisions.of(rejected["decisions"]))
            content = self.world.object(rejected["fix_file_s3_key"])
            self.world.send(upload_id, corrected(content, rejected["file_delimiter"]))

    # ------------------------------------------------------------ what Lambda does

    @rule(source=sources)
    def deliver(self, source: str) -> None:
        self.world.functions.deliver(source)

    @rule(source=sources, call=calls, after_effect=st.booleans())
    def die(self, source: str, call: int, after_effect: bool) -> None:
        self.world.functions.deliver(source, Fate(call, after_effect))

    @rule(source=sources, call=calls, seconds=st.sampled_from([0, 31, 200]), is_swept=st.booleans())
    def be_held_up_while_others_go_on(self, source: str, call: int, seconds: int, is_swept: bool) -> None:
        def others() -> None:
            self.world.pass_time(seconds)
            if is_swept:
                self.world.functions.sweep()
            self.world.deliver_all()

        self.world.functions.deliver(source, Fate(call, interruption=others))

    @precondition(lambda self: self.made < MOST_UPLOADS)
    @rule(vendor=vendors, call=calls)
    def run_short_of_time_and_die_at_handing_over(self, vendor: str, call: int) -> None:
        """A file with more rows than an invocation stages before it checks its time."""
        self.made += 1
        rows = [Line("sound", 1000 * self.made + n, 1000 * self.made + n) for n in range(120)]
        upload_id = self.world.announce(vendor)
        self.world.send(upload_id, self._file(vendor, rows))
        self.world.functions.deliver(PARSER, seconds_left=0)
        self.world.functions.deliver(PARSER, Fate(call))

    @rule()
    def stop_and_start_the_stack(self) -> None:
        self.world.functions.stop_and_start()

    @rule()
    def redrive(self) -> None:
        self.world.functions.sweep(redrive=True)

    @rule(source=sources)
    def repeat_what_was_done(self, source: str) -> None:
        if source == VALIDATOR:
            self.world.functions.validator.rewind()
        else:
            self.world.functions.sources[source].repeat()

    # ------------------------------------------------------------ time

    @rule(seconds=st.sampled_from([5, 45, 130, 700, 4000]))
    def time_passes(self, seconds: int) -> None:
        self.world.pass_time(seconds)

    @rule()
    def sweep(self) -> None:
        self.world.functions.sweep()

    @rule(call=calls, after_effect=st.booleans())
    def die_while_sweeping(self, call: int, after_effect: bool) -> None:
        self.world.functions.sweep(Fate(call, after_effect))

    @rule()
    def rest(self) -> None:
        self.world.drain()
        self.world.check()


@pytest.fixture(scope="module")
def model_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("model") / "state") as stack:
        stack.stop_sweeping()
        yield stack


def test_every_invariant_holds_whatever_happens(model_stack: Stack) -> None:
    Uploads.stack = model_stack
    run_state_machine_as_test(
        Uploads,
        settings=settings(
            max_examples=int(os.environ.get("MODEL_EXAMPLES", "14")),
            stateful_step_count=int(os.environ.get("MODEL_STEPS", "25")),
            deadline=None,
            phases=[Phase.generate, *([Phase.shrink] if "MODEL_SHRINK" in os.environ else [])],
            derandomize="MODEL_EXAMPLES" not in os.environ,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print("model: " + ", ".join(f"{count:,} {name}" for name, count in sorted(Uploads.outcomes.items())))
