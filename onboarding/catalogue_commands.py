"""`onboarding export` and `changes`: the catalogue, back out."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from onboarding import printing
from onboarding.exits import exit_on_fault
from onboarding.faults import Fault
from onboarding.options import ApiKey, AsJson, Url
from onboarding.printing import Json
from onboarding.progress import transfer
from onboarding.service import connect
from onboarding.transfers import save
from pipeline.domain.columns import COLUMN_ORDER, ListingStatus
from pipeline.domain.exports import ExportFormat, ExportStatus

_SHOWN = 3  # fields of a change on its line


def export(
    url: Url,
    api_key: ApiKey,
    export_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="As the ending of --output says, or csv.", show_default=False),
    ] = None,
    status: Annotated[
        list[ListingStatus] | None, typer.Option("--status", help="Only those on sale, unless this says otherwise.")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", help="A part of its name.")] = None,
    updated_since: Annotated[
        str | None, typer.Option("--updated-since", help="A date or a time, such as 2026-11-22.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to save it.", show_default="products.csv")
    ] = None,
    as_json_lines: AsJson = False,
) -> None:
    """Save your catalogue as a file. Never overwrites a file.

    Edit it, and send it back: onboarding upload FILE --mode upsert. Only what you edited counts, and what others have
    changed since is kept.
    """
    export_format = export_format or _format_of(output)
    path = output or Path(f"products.{export_format}")
    filters = {"status": status or None, "category": category, "updated_since": updated_since}
    with exit_on_fault():
        if path.exists():
            raise Fault(f"{path} exists already. Name another with --output.")
        client = connect(url, api_key)
        written = client.export(export_format, **{name: value for name, value in filters.items() if value})
        if written["status"] == ExportStatus.FAILED:
            raise Fault(written["failure"])
        with transfer(f"Fetching {path.name}", None) as (bar, task):
            save(client.download_export(written), path, partial(bar.advance, task))
    if as_json_lines:
        printing.line(written | {"path": str(path)})
    else:
        printing.text(f"Saved {written['products']:,} products to {path}")


def _format_of(output: Path | None) -> ExportFormat:
    return ExportFormat.XLSX if output and output.suffix.lower() == ".xlsx" else ExportFormat.CSV


def changes(
    url: Url,
    api_key: ApiKey,
    after: Annotated[
        str | None, typer.Option("--after", help="The cursor that the last call ended with.", show_default=False)
    ] = None,
    as_json_lines: AsJson = False,
) -> None:
    """Show what happened to your products, the oldest first, and the cursor to go on with later."""
    with exit_on_fault():
        client = connect(url, api_key)
        while True:
            page = client.changes(after)
            for item in page["items"]:
                printing.line(item) if as_json_lines else printing.text(_in_words(item))
            after = page["next_cursor"]
            if not page["items"]:
                break
    if as_json_lines:
        printing.line({"next_cursor": after})
    else:
        printing.text("What happens from now on:")
        printing.command(f"onboarding changes --after {after}")


def _in_words(item: Json) -> str:
    changed = sorted(item["changes"].items(), key=lambda named: COLUMN_ORDER[named[0]])
    changes = [f"{name} {_value(c['before'])} → {_value(c['after'])}" for name, c in changed]
    more = [f"and {len(changes) - _SHOWN} more"] if len(changes) > _SHOWN else []
    details = "; ".join([*changes[:_SHOWN], *more]) if item["outcome"] == "updated" else ""
    return "  ".join(filter(None, (item["at"], item["outcome"], item["sku"], details)))


def _value(text: str | None) -> str:
    return "nothing" if text is None else text if len(text) <= 40 else f"{text[:40]}…"
