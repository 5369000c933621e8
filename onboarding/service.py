"""The service as commands reach it, and an upload there: followed to its end, and shown."""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import typer

from onboarding import outcomes, printing
from onboarding.exits import exit_code
from onboarding.faults import Fault
from onboarding.progress import watch
from pipeline.http.api_client import ApiClient

_ATTEMPTS = 6
_MOST_ABOVE = 5


def connect(url: str, api_key: str | None) -> ApiClient:
    """Raises Fault for what is not the address of a service."""
    if not url.startswith(("http://", "https://")):
        raise Fault(f'"{url}" is not the address of a service: that starts with http:// or https://.')
    return ApiClient(url, api_key, attempts=_ATTEMPTS)


def follow_and_exit(client: ApiClient, upload_id: str, as_json_lines: bool) -> NoReturn:
    """Waits until an upload has ended, prints it, and ends the program with its exit code."""
    show_and_exit(client, watch(client.follow(upload_id)), as_json_lines)


def show_and_exit(client: ApiClient, upload: Mapping[str, Any], as_json_lines: bool) -> NoReturn:
    """Prints an upload and ends the program with its exit code."""
    if as_json_lines:
        printing.line(upload)
    else:
        outcomes.upload_summary(upload)
        outcomes.what_it_corrects(list(_above(client, upload)), dry_run=upload["dry_run"])
        if upload["is_final"] and upload["error_records"] > upload["corrected_records"]:
            printing.cause_table(client.causes(upload["upload_id"], 50))
            printing.text(f"Correct the rejected rows: onboarding report {upload['upload_id']} --fix")
    raise typer.Exit(exit_code(upload))


def _above(client: ApiClient, upload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The uploads that this one corrects: its parent, then the parent of that, and so on."""
    for _ in range(_MOST_ABOVE):
        if upload["parent_upload_id"] is None:
            return
        upload = client.upload(upload["parent_upload_id"])
        yield upload
