"""What the name of a header says about the column that it is meant for."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.checking.proposals.ambiguous_names import (
    ADDRESS_WORDS,
    AMBIGUOUS,
    CODE_WORDS,
    OTHERS,
    OTHERS_IN_ONE_WORD,
    OWNERS,
    TAXES,
    WITH_TAX,
    Likelihoods,
)
from pipeline.checking.proposals.words import words_of
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMNS, column_of
from pipeline.domain.header_matching import synonym_of
from pipeline.domain.header_names import says_other_weight
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.reading.header.likely_columns import likely_column

CRITICAL = frozenset({*IDENTIFIERS, "price", "stock_quantity"})
"""Columns in which a wrong proposal does most harm."""
_MAX_LENGTH = 80
_SYNONYM, _WITH_TAX, _ALIKE, _ONE_WORD = 0.85, 0.85, 0.7, 0.6
_ONE_WORD_OF_CRITICAL = 0.42  # too little without cells that are typical
_SECOND_SKU, _SECOND_ID = 0.65, 0.35
_PICTURE_NOTES = frozenset(words_of("alt position sort id caption title description text name order type"))


def meanings_of(header: str, found: Collection[str]) -> Mapping[str, float] | None:
    """Column → how likely the name means it. Empty if it means something else, None if it is unknown.

    `found` are the columns that other headers have.
    """
    name = clean(header)[:_MAX_LENGTH]
    words = words_of(name)
    phrase, short_phrase = " ".join(words), " ".join(word for word in words if word not in OWNERS)
    steps = (AMBIGUOUS.get(phrase), _named(name, found), _by_words(words), AMBIGUOUS.get(short_phrase))
    meanings = next((each for each in steps if each is not None), None)
    if meanings is None:
        meanings = _alike(name, words)
    return {} if meanings and "weight_kg" in meanings and says_other_weight(name) else meanings


def _named(name: str, found: Collection[str]) -> Likelihoods | None:
    """What a synonym means: a second one for a column that another header has may be the other key."""
    column = column_of(name) or synonym_of(name)
    if column is None:
        return None
    second = {"sku": {"vendor_product_id": _SECOND_SKU}, "vendor_product_id": {"sku": _SECOND_ID}}
    return {column: _SYNONYM} | (second.get(column, {}) if column in found else {})


def _by_words(words: list[str]) -> Likelihoods | None:
    """What single words say: the price that includes tax, a picture, or something else."""
    named = set(_columns_of(words))
    if named == {"price"} and not WITH_TAX.isdisjoint(words) and OTHERS.isdisjoint(set(words) - WITH_TAX - TAXES):
        return {"price": _WITH_TAX}
    if "image_url" in named and _PICTURE_NOTES.isdisjoint(words):
        return {"image_url": _ONE_WORD}
    is_other = not (OTHERS | ADDRESS_WORDS).isdisjoint(words)
    return {} if is_other or any(part in word for word in words for part in OTHERS_IN_ONE_WORD) else None


def _alike(name: str, words: list[str]) -> Likelihoods | None:
    if column := likely_column(name, COLUMNS):
        return {column: _ALIKE}
    named = set(_columns_of(word for word in words if word not in OWNERS))
    is_code = not CODE_WORDS.isdisjoint(words)
    if len(named) == 1 and (not is_code or named <= set(IDENTIFIERS)):
        return {column: _ONE_WORD_OF_CRITICAL if column in CRITICAL else _ONE_WORD for column in named}
    return {} if named else None


def _columns_of(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if column := column_of(word) or synonym_of(word):
            yield column
