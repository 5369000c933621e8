"""Health: whether the process is alive, and whether it can reach what it needs."""

from fastapi import APIRouter
from pydantic import BaseModel

from api.answers.problems import Problem, ProblemCode
from api.dependencies import AppServices, Db, InTurn, Nothing
from api.entry.door import Door

router = APIRouter(route_class=Door, tags=["Health"])


class Health(BaseModel):
    status: str = "ok"


@router.get("/healthz", operation_id="healthz", summary="Check that the service is alive")
def healthz(_: Nothing) -> Health:
    return Health()


@router.get(
    "/readyz", dependencies=[InTurn], operation_id="readyz", summary="Check that the database and the bucket answer"
)
def readyz(_: Nothing, db: Db, services: AppServices) -> Health:
    db.execute("SELECT 1 FROM upload_history LIMIT 1")
    if not services.stored_files.is_reachable():
        raise Problem(ProblemCode.UNAVAILABLE, "The bucket does not answer.", headers={"Retry-After": "5"})
    return Health()
