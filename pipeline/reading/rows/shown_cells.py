"""The cells of a malformed row for those who correct it, from its stored text: as the fix file splits it."""

import csv
from collections.abc import Sequence

from pipeline.domain.columns import Column
from pipeline.reading.quoting import Quoting
from pipeline.reading.rows.row_shape import RowShape
from pipeline.reading.rows.row_troubles import RowTroubles


def cells_of_malformed(raw: str, columns: tuple[Column, ...], needed: Sequence[str], delimiter: str) -> list[str]:
    """The cells as far as they can be split; `needed` are the columns of which a row must have a cell."""
    quoting = Quoting(delimiter)
    troubles = RowTroubles(quoting, RowShape(columns, needed))
    try:
        if (cells := quoting.cells_if_sound(raw)) is None:
            return troubles.of_quotes(raw, "").cells or quoting.cells_of_damaged(raw)
        return troubles.of_sound_quotes(raw).cells or cells
    except (csv.Error, StopIteration):  # the text was shortened, or has line breaks where a row cannot have them
        return raw.split(delimiter)
