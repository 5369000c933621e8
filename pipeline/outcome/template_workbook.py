"""The template as a workbook."""

import io
from collections.abc import Sequence

from pipeline.domain.columns import COLUMNS
from pipeline.outcome.rulebook import example_rows
from pipeline.outcome.workbooks import WorkbookRow, write_workbook

_NUMBERS = {"price", "compare_at_price", "stock_quantity", "weight_kg"}


def template_workbook(categories: Sequence[str]) -> bytes:
    """The columns and rows of the CSV template; identifiers and all other texts are formatted as text."""
    columns = list(COLUMNS)
    rows = (WorkbookRow([row.get(name, "") for name in columns]) for row in example_rows(categories))
    numbers = [at for at, name in enumerate(columns) if name in _NUMBERS]
    file = io.BytesIO()
    write_workbook(file, columns, rows, category_at=columns.index("category"), categories=categories, numbers=numbers)
    return file.getvalue()
