"""Files of an upload that are written when somebody first asks for them."""

from fastapi import BackgroundTasks, Response

from api.answers.downloads import POLL_SECONDS
from api.dependencies import Db
from pipeline.domain.uploads import FileOnRequest
from pipeline.postgres import requested_files
from pipeline.postgres.rows import Upload
from pipeline.services import Services

_WRITING_SECONDS = 300  # after which a file that is still missing is asked for again


def await_file(
    upload: Upload, file: FileOnRequest, db: Db, services: Services, after_commit: BackgroundTasks
) -> Response:
    """Has the file written, unless that was asked for already."""
    if requested_files.request(db, upload.upload_id, file, again_after_seconds=_WRITING_SECONDS):
        after_commit.add_task(services.error_queue.file_requested, upload.upload_id, file)
    return Response(status_code=202, headers={"Retry-After": POLL_SECONDS})
