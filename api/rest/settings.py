"""The vendor's settings: what holds where a request decides nothing else."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Caller, Db
from api.entry.door import Door
from api.lookups import check_may_write, require_vendor
from api.schemas.settings import SettingsChange, SettingsQuery, SettingsView
from pipeline.postgres.registrations import change_settings

router = APIRouter(route_class=Door, prefix="/v1/settings", tags=["Account"])


@router.get("", operation_id="get_settings", summary="Get the vendor's settings")
def get_settings(query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db) -> SettingsView:
    return SettingsView.model_validate(require_vendor(db, caller, query.vendor_id))


@router.patch("", operation_id="change_settings", summary="Change some of the vendor's settings")
def change_some_settings(
    change: SettingsChange, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db
) -> SettingsView:
    """Uploads that have begun keep what was decided for them."""
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    change_settings(db, vendor.vendor_id, change.model_dump(mode="json", exclude_unset=True))
    return SettingsView.model_validate(require_vendor(db, caller, query.vendor_id))
