"""The file of an upload's changes."""

from collections.abc import Iterator

from pipeline.domain.uploads import Outcome, changes_file_key
from pipeline.outcome.reports import ChangeLine, changes_file
from pipeline.postgres.requested_files import RequestedFile
from pipeline.postgres.row_ledger import LedgerRow, RowFilter, find_rows
from pipeline.services import Services

_ROWS_AT_ONCE = 1_000
_OF_CHANGES = RowFilter(outcome=(Outcome.CREATED, Outcome.UPDATED, Outcome.SUPERSEDED, Outcome.REMOVED))


def write_changes_file(services: Services, upload: RequestedFile) -> str:
    """Writes the file and returns its key."""
    key = changes_file_key(upload.vendor_id, upload.upload_id)
    services.object_store.write_report(key, changes_file(_lines(services, upload), upload.delimiter))
    return key


def _lines(services: Services, upload: RequestedFile) -> Iterator[ChangeLine]:
    return (line for row in _rows(services, upload) for line in ChangeLine.of(row))


def _rows(services: Services, upload: RequestedFile) -> Iterator[LedgerRow]:
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
