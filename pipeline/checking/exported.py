"""Records of exports: what the catalogue has already is neither judged nor said."""

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from pipeline.checking.conflicts import RULE_OF_KEY, Judgement, judge
from pipeline.checking.rules import Categories
from pipeline.checking.survey import StagedRecord
from pipeline.domain.columns import VALUE_COLUMNS
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.layout import Layout
from pipeline.domain.records import Record
from pipeline.domain.stored_products import StoredProduct, Value

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LINE_BREAK = re.compile(r"\r\n?")  # programs that save a file write all line breaks in one way


def judge_exported(
    staged: StagedRecord, known: StoredProduct | None, layout: Layout, categories: Categories
) -> Judgement:
    """Judges a record of an export, without the values that its product has already, by its file.

    The keys stay in the record, but what is wrong with them is nothing new either.
    """
    if known is None:
        return judge(staged, layout, categories)
    same = set(_same_columns(staged.record, known))
    judged = judge(staged._replace(record=_without(staged.record, same)), layout, categories)
    errors = [e for e in judged.errors if e.error_field not in same or e.error_type in RULE_OF_KEY.values()]
    return judged._replace(errors=errors)


def _without(record: Record, columns: set[str]) -> Record:
    left = record.without(columns.difference(IDENTIFIERS))
    return replace(left, cleared=record.cleared - columns) if record.cleared else left


def _same_columns(record: Record, product: StoredProduct) -> Iterator[str]:
    """The columns of a record whose cells are as an export of the product would have them."""
    keys = {"vendor_product_id": product.vendor_product_id, "sku": product.sku}
    for column in (*IDENTIFIERS, *VALUE_COLUMNS):
        stored = keys[column] if column in keys else product.values[column]
        if column in record.received and _is_same(record.received[column], record.values[column], stored):
            yield column


def _is_same(received: str, value: str, stored: Value) -> bool:
    if stored is None:
        return not value
    if isinstance(stored, str):
        return _on_lines(stored) in {_on_lines(received), _on_lines(value)}
    return bool(_NUMBER.fullmatch(value)) and Decimal(value) == stored


def _on_lines(text: str) -> str:
    return _LINE_BREAK.sub("\n", text)
