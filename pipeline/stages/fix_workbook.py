"""The fix file of an upload as a workbook, made of the CSV one."""

from tempfile import TemporaryFile

from pipeline.domain.uploads import fix_workbook_key
from pipeline.outcome.corrected_file import fix_file_lines
from pipeline.postgres.category_aliases import active_categories
from pipeline.postgres.rejections import wrong_fields
from pipeline.postgres.requested_files import RequestedFile
from pipeline.reading.block_stream import blocks_of
from pipeline.services import Services
from pipeline.stages.correct import open_fix_file


def write_fix_workbook(services: Services, upload: RequestedFile) -> str:
    """Writes the workbook and returns its key."""
    from pipeline.outcome.fix_workbook import write_fix_workbook as write_to  # imported here: few messages need it

    with services.database.transaction() as cursor:
        categories = active_categories(cursor).names
    key = fix_workbook_key(upload.vendor_id, upload.upload_id)
    with TemporaryFile() as file, open_fix_file(services, upload.vendor_id, upload.upload_id) as text:
        lines = fix_file_lines(text, upload.delimiter)
        write_to(file, upload.columns, lines, wrong_fields(services.database, upload.upload_id), categories)
        services.object_store.write_report(key, blocks_of(file))
    return key
