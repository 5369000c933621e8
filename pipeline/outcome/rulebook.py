"""The rules in words, as the API publishes them.

Limits, patterns and required columns come from `columns.py` and `rules.py`; only the words are here.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.checking import rules
from pipeline.domain.columns import COLUMNS, REQUIRED, ListingStatus
from pipeline.domain.errors import ErrorType
from pipeline.domain.failures import FailureCode
from pipeline.outcome.reports import BOM

_Number = int | Decimal


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """What one column accepts. Lengths are in Unicode code points, without white space at the ends."""

    name: str
    required: bool
    max_length: int | None
    pattern: str | None
    minimum: _Number | None
    maximum: _Number | None
    default: str | None
    example: str
    description: str


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule for every row; codes that the seven rules do not cover have no number."""

    number: int | None
    code: str
    description: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileRule:
    """A reason for which a file as a whole is not accepted."""

    code: str
    description: str


_DESCRIPTIONS = {
    "vendor_product_id": "Your own id of the product, on one line. Text: leading zeros stay.",
    "product_name": "The name that customers see.",
    "category": "One of the marketplace's categories; capitals do not matter.",
    "subcategory": "A finer group of your own.",
    "description": "What customers read about the product; line breaks are welcome.",
    "sku": "The stock keeping unit, unlike that of any other product on the marketplace. Text: leading zeros stay.",
    "brand": "The brand.",
    "price": "The price. 12,99 and 1.299,00 are read as well, with or without a currency.",
    "compare_at_price": "The former or recommended price, written as the price is; 0 or nothing for none.",
    "stock_quantity": "How many can be sold now.",
    "unit": "What one of them is.",
    "weight_kg": "The weight in kilograms, such as 0.25 or 0,25. Under a header that says g, lb or oz, in that unit.",
    "dimensions_cm": "Length, width and height in centimetres.",
    "image_url": "The web address of a picture: one, without blanks, commas or |.",
    "listing_status": "active, or withdrawn to take the product off sale. It keeps its SKU and id.",
}

_BOUNDS: dict[str, tuple[re.Pattern[str], _Number | None, _Number | None]] = {
    "price": (rules.AMOUNT, rules.MIN_PRICE, rules.MAX_PRICE),
    "compare_at_price": (rules.AMOUNT, 0, rules.MAX_PRICE),  # with two decimals, only zero is below the minimum price
    "stock_quantity": (rules.WHOLE_NUMBER, 0, rules.MAX_STOCK),
    "weight_kg": (rules.WEIGHT, 0, rules.MAX_WEIGHT),
    "image_url": (rules.URL, None, None),
    "listing_status": (re.compile(f"({'|'.join(ListingStatus)})"), None, None),
}

_DEFAULTS: dict[str, str] = {"unit": rules.DEFAULT_UNIT, "listing_status": ListingStatus.ACTIVE}

# Two good rows: the template's, and each column's example.
_EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "vendor_product_id": "EXAMPLE-001",
        "product_name": "Aria Wireless Headphones, Black",
        "category": "Electronics",
        "subcategory": "Headphones",
        "description": "Active noise cancelling, 38 hours of battery, folds flat into its case.",
        "sku": "EXAMPLE-SKU-001",
        "brand": "Nordvik",
        "price": "140.99",
        "compare_at_price": "169.00",
        "stock_quantity": "25",
        "unit": rules.DEFAULT_UNIT,
        "weight_kg": "0.26",
        "dimensions_cm": "19 x 17 x 8",
        "image_url": "https://images.example.com/aria-black.jpg",
        "listing_status": ListingStatus.ACTIVE,
    },
    {
        "vendor_product_id": "EXAMPLE-002",
        "product_name": "Linen Shirt, Size M",
        "category": "Clothing",
        "sku": "EXAMPLE-SKU-002",
        "price": "39",
        "stock_quantity": "0",
    },
)

COLUMN_RULES: tuple[ColumnRule, ...] = tuple(
    ColumnRule(
        name=name,
        required=name in REQUIRED,
        max_length=max_length,
        pattern=f"^{pattern.pattern}$" if pattern else None,
        minimum=minimum,
        maximum=maximum,
        default=_DEFAULTS.get(name),
        example=_EXAMPLES[0][name],
        description=_DESCRIPTIONS[name],
    )
    for name, max_length in COLUMNS.items()
    for pattern, minimum, maximum in (_BOUNDS.get(name, (None, None, None)),)
)

_TEXTS = tuple(name for name, max_length in COLUMNS.items() if max_length)

