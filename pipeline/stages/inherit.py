"""Before the survey: a fix file gets the decisions and the place of the upload that it corrects."""

from pipeline.logs import log
from pipeline.postgres import claims, corrections
from pipeline.postgres.claims import Claim
from pipeline.reading.encodings.decoding import Source
from pipeline.reading.fix_file_start import read_fix_file_start
from pipeline.services import Services


def inherit_from_parent(services: Services, claimed: Claim, source: Source) -> Claim:
    """The claim of a file of which nothing is read yet, with what it has from the upload that it corrects.

    Once the parent is found, later calls keep it.
    """
    if claimed.parent_upload_id:
        return claimed
    start = read_fix_file_start(source, services.settings.limits, claimed.decisions)
    if start is None:
        return claimed
    with services.database.transaction() as cursor:
        parent = corrections.find_parent(cursor, claimed.upload_id, start)
        if parent is None or not corrections.adopt(cursor, claimed.upload_id, parent, token=claimed.lease_token):
            return claimed
        log("upload.parent_found", upload_id=claimed.upload_id, parent_upload_id=parent)
        return claims.read_claim(cursor, claimed.upload_id, claimed.lease_token)
