"""`onboarding check`: looks for the errors of a file without the service."""

from collections import deque
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer

from onboarding import outcomes, printing
from onboarding.decisions import ClearBlanks, Defaults, EncodingName, Mode, decisions_of
from onboarding.exits import NEEDS_CORRECTION, exit_on_fault
from onboarding.offline import PASSES, FileCheck, RecordError, as_json
from onboarding.options import AsJson, Everything, ProductFile
from onboarding.progress import transfer
from onboarding.rules_document import find_document
from pipeline.domain.decisions import Decisions


def check(
    file: ProductFile,
    mode: Mode = None,
    clear_blanks: ClearBlanks = False,
    default: Defaults = None,
    encoding: EncodingName = None,
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
    decisions = Decisions.of(decisions_of(mode, clear_blanks, default, encoding))
    with exit_on_fault():
        document = find_document(rules)
        size = file.stat().st_size
        streams = as_json_lines or everything
        with transfer(f"Checking {file.name}", size * PASSES, beside_output=streams) as (bar, task):
            file_check = FileCheck(file, document, partial(bar.advance, task), decisions)
            errors = (as_json(staged, error) for staged, error in _errors(file_check))
            first: list[dict[str, Any]] = []
            if as_json_lines:
                for error in errors:
                    printing.line(error)
            elif everything:
                printing.error_blocks(errors)
            else:
                first = list(islice(errors, printing.FIRST))
                deque(errors, maxlen=0)
        if as_json_lines:
            printing.line({"summary": {"file": file.name, **file_check.summary()}})
        else:
            printing.error_table(first)
            outcomes.check_summary(file.name, file_check, errors_above=len(first))
        outcomes.note_limits(document, decisions.mode)
    raise typer.Exit(0 if file_check.is_sound else NEEDS_CORRECTION)


def _errors(file_check: FileCheck) -> Iterator[RecordError]:
    return iter(()) if file_check.failure else file_check.errors()
