"""What Hypothesis chooses from: the rows of files, and where functions die."""

from hypothesis import strategies as st

from tests.reliability.files import CHANGES, KINDS, WAYS_TO_CHANGE, ChangeLine, Line
from tests.reliability.functions import SOURCES

VENDORS = ("VEND001", "VEND002", "VEND003")


@st.composite
def _lines(draw: st.DrawFn) -> Line:
    return Line(draw(st.sampled_from([*["sound"] * 8, *KINDS])), *draw(_keys))


@st.composite
def _changes(draw: st.DrawFn) -> ChangeLine:
    return ChangeLine(*draw(_keys), draw(_cells))


# Both numbers are often the same, so that files name products of each other.
_keys = st.one_of(st.integers(1, 6).map(lambda n: (n, n)), st.tuples(st.integers(1, 9), st.integers(1, 9)))
_cells = st.fixed_dictionaries({}, optional={column: st.sampled_from(texts) for column, texts in CHANGES.items()})
lines = _lines()
files = st.lists(lines, min_size=1, max_size=7)
changes = st.lists(_changes(), min_size=1, max_size=7)
ways_to_change = st.sampled_from(WAYS_TO_CHANGE)
vendors = st.sampled_from(VENDORS)
changing_vendors = st.sampled_from([VENDORS[0]] * 3 + [*VENDORS])
rarely = st.sampled_from([False, False, False, True])
sources = st.sampled_from(SOURCES)
calls = st.integers(1, 8)
