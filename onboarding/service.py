"""The service as commands reach it, and an upload there: followed to its end, and shown."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn

import typer

from onboarding import error_printing, outcomes, printing
from onboarding.exits import exit_code
from onboarding.faults import Fault
from onboarding.plans.outdated import count_outdated, print_outdated
from onboarding.progress import watch
from pipeline.domain.errors import ErrorType
from pipeline.http.api_client import ApiClient

_ATTEMPTS = 6
_MOST_ABOVE = 5


def print_causes(client: ApiClient, upload_id: str) -> None:
    """Prints why rows of an upload are rejected, with the rows in which a spreadsheet shows the first of them."""
    causes = client.causes(upload_id, 50)
    error_printing.cause_list(causes, _sheet_rows(client, upload_id, error_printing.rows_of_causes(causes)))


def _sheet_rows(client: ApiClient, upload_id: str, rows: Collection[int]) -> dict[int, int]:
    """The first page of errors has most of the rows; the others are asked for one by one."""
    errors = islice(client.errors(upload_id), ApiClient.PAGE)
    sheet_rows = {error["row_number"]: error["sheet_row"] for error in errors}
    for row in sorted(set(rows) - sheet_rows.keys()):
        sheet_rows[row] = next(client.errors(upload_id, row_number=row))["sheet_row"]
    return sheet_rows


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
            _print_rejected(client, upload)
    raise typer.Exit(exit_code(upload))


def _print_rejected(client: ApiClient, upload: Mapping[str, Any]) -> None:
    """Why rows are rejected, and what to do about them."""
    outdated = count_outdated(upload)
    if outdated < upload["error_records"]:
        print_causes(client, upload["upload_id"])
        if upload["undo_of"] is None:
            printing.text(f"Correct the rejected rows: onboarding report {upload['upload_id']} --fix")
    if outdated:
        print_outdated(upload, client.errors(upload["upload_id"], error_type=ErrorType.PLAN_OUTDATED.value))


def _above(client: ApiClient, upload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The uploads that this one corrects: its parent, then the parent of that, and so on."""
    for _ in range(_MOST_ABOVE):
        if upload["parent_upload_id"] is None:
            return
        upload = client.upload(upload["parent_upload_id"])
        yield upload
