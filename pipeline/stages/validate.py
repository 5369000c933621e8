"""Stage 2: decides a batch of records, each exactly once, as products or errors.

It may run twice, late, out of order and concurrently: one transaction locks, skips decided records, inserts products
and errors, and counts. Only then are the results written to staging and the queue.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.aws.batch_puts import Item
from pipeline.aws.metrics import count, measure_milliseconds
from pipeline.aws.staging import Staging, record_of
from pipeline.checking.conflicts import RULE_OF_KEY, catalogue_conflict, errors_in_file
from pipeline.checking.fast_path import SoundLineFinder, sound_line_finder
from pipeline.checking.placeholders import is_error_value
from pipeline.checking.rules import Product, product_of
from pipeline.checking.survey import StagedRecord
from pipeline.domain.errors import OUR_FAULT, RowError
from pipeline.domain.records import Layout, Record
from pipeline.logs import log
from pipeline.postgres import catalogue, corrections, decisions
from pipeline.postgres.catalogue import Holders, Rejection
from pipeline.postgres.database import Cursor, DatabaseFault
from pipeline.reading.lineage import marks_of
from pipeline.services import Services

_REPEATS = 5
_DELIMITER = "\t"  # any delimiter will do: the fast path joins the cells of a record with it to test them at once
# What our code raises for a value that it cannot handle. Faults of the network or of AWS are none of these.
_OUR_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class NeitherInsertedNorHeld(Exception):
    """A record lost a race to a product that has since been deleted. The batch must be decided again."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A record with its product or its errors. `is_new` if this run decided it."""

    staged: StagedRecord
    errors: Sequence[RowError]
    product: Product | None
    is_new: bool = True

    @property
    def row_number(self) -> int:
        return self.staged.row_number

    @property
    def record(self) -> Record:
        return self.staged.record


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The verdicts of a batch, and whether every record of the upload is decided."""

    verdicts: Sequence[Verdict]
    is_finished: bool


def find_surveyed(services: Services, upload_id: str) -> decisions.SurveyedUpload | None:
    with services.database.transaction() as cursor:
        return decisions.find_surveyed(cursor, upload_id)


def validate_items(services: Services, upload_id: str, items: Sequence[Item]) -> None:
    """Decides staged records of one upload. Skips them if the upload does not exist or is not surveyed."""
    upload = find_surveyed(services, upload_id)
    if upload is None:
        log("records.of_unknown_upload", upload_id=upload_id, records=len(items))
        return
    created_at = {int(item["row_number"]["N"]): item["created_at"]["S"] for item in items}
    validate_records(services, upload, [record_of(item, upload.layout) for item in items], created_at)


def validate_records(
    services: Services,
    upload: decisions.SurveyedUpload,
    records: Sequence[StagedRecord],
    created_at: dict[int, str] | None = None,
) -> None:
    """Decides records of one upload and publishes the results to staging and the queue.

    `created_at` is when each record was staged, by row number.
    """
    begin = time.monotonic()
    sound = sound_line_finder(upload.layout.columns, _DELIMITER, upload.categories, services.settings.limits)
    verdicts = [_check(upload, staged, sound) for staged in records]
    result = _decide_around_poison(services, upload, verdicts)
    _publish(services, upload, result, created_at or {})
    measure_milliseconds(ValidationProcessingTime=(time.monotonic() - begin) * 1000)


def reject_as_our_fault(services: Services, upload: decisions.SurveyedUpload, records: Sequence[StagedRecord]) -> None:
    """Rejects records that cannot be decided with an error of ours, as a last resort, so that the upload can end."""
    log("records.given_up", upload_id=upload.upload_id, records=len(records))
    with services.database.transaction() as cursor:
        result = _decide(cursor, upload, [_our_fault(upload, staged) for staged in records])
    _publish(services, upload, result, {})


def _publish(
    services: Services, upload: decisions.SurveyedUpload, result: BatchResult, created_at: Mapping[int, str]
) -> None:
    """Writes to staging and the queue what PostgreSQL has committed."""
    services.staging.write(_final_items(services.staging, upload, result.verdicts, created_at))
    rejected = [verdict.row_number for verdict in result.verdicts if verdict.is_new and verdict.errors]
    if rejected:
        services.error_queue.records_rejected(upload.upload_id, rejected)
    if result.is_finished:
        services.error_queue.upload_finished(upload.upload_id)
    new = sum(verdict.is_new for verdict in result.verdicts)
    count(ProductsValidated=new - len(rejected), ProductsRejected=len(rejected))
    log(
        "records.decided",
        upload_id=upload.upload_id,
        new=new,
        rejected=len(rejected),
        records=len(result.verdicts),
        finished=result.is_finished,
    )


def _check(upload: decisions.SurveyedUpload, staged: StagedRecord, sound: SoundLineFinder | None) -> Verdict:
    """Checks rules 1 to 5 and duplicates in the file. A record that breaks our code gets an error of ours."""
    if sound and not staged.has_earlier and sound.matches(staged.record.row.cells):
        return Verdict(staged, (), product_of(staged.record, upload.categories))
    errors = errors_in_file(staged, upload.categories)
    if OUR_FAULT in errors:
        log("record.poisoned", upload_id=upload.upload_id, row_number=staged.row_number)
    return Verdict(staged, errors, None if errors else product_of(staged.record, upload.categories))


def _decide_around_poison(
    services: Services, upload: decisions.SurveyedUpload, batch: Sequence[Verdict]
) -> BatchResult:
    """Decides a batch. Halves one that PostgreSQL or our code refuses, until the poisoned record is alone."""
    for attempt in range(_REPEATS):
        try:
            with services.database.transaction() as cursor:
                return _decide(cursor, upload, batch)
        except NeitherInsertedNorHeld:
            if attempt == _REPEATS - 1:
                raise
        except DatabaseFault as fault:
            if fault.is_about_values:
                break
            if not fault.is_worth_a_repeat or attempt == _REPEATS - 1:
                raise
        except _OUR_FAULTS:  # also raised by the driver for what it cannot send: U+0000, half a surrogate pair
            break
    if len(batch) == 1:
        log("record.poisoned", upload_id=upload.upload_id, row_number=batch[0].row_number)
        with services.database.transaction() as cursor:
            return _decide(cursor, upload, [_our_fault(upload, batch[0].staged)])
    middle = len(batch) // 2
    first, second = (_decide_around_poison(services, upload, half) for half in (batch[:middle], batch[middle:]))
    return BatchResult([*first.verdicts, *second.verdicts], second.is_finished)


def _our_fault(upload: decisions.SurveyedUpload, staged: StagedRecord) -> Verdict:
    return Verdict(_storable(staged, upload.layout), [OUR_FAULT], None)


def _storable(staged: StagedRecord, layout: Layout) -> StagedRecord:
    """A poisoned record without the characters that PostgreSQL cannot store, so that its error can be stored."""
    row = staged.record.row
    cells = [cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8") for cell in row.cells]
    return StagedRecord(layout.record(replace(row, cells=cells)))


def _decide(cursor: Cursor, upload: decisions.SurveyedUpload, batch: Sequence[Verdict]) -> BatchResult:
    """The one transaction in which records become products and errors."""
    locked = decisions.lock_for_decision(cursor, upload.upload_id, upload.vendor_id, [v.row_number for v in batch])
    verdicts = _earlier_verdicts(cursor, upload, [v for v in batch if v.row_number in locked.decided_rows])
    new = [v for v in batch if v.row_number not in locked.decided_rows]
    if not locked.is_open or not new:
        return BatchResult(verdicts, locked.is_open and locked.is_decided)
    inserted = _insert(cursor, upload, new)
    new = _compare_with_catalogue(cursor, upload, new, inserted)
    accepted = [verdict for verdict in new if not verdict.errors]
    rejected = [verdict for verdict in new if verdict.errors]
    if not upload.dry_run and len(accepted) != len(inserted):
        raise NeitherInsertedNorHeld(upload.upload_id)
    rejections = [Rejection(v.record, v.errors, upload.layout.original_data(v.record.row)) for v in rejected]
    catalogue.insert_errors(cursor, upload.upload_id, upload.vendor_id, rejections)
    _note_corrections(cursor, upload, accepted, rejected)
    by_type = Counter(locked.errors_by_type) + Counter(error.error_type for v in rejected for error in v.errors)
    rows = [verdict.row_number for verdict in new]
    is_finished = decisions.add_decisions(
        cursor, upload.upload_id, row_numbers=rows, valid=len(accepted), errors_by_type=dict(by_type)
    )
    return BatchResult([*verdicts, *new], is_finished)


def _note_corrections(
    cursor: Cursor, upload: decisions.SurveyedUpload, accepted: Sequence[Verdict], rejected: Sequence[Verdict]
) -> None:
    """For a fix file, notes which rejected rows of its parent upload are accepted now and which are rejected again."""
    marks = marks_of(upload.layout.columns)
    if marks is None or upload.parent_upload_id is None:
        return

    def pairs(verdicts: Sequence[Verdict]) -> list[corrections.RowPair]:
        parents = ((v.row_number, marks.parent_row(v.record.row)) for v in verdicts)
        return [(own, parent) for own, parent in parents if parent is not None]

    if again := pairs(rejected):
        corrections.note_rejected_again(cursor, upload.upload_id, again)
    if not upload.dry_run and (good := pairs(accepted)):
        corrections.note_accepted(cursor, upload.parent_upload_id, [parent for _, parent in good])


def _earlier_verdicts(cursor: Cursor, upload: decisions.SurveyedUpload, batch: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts on records that an earlier run decided."""
    stored = catalogue.stored_errors(cursor, upload.upload_id, [verdict.row_number for verdict in batch])
    return [Verdict(v.staged, stored.get(v.row_number, []), v.product, is_new=False) for v in batch]


