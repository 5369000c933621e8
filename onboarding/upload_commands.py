"""`onboarding upload` and `apply`: what makes an upload; `status` follows it."""

from functools import partial
from typing import Annotated, Any

import typer

from onboarding import printing
from onboarding.decisions import Accept, Omit, Remember, accepted, check_remember, omitted, with_decisions
from onboarding.exits import exit_on_fault
from onboarding.options import ApiKey, AsJson, ProductFile, UploadId, Url
from onboarding.plans.preview import show_plan_and_exit
from onboarding.progress import transfer, watch
from onboarding.service import connect, follow_and_exit, show_and_exit
from onboarding.transfers import send_file

Plan = Annotated[
    bool, typer.Option("--plan", help="A dry run that shows what would change, and the command that applies it.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything, change nothing.")]
Reference = Annotated[str | None, typer.Option("--reference", help="Your own name for this upload.")]


@with_decisions
def upload(
    file: ProductFile,
    url: Url,
    api_key: ApiKey,
    decisions: dict[str, Any],
    remember: Remember = False,
    accept: Accept = None,
    dry_run: DryRun = False,
    plan: Plan = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended, and show its outcome.")] = False,
    reference: Reference = None,
    as_json_lines: AsJson = False,
) -> None:
    """Send a file. With --wait, the exit code is 0 only if every row was accepted."""
    fields = {"dry_run": dry_run or plan, "reference": reference, **decisions, **accepted(accept)}
    fields |= check_remember(remember, decisions)
    with exit_on_fault():
        client = connect(url, api_key)
        with transfer(f"Sending {file.name}", file.stat().st_size) as (bar, task):
            announcement = send_file(client, file, fields, partial(bar.advance, task))
        if plan:
            ended = watch(client.follow(announcement["upload_id"]))
            show_plan_and_exit(client, ended, as_json_lines, remember=remember)
        if wait:
            follow_and_exit(client, announcement["upload_id"], as_json_lines)
    if as_json_lines:
        printing.line(announcement)
    else:
        upload_id = announcement["upload_id"]
        printing.text(f"Sent as {upload_id}. Follow it: onboarding status {upload_id}")


@with_decisions
def apply(
    upload_id: UploadId,
    url: Url,
    api_key: ApiKey,
    decisions: dict[str, Any],
    remember: Remember = False,
    accept: Accept = None,
    omit: Omit = None,
    dry_run: DryRun = False,
    plan: Plan = False,
    reference: Reference = None,
    as_json_lines: AsJson = False,
) -> None:
    """Apply a plan, or process the file of an upload again with other decisions, as a new upload; show its outcome.

    Nothing is sent. A kind of decision that you do not name is as in that upload: --map replaces all of its --map.

    Of a plan that is applied without other decisions, only rows are written that still do exactly what it says.
    """
    fields = {"dry_run": dry_run or plan, "reference": reference, **decisions, **accepted(accept)}
    fields |= {**check_remember(remember, decisions), **omitted(omit)}
    with exit_on_fault():
        client = connect(url, api_key)
        upload_id = client.apply(upload_id, **fields)["upload_id"]
        if plan:
            show_plan_and_exit(client, watch(client.follow(upload_id)), as_json_lines, remember=remember)
        follow_and_exit(client, upload_id, as_json_lines)


def status(
    upload_id: UploadId,
    url: Url,
    api_key: ApiKey,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has ended.")] = False,
    as_json_lines: AsJson = False,
) -> None:
    """Show the outcome of an upload, or its progress."""
    with exit_on_fault():
        client = connect(url, api_key)
        if wait:
            follow_and_exit(client, upload_id, as_json_lines)
        show_and_exit(client, client.upload(upload_id), as_json_lines)
