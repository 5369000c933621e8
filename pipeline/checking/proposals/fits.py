"""How well the cells of a column fit each of ours: whether the rules accept them, and whether they are typical."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from pipeline.checking.categories import Categories
from pipeline.checking.proposals.cells import Cells, has_currency, has_letter_and_digit, is_code, word_count
from pipeline.checking.rules import AMOUNT, MAX_PRICE, MAX_STOCK, MIN_PRICE, WEIGHT, WHOLE_NUMBER
from pipeline.checking.units import KILOGRAMS, PIECES
from pipeline.checking.value_rules import URL
from pipeline.domain.columns import COLUMNS, ListingStatus

_CATEGORY_MARKS = re.compile(r"[>/|,;]")
_DECIMALS = re.compile(r"[0-9]+\.[0-9]{2}")
_MARKUP = re.compile(r"<[a-z/][^>]*>", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|svg)(?:$|[?#,; ])", re.IGNORECASE)
_MEASURES = re.compile(r"\d+[.,]?\d* ?(?:cm|mm)? ?[x×*] ?\d+[.,]?\d*.*", re.IGNORECASE)
_UNIT_WORDS = PIECES | KILOGRAMS.keys() | {"set", "pack", "pair", "l", "ml", "m", "cm", "box", "bottle"}
_STATUSES = frozenset(ListingStatus)
_FEW_ROWS, _LONG_TEXT, _LONG_NAME = 3, 80, 120
_USUAL_STOCK = 100_000


class Fit(NamedTuple):
    """`passes` is the share of cells that the column's rules accept; `typical` how much they speak for the column."""

    passes: float
    typical: float


def fit_of(column: str, cells: Cells, categories: Categories) -> Fit:
    fit = _category(cells, categories) if column == "category" else _FITS[column](cells)
    return fit._replace(typical=fit.typical * 0.6) if cells.rows < _FEW_ROWS else fit


def _vendor_product_id(cells: Cells) -> Fit:
    """As a SKU, but a little less: a file's only key is rather called that, and the SKU can stand in for the id."""
    fit = _sku(cells)
    return fit._replace(typical=0.9 * fit.typical)


def _sku(cells: Cells) -> Fit:
    passes = cells.share(lambda text: len(text) <= 100) * cells.filled_share
    if not cells.are_unique or cells.are_something_else:
        return Fit(passes * cells.distinct_share if cells.are_unique else passes * cells.distinct_share**2, 0)
    codes = cells.share(is_code)
    if cells.are_counted:
        return Fit(passes, 0.3 * codes)
    return Fit(passes, codes if cells.share(has_letter_and_digit) > 0.8 else 0.5 * codes)


def _name(cells: Cells) -> Fit:
    passes = cells.share(lambda text: len(text) <= 200) * cells.filled_share
    texts = cells.share(lambda text: word_count(text) and not _MARKUP.search(text))
    several = cells.share(lambda text: word_count(text) > 1)
    is_short = 4 <= cells.median_length <= _LONG_NAME and not cells.are_something_else
    return Fit(passes, texts * (0.4 + 0.6 * several) * cells.distinct_share if is_short else 0)


def _category(cells: Cells, categories: Categories) -> Fit:
    few = len(cells.distinct) <= max(2, cells.rows // 3) and cells.share(word_count) == 1
    if not categories.names:
        return Fit(1, 0.5 if few else 0)
    known = cells.share(lambda text: _is_category(text, categories))
    return Fit(0.5 + known / 2, known or (0.5 if few else 0))


def _is_category(text: str, categories: Categories) -> bool:
    names = [text, *_CATEGORY_MARKS.split(text)] if len(text) < 200 else []
    return any(categories.official(name.strip()) for name in names)


def _description(cells: Cells) -> Fit:
    is_long = cells.median_length >= _LONG_TEXT and cells.share(lambda text: word_count(text) > 5) > 0.5
    return Fit(1, 0 if cells.are_something_else else 1 if is_long or cells.share(_MARKUP.search) > 0.5 else 0.1)


def _short_text(column: str) -> Callable[[Cells], Fit]:
    limit = COLUMNS[column] or 0
    return lambda cells: Fit(cells.share(lambda text: len(text) <= limit), 0.1 if cells.share(word_count) > 0.8 else 0)


def _price(cells: Cells) -> Fit:
    if not cells.amounts or cells.are_something_else:
        return Fit(0, 0)
    prices = [text for text in cells.amounts if AMOUNT.fullmatch(text) and MIN_PRICE <= Decimal(text) <= MAX_PRICE]
    count, passes = len(cells.amounts), len(prices) / len(cells.amounts)
    is_constant = len(cells.distinct) == 1 and cells.rows > _FEW_ROWS
    # Amounts below one are rather weights or measures.
    has_cents = 2 * sum(bool(_DECIMALS.fullmatch(text)) and Decimal(text) >= 1 for text in prices) > count
    is_typical = has_cents or cells.share(has_currency) > 0.5
    return Fit(passes, 1 if is_typical and not is_constant else 0.3)


def _compare_at(cells: Cells) -> Fit:
    """Amounts alone never mean a former price."""
    return Fit(_price(cells).passes, 0)


def _stock(cells: Cells) -> Fit:
    passes = cells.share(_is_stock)
    varies = len(cells.distinct) > 2
    is_other = cells.are_counted or cells.are_years or cells.width > 4 or cells.are_something_else
    is_usual = cells.share(lambda text: _is_stock(text) and int(text) < _USUAL_STOCK) == 1
    return Fit(passes, 0.9 if varies and is_usual and not is_other else 0)


def _is_stock(text: str) -> bool:
    return len(text) <= 7 and text.isascii() and WHOLE_NUMBER.fullmatch(text) is not None and int(text) <= MAX_STOCK


def _unit(cells: Cells) -> Fit:
    words = cells.share(lambda text: text.casefold().rstrip(".") in _UNIT_WORDS)
    return Fit(cells.share(lambda text: len(text) <= 20), words if cells.share(str.isalpha) > 0.5 else 0)


def _weight(cells: Cells) -> Fit:
    return Fit(cells.share(lambda text: WEIGHT.fullmatch(text.replace(",", "."))), 0.3)


def _dimensions(cells: Cells) -> Fit:
    measures = cells.share(_MEASURES.fullmatch)
    return Fit(cells.share(lambda text: len(text) <= 50), measures)


def _image(cells: Cells) -> Fit:
    addresses = cells.share(lambda text: text.startswith(("http://", "https://")))
    return Fit(cells.share(URL.fullmatch), addresses * (1 if cells.share(_PICTURE.search) > 0.5 else 0.4))


def _status(cells: Cells) -> Fit:
    return Fit(cells.share(_STATUSES.__contains__), float(cells.distinct == _STATUSES))


_FITS: dict[str, Callable[[Cells], Fit]] = {
    "vendor_product_id": _vendor_product_id,
    "product_name": _name,
    "subcategory": _short_text("subcategory"),
    "description": _description,
    "sku": _sku,
    "brand": _short_text("brand"),
    "price": _price,
    "compare_at_price": _compare_at,
    "stock_quantity": _stock,
    "unit": _unit,
    "weight_kg": _weight,
    "dimensions_cm": _dimensions,
    "image_url": _image,
    "listing_status": _status,
}
