"""The two acts of the demo: a vendor sends new products, and then tomorrow's prices of some of them."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rich.console import Console

from infra.local.vendor import SECONDS_TO_NOTIFY, Mailbox
from onboarding import outcomes, printing
from onboarding.error_printing import print_errors
from onboarding.progress import rows_checked, watch
from onboarding.service import print_causes
from pipeline.domain.columns import LABELS
from pipeline.domain.decisions import UploadMode
from pipeline.domain.uploads import Outcome, UploadStatus
from pipeline.http.api_client import ApiClient, Json

SAMPLE = Path(__file__).with_name("sample_products.csv")
PRICES = Path(__file__).with_name("sample_prices.csv")
_TOKEN = "DEMO"  # noqa: S105  part of every SKU and vendor product id of the samples; each run replaces it
_SECONDS_TO_END = 300.0

console = Console(highlight=False)


@dataclass(frozen=True, slots=True)
class Act:
    """A file that the demo sends, with its decisions, and the upload that must come of it."""

    title: str
    file: Path
    expected: Mapping[str, object]
    decisions: Mapping[str, str] = field(default_factory=dict)

    def differences(self, upload: Json) -> list[str]:
        return [
            f"{name} is {upload[name]}, not {value}" for name, value in self.expected.items() if upload[name] != value
        ]


NEW_PRODUCTS = Act(
    "1,000 products, of which 50 have errors",
    SAMPLE,
    {"status": UploadStatus.PARTIAL, "valid_records": 950, "error_records": 50},
)
NEW_PRICES = Act(
    "tomorrow's prices and stock of 400 of them, as an update",
    PRICES,
    {"status": UploadStatus.COMPLETED, "updated_records": 301, "unchanged_records": 99},
    {"mode": UploadMode.UPDATE},
)


def new_token() -> str:
    return f"{_TOKEN}{secrets.token_hex(4).upper()}"


def with_new_ids(sample: str, token: str | None = None) -> str:
    """A sample with other SKUs and vendor product ids, by default new ones; its duplicates stay duplicates."""
    return sample.replace(_TOKEN, token or new_token())


def play(act: Act, token: str, vendor: ApiClient, mailbox: Mailbox) -> Json:
    """Sends the file of an act and shows what came of it."""
    content = with_new_ids(act.file.read_text(encoding="utf-8"), token).encode()
    announced = vendor.announce(act.file.name, len(content), **act.decisions)
    size = f"{len(content) / 1024:.0f} KiB"
    console.print(f"\nSending {act.file.name} ({size}) as {announced['vendor_name']}: {act.title}\n", soft_wrap=True)
    begin = datetime.now(UTC)
    vendor.send(announced["upload"], content, size_bytes=len(content))
    upload = watch(_by_quarters(vendor.follow(announced["upload_id"], seconds=_SECONDS_TO_END)))
    console.print()
    outcomes.upload_summary(upload)
    if upload["error_records"]:
        _print_errors(vendor, upload["upload_id"])
    if upload["updated_records"]:
        _print_change(vendor, upload["upload_id"])
    _print_times(upload, mailbox, begin)
    return upload


def _by_quarters(states: Iterator[Json]) -> Iterator[Json]:
    """Prints a line at every quarter where there is no terminal for a progress bar."""
    printed = 0
    for upload in states:
        quarter = int(upload["progress"] * 4) if upload["total_records"] else 0
        if quarter > printed and not console.is_terminal:
            console.print(f"  {rows_checked(upload)}")
            printed = quarter
        yield upload


def _print_errors(vendor: ApiClient, upload_id: str) -> None:
    """The causes, and an example of up to three error types, those with a suggestion first."""
    first_of_type: dict[str, Json] = {}
    for error in islice(vendor.errors(upload_id), 200):
        first_of_type.setdefault(error["error_type"], error)
    console.print()
    print_causes(vendor, upload_id)
    console.print("\nFor example:\n")
    print_errors(sorted(first_of_type.values(), key=lambda error: not error["suggestion"])[:3])


def _print_change(vendor: ApiClient, upload_id: str) -> None:
    """What the first row that changed a product changed in it."""
    (row,) = vendor.records(upload_id, outcome=Outcome.UPDATED, limit="1")
    changes = [
        f"{LABELS[column].lower()} {change['before']} → {change['after']}" for column, change in row["changes"].items()
    ]
    console.print()
    printing.text(f"For example, row {row['row_number']}, {row['sku']}: {', '.join(changes)}")


def _print_times(upload: Json, mailbox: Mailbox, begin: datetime) -> None:
    ended = datetime.fromisoformat(upload["processing_completed_at"] or upload["last_progress_at"])
    mail = mailbox.wait_for(upload["upload_id"])
    console.print(f"\nResult after        {(ended - begin).total_seconds():.1f} s")
    if mail:
        console.print(f'Notification after  {(mail.arrived_at - begin).total_seconds():.1f} s: "{mail.subject}"')
    else:
        console.print(f"Notification        none within {SECONDS_TO_NOTIFY:.0f} s", style="red")
