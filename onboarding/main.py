"""`onboarding`: the command line of vendors; `onboarding ops` is that of operators.

Exit codes, which scripts may rely on: 0 all is well, 1 something in the file needs a correction, 2 anything else.
"""

from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from onboarding import error_printing, outcomes, printing
from onboarding.catalogue_commands import changes, export
from onboarding.check_command import check
from onboarding.exits import NEEDS_CORRECTION, exit_code, exit_on_fault
from onboarding.faults import Fault
from onboarding.fix_command import fix
from onboarding.ops.commands import app as ops
from onboarding.options import ApiKey, AsJson, Everything, UploadId, Url
from onboarding.plans.undo_command import undo
from onboarding.progress import transfer
from onboarding.rules_command import remembered, rules
from onboarding.service import connect, print_causes
from onboarding.transfers import save
from onboarding.upload_commands import apply, status, upload
from pipeline.checking.rules import RULES_VERSION
from pipeline.http.api_client import Refusal

app = typer.Typer(
    help="Check product files, send them, and see what to correct.\n\n"
    "To begin: [bold]onboarding rules[/bold] fetches the categories, [bold]onboarding check FILE[/bold] looks for"
    " errors without sending anything, [bold]onboarding upload FILE --wait[/bold] sends it and shows its outcome, and"
    " [bold]onboarding report UPLOAD_ID --fix[/bold] fetches the rejected rows to correct and send again."
    " [bold]onboarding upload FILE --mode update --plan[/bold] shows what would change of products that you have"
    " already, [bold]onboarding apply UPLOAD_ID[/bold] does just that, and [bold]onboarding undo UPLOAD_ID[/bold] takes"
    " it back."
    " [bold]onboarding apply UPLOAD_ID --map COLUMN=HEADER[/bold] processes a file again that was not accepted, and"
    " [bold]onboarding fix UPLOAD_ID --accept-suggestions[/bold] corrects rejected rows without a file."
    " [bold]onboarding export -o products.xlsx[/bold] fetches your catalogue, to edit and to send back.\n\n"
    "Exit codes: 0 all is well, 1 something in the file needs a correction, 2 anything else.",
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.add_typer(ops, name="ops")


def _print_version(value: bool) -> None:
    if value:
        try:
            printing.text(f"onboarding {version('product-onboarding')}, rules of {RULES_VERSION}")
        except PackageNotFoundError:
            printing.text(f"onboarding, not installed, rules of {RULES_VERSION}")
        raise typer.Exit


@app.callback()
def onboarding(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show which version this is.")
    ] = False,
) -> None:
    """Options that come before a command."""


for command in (rules, check, upload, apply, undo, fix, status, export, changes):
    app.command()(command)


@app.command()
def errors(
    upload_id: UploadId, url: Url, api_key: ApiKey, as_json_lines: AsJson = False, everything: Everything = False
) -> None:
    """Show what is wrong with each rejected row, and what to write instead."""
    with exit_on_fault():
        client = connect(url, api_key)
        errors, upload = client.errors(upload_id), client.upload(upload_id)
        count = sum(upload["errors_by_type"].values())
        if as_json_lines:
            for error in errors:
                printing.line(error)
        elif count:
            error_printing.error_list(errors, count, everything=everything)
            print_causes(client, upload_id)
        else:
            outcomes.without_errors(upload)
    raise typer.Exit(NEEDS_CORRECTION if count else exit_code(upload))


@app.command()
def report(
    upload_id: UploadId,
    url: Url,
    api_key: ApiKey,
    fix_file: Annotated[
        bool, typer.Option("--fix", help="The fix file instead: the rejected rows, to correct and send again.")
    ] = False,
    changed: Annotated[
        bool, typer.Option("--changes", help="What the upload changed instead: values before and after.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to save it.", show_default="UPLOAD_ID_errors.csv")
    ] = None,
    as_json_lines: AsJson = False,
) -> None:
    """Save the error report of an upload, its fix file, or what it changed. Never overwrites a file."""
    if fix_file and changed:
        raise typer.BadParameter("--fix and --changes are two files: fetch one after the other.")
    kind = "changes" if changed else "fix" if fix_file else "errors"
    path = output or Path(f"{Path(upload_id).name}_{kind}.csv")
    with exit_on_fault():
        if path.exists():
            raise Fault(f"{path} exists already, perhaps with your corrections. Name another with --output.")
        client = connect(url, api_key)
        try:
            with transfer(f"Fetching {path.name}", None) as (bar, task):
                save(client.download(upload_id, f"{kind}.csv"), path, partial(bar.advance, task))
        except Refusal as refusal:
            if refusal.code != "NO_ERRORS":
                raise
            _exit_without_report(client.upload(upload_id), kind, as_json_lines)
    if as_json_lines:
        printing.line({"upload_id": upload_id, "path": str(path)})
    else:
        printing.text(f"Saved {path}")


def _exit_without_report(upload: dict[str, Any], kind: str, as_json_lines: bool) -> NoReturn:
    """Says why an upload has no such file, and ends the program with the upload's exit code."""
    if as_json_lines:
        printing.line({"upload_id": upload["upload_id"], "path": None})
    elif kind == "changes" and not upload["failure"]:
        printing.text("No row created or changed a product.")
    else:
        outcomes.without_errors(upload)
    raise typer.Exit(exit_code(upload))


app.command()(remembered)
