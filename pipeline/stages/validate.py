"""Stage 2: a batch of records becomes products and errors, each record decided exactly once.

May run twice, late, out of order, and beside others: one transaction locks, drops what is decided already,
inserts products and errors, and counts. Staging statuses and messages follow what PostgreSQL has committed.
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
_DELIMITER = "\t"  # any will do: cells are only put to the test in a row
# What code of ours raises that meets a value it was not made for. Faults of the world are none of these.
_OUR_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class NeitherInsertedNorHeld(Exception):
    """A record lost a race to a product that is gone again: the batch is decided anew."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A record and what becomes of it: a product, or its errors. `is_new` if this very run decided it."""

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
class Decided:
    """The verdicts of a batch, and whether the upload waits for nothing but its end."""

    verdicts: Sequence[Verdict]
    is_finished: bool


def surveyed_upload(services: Services, upload_id: str) -> decisions.Surveyed | None:
    with services.database.transaction() as cursor:
        return decisions.surveyed(cursor, upload_id)


def validate_items(services: Services, upload_id: str, items: Sequence[Item]) -> None:
    """Decides staged records of one upload; those of an upload that is not known are passed over."""
    upload = surveyed_upload(services, upload_id)
    if upload is None:
        log("records.of_unknown_upload", upload_id=upload_id, records=len(items))
        return
    created_at = {int(item["row_number"]["N"]): item["created_at"]["S"] for item in items}
    validate_records(services, upload, [record_of(item, upload.layout) for item in items], created_at)


def validate_records(
    services: Services,
    upload: decisions.Surveyed,
    records: Sequence[StagedRecord],
    created_at: dict[int, str] | None = None,
) -> None:
    """Decides records of one upload and tells everyone who waits for that.

    `created_at` says by row number since when a record has been staged.
    """
    begin = time.monotonic()
    sound = sound_line_finder(upload.layout.columns, _DELIMITER, upload.categories, services.settings.limits)
    verdicts = [_check(upload, staged, sound) for staged in records]
    decided = _decide_around_poison(services, upload, verdicts)
    _tell(services, upload, decided, created_at or {})
    measure_milliseconds(ValidationProcessingTime=(time.monotonic() - begin) * 1000)


def reject_as_our_fault(services: Services, upload: decisions.Surveyed, records: Sequence[StagedRecord]) -> None:
    """The last resort for records that cannot be decided: they are rejected as ours, so that the upload can end."""
    log("records.given_up", upload_id=upload.upload_id, records=len(records))
    with services.database.transaction() as cursor:
        decided = _decide(cursor, upload, [_our_fault(upload, staged) for staged in records])
    _tell(services, upload, decided, {})


def _tell(services: Services, upload: decisions.Surveyed, decided: "Decided", created_at: Mapping[int, str]) -> None:
    """Staging and error-processor hear what PostgreSQL has committed."""
    services.staging.write(_final_items(services.staging, upload, decided.verdicts, created_at))
    rejected = [verdict.row_number for verdict in decided.verdicts if verdict.is_new and verdict.errors]
    if rejected:
        services.error_queue.records_rejected(upload.upload_id, rejected)
    if decided.is_finished:
        services.error_queue.upload_finished(upload.upload_id)
    new = sum(verdict.is_new for verdict in decided.verdicts)
    count(ProductsValidated=new - len(rejected), ProductsRejected=len(rejected))
    log(
        "records.decided",
        upload_id=upload.upload_id,
        new=new,
        rejected=len(rejected),
        records=len(decided.verdicts),
        finished=decided.is_finished,
    )


def _check(upload: decisions.Surveyed, staged: StagedRecord, sound: SoundLineFinder | None) -> Verdict:
    """Rules 1 to 5 and the duplicates in the file. A record that breaks our own code is isolated here."""
    if sound and not staged.has_earlier and sound.matches(staged.record.row.cells):
        return Verdict(staged, (), product_of(staged.record, upload.categories))
    errors = errors_in_file(staged, upload.categories)
    if OUR_FAULT in errors:
        log("record.poisoned", upload_id=upload.upload_id, row_number=staged.row_number)
    return Verdict(staged, errors, None if errors else product_of(staged.record, upload.categories))


def _decide_around_poison(services: Services, upload: decisions.Surveyed, batch: Sequence[Verdict]) -> Decided:
    """Decides a batch; one that PostgreSQL refuses for its values is halved until the culprit stands alone."""
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
        except _OUR_FAULTS:  # among them what the driver cannot even send: U+0000, half a surrogate pair
            break
    if len(batch) == 1:
        log("record.poisoned", upload_id=upload.upload_id, row_number=batch[0].row_number)
        with services.database.transaction() as cursor:
            return _decide(cursor, upload, [_our_fault(upload, batch[0].staged)])
    middle = len(batch) // 2
    first, second = (_decide_around_poison(services, upload, half) for half in (batch[:middle], batch[middle:]))
    return Decided([*first.verdicts, *second.verdicts], second.is_finished)


def _our_fault(upload: decisions.Surveyed, staged: StagedRecord) -> Verdict:
    return Verdict(_storable(staged, upload.layout), [OUR_FAULT], None)