ROW_RULES: tuple[RowRule, ...] = (
    RowRule(
        1,
        ErrorType.MISSING_REQUIRED_FIELDS,
        "All required fields have a value. One error a row, which lists the missing ones. A row that changes a product"
        " which you have needs only the key; a blank cell keeps what is there.",
        REQUIRED,
    ),
    RowRule(
        2,
        ErrorType.INVALID_PRICE,
        f"Prices are numbers with at most two decimals, from {rules.MIN_PRICE} to {rules.MAX_PRICE}; a"
        " compare-at price may also be 0, which means none.",
        ("price", "compare_at_price"),
    ),
    RowRule(
        3,
        ErrorType.INVALID_STOCK_QUANTITY,
        f"The stock quantity is a whole number from 0 to {rules.MAX_STOCK}.",
        ("stock_quantity",),
    ),
    RowRule(4, ErrorType.FIELD_LENGTH_EXCEEDED, "No text is longer than its column takes.", _TEXTS),
    RowRule(
        5,
        ErrorType.INVALID_CATEGORY,
        "The category is one of the marketplace's that are active when the processing of the file starts; capitals do"
        " not matter.",
        ("category",),
    ),
    RowRule(
        6,
        ErrorType.DUPLICATE_SKU,
        "No product of any vendor that came from another file has this SKU, and no earlier row of this file that is"
        " otherwise sound.",
        ("sku",),
    ),
    RowRule(
        7,
        ErrorType.DUPLICATE_VENDOR_PRODUCT_ID,
        "None of your products that came from another file has this id, and no earlier row of this file that is"
        " otherwise sound.",
        ("vendor_product_id",),
    ),
    RowRule(
        None,
        ErrorType.INVALID_VALUE,
        f"A weight is a number with at most three decimals, up to {rules.MAX_WEIGHT}; an image URL is one"
        " http or https address; no text contains control characters other than tab and line breaks; a SKU or vendor"
        " product id is on one line, contains no invisible characters, and is not a number whose last digits a"
        " spreadsheet has cut off (8.90124E+12); no value is a spreadsheet's error value (#N/A, #REF!). A listing"
        " status is active or withdrawn.",
        tuple(COLUMNS),
    ),
    RowRule(
        None,
        ErrorType.PRODUCT_NOT_FOUND,
        "In a file that only changes products (mode update), a row names one of yours: by vendor product id, or by SKU"
        " in a file without ids.",
        ("vendor_product_id", "sku"),
    ),
    RowRule(
        None,
        ErrorType.SKU_CHANGED,
        "A row that changes a product gives it no other SKU: a file cannot change SKUs.",
        ("sku",),
    ),
    RowRule(
        None,
        ErrorType.PLAN_OUTDATED,
        "A row that applies a plan does what the dry run said of it: if something else has changed since, it is not"
        " written. Reported alone.",
        (),
    ),
    RowRule(
        None,
        ErrorType.MALFORMED_ROW,
        "The row's quotes are sound, its cells are as many as the header's, and it is not too long. Reported alone.",
        (),
    ),
    RowRule(
        None,
        ErrorType.PROCESSING_ERROR,
        "We could not process the row. The fault is ours: send it again. Reported alone.",
        (),
    ),
)

FILE_RULES: tuple[FileRule, ...] = tuple(
    FileRule(code, description)
    for code, description in (
        (FailureCode.VENDOR_NOT_FOUND, "The folder of a direct drop names an unknown vendor."),
        (FailureCode.VENDOR_INACTIVE, "The vendor is not active."),
        (FailureCode.FILE_TOO_LARGE, "The file has more bytes than are allowed."),
        (FailureCode.EMPTY_FILE, "The file has no bytes, or only blanks."),
        (FailureCode.PASSWORD_PROTECTED, "The file can only be read with a password."),
        (
            FailureCode.NOT_A_CSV,
            "The file is something else: an old spreadsheet, several files in one, an image, a web page.",
        ),
        (FailureCode.UNSUPPORTED_ENCODING, "The file's encoding is unknown, or it contains bytes that break it."),
        (FailureCode.TOO_MANY_COLUMNS, "The header has more columns than are allowed."),
        (FailureCode.DUPLICATE_COLUMNS, "Two headers name the same column."),
        (
            FailureCode.MISSING_COLUMNS,
            "A required column is not in the header, or the workbook lacks the sheet that is named.",
        ),
        (FailureCode.UNCLOSED_QUOTE, "A quote is opened and never closed, so it is unclear where rows end."),
        (FailureCode.TOO_MANY_ROWS, "The file has more rows than are allowed."),
        (FailureCode.NO_DATA_ROWS, "The file has a header and no rows."),
        (
            FailureCode.CONFIRMATION_NEEDED,
            "The file would withdraw, empty or reprice many products at once. Correct it, or confirm that it is meant.",
        ),
        (FailureCode.FILE_NOT_RECEIVED, "The file was announced and never sent."),
        (FailureCode.PROCESSING_FAILED, "We could not go on. The fault is ours: send the file again."),
    )
)


def example_rows(categories: Sequence[str]) -> Iterator[dict[str, str]]:
    """Rows that the validator accepts, in categories that exist."""
    for example in _EXAMPLES:
        exists = not categories or example["category"] in categories
        yield example if exists else example | {"category": categories[0]}


def template(categories: Sequence[str]) -> bytes:
    """A file to start from: every column and two good rows, in the form that spreadsheets open best (BOM, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(COLUMNS), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(example_rows(categories))
    return (BOM + text.getvalue()).encode()
