"""The command that has a vendor's catalogue written to a file."""

from datetime import UTC, datetime

from fastapi import BackgroundTasks

from api.answers.problems import Problem, ProblemCode
from api.dependencies import Db
from api.lookups import acting_vendor
from api.schemas.exports import NewExport
from pipeline.domain.exports import MAX_PENDING_EXPORTS, exported_columns, new_export_id
from pipeline.logs import log
from pipeline.postgres import exports
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.exports import Export
from pipeline.services import Services


def request_export(
    new: NewExport, caller: Principal, db: Db, services: Services, after_commit: BackgroundTasks
) -> Export:
    vendor = acting_vendor(db, caller, new.vendor_id)
    if exports.count_pending(db, vendor.vendor_id) >= MAX_PENDING_EXPORTS:
        detail = f"{MAX_PENDING_EXPORTS} exports are being written already; ask again when one of them is ready."
        raise Problem(ProblemCode.TOO_MANY, detail)
    export = exports.add_export(
        db,
        new_export_id(datetime.now(UTC)),
        vendor.vendor_id,
        export_format=new.format,
        statuses=set(new.status),
        category=new.category,
        updated_since=new.updated_since,
        columns=exported_columns(new.columns),
        created_by=f"{caller.key_prefix}…",
    )
    log("export.requested", export_id=export.export_id)
    # If the process dies before this, the sweeper has the file written.
    after_commit.add_task(services.error_queue.export_requested, export.export_id)
    return export
