"""Faults in deciding records: replays, races, duplicates, poisoned records."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.products import Product
from pipeline.checking.rules import Categories
from pipeline.checking.survey import StagedRecord
from pipeline.domain.errors import RowError
from pipeline.domain.records import Row
from pipeline.domain.stored_products import StoredProduct
from pipeline.postgres.catalogue import find_by_sku, find_own, insert_products
from pipeline.postgres.database import Cursor
from pipeline.postgres.rejections import Rejection, insert_errors, stored_errors
from pipeline.postgres.verdicts import LockedUpload, SurveyedUpload, lock_for_decision
from pipeline.services import Services
from pipeline.stages import validate
from pipeline.stages.decide import decide
from pipeline.stages.validate import _decide_around_poison
from pipeline.stages.verdict import BatchResult, Verdict
from tests.reliability.mutants.mutation import Mutant, instead_of


@instead_of(lock_for_decision)
def nothing_is_decided_yet(cursor: Cursor, upload_id: str, vendor_id: str, row_numbers: list[int]) -> LockedUpload:
    locked = lock_for_decision(cursor, upload_id, vendor_id, row_numbers)
    return replace(locked, is_open=True, decided_rows=frozenset())


@instead_of(insert_errors)
def keep_the_first_errors(cursor: Cursor, upload_id: str, vendor_id: str, rejections: Sequence[Rejection]) -> None:
    stored = stored_errors(cursor, upload_id, [each.record.row_number for each in rejections])
    insert_errors(cursor, upload_id, vendor_id, [each for each in rejections if each.record.row_number not in stored])


@instead_of(insert_products)
def accept_own_products_again(
    cursor: Cursor, upload_id: str, vendor_id: str, products: Sequence[Product], rows: Mapping[int, Row]
) -> set[int]:
    inserted = insert_products(cursor, upload_id, vendor_id, products, rows)
    cursor.execute("SELECT row_number FROM products WHERE upload_id = %s", (upload_id,))
    return inserted | {row.row_number for row in cursor} & {product.row_number for product in products}


BARE_COUNTER = Mutant(
    "a bare counter in place of the set of decided rows",
    "replays",
    "valid_records and products|error_records and rejected rows",
    (nothing_is_decided_yet, keep_the_first_errors, accept_own_products_again),
)


@instead_of(errors_in_file)
def ignore_earlier_rows(staged: StagedRecord, categories: Categories) -> list[RowError]:
    return errors_in_file(StagedRecord(staged.record), categories)


@instead_of(find_own)
def find_those_of_the_same_upload_too(
    cursor: Cursor, vendor_id: str, ids: Sequence[str], *, except_of_upload: str
) -> dict[str, StoredProduct]:
    return find_own(cursor, vendor_id, ids, except_of_upload="")


@instead_of(find_by_sku)
def find_skus_of_the_same_upload_too(
    cursor: Cursor, skus: Sequence[str], *, except_of_upload: str
) -> dict[str, StoredProduct]:
    return find_by_sku(cursor, skus, except_of_upload="")


FIRST_COME = Mutant(
    "duplicates in a file are left to whoever comes first",
    "replays",
    "the row that came first|came first",
    (ignore_earlier_rows, find_those_of_the_same_upload_too, find_skus_of_the_same_upload_too),
)


@instead_of(insert_products)
def call_every_product_inserted(
    cursor: Cursor, upload_id: str, vendor_id: str, products: Sequence[Product], rows: Mapping[int, Row]
) -> set[int]:
    insert_products(cursor, upload_id, vendor_id, products, rows)
    return {product.row_number for product in products}


LOST_LOSER = Mutant(
    "a record that lost a race is neither product nor error",
    "races",
    "it became nothing",
    (call_every_product_inserted,),
)


@instead_of(insert_products)
def insert_one_by_one(
    cursor: Cursor, upload_id: str, vendor_id: str, products: Sequence[Product], rows: Mapping[int, Row]
) -> set[int]:
    """Inserts in the order of the file, because a batch of one is not sorted."""
    inserted = (insert_products(cursor, upload_id, vendor_id, [product], rows) for product in products)
    return set[int]().union(*inserted)


FILE_ORDER = Mutant(
    "products are inserted in the order of the file", "opposite_orders", "sqlstate=40P01", (insert_one_by_one,)
)


@instead_of(_decide_around_poison)
def write_staging_and_decide(services: Services, upload: SurveyedUpload, batch: Sequence[Verdict]) -> BatchResult:
    services.staging.write(validate._final_items(services.staging, upload, batch, {}))
    return _decide_around_poison(services, upload, batch)


EARLY_STAGING = Mutant(
    "staging is told before PostgreSQL has committed",
    "early_statuses",
    "staging knows more than PostgreSQL",
    (write_staging_and_decide,),
)


@instead_of(lock_for_decision)
def every_upload_is_open(cursor: Cursor, upload_id: str, vendor_id: str, row_numbers: list[int]) -> LockedUpload:
    return replace(lock_for_decision(cursor, upload_id, vendor_id, row_numbers), is_open=True)


DECIDED_AFTER_CANCELLATION = Mutant(
    "validators do not look whether the upload was cancelled",
    "cancelled",
    "counters after it was cancelled|the counters' sum",
    (every_upload_is_open,),
)


@instead_of(_decide_around_poison)
def reject_the_whole_batch(services: Services, upload: SurveyedUpload, batch: Sequence[Verdict]) -> BatchResult:
    try:
        with services.database.transaction() as cursor:
            return decide(cursor, upload, batch)
    except Exception:
        with services.database.transaction() as cursor:
            return decide(cursor, upload, [validate._our_fault(upload, each.staged) for each in batch])


POISONED_NEIGHBOURS = Mutant(
    "a poisoned record takes its neighbours with it", "poisoned", "nothing was poisoned", (reject_the_whole_batch,)
)


MUTANTS = (
    BARE_COUNTER, FIRST_COME, LOST_LOSER, FILE_ORDER, EARLY_STAGING, DECIDED_AFTER_CANCELLATION, POISONED_NEIGHBOURS
)  # fmt: skip
