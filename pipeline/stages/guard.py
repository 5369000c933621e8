"""After the survey and before the first record is staged: what a file would do to many products of the catalogue."""

from collections.abc import Callable
from dataclasses import replace

from pipeline.checking.guard_evidence import GuardEvidence
from pipeline.checking.survey import REPEATS_SKU, REPEATS_VENDOR_PRODUCT_ID, Survey
from pipeline.domain.failures import DetectedFormat, FailureCode, FileWarning, UnacceptableFile
from pipeline.domain.guards import (
    MIN_ACTIVE,
    MIN_AFFECTED,
    GuardCode,
    GuardExample,
    GuardFinding,
    GuardTotals,
    tripped,
    would_do,
)
from pipeline.domain.severity import WarningCode
from pipeline.postgres import guarded_products
from pipeline.postgres.claims import Claim
from pipeline.services import Services

_MAX_EXAMPLES = 5
_REPEATS = {"sku": REPEATS_SKU, "vendor_product_id": REPEATS_VENDOR_PRODUCT_ID}


def is_guarded(claimed: Claim) -> bool:
    """Whether an upload is to be compared with the catalogue: once, before its survey is stored."""
    return (
        claimed.total_records is None
        and claimed.vendor_id is not None
        and not claimed.decisions.only_creates
        and not claimed.is_correction
        and claimed.undo_of is None
    )


def check_guards(
    services: Services, claimed: Claim, survey: Survey, evidence: GuardEvidence, beat: Callable[[], None]
) -> Survey:
    """The survey, with a warning for each guard that trips in a dry run. Raises UnacceptableFile for any other upload.

    `beat` is called between the parts of the comparison.
    """
    findings = [
        finding
        for finding in _findings(services, claimed, survey, evidence, beat)
        if finding.code not in claimed.decisions.accept
    ]
    if not findings:
        return survey
    if claimed.dry_run:
        return replace(survey, warnings=[*survey.warnings, *map(_warning, findings)])
    message = (
        f"{would_do(findings)} Nothing was changed. Confirm it if it is meant; otherwise correct the file and send it"
        " again."
    )
    refused = UnacceptableFile(FailureCode.CONFIRMATION_NEEDED, message, guards=findings)
    read = survey.format
    detected = DetectedFormat(
        read.encoding_name,
        read.delimiter,
        read.columns,
        read.head.sheet_row,
        tuple(survey.warnings),
        read.file_format,
        read.sheet,
    )
    refused.detected_format = detected
    raise refused


def _warning(finding: GuardFinding) -> FileWarning:
    message = f"{would_do([finding])} This was a dry run; done for real, it needs your confirmation."
    return FileWarning(WarningCode(finding.code), message)


def _findings(
    services: Services, claimed: Claim, survey: Survey, evidence: GuardEvidence, beat: Callable[[], None]
) -> list[GuardFinding]:
    """The guards that trip, accepted or not."""
    vendor_id = claimed.vendor_id
    if vendor_id is None or evidence.is_empty or _active(services, vendor_id, at_most=MIN_ACTIVE) < MIN_ACTIVE:
        return []
    left_out = _left_out(claimed, survey, evidence.key)
    totals, examples = GuardTotals(), {code: list[GuardExample]() for code in GuardCode}
    for rows in evidence.rows(left_out):
        with services.database.transaction() as cursor:
            counted = guarded_products.count_affected(cursor, vendor_id, evidence.key, rows)
            for code, found in examples.items():
                if (missing := _MAX_EXAMPLES - len(found)) and counted.affected(code):
                    found += guarded_products.find_affected(
                        cursor, vendor_id, evidence.key, rows, code=code, limit=missing
                    )
        totals = totals.plus(counted)
        beat()
    active = _active(services, vendor_id) if totals.withdrawn >= MIN_AFFECTED else MIN_ACTIVE
    thresholds = {**services.settings.guards, **claimed.vendor_guards}
    return [
        GuardFinding(code, count, of, tuple(examples[code])) for code, count, of in tripped(totals, active, thresholds)
    ]


def _left_out(claimed: Claim, survey: Survey, key: str) -> Callable[[int], bool]:
    """Tells rows that are rejected for a key that an earlier row has, and those that the request leaves out."""
    marks, bit, omitted = survey.earlier.marks, _REPEATS[key], claimed.omitted_rows
    return lambda row_number: bool(marks[row_number] & bit) or row_number in omitted


def _active(services: Services, vendor_id: str, *, at_most: int | None = None) -> int:
    with services.database.transaction() as cursor:
        return guarded_products.count_active(cursor, vendor_id, at_most=at_most)
