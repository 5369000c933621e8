"""Before the survey: a fix file gets the decisions and the place of its upload, and an export its own place."""

from collections.abc import Sequence

from pipeline.logs import log
from pipeline.postgres import claims, corrections, exported
from pipeline.postgres.claims import Claim
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.file_start import ExportStart, read_start
from pipeline.services import Services


def inherit_from_parent(services: Services, claimed: Claim, source: Source) -> Claim:
    """The claim of a file of which nothing is read yet, with what it has from the upload that it corrects.

    Once the parent is found, later calls keep it. An upload of an export moves to where that stands.
    """
    if claimed.parent_upload_id:
        return claimed
    start = read_start(source, services.settings.limits, claimed.decisions)
    if start is None:
        return claimed
    if isinstance(start, ExportStart):
        _place_at_export(services, claimed, start.export_ids)
        return claimed
    with services.database.transaction() as cursor:
        parent = corrections.find_parent(cursor, claimed.upload_id, start)
        if parent is None or not corrections.adopt(cursor, claimed.upload_id, parent, token=claimed.lease_token):
            return claimed
        log("upload.parent_found", upload_id=claimed.upload_id, parent_upload_id=parent)
        return claims.read_claim(cursor, claimed.upload_id, claimed.lease_token)


def _place_at_export(services: Services, claimed: Claim, export_ids: Sequence[str]) -> None:
    with services.database.transaction() as cursor:
        if exported.place_at_export(cursor, claimed.upload_id, export_ids, token=claimed.lease_token):
            log("upload.export_found", upload_id=claimed.upload_id, exports=len(export_ids))
