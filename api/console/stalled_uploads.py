"""Stalled work: uploads without progress, dead letters, and the button that processes them again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.audit import act
from api.console.access import ActingAgent, Agent
from api.dependencies import AppPool, AppServices, Db
from api.entry.door import Door
from api.portal.pages import page
from api.portal.statuses import Chip, chip_of
from pipeline.aws.sweeper_function import SweeperFault, SweeperStillRunning
from pipeline.domain.dead_letters import MEANINGS, DeadLetterKind
from pipeline.domain.uploads import FINAL_STATUSES
from pipeline.postgres.stalled_uploads import StuckUpload, find_stuck
from pipeline.postgres.support_actions import Action, SupportAction
from pipeline.services import Services

router = APIRouter(route_class=Door, include_in_schema=False, prefix="/support/standstill")

_ENDINGS = {
    "done": "Everything was done again, and all stalled uploads were continued. What fails again appears here again.",
    "nothing": "There were no dead letters. All stalled uploads were continued.",
    "working": "This takes longer than a page can wait. Look again in a minute.",
    "failed": "upload-sweeper could not be reached, or failed. Its log says why. Nothing is lost; try again later.",
}


@dataclass(frozen=True, slots=True)
class StuckLine:
    """An upload without progress."""

    upload: StuckUpload
    chip: Chip
    what: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One dead letter; `stays` if a re-drive leaves it in the queue."""

    upload_id: str | None
    since: datetime
    meaning: str
    stays: bool


@router.get("")
def standstill_page(
    request: Request, agent: Agent, db: Db, services: AppServices, letters: str = "", done: str = ""
) -> Response:
    """The page. It loads the dead letters later, because reading the queue takes a second."""
    context: dict[str, Any] = {
        "lines": [_stuck_line(each) for each in find_stuck(db)],
        "ending": _ENDINGS.get(done),
        "ending_is_bad": done == "failed",
        "is_asked": bool(letters),
    }
    return page(request, "console/standstill.html", context | (_letters(services) if letters else {}))


@router.get("/letters")
def letters_part(request: Request, agent: Agent, services: AppServices) -> Response:
    return page(request, "console/letters.html", {"is_asked": True, **_letters(services)})


@router.post("/redrive")
def redrive(agent: ActingAgent, pool: AppPool, services: AppServices) -> Response:
    """Runs the sweeper. Recorded before it begins, because it cannot be undone, and again with its result."""
    act(pool, agent, lambda _: Action(SupportAction.REDRIVE_ASKED))
    try:
        redriven = services.sweeper_function.redrive()
    except SweeperStillRunning:
        return _back("working")
    except SweeperFault as fault:
        failed = Action(SupportAction.REDRIVE_ENDED, details={"fault": str(fault)})
        act(pool, agent, lambda _: failed)
        return _back("failed")
    act(pool, agent, lambda _: Action(SupportAction.REDRIVE_ENDED, details={"letters": redriven}))
    return _back("done" if redriven else "nothing")


def _back(done: str) -> Response:
    return RedirectResponse(f"/support/standstill?done={done}", 303)


def _letters(services: Services) -> dict[str, Any]:
    """The dead letters; None if the queue cannot be read."""
    try:
        letters = services.sweeper_function.dead_letters()
    except (SweeperStillRunning, SweeperFault):
        return {"letters": None}
    return {"letters": [_letter_line(letter) for letter in letters]}


def _letter_line(letter: dict[str, Any]) -> LetterLine:
    kind = DeadLetterKind(letter["kind"])
    return LetterLine(
        letter["upload_id"], datetime.fromisoformat(letter["since"]), MEANINGS[kind], kind == DeadLetterKind.UNKNOWN
    )


def _stuck_line(each: StuckUpload) -> StuckLine:
    if each.status in FINAL_STATUSES:
        what = "It has ended, but its notification was not sent."
    elif each.total_records is None:
        what = "The file has not been read yet."
    else:
        what = f"{each.decided_records:,} of {each.total_records:,} rows are decided."
    return StuckLine(each, chip_of(each.status), what)