def _insert(cursor: Cursor, upload: decisions.SurveyedUpload, batch: Sequence[Verdict]) -> set[int]:
    """Inserts the products of a batch, except in a dry run, and returns the row numbers of those inserted."""
    if upload.dry_run:
        return set()
    products = [verdict.product for verdict in batch if verdict.product]
    lines = {verdict.row_number: verdict.record.row.line for verdict in batch}
    return catalogue.insert_products(cursor, upload.upload_id, upload.vendor_id, products, lines)


def _compare_with_catalogue(
    cursor: Cursor, upload: decisions.SurveyedUpload, batch: Sequence[Verdict], inserted: set[int]
) -> list[Verdict]:
    """Checks rules 6 and 7 for the records that were not inserted, because of errors or a conflict."""
    candidates = [v for v in batch if v.row_number not in inserted and OUR_FAULT not in v.errors]
    holders = catalogue.find_holders(cursor, upload.upload_id, upload.vendor_id, [v.record for v in candidates])
    errors_by_row = {v.row_number: [*v.errors, *_conflicts_in_catalogue(upload, v, holders)] for v in candidates}
    return [
        replace(v, errors=sorted(errors, key=lambda error: error.report_order))
        if (errors := errors_by_row.get(v.row_number))
        else v
        for v in batch
    ]


