"""The cells of one column in the first rows of a file, and what kinds of values they are."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from pipeline.checking.currencies import CURRENCIES
from pipeline.checking.number_evidence import ColumnEvidence
from pipeline.domain.cells import clean
from pipeline.domain.numbers import split_word

_MAX_TESTED = 60
_CODE = re.compile(r"[^\W_][\w./#-]{0,59}")
_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}.*|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}.*|(?:19|20)\d{2}[01]\d[0-3]\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BAR_CODE = re.compile(r"\d{8}|\d{12,14}")
_DECIMAL = re.compile(r"\d+[.,]\d+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_BOOLEANS = frozenset(
    ["0", "1", "true", "false", "yes", "no", "y", "n", "ja", "nein", "oui", "non", "si", "sí", "on", "off"]
)


@dataclass(frozen=True)
class Cells:
    """The cells that are filled, cleaned, and the number of rows."""

    filled: Sequence[str]
    rows: int

    @classmethod
    def of(cls, cells: Iterable[str], rows: int) -> "Cells":
        return cls([text for text in map(clean, cells) if text], rows)

    @cached_property
    def tested(self) -> Sequence[str]:
        return self.filled[:_MAX_TESTED]

    @cached_property
    def distinct(self) -> set[str]:
        return set(self.filled)

    @property
    def filled_share(self) -> float:
        return len(self.filled) / self.rows if self.rows else 0.0

    @property
    def distinct_share(self) -> float:
        return len(self.distinct) / len(self.filled) if self.filled else 0.0

    @property
    def are_unique(self) -> bool:
        """Whether every row has a value of its own, as keys have."""
        return len(self.distinct) == len(self.filled) == self.rows

    def share(self, test: Callable[[str], object]) -> float:
        """The share of cells that pass a test."""
        return sum(bool(test(text)) for text in self.tested) / len(self.tested) if self.tested else 0.0

    @cached_property
    def amounts(self) -> list[str]:
        """The cells as prices are read, in the decimal format and without the currency that all of them show."""
        evidence = ColumnEvidence("price")
        for text in self.tested:
            evidence.add(text)
        reading = evidence.reading(None, "")
        return [reading.read(text) for text in self.tested]

    @cached_property
    def are_something_else(self) -> bool:
        """Whether most cells are of a kind that no column of numbers or keys has."""
        kinds = (_DATE.fullmatch, is_bar_code, _is_address, _is_boolean)
        return any(self.share(kind) > 0.5 for kind in kinds) and not self._are_small_numbers

    @cached_property
    def _are_small_numbers(self) -> bool:
        return len(self.distinct) > 2 and all(len(text) < 4 for text in self.tested)

    @cached_property
    def are_years(self) -> bool:
        return self.share(_YEAR.fullmatch) > 0.8

    @cached_property
    def are_counted(self) -> bool:
        """Whether the cells are numbers in order, such as positions: each is the one before, and the same step."""
        numbers = [int(text) for text in self.tested if text.isascii() and text.isdigit() and len(text) < 15]
        steps = {later - earlier for earlier, later in pairwise(numbers)}
        return len(numbers) == len(self.tested) > 2 and len(steps) == 1 and steps != {0}

    @cached_property
    def width(self) -> int:
        """The length that all cells have; 0 if they differ."""
        lengths = {len(text) for text in self.tested}
        return lengths.pop() if len(lengths) == 1 else 0

    @property
    def median_length(self) -> int:
        return sorted(map(len, self.tested))[len(self.tested) // 2] if self.tested else 0


def is_code(text: str) -> bool:
    """Whether a text may be an identifier: one word, and no number with decimals."""
    return _CODE.fullmatch(text) is not None and _DECIMAL.fullmatch(text) is None


def has_letter_and_digit(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def is_bar_code(text: str) -> bool:
    """Whether a text is a GTIN: the last digit is its check digit."""
    if not _BAR_CODE.fullmatch(text) or not text.isascii():
        return False
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(reversed(text))) % 10 == 0


def has_currency(text: str) -> bool:
    return split_word(text).word in CURRENCIES if not text[-1:].isdigit() or not text[:1].isdigit() else False


def word_count(text: str) -> int:
    return len(_WORDS.findall(text[:400]))


def _is_address(text: str) -> bool:
    return "://" in text or text.startswith("www.") or ("@" in text and "." in text)


def _is_boolean(text: str) -> bool:
    return text.casefold() in _BOOLEANS
