"""An upload on the local stack, from the PUT to the notification, compared with its AWS calls alone."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import NamedTupleCursor

from bench.alone import Figures
from bench.floor import floor_seconds
from bench.sizes import Sizes
from infra.local.demo import service
from infra.local.demo_acts import SAMPLE, with_new_ids
from infra.local.processes import free_port
from infra.local.vendor import Mailbox, vendor_client

SAMPLE_ROWS = 1_000
FAULTY_SHARE = 20  # one row in twenty
LONGEST = 1_800.0
REFERENCE_SECONDS = {"to_notification": 42.0, "parsing": 5.5, "validating": 4.5, "ending": 2.0}

_MOMENTS = """
    SELECT u.processing_started_at, u.staged_at, u.processing_completed_at,
           min(decided.created_at) AS first_decision_at, max(decided.created_at) AS last_decision_at
    FROM upload_history u
    JOIN (SELECT upload_id, created_at FROM products UNION ALL SELECT upload_id, created_at FROM validation_errors)
         AS decided USING (upload_id)
    WHERE upload_id = %s
    GROUP BY u.upload_id
"""


@dataclass(frozen=True)
class Run:
    """One upload, in seconds. Validation begins while the parser is still staging, so the two overlap."""

    rows: int
    to_notification: float
    to_parser: float
    parsing: float
    validating: float
    ending: float
    notifying: float


def measure(folder: Path, sizes: Sizes) -> Figures:
    """Sends the sample a few times, first to warm up, then one file of each larger size."""
    with service(folder / "state", free_port(None)) as (description, _):
        for _ in range(2):
            run(description, SAMPLE_ROWS)
        measured_sizes = []
        for rows in sizes.end_to_end:
            runs = [run(description, rows) for _ in range(sizes.runs if rows == SAMPLE_ROWS else 1)]
            floor = floor_seconds(description, file_of(rows))
            middle = sorted(runs, key=lambda each: each.to_notification)[len(runs) // 2]
            spread = [each.to_notification for each in runs]
            measured_sizes.append(asdict(middle) | {"floor": floor, "fastest": min(spread), "slowest": max(spread)})
    return {"runs": sizes.runs, "sizes": measured_sizes}


def run(description: dict[str, Any], rows: int) -> Run:
    """Sends a file of `rows` rows and waits for its end and its notification."""
    vendor, mailbox = vendor_client(description, "VEND001"), Mailbox(description)
    content = file_of(rows)
    announcement = vendor.announce(f"bench_{rows}.csv", len(content))
    upload_id: str = announcement["upload_id"]
    begin = datetime.now(UTC)
    vendor.send(announcement["upload"], content, size_bytes=len(content))
    *_, upload = vendor.follow(upload_id, seconds=LONGEST)
    mail = mailbox.wait_for(upload_id)
    result = upload["status"], upload["valid_records"], upload["error_records"]
    faulty = rows // FAULTY_SHARE
    if result != ("partial", rows - faulty, faulty) or mail is None:
        raise RuntimeError(f"{upload_id} did not have the expected result: {result}, notification: {mail}")
    moments = _moments(description["database_url"], upload_id)
    return Run(
        rows=rows,
        to_notification=(mail.arrived_at - begin).total_seconds(),
        to_parser=(moments.processing_started_at - begin).total_seconds(),
        parsing=(moments.staged_at - moments.processing_started_at).total_seconds(),
        validating=(moments.last_decision_at - moments.first_decision_at).total_seconds(),
        ending=(moments.processing_completed_at - moments.last_decision_at).total_seconds(),
        notifying=(mail.arrived_at - moments.processing_completed_at).total_seconds(),
    )


def file_of(rows: int) -> bytes:
    """The sample, repeated to `rows` rows, each time with new SKUs."""
    header, _, products = SAMPLE.read_text(encoding="utf-8").partition("\n")
    return "\n".join([header, *(with_new_ids(products).rstrip("\n") for _ in range(rows // SAMPLE_ROWS)), ""]).encode()


def _moments(database_url: str, upload_id: str) -> Any:
    with (
        closing(psycopg2.connect(database_url, cursor_factory=NamedTupleCursor)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_MOMENTS, (upload_id,))
        return cursor.fetchone()


def tables(result: Figures) -> dict[str, str]:
    sizes = result["sizes"]
    heads = [f"{size['rows']:,} rows" for size in sizes]
    heads[0] += f", median of {result['runs']}"
    parts = (
        ("PUT to notification", "to_notification"),
        ("waiting for the parser", "to_parser"),
        ("the parser reads and stages", "parsing"),
        ("from the first decision to the last (begins while the parser stages)", "validating"),
        ("reports and final status", "ending"),
        ("notification", "notifying"),
    )
    lines = [
        "| seconds | " + " | ".join(heads) + " | naive design on AWS, 1,000 rows |",
        "| --- |" + " ---: |" * (len(sizes) + 1),
        *(_line(name, [f"{size[part]:.2f}" for size in sizes], _reference(part)) for name, part in parts),
        _line("the same AWS calls and inserts alone", [f"{size['floor']:.2f}" for size in sizes], ""),
        _line("speed, of what those allow", [f"{size['floor'] / size['to_notification']:.0%}" for size in sizes], ""),
        _line("rows a second", [f"{size['rows'] / size['to_notification']:,.0f}" for size in sizes], "24"),
    ]
    small = sizes[0]
    spread = f"The runs with {small['rows']:,} rows took {small['fastest']:.2f} to {small['slowest']:.2f} s."
    return {"end-to-end": "\n".join([*lines, "", spread])}


def _line(name: str, cells: Sequence[str], reference: str) -> str:
    return f"| {name} | " + " | ".join([*cells, reference]) + " |"


def _reference(part: str) -> str:
    return f"{REFERENCE_SECONDS[part]:g}" if part in REFERENCE_SECONDS else ""
