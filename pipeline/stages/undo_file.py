"""The file of an undo: a line for every record that wrote. It is processed as any other, and decided by `undo.py`."""

import csv
import io
from collections.abc import Iterable, Iterator

from pipeline.logs import log
from pipeline.postgres import undos
from pipeline.postgres.undos import WrittenRecord
from pipeline.services import Services

# Mode `update` needs a column to change. It is blank, so that no processing of the file changes anything.
_HEADER = ("_undo_row", "vendor_product_id", "sku", "product_name")
_BLOCK = 64 * 1024


def write_undo_file(services: Services, upload_id: str) -> None:
    """Writes the file, unless the upload has it. Safe to repeat: the file comes out the same, and its first version
    counts. The bucket's event starts its processing."""
    with services.database.transaction() as cursor:
        undo = undos.find_unwritten(cursor, upload_id)
    if undo is None:
        return
    records = undos.written_records(services.database, undo.undo_of)
    services.object_store.write_file(undo.key, _undo_file(records))
    log("undo.written", upload_id=upload_id, undo_of=undo.undo_of)


def _undo_file(records: Iterable[WrittenRecord]) -> Iterator[bytes]:
    """The file in blocks of bytes. Keys are as stored: nothing in it is escaped for spreadsheets."""
    text = io.StringIO("\ufeff", newline="")
    text.seek(0, io.SEEK_END)
    writer = csv.writer(text)
    writer.writerow(_HEADER)
    for record in records:
        writer.writerow([record.row_number, record.vendor_product_id, record.sku, ""])
        if text.tell() >= _BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
