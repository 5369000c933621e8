"""Sound product files of every style, and ways to damage one of their records: the ground of property tests."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from pipeline.domain.columns import COLUMNS, REQUIRED

_WORDS = ("red", "nice mouse", "Größe 5", "x", "with cable", "2 m", "set of 3", "5 pcs", "日本語")
_JOINTS = (" ", ", ", ",", ";", "|", "\t", "\n", "\r\n", ",\n", '"', '""', ' "', '" ', "'", '<a href="x,y">', "\n\n")
_NUMBERS = {
    "price": ("19.99", "5", "0.99"),
    "compare_at_price": ("", "24.99"),
    "stock_quantity": ("0", "7", "120"),
    "weight_kg": ("", "0.25"),
}


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file as its parts: `rows` are the cells, `texts` the same rows as they are written."""

    columns: Sequence[str]
    delimiter: str
    end: str
    header: str
    rows: Sequence[list[str]]
    texts: Sequence[str]

    def content(self, texts: Sequence[str] | None = None) -> str:
        return self.end.join([self.header, *(texts if texts is not None else self.texts)]) + self.end


@st.composite
def sound_files(draw: st.DrawFn) -> SoundFile:
    optional = draw(
        st.lists(st.sampled_from([c for c in COLUMNS if c not in {*REQUIRED, "listing_status"}]), unique=True)
    )
    columns = draw(st.permutations([*REQUIRED, *optional]) | st.just(sorted([*REQUIRED, *optional], key=COLUMNS_AT)))
    delimiter, end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    rows = [[draw(_cells(column, n)) for column in columns] for n in range(1, draw(st.integers(2, 6)))]
    written = [_written(row, delimiter, all_quoted=quoting == csv.QUOTE_ALL) for row in [list(columns), *rows]]
    return SoundFile(columns, delimiter, end, written[0], rows, written[1:])


COLUMNS_AT = list(COLUMNS).index


def _cells(column: str, number: int) -> st.SearchStrategy[str]:
    if column in {"vendor_product_id", "sku"}:
        return st.just(f"{column[0].upper()}-{number}")
    if column == "category":
        return st.just("Electronics")
    if column in _NUMBERS:
        return st.sampled_from(_NUMBERS[column])
    text = st.lists(st.tuples(st.sampled_from(_WORDS), st.sampled_from(_JOINTS)), min_size=1, max_size=4)
    return text.map(lambda pieces: "".join(word + joint for word, joint in pieces) + "end") | st.sampled_from(_WORDS)


def _written(row: list[str], delimiter: str, *, all_quoted: bool) -> str:
    text = io.StringIO()
    if all_quoted:
        csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerow(row)
    else:
        csv.writer(text, delimiter=delimiter).writerow(row)
    return text.getvalue().removesuffix("\r\n")


def one_character_more(text: str, character: str, at: int) -> str:
    at %= len(text) + 1
    return text[:at] + character + text[at:]


def one_replaced(text: str, old: str, new: str, which: int) -> str:
    """The text with one occurrence of `old` replaced; unchanged where there is none."""
    pieces = text.split(old)
    if len(pieces) == 1:
        return text
    at = 1 + which % (len(pieces) - 1)
    return old.join(pieces[:at]) + new + old.join(pieces[at:])
