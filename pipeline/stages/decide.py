"""The one transaction in which records become products, changes or errors.

It locks the upload, skips decided records, compares the others with the catalogue, writes and counts.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.checking.changes import NOTHING_SINCE, Order, change_of
from pipeline.checking.conflicts import (
    RULE_OF_KEY,
    Holders,
    columns_of,
    conflicts,
    errors_in_file,
    in_report_order,
    repeated_sku,
)
from pipeline.checking.exported import judge_exported
from pipeline.checking.products import given_values, product_of
from pipeline.checking.rules import NEVER_CLEARED, missing_fields
from pipeline.domain.columns import REQUIRED
from pipeline.domain.errors import OUR_FAULT, ErrorType, RowError
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct, UploadNumber, Value
from pipeline.domain.uploads import Outcome
from pipeline.postgres import catalogue, change_ledger, corrections, exported, left_out, rejections, verdicts
from pipeline.postgres.change_ledger import PlacedChange
from pipeline.postgres.database import Cursor
from pipeline.postgres.rejections import Rejection
from pipeline.postgres.verdicts import Counts, SurveyedUpload
from pipeline.reading.lineage import marks_of
from pipeline.stages import undo
from pipeline.stages.plan import hold_to_plan
from pipeline.stages.verdict import BatchResult, Verdict, with_all_errors

_ATTEMPTS = 2


class NeitherInsertedNorHeld(Exception):
    """A record lost a race to a product that has since been deleted. The batch must be decided again."""


def decide(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict]) -> BatchResult:
    """`batch` are the records with the errors that they have within the file."""
    locked = verdicts.lock_for_decision(cursor, upload.upload_id, upload.vendor_id, [v.row_number for v in batch])
    earlier = _earlier_verdicts(cursor, upload, [v for v in batch if v.row_number in locked.decided_rows])
    new = [v for v in batch if v.row_number not in locked.decided_rows]
    if not locked.is_open or not new:
        return BatchResult(earlier, locked.is_open and locked.is_decided)
    new = list(map(with_all_errors, _settle(cursor, upload, new, is_newest=locked.is_newest)))
    accepted = [verdict for verdict in new if not verdict.errors]
    rejected = [verdict for verdict in new if verdict.errors]
    changes = [PlacedChange(v.record.row.place, v.change) for v in accepted if v.change]
    _write_changes(cursor, upload, changes)
    if upload.dry_run:
        change_ledger.insert_planned_creations(cursor, upload, [v.record for v in accepted if not v.change])
    errors = [Rejection(v.record, v.errors, upload.layout.original_data(v.record.row)) for v in rejected]
    rejections.insert_errors(cursor, upload.upload_id, upload.vendor_id, errors)
    left_out.insert_values(cursor, upload.upload_id, [(v.row_number, v.left_out) for v in accepted])
    _note_corrections(cursor, upload, accepted, rejected)
    by_type = Counter(locked.errors_by_type) + Counter(error.error_type for v in rejected for error in v.errors)
    is_finished = verdicts.add_verdicts(
        cursor,
        upload.upload_id,
        row_numbers=[verdict.row_number for verdict in new],
        written_rows=[] if upload.dry_run else [verdict.row_number for verdict in accepted if verdict.writes],
        counts=_counts(upload, changes, rejected, accepted=len(accepted)),
        errors_by_type=dict(by_type),
        left_out=locked.left_out.with_records((_place(v), columns_of(v.left_out)) for v in accepted),
    )
    return BatchResult([*earlier, *new], is_finished)


def _place(verdict: Verdict) -> tuple[int, int]:
    row = verdict.record.row
    return row.line, row.sheet_row


def _earlier_verdicts(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts on records that an earlier run decided."""
    stored = rejections.stored_errors(cursor, upload.upload_id, [verdict.row_number for verdict in batch])
    return [v._replace(errors=stored.get(v.row_number, []), is_new=False) for v in batch]


def _settle(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict], *, is_newest: bool) -> list[Verdict]:
    """Compares records with the catalogue and inserts the products that they create."""
    if upload.undo_of:
        return _take_back(cursor, upload, batch)
    settled: dict[int, Verdict] = {}
    if upload.layout.decisions.only_creates and not upload.dry_run and not upload.plan_upload_id:
        # Most of these are new, and the insert itself finds out: only the others are looked up.
        inserted = _insert(cursor, upload, [verdict for verdict in batch if not verdict.errors])
        settled = {v.row_number: v for v in batch if v.row_number in inserted}
        if len(settled) == len(batch):
            return list(batch)
    for _ in range(_ATTEMPTS):
        open_ones = [v for v in batch if v.row_number not in settled]
        compared = compare(cursor, upload, open_ones, is_newest=is_newest)
        if upload.plan_upload_id:
            compared = hold_to_plan(cursor, upload, open_ones, compared)
        inserted = _insert(cursor, upload, [v for v in compared if v.outcome == Outcome.CREATED])
        settled |= {v.row_number: v for v in compared if v.outcome != Outcome.CREATED or v.row_number in inserted}
        if len(settled) == len(batch):  # otherwise another vendor was faster, and its product is found now
            return [settled[verdict.row_number] for verdict in batch]
    raise NeitherInsertedNorHeld(upload.upload_id)


