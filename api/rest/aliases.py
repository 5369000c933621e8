"""A vendor's own names for categories, for all its later files."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.answers.paging import read_slice
from api.answers.problems import Problem, ProblemCode
from api.dependencies import Caller, Db
from api.entry.door import Door
from api.lookups import check_may_write, require_vendor
from api.schemas.aliases import AliasMeaning, AliasValue, AliasView
from api.schemas.lists import Page
from api.schemas.settings import SettingsQuery, VendorListQuery
from pipeline.postgres.category_aliases import BY_NAME, Alias, find_aliases, forget, official_category, remember

router = APIRouter(route_class=Door, prefix="/v1/aliases", tags=["Account"])

ValueInPath = Annotated[AliasValue, Path(description="A category as your files name it.")]


@router.get("", operation_id="list_aliases", summary="List the vendor's own names for categories")
def list_aliases(query: Annotated[VendorListQuery, Query()], caller: Caller, db: Db) -> Page[AliasView]:
    vendor = require_vendor(db, caller, query.vendor_id)
    return read_slice(BY_NAME, query.cursor, query.limit, partial(find_aliases, db, vendor.vendor_id)).page(_view)


@router.put("/{value:path}", operation_id="remember_alias", summary="Remember which category a name means")
def remember_alias(
    value: ValueInPath, meaning: AliasMeaning, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db
) -> AliasView:
    """For files whose processing starts from now on. A name that is a category itself always means that one."""
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    category = official_category(db, meaning.category)
    if category is None:
        message = "is none of the marketplace's categories; GET /v1/categories lists them"
        errors = [{"field": "category", "message": message}]
        raise Problem(ProblemCode.INVALID_REQUEST, f"category: {message}", errors=errors)
    remember(db, vendor.vendor_id, {value: category})
    return AliasView(value=value, category=category)


@router.delete("/{value:path}", status_code=204, operation_id="forget_alias", summary="Forget what a name means")
def forget_alias(value: ValueInPath, query: Annotated[SettingsQuery, Query()], caller: Caller, db: Db) -> None:
    vendor = require_vendor(db, caller, query.vendor_id)
    check_may_write(db, caller)
    if not forget(db, vendor.vendor_id, value):
        raise Problem.not_found("alias")


def _view(alias: Alias) -> AliasView:
    return AliasView(value=alias.value, category=alias.category)
