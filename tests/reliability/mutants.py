"""Seeded mutants: faults put into a copy of our code on purpose, each of which an invariant has to notice.

A mutant is a patch of source text, not of a running program, and names the act that shows it. A patch that does not
apply any more fails loudly: it must be brought up to date with the code, or the proof is gone.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
_DECISIONS, _CATALOGUE, _ENDINGS = (f"postgres/{name}.py" for name in ("decisions", "catalogue", "endings"))
_VALIDATE, _REPORT = "stages/validate.py", "stages/report.py"


class PatchDoesNotApply(Exception):
    """The code has changed under a mutant."""


@dataclass(frozen=True)
class Patch:
    """One piece of `pipeline/` and what stands in its place; it must be there exactly once."""

    file: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutant:
    """A fault, the act that shows it, and a part of what the invariant says that must notice it."""

    name: str
    act: str
    notices: str
    patches: tuple[Patch, ...]


NEVER_A_THIRD_CASE = Patch(
    _VALIDATE,
    "if not upload.dry_run and len(accepted) != len(inserted):\n        raise NeitherInsertedNorHeld(upload.upload_id)",
    "pass",
)

MUTANTS = (
    Mutant(
        "a bare counter in place of the set of decided rows",
        "replays",
        "valid_records and products|error_records and rejected rows",
        (
            Patch(_VALIDATE, "fresh = [v for v in batch if v.row_number not in locked.decided_rows]", "fresh = [*batch]"),
            Patch(_VALIDATE, "verdicts = _earlier_verdicts(cursor, upload, [v for v in batch if v.row_number in locked.decided_rows])", "verdicts = []"),
            Patch(_VALIDATE, "if not locked.is_open or not fresh:", "if not fresh:"),
            Patch(_CATALOGUE, "%s::jsonb[])\n            \"\"\"", "%s::jsonb[]) ON CONFLICT DO NOTHING\n            \"\"\""),
            NEVER_A_THIRD_CASE,
        ),
    ),
    Mutant(
        "an upload ends as soon as anything is decided",
        "half_done",
        "were never decided",
        (
            Patch(_ENDINGS, "AND (failure IS NOT NULL OR total_records = valid_records + error_records)\n        RETURNING *",
                  "AND (failure IS NOT NULL OR valid_records + error_records > 0)\n        RETURNING *"),
            Patch(_ENDINGS, "AND (failure IS NOT NULL OR total_records = valid_records + error_records)\n        RETURNING n",
                  "AND (failure IS NOT NULL OR valid_records + error_records > 0)\n        RETURNING n"),
        ),
    ),
    Mutant(
        "duplicates in a file are left to whoever comes first",
        "replays",
        "the row that came first|came first",
        (
            Patch("checking/conflicts.py", "        if staged.earlier_sku:\n", "        if False:\n"),
            Patch("checking/conflicts.py", "        if staged.earlier_vendor_product_id:\n", "        if False:\n"),
            Patch(_CATALOGUE, "WHERE sku = ANY(%(skus)s::text[]) AND upload_id IS DISTINCT FROM %(upload_id)s", "WHERE sku = ANY(%(skus)s::text[])"),
            Patch(_CATALOGUE, "AND vendor_product_id = ANY(%(ids)s::text[])\n              AND upload_id IS DISTINCT FROM %(upload_id)s",
                  "AND vendor_product_id = ANY(%(ids)s::text[])"),
        ),
    ),
    Mutant(
        "a record that lost a race is neither product nor error",
        "races",
        "0 products, rejected: False",
        (
            Patch(_VALIDATE, "compared = [v for v in batch if v.row_number not in inserted and OUR_FAULT not in v.errors]",
                  "compared = [v for v in batch if v.errors and OUR_FAULT not in v.errors]"),
            NEVER_A_THIRD_CASE,
        ),
    ),
    Mutant(
        "a notification goes out each time the end is told",
        "replays",
        "notifications",
        (Patch(_ENDINGS, "AND notified_at IS NULL AND notification_claimed_at < now() - %s\n", "AND %s IS NOT NULL AND notification_id IS NOT NULL\n"),),
    ),
    Mutant(
        "products are inserted in the order of the file",
        "opposite_orders",
        "sqlstate=40P01",
        (Patch(_CATALOGUE, "in_order = sorted(products, key=lambda product: product.sku)", "in_order = list(products)"),),
    ),
    Mutant(
        "the status is set before the reports are written",
        "deaths",
        "is not there|there is no report|without its error report",
        (
            Patch(_REPORT, "report_key, fix_key = _write_reports(services, upload)\n    status",
                  "report_key, fix_key = _keys(upload)\n    status"),
            Patch(_REPORT, '    log("upload.ended", upload_id', '    _write_reports(services, upload)\n    log("upload.ended", upload_id'),
            Patch(_REPORT, "def _write_reports(",
                  "def _keys(upload):\n    if upload.failure or not upload.error_records:\n        return None, None\n"
                  "    return (error_report_key(str(upload.vendor_id), upload.upload_id),\n"
                  "            fix_file_key(str(upload.vendor_id), upload.upload_id))\n\n\ndef _write_reports("),
        ),
    ),
    Mutant(
        "staging is told before PostgreSQL has committed",
        "early_statuses",
        "staging knows more than PostgreSQL",
        (
            Patch(_VALIDATE, "    decided = _decide_around_poison(services, upload, verdicts)\n    _tell",
                  "    services.staging.write(_final_items(services.staging, upload, verdicts, created_at or {}))\n"
                  "    decided = _decide_around_poison(services, upload, verdicts)\n    _tell"),
        ),
    ),
    Mutant(
        "the newest version is read, not the one that was claimed",
        "overwritten",
        "row 1: ",
        (Patch("aws/object_store.py", '| ({"VersionId": version_id} if version_id != "null" else {})', "| {}"),),
    ),
    Mutant(
        "validators do not look whether the upload was cancelled",
        "cancelled",
        "counters after it was cancelled|the counters' sum",
        (Patch("postgres/decisions.py", "status = %s AND failure IS NULL AS is_open", "%s IS NOT NULL AS is_open"),),
    ),
    Mutant(
        "the end does not look whether the upload was cancelled meanwhile",
        "cancelled",
        "from cancelled to",
        (Patch(_ENDINGS, "WHERE upload_id = %s AND status = %s\n          AND (failure IS NOT NULL OR total_records = valid_records + error_records)\n        RETURNING n",
               "WHERE upload_id = %s AND %s IS NOT NULL\n          AND (failure IS NOT NULL OR total_records = valid_records + error_records)\n        RETURNING n"),),
    ),
    Mutant(
        "a poisoned record takes its neighbours with it",
        "poisoned",
        "nothing was poisoned",
        (
            Patch(_VALIDATE, "    if len(batch) == 1:\n", "    if batch:\n"),
            Patch(_VALIDATE, "return _decide(cursor, upload, [_our_fault(upload, batch[0].staged)])",
                  "return _decide(cursor, upload, [_our_fault(upload, each.staged) for each in batch])"),
        ),
    ),
    Mutant(
        "vendors are told of one another's uploads",
        "races",
        "holds 'UPLOAD_",
        (Patch("checking/conflicts.py", "if holder.vendor_id != vendor_id:", "if holder.vendor_id is None:"),),
    ),
    Mutant(
        "every notification goes to the first vendor",
        "races",
        "says of itself",
        (Patch(_REPORT, "vendor_id=upload.vendor_id,\n        status", 'vendor_id="VEND001",\n        status'),),
    ),
    Mutant(
        "cells are logged",
        "races",
        "a log line holds a cell",
        (Patch(_VALIDATE, "        finished=decided.is_finished,\n",
               '        finished=decided.is_finished,\n        names=[v.record["product_name"] for v in decided.verdicts],\n'),),
    ),
    Mutant(
        "values are shortened on their way to the catalogue",
        "races",
        "product_name",
        (Patch("checking/rules.py", 'product_name=record["product_name"],', 'product_name=record["product_name"][:9],'),),
    ),
    Mutant(
        "fix files have cleaned cells",
        "replays",
        "came back",
        (Patch("outcome/reports.py", "cells = row.cells + ", "cells = [cell.strip() for cell in row.cells] + "),),
    ),
)  # fmt: skip


def mutated(folder: Path, patches: tuple[Patch, ...]) -> Path:
    """A copy of `pipeline/` in `folder` with the patches applied; the folder to put first on Python's path."""
    shutil.copytree(PROJECT / "pipeline", folder / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    for patch in patches:
        path = folder / "pipeline" / patch.file
        source = path.read_text(encoding="utf-8")
        if source.count(patch.before) != 1:
            raise PatchDoesNotApply(f"{patch.file} has {source.count(patch.before)} times: {patch.before}")
        path.write_text(source.replace(patch.before, patch.after), encoding="utf-8")
    return folder


def broken_by(folder: Path, acts: Sequence[str], state_dir: Path) -> dict[str, str | None]:
    """What each act breaks that is played with the code in `folder`; None where every invariant holds."""
    played = subprocess.run(
        [sys.executable, "-m", "tests.reliability.acts", str(state_dir), *acts],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{PROJECT}"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    said = played.stderr.strip().splitlines()
    assert played.returncode == 0, f"the act came to no end:\n{played.stderr[-3000:]}"
    broken: dict[str, str | None] = json.loads(said[-1])
    return broken