def _take_back(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict]) -> list[Verdict]:
    """The verdicts on records of an undo, and products that were removed are there again."""
    if upload.plan_upload_id:
        planned = hold_to_plan(cursor, upload, batch, _taken_back(cursor, replace(upload, dry_run=True), batch))
        batch = [held if held.errors else verdict for held, verdict in zip(planned, batch, strict=True)]
    return _taken_back(cursor, upload, batch)


def _taken_back(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict]) -> list[Verdict]:
    """A record at fault keeps its errors."""
    records = [verdict for verdict in batch if not verdict.errors]
    undone = undo.take_back(cursor, upload, [verdict.record for verdict in records])
    if not all(each.errors or each.change for each in undone):
        raise NeitherInsertedNorHeld(upload.upload_id)
    settled = {
        v.row_number: v._replace(errors=errors, change=change, repeated=_repeated(errors, holders))
        for v, (errors, change, holders) in zip(records, undone, strict=True)
    }
    return [settled.get(verdict.row_number, verdict) for verdict in batch]


def _insert(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict]) -> set[int]:
    """The row numbers of the products that are now in the catalogue, or in a dry run would be."""
    if upload.dry_run:
        return {verdict.row_number for verdict in batch}
    products = [verdict.product for verdict in batch if verdict.product]
    rows = {verdict.row_number: verdict.record.row for verdict in batch}
    return catalogue.insert_products(cursor, upload.upload_id, upload.vendor_id, products, rows)


def compare(cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict], *, is_newest: bool) -> list[Verdict]:
    """The records with what the catalogue says of each."""
    comparable = [v for v in batch if OUR_FAULT not in v.errors and not v.record.row.is_malformed]
    holders = _find_holders(cursor, upload, [verdict.record for verdict in comparable])
    order = Order(upload.number)
    if not is_newest and not upload.layout.decisions.only_creates:
        holders, order = _with_confirmations(cursor, upload, holders)
    since = _since_export(cursor, upload, comparable, holders)
    compared = {
        verdict.row_number: _compare_one(upload, verdict, held, order, since)
        for verdict, held in zip(comparable, holders, strict=True)
    }
    return [compared.get(verdict.row_number, verdict) for verdict in batch]


def _find_holders(cursor: Cursor, upload: SurveyedUpload, records: Sequence[Record]) -> list[Holders]:
    own: Mapping[str, StoredProduct] = {}
    if upload.layout.key == "vendor_product_id":
        ids = [text for record in records if (text := record["vendor_product_id"])]
        own = catalogue.find_own(cursor, upload.vendor_id, ids, except_of_upload=upload.upload_id)
    by_id = [own.get(record["vendor_product_id"]) for record in records]
    # A product that is found by its id need not be looked up by its SKU, too.
    skus = [
        record["sku"]
        for record, product in zip(records, by_id, strict=True)
        if record["sku"] and (product is None or product.sku != record["sku"])
    ]
    by_sku = catalogue.find_by_sku(cursor, skus, except_of_upload=upload.upload_id)
    return [
        Holders(product, product if product and product.sku == record["sku"] else by_sku.get(record["sku"]))
        for record, product in zip(records, by_id, strict=True)
    ]


def _with_confirmations(
    cursor: Cursor, upload: SurveyedUpload, holders: Sequence[Holders]
) -> tuple[list[Holders], Order]:
    products = [product for held in holders if (product := held.known(upload.layout.key, upload.vendor_id))]
    confirmed, order = change_ledger.with_confirmations(cursor, upload, products)
    by_product_id = {product.product_id: product for product in confirmed}

    def current(product: StoredProduct | None) -> StoredProduct | None:
        return product and by_product_id.get(product.product_id, product)

    return [Holders(current(held.by_id), current(held.by_sku)) for held in holders], order


Since = Mapping[tuple[str, int], dict[str, UploadNumber]]
"""By export and product, who changed which fields after it."""


def _since_export(
    cursor: Cursor, upload: SurveyedUpload, batch: Sequence[Verdict], holders: Sequence[Holders]
) -> Since:
    layout = upload.layout
    if not layout.is_export or layout.decisions.only_creates:
        return {}
    known = [held.known(layout.key, upload.vendor_id) for held in holders]
    named = [
        (layout.export_of(verdict.record.row), product.product_id)
        for verdict, product in zip(batch, known, strict=True)
        if product
    ]
    return exported.changed_since(cursor, upload.vendor_id, named) if named else {}


