"""Polluted files: what is accepted is what was written, or the file is refused; nothing is corrupted silently."""

from collections import Counter

import pytest

from pipeline.domain.failures import Failure
from pipeline.domain.records import Row
from tests.unit.files import read
from tests.unit.pollution import ROWS, SOUND, Polluted, polluted_files, polluted_rows

BROKEN_QUOTING = {
    "a quote before a cell",
    "a quote behind a cell",
    "a quote inside a cell",
    "no opening quote",
    "no closing quote",
    "quotes not doubled",
    "a backslash before quotes",
}
CLEAR_REFUSALS = {
    "UNCLOSED_QUOTE",
    "MISSING_COLUMNS",
    "TOO_MANY_COLUMNS",
    "NOT_A_CSV",
    "UNSUPPORTED_ENCODING",
    "NO_DATA_ROWS",
    "EMPTY_FILE",
}


def filled(rows: list[list[str]]) -> list[list[str]]:
    """The cells that hold something: a doubled delimiter makes empty columns, which change nothing."""
    return [[cell.strip() for cell in row if cell.strip()] for row in rows]


def accepted(result: list[Row]) -> list[list[str]]:
    return filled([row.cells for row in result if row.malformed is None])


def test_a_polluted_row_leaves_all_others_untouched() -> None:
    outcomes: Counter[str] = Counter()
    for polluted in polluted_rows():
        result = read(polluted.content)
        assert polluted.row is not None
        gone = 2 if polluted.kind == "no line end" else 1  # without its end, a row has the next one on its line
        others = filled([*ROWS[: polluted.row], *ROWS[polluted.row + gone :]])
        if isinstance(result, Failure):
            assert result.code == "UNCLOSED_QUOTE", polluted.kind
            outcomes["refused"] += 1
            continue
        rows = accepted(result)
        assert [row for row in rows if row in others] == others, polluted
        outcomes["contained"] += 1
        if polluted.kind in BROKEN_QUOTING and SOUND.encode() != polluted.content:
            unmatched = [row for row in rows if row not in others]
            as_text = filled([row.cells for row in result if row.bare_quotes])
            assert unmatched in ([], as_text, [filled(ROWS)[polluted.row]]) or sound_but_other(polluted), polluted.kind
    assert outcomes["contained"] > 1500
    assert outcomes["refused"] < 0.01 * outcomes["contained"]


def sound_but_other(polluted: Polluted) -> bool:
    """An empty cell that became one quote before or behind it is sound: `""` is how an empty cell is quoted."""
    return polluted.kind.startswith("a quote") and b',""",' in polluted.content


@pytest.mark.parametrize("polluted", list(polluted_files()), ids=lambda polluted: polluted.kind)
def test_a_polluted_file_is_read_as_written_or_refused(polluted: Polluted) -> None:
    result = read(polluted.content)
    if isinstance(result, Failure):
        assert result.code in CLEAR_REFUSALS
        assert result.message.endswith(".")
        return
    sound = filled(ROWS)
    foreign = [row for row in accepted(result) if row not in sound]
    assert [row for row in accepted(result) if row in sound] == [row for row in sound if row in accepted(result)]
    malformed = sum(row.malformed is not None for row in result)
    assert len(accepted(result)) - len(foreign) + malformed >= len(ROWS)
    assert not [row for row in foreign if row[2:3] == ["Electronics"]]
