"""The file of a correction: written from the fix file of the upload that is corrected, then processed as any other."""

import io
from collections.abc import Iterator

from pipeline.domain.uploads import fix_file_key
from pipeline.logs import log
from pipeline.outcome.corrected_file import FixFileSource, corrected_file, target_columns
from pipeline.postgres import correction_rows
from pipeline.postgres.correction_rows import UnwrittenCorrection
from pipeline.services import Services


class FixFileMissing(Exception):
    """The fix file of an upload is no longer in the bucket."""


def write_corrected_file(services: Services, upload_id: str) -> None:
    """Writes the file, unless the upload has it. Safe to repeat: the file comes out the same, and its first version
    counts. The bucket's event starts its processing."""
    with services.database.transaction() as cursor:
        correction = correction_rows.find_unwritten(cursor, upload_id)
    if correction is None:
        return
    parent = correction.parent
    columns = target_columns(
        parent.columns, (source.columns for source in correction.sources), correction.changed_columns
    )
    sources = _sources(services, correction)
    services.object_store.write_file(
        correction.key, corrected_file(parent.upload_id, columns, sources, parent.delimiter)
    )
    log("correction.written", upload_id=upload_id, parent_upload_id=parent.upload_id)


def _sources(services: Services, correction: UnwrittenCorrection) -> Iterator[FixFileSource]:
    for source in correction.sources:
        rows = correction_rows.changed_rows(services.database, correction.upload_id, source.upload_id)
        text = open_fix_file(services, source.vendor_id, source.upload_id)
        yield FixFileSource(text, source.delimiter, source.columns, rows)


def open_fix_file(services: Services, vendor_id: str, upload_id: str) -> io.TextIOWrapper:
    """The CSV fix file of an upload, as text."""
    key = fix_file_key(vendor_id, upload_id)
    newest = services.object_store.newest_version(key)
    if newest is None:
        raise FixFileMissing(upload_id)
    return io.TextIOWrapper(services.object_store.open(key, *newest), "utf-8-sig", newline="")
