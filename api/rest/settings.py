"""The vendor's settings: what holds where a request decides nothing else."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.problems import Problem, ProblemCode
from api.dependencies import Caller, Db
from api.entry.door import Door
from api.lookups import check_may_write
from api.schemas.settings import SettingsChange, SettingsQuery, SettingsView
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.queries.uploads import find_vendor
from pipeline.postgres.registrations import change_settings
from pipeline.postgres.rows import Vendor

router = APIRouter(route_class=Door, prefix="/v1/settings", tags=["Account"])


@router.get("", operation_id="get_settings", summary="Get the vendor's settings")
def get_settings(query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db) -> SettingsView:
    return SettingsView.model_validate(_require_vendor(db, caller, query))


@router.patch("", operation_id="change_settings", summary="Change some of the vendor's settings")
def change_some_settings(
    change: SettingsChange, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db
) -> SettingsView:
    """Uploads that have begun keep what was decided for them."""
    vendor = _require_vendor(db, caller, query)
    check_may_write(db, caller)
    change_settings(db, vendor.vendor_id, change.model_dump(mode="json", exclude_unset=True))
    return SettingsView.model_validate(_require_vendor(db, caller, query))


def _require_vendor(db: Db, caller: Principal, query: SettingsQuery) -> Vendor:
    if not caller.is_support and query.vendor_id not in {None, caller.vendor_id}:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may see the settings of another vendor.")
    vendor_id = caller.vendor_id or query.vendor_id
    if vendor_id is None:
        message = "support must name the vendor"
        raise Problem(
            ProblemCode.INVALID_REQUEST, f"vendor_id: {message}", errors=[{"field": "vendor_id", "message": message}]
        )
    vendor = find_vendor(db, vendor_id)
    if vendor is None:
        raise Problem.not_found("vendor")
    return vendor
