"""Idempotency-Key: a repeated POST is executed once, and every repeat gets the first answer."""

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
        raise ValueError("must consist of visible ASCII characters, without blanks")
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
        description="A name that you choose for this request. A repeat within 24 hours has no second effect.",
    ),
]


class Once:
    """Answers a request, or replays the answer to an earlier request with the same name."""

    def __init__(self, request: Request, response: Response, db: Db, name: RequestName | None) -> None:
        self._request, self._response, self._db, self._name = request, response, db, name

    def answer(
        self,
        content: bytes,
        work: Callable[[], Answer],
        *,
        status: int,
        refresh: Callable[[dict[str, Any]], dict[str, Any]] = lambda body: body,
    ) -> Answer | JSONResponse:
        """The answer of `work`, which is called unless it has been done before.

        `content` is everything that the request asks for. `refresh` updates a stored body, and the headers that belong
        to it, before it is replayed. The answer is stored in the same transaction as the work. Raises a Problem if an
        earlier request with this name differs or is still running.
        """
        if self._name is None:
            return self._with_address(work())
        if earlier := self._reserve(content):
            return self._replay(earlier, refresh)
        try:
            answer = self._with_address(work())
            self.keep(self._db, answer, status=status)
        except BaseException:  # even a cancelled request must free its name, or repeats would find it running
            with context_of(self._request).pool.transaction() as db:
                idempotency_keys.free(db, self._name)
            raise
        return answer

    def _with_address(self, answer: Answer) -> Answer:
        """Names the upload that an answer shows in `Location`."""
        if links := getattr(answer, "links", None):
            self._response.headers["Location"] = links.self
        return answer

    def keep(self, db: Db, answer: BaseModel, *, status: int) -> None:
        """Stores the answer early, in the transaction of `db`, for work that continues after its commit.

        A repeat then gets this answer, so `refresh` must complete work that was interrupted.
        """
        if self._name:
            idempotency_keys.keep(db, self._name, status, answer.model_dump(mode="json"))

    def _reserve(self, content: bytes) -> Earlier | None:
        assert self._name  # noqa: S101
        what = f"{self._request.method} {self._request.scope['path']}\n".encode() + content
        # Committed at once, so that a repeat that arrives during the work finds the name reserved.
        with context_of(self._request).pool.transaction() as db:
            return idempotency_keys.reserve(db, self._name, hashlib.sha256(what).digest())

    def _replay(self, earlier: Earlier, refresh: Callable[[dict[str, Any]], dict[str, Any]]) -> JSONResponse:
        if not earlier.is_the_same:
            detail = "This Idempotency-Key was used for a different request."
            errors = [{"field": "Idempotency-Key", "message": "use a new key for a different request"}]
            raise Problem(ProblemCode.IDEMPOTENCY_MISMATCH, detail, errors=errors)
        if earlier.status is None or earlier.body is None:
            detail = "A request with this Idempotency-Key is still running. Try again in a moment."
            raise Problem(ProblemCode.IDEMPOTENCY_IN_PROGRESS, detail, headers={"Retry-After": "1"})
        body = refresh(earlier.body)
        if links := body.get("links"):
            self._response.headers["Location"] = links["self"]
        return JSONResponse(body, earlier.status, {**self._response.headers, "Idempotent-Replayed": "true"})


async def _once(request: Request, response: Response, db: Db, caller: Caller, key: IdempotencyKey = None) -> Once:
    return Once(request, response, db, RequestName(caller.key_id, key) if key else None)


OnlyOnce = Annotated[Once, Depends(_once)]
