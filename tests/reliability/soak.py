"""The kill test: `python -m tests.reliability.soak --minutes 5`, or `make soak`.

Vendors send files of 1 to 5,000 rows through the front door, in every possible way, while functions, the web service,
the database and sometimes the whole stack are killed at random. Then all uploads may finish, and the result is checked
against the invariants: lost 0, duplicated 0, stuck 0.
"""

import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

import psycopg2
import typer
from botocore.exceptions import BotoCoreError, ClientError

from tests.reliability.invariants import check_all
from tests.reliability.mailbox import Mailbox
from tests.reliability.observer import Observer
from tests.reliability.soak_killer import Keeper, Killer
from tests.reliability.soak_reader import CatalogueReader
from tests.reliability.soak_vendor import Sending, Vendor
from tests.reliability.state import Expectations, State
from tests.stack import Stack

VENDORS = ("VEND001", "VEND002", "VEND003")
SECONDS_TO_DRAIN = 300
PATIENCE = 5
_AT_ONCE = 20  # uploads that are checked together
Accepted = tuple[Sending, dict[str, Any]]


@dataclass(kw_only=True)
class Report:
    """The result, for a person to read."""

    seed: int
    uploads: int = 0
    rows: int = 0
    read: int = 0
    repeats: int = 0
    starts: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    longest_seconds: float = 0
    seconds_to_drain: float = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.lost or self.duplicated or self.stuck or self.broken)

    def __str__(self) -> str:
        problems = {
            "lost": self.lost, "duplicated": self.duplicated, "stuck": self.stuck, "invariants broken": self.broken
        }  # fmt: skip
        summary = [
            f"{self.uploads} uploads, {self.rows:,} rows; ways: {_listed(self.ways)}; ends: {_listed(self.ends)}",
            f"records of products that existed: {_listed(self.changes)}",
            f"changes that readers of them saw: {self.read:,}",
            f"killed: {_listed(self.kills)}; starts of the stack: {self.starts}; requests repeated: {self.repeats}",
            f"longest time to an end {self.longest_seconds:.0f} s; at rest {self.seconds_to_drain:.0f} s later",
            ", ".join(f"{name} {len(cases)}" for name, cases in problems.items()) + f" (seed {self.seed})",
        ]
        return "\n".join([*summary, *(case for cases in problems.values() for case in cases)])


class KeptMailbox(Mailbox):
    """The stack's own mailbox, which exists again after every start."""

    def __init__(self, stack: Stack) -> None:
        self._sqs, self.url, self._mails = stack.aws("sqs"), stack.description["mailbox_queue_url"], []


def soak(folder: Path, *, minutes: float, seed: int) -> Report:
    keeper = Keeper(folder / "state")
    try:
        Observer(keeper.stack, mailbox=KeptMailbox(keeper.stack))  # records every step from now on
        vendors = [Vendor(vendor_id, keeper.current, seed=seed + n) for n, vendor_id in enumerate(VENDORS)]
        killer = Killer(keeper, seed=seed, seconds=minutes * 60)
        readers = [CatalogueReader(vendor_id, keeper.current) for vendor_id in VENDORS]
        for thread in (*vendors, *readers):
            thread.start()
        killer.run()
        begin = time.monotonic()
        _let_finish(vendors, keeper)
        sendings = [sending for vendor in vendors for sending in vendor.sendings]
        _come_to_rest(keeper, sendings)
        report = Report(seed=seed, kills=killer.kills, seconds_to_drain=time.monotonic() - begin, starts=keeper.starts)
        report.repeats = sum(vendor.repeats for vendor in vendors)
        report.broken += [f"{vendor.name}: {vendor.fault!r}" for vendor in vendors if vendor.fault]
        for reader in readers:
            report.broken += reader.finish(keeper.stack)
        report.read = sum(reader.seen for reader in readers)
        _look_at_all(keeper.stack, sendings, report, whole_since=killer.last_whole_stop)
        return report
    finally:
        keeper.stop()


def _let_finish(vendors: Sequence[Vendor], keeper: Keeper) -> None:
    """Lets vendors finish and repeat what they have begun, without beginning anything new."""
    for vendor in vendors:
        vendor.is_over.set()
    deadline = time.monotonic() + SECONDS_TO_DRAIN
    while any(vendor.is_alive() for vendor in vendors) and time.monotonic() < deadline:
        keeper.keep()
        time.sleep(0.2)
    for vendor in vendors:
        vendor.gives_up.set()
        vendor.join(60)


def _come_to_rest(keeper: Keeper, sendings: Sequence[Sending]) -> None:
    """Sweeps as the schedule does, only more often; the first sweeps also look for drops without an event."""
    deadline, drops = time.monotonic() + SECONDS_TO_DRAIN, True
    while time.monotonic() < deadline:
        keeper.keep()
        try:
            keeper.stack.sql(_TEN_MINUTES_LATER)
            keeper.stack.sweep(stalled_after_seconds=PATIENCE, **{"look_for_drops": True} if drops else {})
            drops = False
            if _is_at_rest(keeper.stack, sendings):
                return
        except (AssertionError, psycopg2.OperationalError, BotoCoreError, ClientError):
            pass
        time.sleep(2)


