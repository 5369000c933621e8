"""Files of an upload that are written when they are first requested."""

from pipeline.domain.uploads import FileOnRequest
from pipeline.logs import log
from pipeline.postgres import requested_files
from pipeline.services import Services
from pipeline.stages.changes_file import write_changes_file
from pipeline.stages.fix_workbook import write_fix_workbook

_WRITERS = {FileOnRequest.CHANGES: write_changes_file, FileOnRequest.FIX_WORKBOOK: write_fix_workbook}


def write_requested_file(services: Services, upload_id: str, file: FileOnRequest) -> None:
    """Writes the file, unless it is there. Safe to repeat: the file comes out the same."""
    with services.database.transaction() as cursor:
        upload = requested_files.find_requested(cursor, upload_id, file)
    if upload is None:
        return
    key = _WRITERS[file](services, upload)
    with services.database.transaction() as cursor:
        requested_files.note_written(cursor, upload_id, file, key)
    log(f"{file}.written", upload_id=upload_id)
