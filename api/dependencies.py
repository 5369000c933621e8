"""The dependencies of routes: the database, the caller, the services."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.answers.problems import Problem, ProblemCode, duplicate_names
from api.context import context_of
from api.entry.door import identified_by
from api.schemas.lists import NoQuery
from pipeline.domain.keys import hash_of
from pipeline.postgres.api_keys import Principal, find_principal, take_allowance
from pipeline.postgres.database import Cursor, DatabasePool
from pipeline.postgres.token_buckets import Allowance
from pipeline.services import Services

_bearer = HTTPBearer(auto_error=False, scheme_name="api_key", description="Your API key: `Authorization: Bearer vk_…`")


async def _in_turn(request: Request) -> AsyncIterator[None]:
    """Waits for the owner's turn, without a thread or a connection."""
    async with context_of(request).admission.in_turn(request.state.owner):
        yield


InTurn = Depends(_in_turn, scope="function")


# Dependencies that do not block are `async`: FastAPI runs them without a thread.


async def _services(request: Request) -> Services:
    return context_of(request).services


def _transaction(request: Request) -> Iterator[Cursor]:
    """One transaction per request. It begins with the first statement and is committed before the answer is sent.

    Statements of requests that only read have a shorter time limit.
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


async def _identify_by_key(request: Request) -> None:
    credentials = await _bearer(request)
    caller = None
    if credentials:
        key = credentials.credentials
        caller = await context_of(request).admission.identify(
            request, hash_of(key), partial(_find_caller, request, key), lambda caller: owner_of(caller[0])
        )
    if caller is None:
        detail = "Send a valid API key as `Authorization: Bearer <key>`; this one is missing, unknown or revoked."
        raise Problem(ProblemCode.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
    request.state.caller, request.state.allowance = caller
    if request.state.allowance.retry_after:
        settings = context_of(request).settings
        detail = f"At most {settings.requests_per_second:g} requests a second, and {settings.requests_burst} at once."
        raise Problem(
            ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(request.state.allowance.retry_after)}
        )  # fmt: skip


def _find_caller(request: Request, key: str) -> tuple[Principal, Allowance] | None:
    """The holder of a key and its allowance; None if the key is unknown."""
    # In its own short transaction: the allowance's row is locked until the commit, and other requests wait for it.
    settings = context_of(request).settings
    with context_of(request).pool.transaction() as db:
        principal = find_principal(db, key)
        if principal is None:
            return None
        return principal, take_allowance(
            db, principal.key_id, rate=settings.requests_per_second, burst=settings.requests_burst
        )


def owner_of(principal: Principal) -> str:
    """The owner whose places a caller's requests share: the vendor, whichever key is used, or the support key."""
    return f"vendor {principal.vendor_id}" if principal.vendor_id else f"key {principal.key_id}"


@identified_by(_identify_by_key)
async def _caller(request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
    """The caller, whom the door has identified."""
    caller: Principal = request.state.caller
    return caller


Caller = Annotated[Principal, Depends(_caller)]


async def _support(caller: Caller) -> Principal:
    if not caller.is_support:
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may do this.")
    return caller


async def _api_url(request: Request) -> str:
    return context_of(request).api_url


async def _fields_once(request: Request) -> None:
    fields = (await request.form()).multi_items()
    if repeated := duplicate_names(fields):
        raise repeated
    for name, value in fields:
        if name != "file" and not isinstance(value, str):  # FastAPI would ignore it
            message = "must be a plain field, without a file name"
            errors = [{"field": name, "message": message}]
            raise Problem(ProblemCode.INVALID_REQUEST, f"{name}: {message}", errors=errors)


SupportCaller = Annotated[Principal, Depends(_support)]
ApiUrl = Annotated[str, Depends(_api_url)]
"""The service's public address, without a trailing slash."""
FieldsOnce = Annotated[None, Depends(_fields_once)]
"""For forms: refuses a field or file that occurs twice, and a file where a field belongs."""
Nothing = Annotated[NoQuery, Query()]
"""For calls without parameters: refuses any."""