def _storable(staged: StagedRecord, layout: Layout) -> StagedRecord:
    """A poisoned record without what no database stores, so that at least its error can be."""
    row = staged.record.row
    cells = [cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8") for cell in row.cells]
    return StagedRecord(layout.record(replace(row, cells=cells)))


def _decide(cursor: Cursor, upload: decisions.Surveyed, batch: Sequence[Verdict]) -> Decided:
    """The one transaction in which records become products and errors."""
    locked = decisions.lock_for_decision(cursor, upload.upload_id, upload.vendor_id, [v.row_number for v in batch])
    verdicts = _earlier_verdicts(cursor, upload, [v for v in batch if v.row_number in locked.decided_rows])
    fresh = [v for v in batch if v.row_number not in locked.decided_rows]
    if not locked.is_open or not fresh:
        return Decided(verdicts, locked.is_open and locked.is_decided)
    inserted = _insert(cursor, upload, fresh)
    fresh = _compared_with_catalogue(cursor, upload, fresh, inserted)
    accepted = [verdict for verdict in fresh if not verdict.errors]
    rejected = [verdict for verdict in fresh if verdict.errors]
    if not upload.dry_run and len(accepted) != len(inserted):
        raise NeitherInsertedNorHeld(upload.upload_id)
    rejections = [Rejection(v.record, v.errors, upload.layout.original_data(v.record.row)) for v in rejected]
    catalogue.insert_errors(cursor, upload.upload_id, upload.vendor_id, rejections)
    _note_corrections(cursor, upload, accepted, rejected)
    by_type = Counter(locked.errors_by_type) + Counter(error.error_type for v in rejected for error in v.errors)
    rows = [verdict.row_number for verdict in fresh]
    is_finished = decisions.add_decisions(
        cursor, upload.upload_id, row_numbers=rows, valid=len(accepted), errors_by_type=dict(by_type)
    )
    return Decided([*verdicts, *fresh], is_finished)


def _note_corrections(
    cursor: Cursor, upload: decisions.Surveyed, accepted: Sequence[Verdict], rejected: Sequence[Verdict]
) -> None:
    """For a fix file: which rejected rows of the upload that it came from are good now, and which still are not."""
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


def _earlier_verdicts(cursor: Cursor, upload: decisions.Surveyed, batch: Sequence[Verdict]) -> list[Verdict]:
    """What was decided about these records before, by a run whose answer was lost or that is repeated."""
    stored = catalogue.stored_errors(cursor, upload.upload_id, [verdict.row_number for verdict in batch])
    return [Verdict(v.staged, stored.get(v.row_number, []), v.product, is_new=False) for v in batch]


def _insert(cursor: Cursor, upload: decisions.Surveyed, batch: Sequence[Verdict]) -> set[int]:
    """The row numbers that became products; none in a dry run."""
    if upload.dry_run:
        return set()
    products = [verdict.product for verdict in batch if verdict.product]
    lines = {verdict.row_number: verdict.record.row.line for verdict in batch}
    return catalogue.insert_products(cursor, upload.upload_id, upload.vendor_id, products, lines)


def _compared_with_catalogue(
    cursor: Cursor, upload: decisions.Surveyed, batch: Sequence[Verdict], inserted: set[int]
) -> list[Verdict]:
    """Rules 6 and 7 for the records that were not inserted: those with errors already, and those that lost."""
    compared = [v for v in batch if v.row_number not in inserted and OUR_FAULT not in v.errors]
    holders = catalogue.find_holders(cursor, upload.upload_id, upload.vendor_id, [v.record for v in compared])
    found = {v.row_number: [*v.errors, *_held_elsewhere(upload, v, holders)] for v in compared}
    return [
        replace(v, errors=sorted(errors, key=lambda error: error.report_order))
        if (errors := found.get(v.row_number))
        else v
        for v in batch
    ]


def _held_elsewhere(upload: decisions.Surveyed, verdict: Verdict, holders: Holders) -> Iterator[RowError]:
    """One error a rule: a record that collides inside its file is not told of the catalogue too; nor of anything
    else in a field that has no value but a spreadsheet's error."""
    record, reported = verdict.record, {error.error_type for error in verdict.errors}
    for column, held in (("sku", holders.by_sku), ("vendor_product_id", holders.by_vendor_product_id)):
        holder = held.get(record[column])
        if holder and RULE_OF_KEY[column] not in reported and not is_error_value(record[column]):
            yield catalogue_conflict(record, column, holder, vendor_id=upload.vendor_id)


def _final_items(
    staging: Staging, upload: decisions.Surveyed, verdicts: Sequence[Verdict], created_at: Mapping[int, str]
) -> Iterator[Item]:
    """Staging says what PostgreSQL has committed."""
    for verdict in verdicts:
        about = upload.upload_id, upload.vendor_id, verdict.record.row
        since = created_at.get(verdict.row_number)
        if verdict.errors or not verdict.product:
            yield staging.rejected(*about, verdict.record.received, verdict.errors, since)
        else:
            yield staging.validated(*about, verdict.product, since)
