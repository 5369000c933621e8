"""The file of an upload's changes, written when it is first requested."""

from collections.abc import Iterator

from pipeline.domain.uploads import Outcome, changes_file_key
from pipeline.logs import log
from pipeline.outcome.reports import ChangeLine, changes_file
from pipeline.postgres import changes_files
from pipeline.postgres.changes_files import RequestedChanges
from pipeline.postgres.row_ledger import LedgerRow, RowFilter, find_rows
from pipeline.services import Services

_ROWS_AT_ONCE = 1_000
_OF_CHANGES = RowFilter(outcome=(Outcome.CREATED, Outcome.UPDATED, Outcome.SUPERSEDED))


def write_changes_file(services: Services, upload_id: str) -> None:
    """Writes the file, unless it is there. Safe to repeat: the file comes out the same."""
    with services.database.transaction() as cursor:
        upload = changes_files.find_requested(cursor, upload_id)
    if upload is None:
        return
    key = changes_file_key(upload.vendor_id, upload_id)
    services.object_store.write_report(key, changes_file(_lines(services, upload), upload.delimiter))
    with services.database.transaction() as cursor:
        changes_files.note_written(cursor, upload_id, key)
    log("changes.written", upload_id=upload_id)


def _lines(services: Services, upload: RequestedChanges) -> Iterator[ChangeLine]:
    return (line for row in _rows(services, upload) for line in ChangeLine.of(row))


def _rows(services: Services, upload: RequestedChanges) -> Iterator[LedgerRow]:
    """The rows with an effect on the catalogue, in order, a block at a time."""
    after = None
    while True:
        with services.database.transaction() as cursor:
            rows = find_rows(
                cursor,
                upload.upload_id,
                _OF_CHANGES,
                dry_run=upload.dry_run,
                total=upload.total_records,
                after=after,
                limit=_ROWS_AT_ONCE,
            )
        yield from rows
        if len(rows) < _ROWS_AT_ONCE:
            return
        after = (rows[-1].row_number,)
