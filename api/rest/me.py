"""The key of the caller and its holder."""

from fastapi import APIRouter

from api.dependencies import Caller, Nothing
from api.entry.door import Door
from api.schemas.reading import Me

router = APIRouter(route_class=Door, prefix="/v1", tags=["Account"])


@router.get("/me", operation_id="get_me", summary="Get the holder of this key")
def get_me(_: Nothing, caller: Caller) -> Me:
    return Me(
        role=caller.role, vendor_id=caller.vendor_id, vendor_name=caller.vendor_name, key_prefix=caller.key_prefix
    )
