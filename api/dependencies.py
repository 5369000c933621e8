"""What routes ask for: the database, the caller, the outside world."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.problems import Problem, given_twice
from api.schemas import NoQuery
from pipeline.adapters.api_keys import Principal, find_principal, take_allowance
from pipeline.adapters.database import Cursor, DatabasePool
from pipeline.adapters.services import Services

_bearer = HTTPBearer(auto_error=False, scheme_name="api_key", description="Your API key: `Authorization: Bearer vk_…`")


async def _in_turn(request: Request) -> AsyncIterator[None]:
    """Lets as many requests work at a time as there are connections for; the others wait in line, without a thread.

    Otherwise threads that wait for a connection would keep those from running that want to give one back.
    """
    async with request.app.state.turnstile:
        yield


InTurn = Depends(_in_turn, scope="function")


# What does not block is `async`: it runs where it is, without a thread of its own.


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _transaction(request: Request) -> Iterator[Cursor]:
    """One transaction a request, from its first statement on; committed here, before the answer is sent, or never."""
    with request.app.state.pool.transaction_on_demand() as db:
        yield db


async def _pool(request: Request) -> DatabasePool:
    pool: DatabasePool = request.app.state.pool
    return pool


AppPool = Annotated[DatabasePool, Depends(_pool)]
AppServices = Annotated[Services, Depends(_services)]
Db = Annotated[Cursor, Depends(_transaction, scope="function")]


def _caller(
    request: Request,
    services: AppServices,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Who is asking. In a transaction of its own, so that requests with one key do not wait for each other."""
    settings = services.settings
    with request.app.state.pool.transaction() as db:
        principal = find_principal(db, credentials.credentials) if credentials else None
        if principal:
            request.state.allowance = allowance = take_allowance(
                db, principal.key_id, rate=settings.requests_per_second, burst=settings.requests_burst
            )
    if principal is None:
        detail = "Send a valid API key as `Authorization: Bearer <key>`; this one is missing, unknown or revoked."
        raise Problem("UNAUTHENTICATED", detail, headers={"WWW-Authenticate": "Bearer"})
    if allowance.retry_after:
        detail = f"At most {settings.requests_per_second:g} requests a second, and {settings.requests_burst} at once."
        raise Problem("TOO_MANY_REQUESTS", detail, headers={"Retry-After": str(allowance.retry_after)})
    return principal


Caller = Annotated[Principal, Depends(_caller)]


async def _support(caller: Caller) -> Principal:
    if not caller.is_support:
        raise Problem("SUPPORT_ONLY", "Only support may ask this.")
    return caller


async def _api_url(request: Request) -> str:
    url: str = request.app.state.api_url(request)
    return url


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
