"""`onboarding fix`: corrects rejected rows by what is wrong with them, without a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer

from onboarding import error_printing, printing
from onboarding.exits import exit_on_fault
from onboarding.faults import Fault
from onboarding.options import ApiKey, AsJson, UploadId, Url
from onboarding.service import connect, follow_and_exit
from onboarding.upload_commands import DryRun
from pipeline.domain.cells import clean

Json = dict[str, Any]
Cause = tuple[str, str | None, str]


def fix(
    upload_id: UploadId,
    url: Url,
    api_key: ApiKey,
    accept_suggestions: Annotated[
        bool, typer.Option("--accept-suggestions", help="Writes every suggestion of a cause that has one throughout.")
    ] = False,
    new_values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="COLUMN[:WRONG]=VALUE", help="What to write: category:Elektronik=Electronics."),
    ] = None,
    omit: Annotated[list[int] | None, typer.Option("--omit", metavar="ROW", help="Leaves a row as it is.")] = None,
    remember: Annotated[
        bool, typer.Option("--remember", help="Keeps what categories mean for your later files; not in a dry run.")
    ] = False,
    dry_run: DryRun = False,
    as_json_lines: AsJson = False,
) -> None:
    """Correct rejected rows of an upload, process them again as a new upload, and show its outcome.

    Only rows whose errors are all corrected are processed again.
    """
    settings = [_read_setting(text) for text in new_values or ()]
    with exit_on_fault():
        client = connect(url, api_key)
        causes = list(client.every_cause(upload_id))
        fixes = _fixes(causes, settings, accept_suggestions=accept_suggestions)
        if not fixes:
            raise Fault("Nothing is corrected by this. Name values with --set, or use --accept-suggestions.")
        if not as_json_lines:
            _print_fixes(causes, fixes)
        child = client.correct(upload_id, fixes=fixes, omit=omit or [], remember=remember, dry_run=dry_run)
        if not as_json_lines:
            printing.text(f"Rows processed again: {child['corrected_rows']:,}")
        follow_and_exit(client, child["upload_id"], as_json_lines)


def _read_setting(text: str) -> tuple[str, str | None, str]:
    """Column, wrong value or None, and new value."""
    before, equals, new = text.partition("=")
    column, colon, wrong = before.partition(":")
    if not equals or not column:
        raise typer.BadParameter(f'"{text}" is not COLUMN=VALUE or COLUMN:WRONG=VALUE.', param_hint="--set")
    return column.strip(), wrong if colon else None, new


def _fixes(
    causes: Sequence[Json], settings: Iterable[tuple[str, str | None, str]], *, accept_suggestions: bool
) -> list[Json]:
    """One for each cause; a named value is preferred to a suggestion."""
    suggested = [cause["fix"] for cause in causes if accept_suggestions and cause["fix"]]
    named = [fix for setting in settings for fix in _named(causes, *setting)]
    return list({_cause_of(fix): fix for fix in (*suggested, *named)}.values())


def _named(causes: Sequence[Json], column: str, wrong: str | None, new: str) -> Iterator[Json]:
    error_types = {cause["error_type"] for cause in causes if cause["error_field"] == column}
    if not error_types:
        raise Fault(f"No row is rejected for {column} alone.")
    for error_type in sorted(error_types):
        yield {"error_type": error_type, "error_field": column, "value": wrong, "set": new}


def _cause_of(fix: Json) -> Cause:
    return fix["error_type"], fix["error_field"], clean(fix["value"] or "").casefold()


def _print_fixes(causes: Sequence[Json], fixes: Sequence[Json]) -> None:
    counts = {_cause_of(cause): cause["count"] for cause in causes}
    error_printing.fix_list((counts.get(_cause_of(fix), ""), fix) for fix in fixes)
