"""Stage 2: decides a batch of records, each exactly once, as products or errors.

It may run twice, late, out of order and concurrently: one transaction locks, skips decided records, inserts products
and errors, and counts. Only then are the results written to staging and the queue.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pipeline.aws.batch_puts import Item
from pipeline.aws.metrics import count, measure_milliseconds
from pipeline.aws.staging import Staging, record_of
from pipeline.checking.conflicts import columns_of, judge
from pipeline.checking.fast_path import SoundLineFinder, sound_line_finder
from pipeline.checking.products import Product, given_values, product_of
from pipeline.checking.survey import StagedRecord
from pipeline.domain.errors import OUR_FAULT
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.layout import Layout
from pipeline.domain.records import Record
from pipeline.domain.stored_products import Value
from pipeline.logs import log
from pipeline.postgres import verdicts
from pipeline.postgres.database import DatabaseFault
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.services import Services
from pipeline.stages.decide import NeitherInsertedNorHeld, decide
from pipeline.stages.verdict import BatchResult, Verdict

_REPEATS = 5
_DELIMITER = "\t"  # any delimiter will do: the fast path joins the cells of a record with it to test them at once
# What our code raises for a value that it cannot handle. Faults of the network or of AWS are none of these.
_OUR_FAULTS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


def find_surveyed(services: Services, upload_id: str) -> SurveyedUpload | None:
    with services.database.transaction() as cursor:
        return verdicts.find_surveyed(cursor, upload_id)


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
    upload: SurveyedUpload,
    records: Sequence[StagedRecord],
    created_at: dict[int, str] | None = None,
) -> None:
    """Decides records of one upload and publishes the results to staging and the queue.

    `created_at` is when each record was staged, by row number.
    """
    begin = time.monotonic()
    sound = sound_line_finder(upload.layout, _DELIMITER, upload.categories, services.settings.limits)
    batch = [_check(upload, staged, sound) for staged in records]
    result = _decide_around_poison(services, upload, batch)
    _publish(services, upload, result, created_at or {})
    measure_milliseconds(ValidationProcessingTime=(time.monotonic() - begin) * 1000)


def reject_as_our_fault(services: Services, upload: SurveyedUpload, records: Sequence[StagedRecord]) -> None:
    """Rejects records that cannot be decided with an error of ours, as a last resort, so that the upload can end."""
    log("records.given_up", upload_id=upload.upload_id, records=len(records))
    with services.database.transaction() as cursor:
        result = decide(cursor, upload, [_our_fault(upload, staged) for staged in records])
    _publish(services, upload, result, {})


def _publish(services: Services, upload: SurveyedUpload, result: BatchResult, created_at: Mapping[int, str]) -> None:
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


def _check(upload: SurveyedUpload, staged: StagedRecord, sound: SoundLineFinder | None) -> Verdict:
    """Checks rules 1 to 5 and duplicates in the file. A record that breaks our code gets an error of ours."""
    if _is_judged_later(upload) and not staged.record.row.is_malformed:
        return Verdict(staged, ())
    if sound and not staged.has_earlier and not staged.record.faults and sound.matches(staged.record.row.cells):
        return Verdict(staged, (), _product(upload, staged))
    judged = judge(staged, upload.layout, upload.categories)
    if OUR_FAULT in judged.errors:
        log("record.poisoned", upload_id=upload.upload_id, row_number=staged.row_number)
    product = None if judged.errors else _product(upload, judged.staged)
    return Verdict(judged.staged, judged.errors, product, left_out=judged.left_out)


def _is_judged_later(upload: SurveyedUpload) -> bool:
    """Whether it depends on the catalogue which values are judged, if any."""
    return upload.undo_of is not None or (upload.layout.is_export and not upload.layout.decisions.only_creates)


def _product(upload: SurveyedUpload, staged: StagedRecord) -> Product | None:
    """The product of a record without errors, if it can only create one."""
    return product_of(staged.record, upload.categories) if upload.layout.decisions.only_creates else None


def _decide_around_poison(services: Services, upload: SurveyedUpload, batch: Sequence[Verdict]) -> BatchResult:
    """Decides a batch. Halves one that PostgreSQL or our code refuses, until the poisoned record is alone."""
    for attempt in range(_REPEATS):
        try:
            with services.database.transaction() as cursor:
                return decide(cursor, upload, batch)
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
            return decide(cursor, upload, [_our_fault(upload, batch[0].staged)])
    middle = len(batch) // 2
    first, second = (_decide_around_poison(services, upload, half) for half in (batch[:middle], batch[middle:]))
    return BatchResult([*first.verdicts, *second.verdicts], second.is_finished)


def _our_fault(upload: SurveyedUpload, staged: StagedRecord) -> Verdict:
    return Verdict(_storable(staged, upload.layout), [OUR_FAULT])


def _storable(staged: StagedRecord, layout: Layout) -> StagedRecord:
    """A poisoned record without the characters that PostgreSQL cannot store, so that its error can be stored."""
    row = staged.record.row
    cells = [cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8") for cell in row.cells]
    return StagedRecord(layout.record(replace(row, cells=cells)))


def _final_items(
    staging: Staging, upload: SurveyedUpload, verdicts: Sequence[Verdict], created_at: Mapping[int, str]
) -> Iterator[Item]:
    """The items that show in staging what PostgreSQL has committed."""
    for verdict in verdicts:
        key = upload.upload_id, upload.vendor_id, verdict.record.row
        since = created_at.get(verdict.row_number)
        if verdict.errors:
            yield staging.rejected(*key, verdict.record.received, verdict.errors, since)
        else:
            yield staging.validated(*key, _values(upload, verdict), since)


def _values(upload: SurveyedUpload, verdict: Verdict) -> Iterable[tuple[str, Value]]:
    """The columns of an accepted record and their values: those of the product if it can only create one."""
    if verdict.product and upload.layout.decisions.only_creates:
        return verdict.product.values
    # A repeat does not know whether the record created its product, so defaults are left out the first time, too. Nor
    # does it know what an undo restored.
    record = verdict.record if verdict.change else _without_defaults(upload, verdict)
    keys = {column: text for column in IDENTIFIERS if (text := record[column])}
    if upload.undo_of:
        return keys.items()
    given = verdict.change.given if verdict.change else given_values(record, upload.categories)
    return (keys | dict(given)).items()


def _without_defaults(upload: SurveyedUpload, verdict: Verdict) -> Record:
    return upload.layout.record(verdict.record.row).without(columns_of(verdict.left_out))
