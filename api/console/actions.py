"""The list of what support did: who, what and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers.paging import read_slice
from api.console.access import Agent
from api.entry.door import Door
from api.portal.forms import Blank, ListFilter, Words
from api.portal.pages import page
from api.sessions import DbSession
from pipeline.domain.dead_letters import REDRIVE_RESULTS
from pipeline.domain.one_line import one_line
from pipeline.postgres.support_actions import NEWEST_ACTIONS, ActionFilter, SupportAction, find_actions
from pipeline.postgres.tables import SupportActionTable

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/actions")

_PAGE = 50
_LONGEST_NAME = 200
_WORDS: dict[str, str] = {
    SupportAction.KEY_MADE: "Key made",
    SupportAction.KEY_REVOKED: "Key revoked",
    SupportAction.VENDOR_SUSPENDED: "Vendor made inactive",
    SupportAction.VENDOR_ACTIVATED: "Vendor made active",
    SupportAction.REDRIVE_ASKED: "Re-drive requested",
    SupportAction.REDRIVE_ENDED: "Re-drive ended",
    SupportAction.FILE_SENT: "File sent for a vendor",
    SupportAction.UPLOAD_CANCELLED: "Upload cancelled",
    SupportAction.UPLOAD_APPLIED: "File processed again",
    SupportAction.UPLOAD_CORRECTED: "Rejected rows corrected",
    SupportAction.UPLOAD_UNDONE: "Upload taken back",
    SupportAction.HEADER_REMEMBERED: "Column remembered",
    SupportAction.HEADER_FORGOTTEN: "Column forgotten",
    SupportAction.CATEGORY_FORGOTTEN: "Category forgotten",
}


class ActionsFilter(ListFilter):
    path = "/support/actions"

    what: Annotated[SupportAction | None, Blank] = None
    vendor: Words = None
    who: Words = None


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action, in words."""

    done_at: datetime
    who: str
    key: str
    what: str
    more: str
    vendor_id: str | None
    vendor_name: str | None
    upload_id: str | None


@router.get("")
def actions_page(
    request: Request, filters: Annotated[ActionsFilter, Query()], agent: Agent, session: DbSession
) -> Response:
    action_filter = ActionFilter(action=filters.what, vendor_id=filters.vendor, key=filters.who)
    actions = read_slice(NEWEST_ACTIONS, filters.cursor, _PAGE, partial(find_actions, session, action_filter))
    context = {
        "filters": filters,
        "actions": action_lines(actions.items),
        "choices": list(_WORDS.items()),
        "older": filters.page_at(actions.next_cursor),
    }
    return page(request, "console/actions.html", context)


def action_lines(actions: Sequence[tuple[SupportActionTable, str | None]]) -> list[ActionLine]:
    return [
        ActionLine(
            done_at=each.done_at,
            who=each.key_label,
            key=f"{each.key_prefix}… (key {each.key_id})",
            what=_WORDS.get(each.action, each.action),
            more=_more(each),
            vendor_id=each.vendor_id,
            vendor_name=vendor_name,
            upload_id=each.upload_id,
        )
        for each, vendor_name in actions
    ]


def _more(each: SupportActionTable) -> str:
    match each.details:
        case {"key": str(key), "label": str(label)}:
            return f"{key}… “{label}”" + _until(each.details.get("days"))
        case {"letters": dict(letters)}:
            results = (f"{REDRIVE_RESULTS[kind]}: {count}" for kind, count in letters.items())
            return ", ".join(results) or "nothing to do"
        case {"fault": str(fault)}:
            return f"it failed: {fault}"
        case {"file_name": str(name)} | {"header": str(name)}:
            return one_line(name, _LONGEST_NAME)
    return ""


def _until(days: object) -> str:
    return f", for {days} days" if isinstance(days, int) else ""
