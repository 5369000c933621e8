"""Exports: a vendor's products at one moment, streamed to the bucket."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import BinaryIO

from pipeline.domain.exports import MAX_EXPORT_ATTEMPTS, MAX_WORKBOOK_PRODUCTS, ExportFormat, export_key
from pipeline.logs import log
from pipeline.outcome.exports import TooManyProducts, csv_export, export_lines, write_workbook_export
from pipeline.postgres import exports
from pipeline.postgres.category_aliases import active_categories
from pipeline.postgres.exports import Export, Snapshot
from pipeline.reading.block_stream import blocks_of
from pipeline.services import Services

_TOO_MANY = (
    f"A workbook has room for {MAX_WORKBOOK_PRODUCTS:,} products, and you have more. Export them as CSV, or a part of"
    " them by category."
)
_GIVEN_UP = "The export could not be written. Try again, with fewer products if you have very many: by category."


def write_export(services: Services, export_id: str) -> None:
    """Writes the file of a pending export. Safe to repeat: a repeat shows a later moment."""
    with services.database.transaction() as cursor:
        export = exports.begin_attempt(cursor, export_id)
        categories = active_categories(cursor).names if export else ()
    if export is None:
        return
    if export.attempts > MAX_EXPORT_ATTEMPTS:
        _fail(services, export, _GIVEN_UP)
        return
    key = export_key(export.vendor_id, export_id, export.attempts, datetime.now(UTC), export.format)
    try:
        snapshot, products = _write(services, export, key, categories)
    except TooManyProducts:
        _fail(services, export, _TOO_MANY)
        return
    with services.database.transaction() as cursor:
        exports.note_ready(cursor, export_id, snapshot, key=key, products=products)
    log("export.written", export_id=export_id, products=products)


def _write(services: Services, export: Export, key: str, categories: Sequence[str]) -> tuple[Snapshot, int]:
    """Writes the file, and returns the moment that it shows, and how many products it has."""
    with TemporaryFile() as file:
        # The transaction ends before the bucket is asked for anything: it must not wait for that.
        with services.database.transaction() as cursor:
            snapshot = exports.take_snapshot(cursor, export.vendor_id)
            lines = _Counted(export_lines(exports.read_products(cursor, export), export.columns, export.export_id))
            _write_file(file, export, lines, categories)
        services.object_store.write_report(key, blocks_of(file))
    return snapshot, lines.count


def _write_file(file: BinaryIO, export: Export, lines: Iterator[Sequence[str]], categories: Sequence[str]) -> None:
    if export.format == ExportFormat.XLSX:
        write_workbook_export(file, export.columns, lines, categories)
    else:
        file.writelines(csv_export(export.columns, lines))


class _Counted(Iterator[Sequence[str]]):
    def __init__(self, lines: Iterator[Sequence[str]]) -> None:
        self._lines, self.count = lines, 0

    def __next__(self) -> Sequence[str]:
        line = next(self._lines)
        self.count += 1
        return line


def _fail(services: Services, export: Export, failure: str) -> None:
    with services.database.transaction() as cursor:
        exports.note_failed(cursor, export.export_id, failure)
    log("export.failed", export_id=export.export_id, attempts=export.attempts)