def _is_at_rest(stack: Stack, sendings: Sequence[Sending]) -> bool:
    drops = stack.sql("SELECT count(*) AS n FROM upload_history WHERE created_by = 'direct_drop'")[0]["n"]
    names = [sending.name for sending in sendings]
    return drops >= sum(sending.way == "dropped" for sending in sendings) and not stack.sql(_RESTLESS, names)


# The schedule looks for files without an event every ten minutes, which would be too rare here.
_TEN_MINUTES_LATER = """
    UPDATE upload_history SET looked_at = now() - interval '10 minutes 1 second' WHERE status = 'awaiting_upload'
"""
_RESTLESS = """
    SELECT 1 FROM upload_history
    WHERE status = 'processing'
       OR (status = 'awaiting_upload' AND (file_version_id IS NOT NULL OR reference = ANY (%s)))
       OR (notification_id IS NOT NULL AND notified_at IS NULL)
       OR (status = 'cancelled' AND error_records > 0 AND error_file_s3_key IS NULL)
    LIMIT 1
"""


def _look_at_all(stack: Stack, sendings: Sequence[Sending], report: Report, *, whole_since: float) -> None:
    uploads_by_name: dict[str, list[dict[str, Any]]] = {}
    for upload in stack.sql("SELECT * FROM upload_history"):
        uploads_by_name.setdefault(upload["reference"] or upload["file_name"], []).append(upload)
    accepted = []
    for sending in sendings:
        report.ways[sending.way] += 1
        uploads = uploads_by_name.get(sending.name, [])
        if len(uploads) == 1 and uploads[0]["status"] not in {"awaiting_upload", "expired"}:
            accepted.append((sending, uploads[0]))
        else:
            (report.duplicated if len(uploads) > 1 else report.lost).append(f"{sending}: {_named(uploads)}")
    for sending, upload in accepted:
        _look_at(sending, upload, report)
    report.uploads, report.rows = len(accepted), sum(sending.rows for sending, _ in accepted)
    _hold_against_invariants(stack, accepted, report, whole_since=whole_since)


def _look_at(sending: Sending, upload: dict[str, Any], report: Report) -> None:
    report.ends[upload["status"]] += 1
    report.changes += Counter({name: upload[f"{name}_records"] for name in ("updated", "unchanged", "superseded")})
    if upload["status"] == "processing" or (upload["notification_id"] and not upload["notified_at"]):
        report.stuck.append(f"{sending}: {_named([upload])}")
    elif upload["status"] != "cancelled" and upload["total_records"] != sending.rows:
        report.lost.append(f"{sending}: {upload['total_records']} rows of {_named([upload])}")
    if upload["processing_completed_at"] and upload["processing_started_at"]:
        took = (upload["processing_completed_at"] - upload["processing_started_at"]).total_seconds()
        report.longest_seconds = max(report.longest_seconds, took)


def _hold_against_invariants(stack: Stack, accepted: Sequence[Accepted], report: Report, *, whole_since: float) -> None:
    """Checks a few uploads at a time. Leaves out what the embedded services lost when they were killed themselves."""
    observer = Observer(stack, mailbox=KeptMailbox(stack))
    for some in _together(accepted):
        ids = [upload["upload_id"] for _, upload in some]
        state = observer.state(
            ids,
            expectations={upload_id: Expectations(may_be_notified_twice=True) for upload_id in ids},
            staging_is_whole=not whole_since,
            mailbox_is_whole=not whole_since,
        )
        forgotten = {upload["upload_id"] for sending, upload in some if sending.sent_at < whole_since}
        try:
            check_all(_without_items_of(state, forgotten))
        except AssertionError as broken:
            report.broken.append(str(broken))


def _together(accepted: Sequence[Accepted]) -> Iterator[Sequence[Accepted]]:
    """A few uploads at a time, but all that change the same products."""
    some: list[Accepted] = []
    by_shelf = sorted(accepted, key=lambda each: each[0].shelf or "")
    for shelf, uploads in groupby(by_shelf, key=lambda each: each[0].shelf):
        for upload in uploads:
            some.append(upload)
            if shelf is None and len(some) >= _AT_ONCE:
                yield some
                some = []
        if len(some) >= _AT_ONCE:
            yield some
            some = []
    if some:
        yield some


def _without_items_of(state: State, forgotten: set[str]) -> State:
    return replace(state, items=[item for item in state.items if item["upload_id"] not in forgotten])


def _named(uploads: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{u['upload_id']} {u['status']}" for u in uploads) or "no upload"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or "none"


def main(
    minutes: Annotated[float, typer.Option(help="How long to kill.")] = 5,
    seed: Annotated[int, typer.Option(help="The same seed kills in the same order.")] = 0,
) -> None:
    """Kill parts of a stack at random while vendors send files; exit code 1 if anything was lost."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        report = soak(Path(folder), minutes=minutes, seed=seed or random.randrange(1, 10_000))  # noqa: S311
    print(report)
    raise typer.Exit(0 if report.is_good else 1)


if __name__ == "__main__":
    typer.run(main)
