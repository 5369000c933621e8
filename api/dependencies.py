"""What routes ask for: the database, the caller, the outside world."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.answers.problems import Problem, ProblemCode, given_twice
from api.context import context_of
from api.entry.door import looked_at_first
from api.schemas.uploads import NoQuery
from pipeline.domain.keys import hash_of
from pipeline.postgres.api_keys import Principal, find_principal, take_allowance
from pipeline.postgres.database import Cursor, DatabasePool
from pipeline.postgres.token_buckets import Allowance
from pipeline.services import Services

_bearer = HTTPBearer(auto_error=False, scheme_name="api_key", description="Your API key: `Authorization: Bearer vk_…`")


async def _in_turn(request: Request) -> AsyncIterator[None]:
    """Lets a request work when its owner's turn has come; until then it waits without a thread or a connection."""
    async with context_of(request).admission.in_turn(request.state.owner):
        yield


InTurn = Depends(_in_turn, scope="function")


# What does not block is `async`: it runs where it is, without a thread of its own.


async def _services(request: Request) -> Services:
    return context_of(request).services


def _transaction(request: Request) -> Iterator[Cursor]:
    """One transaction a request, from its first statement on; committed here, before the answer is sent, or never.

    A statement of a request that only reads is a question, and may take less long than one that writes.
    """
    only_reads = request.method in {"GET", "HEAD"}
    context = context_of(request)
    seconds = context.settings.query_seconds if only_reads else None
    with context.pool.transaction_on_demand(statement_seconds=seconds) as db:
        yield db


async def _pool(request: Request) -> DatabasePool:
    return context_of(request).pool


AppPool = Annotated[DatabasePool, Depends(_pool)]
AppServices = Annotated[Services, Depends(_services)]
Db = Annotated[Cursor, Depends(_transaction, scope="function")]


async def _look_at_key(request: Request) -> None:
    credentials = await _bearer(request)
    found = None
    if credentials:
        key, look = credentials.credentials, partial(_find_caller, request, credentials.credentials)
        found = await context_of(request).admission.identify(
            request, hash_of(key), look, lambda found: owner_of(found[0])
        )
    if found is None:
        detail = "Send a valid API key as `Authorization: Bearer <key>`; this one is missing, unknown or revoked."
        raise Problem(ProblemCode.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
    request.state.caller, request.state.allowance = found
    if request.state.allowance.retry_after:
        settings = context_of(request).settings
        detail = f"At most {settings.requests_per_second:g} requests a second, and {settings.requests_burst} at once."
        raise Problem(
            ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(request.state.allowance.retry_after)}
        )  # fmt: skip


def _find_caller(request: Request, key: str) -> tuple[Principal, Allowance] | None:
    """In a transaction of its own, so that requests with one key do not wait for each other."""
    settings = context_of(request).settings
    with context_of(request).pool.transaction() as db:
        principal = find_principal(db, key)
        if principal is None:
            return None
        return principal, take_allowance(
            db, principal.key_id, rate=settings.requests_per_second, burst=settings.requests_burst
        )


def owner_of(principal: Principal) -> str:
    """Whose requests share places: all of a vendor's, whatever their keys; an agent's own."""
    return f"vendor {principal.vendor_id}" if principal.vendor_id else f"key {principal.key_id}"


@looked_at_first(_look_at_key)
async def _caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
    """Who is asking, as the door has found out."""
    caller: Principal = request.state.caller
    return caller


Caller = Annotated[Principal, Depends(_caller)]


async def _support(caller: Caller) -> Principal:
    if not caller.is_support:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may ask this.")
    return caller


async def _api_url(request: Request) -> str:
    return context_of(request).api_url


async def _fields_once(request: Request) -> None:
    if repeated := given_twice((await request.form()).multi_items()):
        raise repeated


SupportCaller = Annotated[Principal, Depends(_support)]
ApiUrl = Annotated[str, Depends(_api_url)]
"""The service's public address, without a trailing slash."""
FieldsOnce = Annotated[None, Depends(_fields_once)]
"""For forms: a field, or a file, that is given twice is refused."""
Nothing = Annotated[NoQuery, Query()]
"""For calls without parameters: any is refused."""
