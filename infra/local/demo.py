"""`python -m infra.local.demo`: sends a sample file as a vendor would, and shows its outcome."""

import json
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from infra.local import stack
from infra.local.processes import StackError
from infra.local.state import StateDir
from infra.local.vendor import SECONDS_TO_NOTIFY, Mailbox, vendor_client
from onboarding import outcomes, printing
from onboarding.progress import rows_checked, watch
from pipeline.domain.uploads import UploadStatus
from pipeline.http.api_client import ApiClient, ApiError, Json

SAMPLE = Path(__file__).with_name("sample_products.csv")
TOKEN = "DEMO"  # noqa: S105  part of every SKU and vendor product id of the sample; each run replaces it
EXPECTED = {"status": UploadStatus.PARTIAL, "valid_records": 950, "error_records": 50}
SECONDS_TO_START = 60.0
SECONDS_TO_END = 300.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for a service that the demo starts itself.")] = 8000,
    state_dir: Annotated[Path, typer.Option(help="State folder of the service to use or to start.")] = Path(".local"),
) -> None:
    """Send a sample of 1,000 products, of which 50 have errors, and show the outcome.

    Uses the service of the state folder if it is running; otherwise starts one and stops it afterwards.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with service(state_dir, port) as (description, restart):
            upload = _send_and_show(vendor_client(description, "VEND001"), Mailbox(description))
            _print_links(upload, description["api_keys"]["VEND001"], restart)
    except (StackError, ApiError, BotoCoreError, ClientError) as error:
        console.print(f"Error: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    differences = [
        f"{name} is {upload[name]}, not {value}" for name, value in EXPECTED.items() if upload[name] != value
    ]
    if differences:
        console.print(f"Not as expected: {', '.join(differences)}.", style="red")
        raise typer.Exit(1)


def with_new_ids(sample: str) -> str:
    """The sample with new SKUs and vendor product ids; its duplicates stay duplicates."""
    return sample.replace(TOKEN, f"{TOKEN}{secrets.token_hex(4).upper()}")


@contextmanager
def service(state_dir: Path, port: int) -> Iterator[tuple[Json, str | None]]:
    """The running service and None, or a new service and the command that starts it again."""
    state = StateDir(state_dir.expanduser().resolve())
    if description := _running(state):
        console.print(f"Using the service at {description['api_url']}", soft_wrap=True)
        yield description, None
        return
    console.print(f"Starting the service (state in {state_dir}) ...", markup=False, soft_wrap=True)
    restart = "make run" + (f" PORT={port}" if port != 8000 else "")
    restart += f" STATE_DIR={state_dir}" if state_dir != Path(".local") else ""
    with stack.running(state, port=port, fresh=False, report=lambda line: console.print(line, markup=False)) as started:
        yield started.description, restart
        console.print("\nStopping the service ...")


def _running(state: StateDir) -> Json | None:
    """The description of the running service, None if none is running; waits for a service that is starting."""
    deadline = time.monotonic() + SECONDS_TO_START
    while state.launcher() is not None:
        if state.address():
            description: Json = json.loads(state.description.read_text(encoding="utf-8"))
            return description
        if time.monotonic() > deadline:
            raise StackError(
                f"The service of {state.path} is neither running nor stopped after {SECONDS_TO_START:.0f} s."
            )
        time.sleep(0.2)
    return None


def _send_and_show(vendor: ApiClient, mailbox: Mailbox) -> Json:
    content = with_new_ids(SAMPLE.read_text(encoding="utf-8")).encode()
    announced = vendor.announce(SAMPLE.name, len(content))
    upload_id: str = announced["upload_id"]
    console.print(f"Sending {SAMPLE.name} ({len(content) / 1024:.0f} KiB) as {announced['vendor_name']}\n")
    begin = datetime.now(UTC)
    vendor.send(announced["upload"], content, size_bytes=len(content))
    upload = watch(_by_quarters(vendor.follow(upload_id, seconds=SECONDS_TO_END)))
    ended = datetime.fromisoformat(upload["processing_completed_at"] or upload["last_progress_at"])
    console.print()
    outcomes.upload_summary(upload)
    if upload["error_records"]:
        _print_errors(vendor, upload_id)
    mail = mailbox.wait_for(upload_id)
    console.print(f"\nResult after        {(ended - begin).total_seconds():.1f} s")
    if mail:
        console.print(f'Notification after  {(mail.arrived_at - begin).total_seconds():.1f} s: "{mail.subject}"')
    else:
        console.print(f"Notification        none within {SECONDS_TO_NOTIFY:.0f} s", style="red")
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
    printing.cause_table(vendor.causes(upload_id, 50))
    console.print("\nFor example:\n")
    printing.error_table(sorted(first_of_type.values(), key=lambda error: not error["suggestion"])[:3])


def _print_links(upload: Json, key: str, restart: str | None) -> None:
    links = {name: link for name, link in upload["links"].items() if link}
    labels = {"portal": "Portal", "self": "Upload", "error_report": "Error report", "fix_file": "Fix file"}
    when = f" (the data is kept; {restart} serves it again)" if restart else ""
    console.print(f"\nWhere to look next{when}:", soft_wrap=True, markup=False)
    for name, label in labels.items():
        if name in links:
            console.print(f"  {label:<13} {links[name]}", soft_wrap=True, markup=False)
    if "fix_file" in links:
        console.print("\nThis fetches the rejected rows, ready to be corrected and sent again:")
        line = f"curl -LOJ -H 'Authorization: Bearer {key}' {links['fix_file']}"
        console.print(line, soft_wrap=True, markup=False)


if __name__ == "__main__":
    app()
