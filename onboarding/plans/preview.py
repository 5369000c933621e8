"""A plan as commands show it: for people with the command that goes on, or as one document of JSON."""

import shlex
from typing import NoReturn

import typer

from onboarding import outcomes, printing
from onboarding.decisions import options_of
from onboarding.exits import exit_code
from onboarding.headers import shows_more_than_names
from onboarding.plans import tables
from onboarding.plans.changes import Changes, read_changes
from onboarding.plans.guards import accepting
from onboarding.printing import Json
from onboarding.service import print_causes, show_and_exit
from pipeline.domain.guards import GuardCode
from pipeline.domain.one_line import one_line
from pipeline.domain.uploads import OUTCOME_STATUSES, Outcome
from pipeline.http.api_client import ApiClient
from pipeline.outcome.results import OUTCOME_WORDS

_LONGEST_NAME = 200
_OF_PLAN = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SUPERSEDED)


def show_plan_and_exit(client: ApiClient, upload: Json, as_json: bool, *, remember: bool = False) -> NoReturn:
    """Shows what an ended dry run says, and ends the program with its exit code.

    `remember` is whether its headers are to be kept when it is applied.
    """
    is_plan = has_outcomes(upload)
    if not is_plan and not as_json:
        show_and_exit(client, upload, as_json)
    changes = changes_of(client, upload)
    command = apply_command(upload, remember=remember) if is_plan else None
    if as_json:
        printing.line({"upload": upload, "changes": changes.as_json(), "next": command})
    else:
        _print_plan(client, upload, changes, command)
    raise typer.Exit(exit_code(upload))


def apply_command(upload: Json, *, remember: bool = False) -> str | None:
    """The command that applies a plan, guards included that it warns of; None if it would change nothing."""
    if not upload["created_records"] + upload["updated_records"]:
        return None
    guards = {warning["code"] for warning in upload["warnings"]}.intersection(GuardCode)
    headers = {kind: upload["decisions"][kind] for kind in ("mapping", "not_used")}
    keeping = [*options_of(headers), "--remember"] if remember else []
    return shlex.join(["onboarding", "apply", upload["upload_id"], *accepting(upload, guards), *keeping])


def has_outcomes(upload: Json) -> bool:
    """Whether every row of an ended upload was decided."""
    return upload["status"] in OUTCOME_STATUSES and not upload["failure"]


def changes_of(client: ApiClient, upload: Json) -> Changes:
    if not upload["updated_records"] + upload["removed_records"]:
        return Changes()
    return read_changes(client.download(upload["upload_id"], "changes.csv"))


def _print_plan(client: ApiClient, upload: Json, changes: Changes, command: str | None) -> None:
    upload_id = upload["upload_id"]
    printing.text(f"{upload_id}  {one_line(upload['file_name'], _LONGEST_NAME)}", "bold")
    printing.text(f"A plan, in mode {upload['mode']}: nothing in your catalogue has changed yet.")
    printing.text("")
    counts = [(OUTCOME_WORDS[outcome], upload[f"{outcome}_records"]) for outcome in (*_OF_PLAN, Outcome.ERROR)]
    tables.outcome_table("What would become of them", counts)
    tables.change_table(changes, upload_id)
    if upload["error_records"]:
        printing.text("")
        print_causes(client, upload_id)
    if upload["warnings"] or shows_more_than_names(upload["file"]["columns"]):
        printing.text("")
    outcomes.about_upload(upload)
    printing.text("")
    if not command:
        printing.text("Nothing would change, so there is nothing to apply.")
        return
    printing.text("If that is right, go on with this command; --omit 3,9 leaves rows out:")
    printing.command(command)
