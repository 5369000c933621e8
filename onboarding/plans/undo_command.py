"""`onboarding undo`: shows what an upload did that would be taken back, asks, and takes it back."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Annotated, NoReturn

import typer

from onboarding import printing
from onboarding.exits import FAULT, exit_code, exit_on_fault
from onboarding.faults import Fault
from onboarding.options import ApiKey, AsJson, UploadId, Url
from onboarding.plans import tables
from onboarding.plans.changes import Changes
from onboarding.plans.preview import changes_of, has_outcomes
from onboarding.printing import Json
from onboarding.progress import watch
from onboarding.service import connect, print_causes, show_and_exit
from pipeline.domain.uploads import Outcome
from pipeline.http.api_client import ApiClient

_WORDS = {
    Outcome.UPDATED: "restored",
    Outcome.REMOVED: "removed",
    Outcome.CREATED: "created again",
    Outcome.UNCHANGED: "left as they are",
    Outcome.ERROR: "not possible",
}
_MAY_KEEP = (Outcome.UNCHANGED, Outcome.UPDATED)
_MOST_ROWS = 1_000
"""How many rows of each kind are searched for fields that are kept."""
_WITH_EFFECT = (Outcome.UPDATED, Outcome.REMOVED, Outcome.CREATED)


def undo(
    upload_id: UploadId,
    url: Url,
    api_key: ApiKey,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would be taken back.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take it back without showing it first and asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take back what an upload did to your products: former values return, and new products are removed.

    What has been changed since is kept. Without --plan and --yes it shows what would be taken back, and asks.
    """
    with exit_on_fault():
        if not (plan or yes) and (as_json or not sys.stdin.isatty()):
            raise Fault("Nobody can be asked here. Add --plan to see what would be taken back, or --yes to do it.")
        client = connect(url, api_key)
        if plan or not yes:
            preview = _Undo(client, upload_id, dry_run=True)
            if plan:
                preview.show_and_exit(as_json)
            preview.show()
            _confirm(preview)
        _Undo(client, upload_id, dry_run=False).show_and_exit(as_json)


def _confirm(preview: "_Undo") -> None:
    """Ends the program if there is nothing to do, or the answer is no."""
    if not preview.has_effect:
        raise typer.Exit(exit_code(preview.upload))
    if not typer.confirm("Take this back now?", err=True):
        printing.text("Nothing was changed.")
        raise typer.Exit(FAULT)


class _Undo:
    """An upload that takes another back, or a dry run of one, after its end."""

    def __init__(self, client: ApiClient, undone_id: str, *, dry_run: bool) -> None:
        self._client, self._undone_id, self._is_plan = client, undone_id, dry_run
        started = client.undo(undone_id, dry_run=dry_run)
        self.upload: Json = watch(client.follow(started["upload_id"]))
        self._changes: Changes = changes_of(client, self.upload)
        self._kept = self._find_kept()

    @property
    def has_effect(self) -> bool:
        return any(self.upload[f"{outcome}_records"] for outcome in _WITH_EFFECT)

    def show_and_exit(self, as_json: bool) -> NoReturn:
        if as_json:
            printing.line(self._document())
            raise typer.Exit(exit_code(self.upload))
        self.show()
        if self._is_plan and self.has_effect:
            printing.text("")
            printing.text("If that is right, go on with:")
            printing.command(f"onboarding apply {self.upload['upload_id']}")
        raise typer.Exit(exit_code(self.upload))

    def show(self) -> None:
        """Ends the program if the upload failed as a whole."""
        upload = self.upload
        if not has_outcomes(upload):
            show_and_exit(self._client, upload, as_json_lines=False)
        takes = "would take" if self._is_plan else "has taken"
        printing.text(f"{upload['upload_id']}  {takes} back {self._undone_id}", "bold")
        if self._is_plan:
            printing.text("Nothing in your catalogue has changed yet.")
        printing.text("")
        self._print_tables()
        if upload["error_records"]:
            printing.text("")
            print_causes(self._client, upload["upload_id"])
        if self._is_plan and not self.has_effect:
            printing.text("Nothing would change, so there is nothing to take back.")

    def _print_tables(self) -> None:
        upload = self.upload
        title = "What would become of their products" if self._is_plan else "What became of their products"
        tables.outcome_table(title, [(word, upload[f"{outcome}_records"]) for outcome, word in _WORDS.items()])
        tables.change_table(self._changes, upload["upload_id"], with_rows=False)
        removed = "Products that would be removed:" if self._is_plan else "Products removed:"
        tables.removed_list(removed, self._changes, upload["removed_records"])
        tables.kept_table(self._kept)
        if max(upload[f"{outcome}_records"] for outcome in _MAY_KEEP) > _MOST_ROWS:
            printing.text(f"Products after the first {_MOST_ROWS:,} of each kind may keep fields, too.")

    def _document(self) -> Json:
        go_on = f"onboarding apply {self.upload['upload_id']}" if self._is_plan and self.has_effect else None
        kept = [
            {"row_number": record["row_number"], "sku": record["sku"], "kept": record["kept"]} for record in self._kept
        ]
        return {"upload": self.upload, "changes": self._changes.as_json(), "kept": kept, "next": go_on}

    def _find_kept(self) -> Sequence[Json]:
        """The first rows of which something is kept: those that keep everything come first."""
        return [record for record in self._first_rows() if record["kept"]]

    def _first_rows(self) -> Iterator[Json]:
        for outcome in _MAY_KEEP:
            if self.upload[f"{outcome}_records"]:
                records = self._client.each_record(self.upload["upload_id"], outcome=outcome.value)
                yield from islice(records, _MOST_ROWS)