def _compare_one(upload: SurveyedUpload, verdict: Verdict, holders: Holders, order: Order, since: Since) -> Verdict:
    only_creates, categories = upload.layout.decisions.only_creates, upload.categories
    known = None if only_creates else holders.known(upload.layout.key, upload.vendor_id)
    if upload.layout.is_export and not only_creates:
        judged = judge_exported(verdict.staged, known, upload.layout, categories)
        verdict = verdict._replace(staged=judged.staged, errors=judged.errors, left_out=judged.left_out)
    if known is None and not only_creates:
        verdict = _of_no_product(upload, verdict)
    # Usually the key and the SKU are those of one product, so that nothing can conflict.
    is_plain = known is not None and not verdict.errors and known.sku == verdict.record["sku"]
    if not is_plain and (errors := _with_conflicts(upload, verdict, holders)):
        return verdict._replace(errors=in_report_order(errors), product=None, repeated=_repeated(errors, holders))
    if known:
        changed = since.get((upload.layout.export_of(verdict.record.row), known.product_id), NOTHING_SINCE)
        return verdict._replace(change=change_of(known, given_values(verdict.record, categories), order, changed))
    return verdict._replace(errors=(), product=product_of(verdict.record, categories))


def _with_conflicts(upload: SurveyedUpload, verdict: Verdict, holders: Holders) -> list[RowError]:
    """The errors of a record in its file, and what the catalogue has against it."""
    layout, reported = upload.layout, {error.error_type for error in verdict.errors}
    found = conflicts(verdict.record, holders, mode=layout.decisions.mode, key=layout.key, vendor_id=upload.vendor_id)
    return [*verdict.errors, *(error for error in found if error.error_type not in reported)]


def _of_no_product(upload: SurveyedUpload, verdict: Verdict) -> Verdict:
    """A record of no known product, with the errors that it has as such."""
    layout, staged = upload.layout, verdict.staged
    errors = [*verdict.errors, *(() if "sku" in staged.record.needed else repeated_sku(staged))]
    if layout.decisions.creates and all(staged.record[column] for column in staged.record.needed):
        record = layout.with_defaults(staged.record)
        if record is not staged.record:
            staged = staged._replace(record=record)
            errors = [*errors_in_file(staged, upload.categories), *repeated_sku(staged)]
        blank = [column for column in NEVER_CLEARED if not record[column]]
        missing = [column for column in blank if column in REQUIRED or column in record.cleared]
        errors = [each for each in errors if each.error_type != ErrorType.MISSING_REQUIRED_FIELDS]
        errors += missing_fields(missing)
    return verdict._replace(staged=staged, errors=errors)


def _repeated(errors: Sequence[RowError], holders: Holders) -> StoredProduct | None:
    """The vendor's own product if having its keys is all that is wrong."""
    if any(error.error_type not in RULE_OF_KEY.values() for error in errors):
        return None
    named = {error.conflict.get("product_id") if error.conflict else None for error in errors}
    return next((each for each in (holders.by_id, holders.by_sku) if each and named == {each.product_id}), None)


def _write_changes(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    if upload.undo_of:
        undo.write(cursor, upload, changes)
        return
    if not changes:
        return
    if not upload.dry_run:
        updates = [each.change for each in changes if each.change.outcome == Outcome.UPDATED]
        catalogue.update_products(cursor, updates, by=upload.number)
    change_ledger.insert_changes(cursor, upload, changes)
    change_ledger.insert_confirmations(cursor, upload, changes)


def _note_corrections(
    cursor: Cursor, upload: SurveyedUpload, accepted: Sequence[Verdict], rejected: Sequence[Verdict]
) -> None:
    """For a fix file, notes which rejected rows of its parent upload are accepted now and which are rejected again."""
    marks = marks_of(upload.layout.columns)
    parent_upload_id = upload.parent_upload_id
    if marks is None or parent_upload_id is None:
        return

    def pairs(batch: Sequence[Verdict]) -> list[corrections.RowPair]:
        parents = ((v.row_number, marks.row_of(parent_upload_id, v.record.row)) for v in batch)
        return [(own, parent) for own, parent in parents if parent is not None]

    if again := pairs(rejected):
        corrections.note_rejected_again(cursor, upload.upload_id, again)
    if not upload.dry_run and (good := pairs(accepted)):
        corrections.note_accepted(cursor, parent_upload_id, [parent for _, parent in good])


def _counts(
    upload: SurveyedUpload, changes: Sequence[PlacedChange], rejected: Sequence[Verdict], *, accepted: int
) -> Counts:
    outcomes = Counter(each.change.outcome for each in changes)
    repeated = [verdict for verdict in rejected if verdict.repeated]
    return Counts(
        valid_records=accepted,
        error_records=len(rejected),
        updated_records=outcomes[Outcome.UPDATED],
        unchanged_records=outcomes[Outcome.UNCHANGED],
        superseded_records=outcomes[Outcome.SUPERSEDED],
        removed_records=outcomes[Outcome.REMOVED],
        already_in_catalogue_records=len(repeated),
        differing_records=sum(_differs(upload, verdict) for verdict in repeated),
        still_withdrawn_records=0 if upload.undo_of else sum(each.change.stays_withdrawn for each in changes),
    )


def _differs(upload: SurveyedUpload, verdict: Verdict) -> bool:
    """Whether a record gives its product, which the catalogue has already, other values."""
    stored: Mapping[str, Value] = verdict.repeated.values if verdict.repeated else {}
    given = given_values(verdict.record, upload.categories)
    return any(stored[column] != value for column, value in given.items())
