"""The vendor's settings: what holds where a request decides nothing else."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.problems import Problem, ProblemCode
from api.dependencies import AppServices, Caller, Db
from api.entry.door import Door
from api.lookups import check_may_write, require_vendor
from api.schemas.settings import SettingsChange, SettingsQuery, SettingsView
from pipeline.postgres.registrations import change_guards, change_settings

router = APIRouter(route_class=Door, prefix="/v1/settings", tags=["Account"])


@router.get("", operation_id="get_settings", summary="Get the vendor's settings")
def get_settings(
    query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db, services: AppServices
) -> SettingsView:
    return SettingsView.of(require_vendor(db, caller, query.vendor_id), services.settings.guards)


@router.patch("", operation_id="change_settings", summary="Change some of the vendor's settings")
def change_some_settings(
    change: SettingsChange, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db, services: AppServices
) -> SettingsView:
    """Uploads that have begun keep what was decided for them. Only support changes `guards`."""
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    if "guards" in change.model_fields_set and not caller.is_support:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may change the guards of a vendor. Ask us.")
    change_settings(db, vendor.vendor_id, change.columns)
    change_guards(db, vendor.vendor_id, change.guards.model_dump(exclude_unset=True))
    return SettingsView.of(require_vendor(db, caller, query.vendor_id), services.settings.guards)
