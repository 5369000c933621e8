"""`onboarding check`: looks for the errors of a file without the service."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding import error_printing, outcomes, printing
from onboarding.decisions import with_decisions
from onboarding.exits import NEEDS_CORRECTION, exit_on_fault
from onboarding.offline import PASSES, FileCheck, RecordError, as_json
from onboarding.options import AsJson, Everything, ProductFile
from onboarding.printing import Json
from onboarding.progress import transfer
from onboarding.rules_document import find_document
from pipeline.domain.decisions import Decisions


@with_decisions
def check(
    file: ProductFile,
    decisions: dict[str, Any],
    rules: Annotated[
        Path | None, typer.Option("--rules", help="Rules document to check by, instead of the one fetched last.")
    ] = None,
    as_json_lines: AsJson = False,
    everything: Everything = False,
) -> None:
    """Check a file without sending it, by the same rules as the service.

    Only the service knows which SKUs and vendor product ids are in the catalogue already.
    With --json, each line is an error, and the last line is the summary.
    """
    with exit_on_fault():
        document = find_document(rules)
        remembered = document.remembered if document else None
        decided = replace(Decisions.of(decisions), remembered=remembered or ())
        size = file.stat().st_size
        streams = as_json_lines or everything
        with transfer(f"Checking {file.name}", size * PASSES, beside_output=streams) as (bar, task):
            file_check = FileCheck(file, document, partial(bar.advance, task), decided)
            errors = (as_json(staged, error) for staged, error in _errors(file_check))
            first: list[Json] = []
            if as_json_lines:
                for error in errors:
                    printing.line(error)
            elif everything:
                error_printing.print_errors(errors)
            else:
                first = error_printing.first_errors(errors)
                deque(errors, maxlen=0)
        if as_json_lines:
            printing.line({"summary": {"file": file.name, **file_check.summary()}})
        else:
            error_printing.print_errors(first)
            command = ["onboarding", "check", str(file), *(["--rules", str(rules)] if rules else [])]
            outcomes.check_summary(file.name, file_check, command, errors_above=len(first))
        outcomes.note_limits(document, file_check)
    raise typer.Exit(0 if file_check.is_sound else NEEDS_CORRECTION)


def _errors(file_check: FileCheck) -> Iterator[RecordError]:
    return iter(()) if file_check.failure else file_check.errors()
