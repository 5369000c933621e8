"""Faults in values: read from another file, shortened, cleaned, or visible to others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import BinaryIO

from pipeline.aws.object_store import ObjectStore
from pipeline.checking.conflicts import _catalogue_conflict
from pipeline.checking.products import Product, product_of
from pipeline.checking.rules import Categories
from pipeline.domain.columns import Column
from pipeline.domain.errors import RowError
from pipeline.domain.records import Record, Row
from pipeline.domain.stored_products import StoredProduct
from pipeline.logs import log
from pipeline.outcome.reports import RejectedRow, fix_file
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.services import Services
from pipeline.stages.validate import _publish
from pipeline.stages.verdict import BatchResult
from tests.reliability.mutants.mutation import Mutant, instead_of

_open = ObjectStore.open


@instead_of(ObjectStore.open)
def open_the_newest_version(
    self: ObjectStore, key: str, version_id: str, size: int, on_read: Callable[[], None] = lambda: None
) -> BinaryIO:
    return _open(self, key, "null", size, on_read)


NEWEST_VERSION = Mutant(
    "the newest version is read, not the one that was claimed", "overwritten", "row 1: ", (open_the_newest_version,)
)


@instead_of(_catalogue_conflict)
def treat_every_holder_as_own(record: Record, column: str, holder: StoredProduct, vendor_id: str) -> RowError:
    return _catalogue_conflict(record, column, holder, holder.vendor_id)


OTHER_VENDORS_UPLOADS = Mutant(
    "vendors are told of one another's uploads", "races", "holds 'UPLOAD_", (treat_every_holder_as_own,)
)


@instead_of(_publish)
def log_the_names(
    services: Services, upload: SurveyedUpload, result: BatchResult, created_at: Mapping[int, str]
) -> None:
    _publish(services, upload, result, created_at)
    log("records.named", names=[verdict.record["product_name"] for verdict in result.verdicts])


LOGGED_CELLS = Mutant("cells are logged", "races", "a log line holds a cell", (log_the_names,))


@instead_of(product_of)
def shorten_the_name(record: Record, categories: Categories) -> Product:
    product = product_of(record, categories)
    return product._replace(product_name=product.product_name[:9])


SHORT_VALUES = Mutant(
    "values are shortened on their way to the catalogue", "races", "product_name", (shorten_the_name,)
)


@instead_of(fix_file)
def fix_file_of_stripped_cells(
    upload_id: str, columns: tuple[Column, ...], rows: Iterable[Row], rejected: Iterable[RejectedRow], delimiter: str
) -> Iterator[bytes]:
    return fix_file(upload_id, columns, map(_stripped, rows), rejected, delimiter)


def _stripped(row: Row) -> Row:
    return Row(row.row_number, row.line, row.sheet_row, [cell.strip() for cell in row.cells], row.malformed)


CLEANED_FIX_FILE = Mutant("fix files have cleaned cells", "replays", "came back", (fix_file_of_stripped_cells,))

MUTANTS = (NEWEST_VERSION, OTHER_VENDORS_UPLOADS, LOGGED_CELLS, SHORT_VALUES, CLEANED_FIX_FILE)
