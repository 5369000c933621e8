"""Idempotency-Key: a POST that is repeated is done once, and answered as the first time."""

import hashlib
import re
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator, BaseModel, Field

from api.answers.problems import Problem, ProblemCode
from api.context import context_of
from api.dependencies import Caller, Db
from pipeline.postgres import idempotency_keys
from pipeline.postgres.idempotency_keys import Earlier, RequestName

Answer = TypeVar("Answer", bound=BaseModel)
_VISIBLE = r"^[\x21-\x7e]+$"


def _visible(key: str) -> str:
    if not re.fullmatch(_VISIBLE, key):
        raise ValueError("use letters, digits and signs of ASCII, and no blanks")
    return key


IdempotencyKey = Annotated[
    Annotated[
        str,
        Field(min_length=1, max_length=255, json_schema_extra={"pattern": _VISIBLE}),
        AfterValidator(_visible),
    ]
    | None,
    Header(
        alias="Idempotency-Key",
        description="Any text of yours, 24 hours long the name of this very request: a repeat is not done again.",
    ),
]


class Once:
    """Answers a request, or repeats the answer that an earlier one of the same name got."""

    def __init__(self, request: Request, response: Response, db: Db, name: RequestName | None) -> None:
        self._request, self._response, self._db, self._name = request, response, db, name

    def answer(
        self,
        asked: bytes,
        work: Callable[[], Answer],
        *,
        status: int,
        refresh: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body,
    ) -> Answer | JSONResponse:
        """Does `work` unless it was done. `asked` is all that the request asks for; `refresh` renews a stored body, and
        the headers that go with it.

        The answer is stored in the transaction of the work itself: there is never one without the other.
        """
        if self._name is None:
            return work()
        if earlier := self._reserve(asked):
            return self._repeated(earlier, refresh)
        try:
            answer = work()
            self.keep(self._db, answer, status=status)
        except BaseException:
            with context_of(self._request).pool.transaction() as db:
                idempotency_keys.free(db, self._name)
            raise
        return answer

    def keep(self, db: Db, answer: BaseModel, *, status: int) -> None:
        """Keeps the answer early, in the transaction of `db`: for work that goes on after it has committed.

        Whoever asks again then gets this answer, and `refresh` must do what may not have been done.
        """
        if self._name:
            idempotency_keys.keep(db, self._name, status, answer.model_dump(mode="json"))

    def _reserve(self, asked: bytes) -> Earlier | None:
        assert self._name  # noqa: S101
        what = f"{self._request.method} {self._request.scope['path']}\n".encode() + asked
        with context_of(self._request).pool.transaction() as db:
            return idempotency_keys.reserve(db, self._name, hashlib.sha256(what).digest())

    def _repeated(self, earlier: Earlier, refresh: Callable[[dict[str, Any]], dict[str, Any]]) -> JSONResponse:
        if not earlier.is_the_same:
            detail = "This Idempotency-Key was used for a request that asked for something else."
            errors = [{"field": "Idempotency-Key", "message": "use a new one for another request"}]
            raise Problem(ProblemCode.IDEMPOTENCY_MISMATCH, detail, errors=errors)
        if earlier.status is None or earlier.body is None:
            detail = "A request with this Idempotency-Key is still running. Ask again in a moment."
            raise Problem(ProblemCode.IDEMPOTENCY_IN_PROGRESS, detail, headers={"Retry-After": "1"})
        body = refresh(earlier.body)
        return JSONResponse(body, earlier.status, {**self._response.headers, "Idempotent-Replayed": "true"})


async def _once(request: Request, response: Response, db: Db, caller: Caller, key: IdempotencyKey = None) -> Once:
    return Once(request, response, db, RequestName(caller.key_id, key) if key else None)


OnlyOnce = Annotated[Once, Depends(_once)]
