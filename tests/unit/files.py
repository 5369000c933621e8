"""Small product files and records for tests of the domain."""

import io
from decimal import Decimal
from tempfile import TemporaryFile

from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.rules import Categories
from pipeline.checking.survey import StagedRecord, Survey, staged_records, survey
from pipeline.domain.columns import COLUMNS, VALUE_COLUMNS, read_header
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.errors import RowError
from pipeline.domain.failures import Failure, Limits, UnacceptableFile
from pipeline.domain.layout import Layout
from pipeline.domain.records import Record, Row
from pipeline.domain.stored_products import StoredProduct, Value
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.reader import open_sheet

CATEGORIES = Categories(["Electronics", "Computer Accessories", "Clothing"])
HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity\n"
ROW = "P-1,Mouse,Electronics,SKU-1,19.99,5\n"
SOUND = {
    "vendor_product_id": "P-1",
    "product_name": "Mouse",
    "category": "Electronics",
    "sku": "SKU-1",
    "price": "19.99",
    "stock_quantity": "5",
}
LAYOUT = Layout(read_header(list(COLUMNS)))
CHOOSABLE = (
    *("utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "windows-874", "koi8-r", "koi8-u"),
    *(f"windows-{page}" for page in range(1250, 1259)),
    *(f"iso-8859-{part}" for part in range(2, 17) if part not in {11, 12}),
    *(f"cp{page}" for page in (437, 720, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869)),
    *("macintosh", "mac-latin2", "mac-cyrillic", "mac-greek", "mac-turkish"),
    *("shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "big5", "big5-hkscs", "euc-kr"),
)
"""The usual names of the encodings that can be chosen."""


def record(**cells: str) -> Record:
    """A sound record under the full header, with the given cells changed."""
    values = SOUND | cells
    return LAYOUT.record(Row(1, 2, 2, [values.get(column, "") for column in COLUMNS]))


def record_of(decisions: Decisions, **cells: str) -> Record:
    """A record of a file with these columns and no others."""
    return Layout(read_header(list(cells)), decisions).record(Row(1, 2, 2, list(cells.values())))


def stored_product(
    *, product_id: int = 7, vendor_id: str = "VEND001", own_id: str = "P-1", sku: str = "SKU-1",
    set_by: int | None = None, **values: Value,
) -> StoredProduct:  # fmt: skip
    """The product of a sound record, with the given values changed; one upload has set all of them."""
    sound: dict[str, Value] = {"product_name": "Mouse", "category": "Electronics", "price": Decimal("19.99")}
    sound |= {"stock_quantity": 5, "unit": "piece", "listing_status": "active"}
    all_values = dict.fromkeys(VALUE_COLUMNS) | sound | values
    return StoredProduct(
        product_id, vendor_id, own_id, sku, "UPLOAD_1", 4, all_values, [set_by] * len(VALUE_COLUMNS)
    )  # fmt: skip


def source(content: bytes) -> Source:
    return lambda: io.BytesIO(content)


def surveyed(
    content: bytes | str, limits: Limits | None = None, decisions: Decisions = NO_DECISIONS, currency: str = ""
) -> Survey:
    encoded = content.encode() if isinstance(content, str) else content
    limits = limits or Limits()
    return survey(source(encoded), CATEGORIES, limits, scratch=TemporaryFile, decisions=decisions, currency=currency)


def records_of(
    content: bytes | str, limits: Limits | None = None, decisions: Decisions = NO_DECISIONS, currency: str = ""
) -> list[StagedRecord]:
    encoded = content.encode() if isinstance(content, str) else content
    limits = limits or Limits()
    return list(staged_records(source(encoded), surveyed(encoded, limits, decisions, currency), limits))


def values_of(content: str, column: str, decisions: Decisions = NO_DECISIONS, currency: str = "") -> list[str]:
    """The cells of a column as the rules see them."""
    return [staged.record[column] for staged in records_of(content, decisions=decisions, currency=currency)]


def judged(content: str, decisions: Decisions = NO_DECISIONS, currency: str = "") -> list[list[RowError]]:
    """The errors of each row."""
    records = records_of(content, decisions=decisions, currency=currency)
    return [errors_in_file(staged, CATEGORIES) for staged in records]


def rows_of(content: bytes | str, limits: Limits | None = None) -> list[Row]:
    return [staged.record.row for staged in records_of(content, limits)]


def read(content: bytes, limits: Limits | None = None) -> list[Row] | Failure:
    """Every row of a file, or why it cannot be accepted."""
    try:
        return list(open_sheet(source(content), limits or Limits()).rows())
    except UnacceptableFile as refused:
        return refused.failure


def surveyed_or_failure(content: bytes | str, limits: Limits | None = None) -> Survey | Failure:
    try:
        return surveyed(content, limits)
    except UnacceptableFile as refused:
        return refused.failure


def rows_or_failure(content: str) -> list[Row] | Failure:
    """The rows as they are staged, or why the file cannot be accepted."""
    result = surveyed_or_failure(content)
    if isinstance(result, Failure):
        return result
    return [staged.record.row for staged in staged_records(source(content.encode()), result, Limits())]


def failure_of(content: bytes | str, limits: Limits | None = None, decisions: Decisions = NO_DECISIONS) -> Failure:
    return refusal_of(content, limits, decisions).failure


def refusal_of(
    content: bytes | str, limits: Limits | None = None, decisions: Decisions = NO_DECISIONS
) -> UnacceptableFile:
    try:
        surveyed(content, limits, decisions)
    except UnacceptableFile as refused:
        return refused
    raise AssertionError("the file was accepted")
