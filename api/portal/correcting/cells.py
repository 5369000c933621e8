"""The cells of single rows in the form for corrections: fields that are named `cell.{row number}.{column}`."""

from collections.abc import Mapping

from api.schemas.corrections import CorrectedCells


def rows_in(fields: Mapping[str, str]) -> list[CorrectedCells]:
    """What the form says of single rows."""
    return []
