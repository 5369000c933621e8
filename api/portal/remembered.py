"""What is remembered: what the headers of a vendor's files mean, and its own names for categories."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.answers.paging import read_slice
from api.answers.problems import Problem
from api.audit import note_if_support
from api.dependencies import Db
from api.entry.door import Door
from api.lookups import check_may_write, require_vendor
from api.portal.forms import Cursor, ListFilter, Words
from api.portal.pages import page
from api.portal.session import CurrentVisitor, FormSender
from api.sessions import DbSession
from pipeline.domain.columns import COLUMNS, LABELS
from pipeline.domain.decisions import RememberedHeader
from pipeline.domain.one_line import one_line
from pipeline.domain.weights import WeightUnit
from pipeline.postgres import category_aliases
from pipeline.postgres.remembered_headers import BY_HEADER, NamedHeader, find_header, find_headers, forget, remember
from pipeline.postgres.support_actions import Action, SupportAction

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/remembered")

_PAGE = 40
_WEIGHT = "weight_kg"
_WEIGHT_CHOICES = [(f"{_WEIGHT}:{unit}", f"{LABELS[_WEIGHT]} in {unit}") for unit in WeightUnit]
CHOICES = [
    ("", "Not used"),
    *((column, LABELS[column]) for column in COLUMNS if column != _WEIGHT),
    (_WEIGHT, f"{LABELS[_WEIGHT]}, its unit in the name or kg"),
    *_WEIGHT_CHOICES,
]
"""The meanings of a header: a column, with the unit if that is chosen."""
_NOTICES = {"changed": "Changed. It holds for files that you send from now on.", "forgotten": "Forgotten."}


class RememberedFilter(ListFilter):
    path = "/remembered"
    pages = frozenset({"cursor", "categories"})

    vendor_id: Words = None
    categories: Cursor = None


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """A header, and the meanings that are selected for it: one, or several if it serves several columns."""

    header: str
    name: str
    meanings: list[str]


@router.get("")
def remembered_page(
    request: Request,
    filters: Annotated[RememberedFilter, Query()],
    visitor: CurrentVisitor,
    db: Db,
    done: Words = None,
) -> Response:
    vendor = require_vendor(db, visitor.principal, filters.vendor_id)
    headers = read_slice(BY_HEADER, filters.cursor, _PAGE, partial(find_headers, db, vendor.vendor_id))
    context = {
        "vendor": vendor,
        "filters": filters,
        "notice": _NOTICES.get(done or ""),
        "lines": [_line(each) for each in headers.items],
        "choices": CHOICES,
        "next_page": filters.page_at(headers.next_cursor),
        **_categories(db, vendor.vendor_id, filters),
    }
    return page(request, "remembered.html", context)


@router.post("/change")
def change(
    visitor: FormSender,
    session: DbSession,
    after_commit: BackgroundTasks,
    header: Annotated[str, Form()],
    meaning: Annotated[list[str], Form()],
    vendor_id: Annotated[str, Form()] = "",
) -> Response:
    """`meaning` are the values of `CHOICES` that are selected for the header."""
    vendor = require_vendor(session.cursor, visitor.principal, vendor_id or None)
    check_may_write(session.cursor, visitor.principal)
    kept = find_header(session.cursor, vendor.vendor_id, header)
    if kept is None:
        raise Problem.not_found("remembered column")
    changed = _meant(kept.header, meaning)
    remember(session.cursor, vendor.vendor_id, [changed])
    details = {"header": changed.header, "columns": list(changed.columns), "unit": changed.unit}
    action = Action(SupportAction.HEADER_REMEMBERED, vendor.vendor_id, details=details)
    note_if_support(visitor.principal, action, session, after_commit)
    return _back(vendor_id, "changed")


@router.post("/forget")
def forget_one(
    visitor: FormSender,
    session: DbSession,
    after_commit: BackgroundTasks,
    header: Annotated[str, Form()],
    vendor_id: Annotated[str, Form()] = "",
) -> Response:
    vendor = require_vendor(session.cursor, visitor.principal, vendor_id or None)
    check_may_write(session.cursor, visitor.principal)
    if forget(session.cursor, vendor.vendor_id, header):
        action = Action(SupportAction.HEADER_FORGOTTEN, vendor.vendor_id, details={"header": header})
        note_if_support(visitor.principal, action, session, after_commit)
    return _back(vendor_id, "forgotten")


@router.post("/forget-category")
def forget_category(
    visitor: FormSender,
    session: DbSession,
    after_commit: BackgroundTasks,
    value: Annotated[str, Form()],
    vendor_id: Annotated[str, Form()] = "",
) -> Response:
    vendor = require_vendor(session.cursor, visitor.principal, vendor_id or None)
    check_may_write(session.cursor, visitor.principal)
    if category_aliases.forget(session.cursor, vendor.vendor_id, value):
        action = Action(SupportAction.CATEGORY_FORGOTTEN, vendor.vendor_id, details={"value": value})
        note_if_support(visitor.principal, action, session, after_commit)
    return _back(vendor_id, "forgotten")


def _categories(db: Db, vendor_id: str, filters: RememberedFilter) -> dict[str, Any]:
    """The context of the table of categories."""
    find = partial(category_aliases.find_aliases, db, vendor_id)
    aliases = read_slice(category_aliases.BY_NAME, filters.categories, _PAGE, find)
    more = filters.address(categories=aliases.next_cursor) if aliases.next_cursor else None
    return {"aliases": aliases.items, "more_categories": more}


def _line(kept: NamedHeader) -> HeaderLine:
    meanings = [f"{each}:{kept.unit}" if each == _WEIGHT and kept.unit else each for each in kept.columns]
    return HeaderLine(kept.header, one_line(kept.header, 200), meanings or [""])


def _meant(header: str, meanings: Sequence[str]) -> RememberedHeader:
    """What the selects of a header say. What none of them offers counts as not used."""
    offered = [each for each in dict.fromkeys(meanings) if each in dict(CHOICES)]
    parts = [each.partition(":") for each in offered if each]
    unit = next((WeightUnit(unit) for _, _, unit in parts if unit), None)
    return RememberedHeader(header, tuple(dict.fromkeys(column for column, _, _ in parts)), unit)


def _back(vendor_id: str, done: str) -> Response:
    query = {"vendor_id": vendor_id, "done": done}
    return RedirectResponse(f"/remembered?{urlencode({name: value for name, value in query.items() if value})}", 303)
