"""The cells of a malformed row, as those who correct it see them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.columns import read_header
from pipeline.reading.rows.shown_cells import cells_of_malformed
from tests.unit.files import records_of

NAMES = ["vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity"]
COLUMNS = read_header(NAMES)
ROWS = [
    "P-1,Lamp",
    "P-1,Lamp,Electronics,S-1,12,50,5",
    'P-1,"Poster "A1" matte",Electronics,S-1,1,5',
    '"P-1,Lamp,Electronics,S-1,1,5"',
    "P-1;Lamp;Electronics;S-1;1;5",
    '""P-1"",""Lamp"",""Electronics"",""S-1"",""1"",""5""',
]


@pytest.mark.parametrize("row", ROWS)
def test_the_cells_are_those_of_the_fix_file(row: str) -> None:
    (staged,) = records_of("\n".join([",".join(NAMES), row]) + "\n")
    received = staged.record.row
    assert received.malformed
    assert cells_of_malformed(received.raw or "", COLUMNS, NAMES, ",") == received.cells


@given(st.text(alphabet=st.sampled_from("\",;a1 \n\r\t\\'"), max_size=60), st.sampled_from(",;\t|"))
def test_any_text_has_cells(raw: str, delimiter: str) -> None:
    cells = cells_of_malformed(raw, COLUMNS, NAMES, delimiter)
    assert cells
    assert all(isinstance(cell, str) for cell in cells)