def _conflicts_in_catalogue(upload: decisions.SurveyedUpload, verdict: Verdict, holders: Holders) -> Iterator[RowError]:
    """Errors for identifiers that another product has, except for rules that the record has broken already."""
    record, reported = verdict.record, {error.error_type for error in verdict.errors}
    for column, holder_by_value in (("sku", holders.by_sku), ("vendor_product_id", holders.by_vendor_product_id)):
        holder = holder_by_value.get(record[column])
        # A field whose value is a spreadsheet's error, such as #N/A, has that error alone.
        if holder and RULE_OF_KEY[column] not in reported and not is_error_value(record[column]):
            yield catalogue_conflict(record, column, holder, vendor_id=upload.vendor_id)


def _final_items(
    staging: Staging, upload: decisions.SurveyedUpload, verdicts: Sequence[Verdict], created_at: Mapping[int, str]
) -> Iterator[Item]:
    """The items that show in staging what PostgreSQL has committed."""
    for verdict in verdicts:
        key = upload.upload_id, upload.vendor_id, verdict.record.row
        since = created_at.get(verdict.row_number)
        if verdict.errors or not verdict.product:
            yield staging.rejected(*key, verdict.record.received, verdict.errors, since)
        else:
            yield staging.validated(*key, verdict.product, since)
