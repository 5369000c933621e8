"""What a vendor has had remembered of headers, for the files that come without a mapping of their own."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers.paging import read_slice
from api.answers.problems import Problem
from api.dependencies import Caller, Db
from api.entry.door import Door
from api.lookups import check_may_write, require_vendor
from api.schemas.lists import Page
from api.schemas.mapping import Header, HeaderMeaning, RememberedView
from api.schemas.settings import SettingsQuery, VendorListQuery
from pipeline.domain.decisions import RememberedHeader
from pipeline.postgres.remembered_headers import NEWEST_HEADERS, Remembered, find_remembered, forget, remember

router = APIRouter(route_class=Door, prefix="/v1/mapping", tags=["Account"])

HeaderInPath = Annotated[Header, Path(description="A header as your files spell it.")]


@router.get("", operation_id="list_remembered_headers", summary="List what is remembered of headers, newest first")
def list_remembered(query: Annotated[VendorListQuery, Query()], caller: Caller, db: Db) -> Page[RememberedView]:
    """A header that serves two columns is listed once for each."""
    vendor = require_vendor(db, caller, query.vendor_id)
    find = partial(find_remembered, db, vendor.vendor_id)
    return read_slice(NEWEST_HEADERS, query.cursor, query.limit, find).page(_view)


@router.put("/{header:path}", operation_id="remember_header", summary="Remember what a header is meant for")
def remember_header(
    header: HeaderInPath, meaning: HeaderMeaning, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db
) -> RememberedView:
    """For files whose processing starts from now on. Of two headers of a file that are remembered for one column, the
    one that was remembered last is used."""
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    columns = (meaning.column,) if meaning.column else ()
    remember(db, vendor.vendor_id, [RememberedHeader(header, columns, meaning.unit)])
    return RememberedView(header=header, column=meaning.column, unit=meaning.unit)


@router.delete(
    "/{header:path}", status_code=204, operation_id="forget_header", summary="Forget what a header is meant for"
)
def forget_header(header: HeaderInPath, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db) -> None:
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    if not forget(db, vendor.vendor_id, header):
        raise Problem.not_found("remembered header")


def _view(item: Remembered) -> RememberedView:
    return RememberedView.model_validate({"header": item.header, "column": item.column_name, "unit": item.unit})
