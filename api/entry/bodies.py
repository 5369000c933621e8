"""Reads bodies before a request takes a place, so that a slow body delays nobody else."""

import json
import re
from contextlib import aclosing, suppress
from typing import Any
from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from api.answers.problems import TOO_LARGE, Problem, ProblemCode, too_large
from pipeline.domain.one_line import one_line

_MOST_FIELDS = 20_000  # a form may correct a thousand rows; the limit of bytes comes first for all but blank fields
_MOST_NAMES = 1_000
_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}


async def read_body(request: Request, *, is_form: bool) -> None:
    """Reads the whole body into the request; files in forms go to disk. Raises a Problem unless a form is UTF-8."""
    if request.method in _WITHOUT_BODY:
        return
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        if is_form and kind == "multipart/form-data":
            await _read_parts(request)
            return
        body = await request.body()
    except ClientDisconnect:
        raise HTTPException(400, "The request ended in the middle of its body.") from None
    except Exception:
        if request.scope.get(TOO_LARGE):  # the middleware in between wraps what `_BodyLimit` raises
            raise too_large(request.scope["path"]) from None
        raise
    if not is_form:
        _read_json(request, body)
    if is_form and kind == "application/x-www-form-urlencoded":
        _check(unquote_to_bytes(body.replace(b"+", b" ")))
        await request.form(max_fields=_MOST_FIELDS)  # kept by the request: later calls do not parse it again


def _read_json(request: Request, body: bytes) -> None:
    """Refuses an object that has a name twice: one of the two values would be ignored. Also one with more names than
    any object of ours: each unknown one is an error, which takes far more memory than the body."""
    with suppress(ValueError, RecursionError):  # what is no JSON is refused later, if JSON is expected
        # Starlette's own cache: `request.json()` then does not parse the body again.
        request._json = json.loads(body, object_pairs_hook=_with_each_name_once)
        if _SURROGATE.search(body) and not _is_text(request._json):
            raise _refused("body", "must not contain half a surrogate pair")


_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def _is_text(content: object) -> bool:
    try:
        json.dumps(content, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_each_name_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(members) > _MOST_NAMES:
        raise _refused("body", f"must not contain an object with more than {_MOST_NAMES:,} names")
    named = dict(members)
    if len(named) < len(members):
        seen: set[str] = set()
        repeated = next(name for name, _ in members if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _refused(one_line(repeated), "must occur only once")
    return named


async def _read_parts(request: Request) -> None:
    try:
        async with aclosing(request.stream()) as stream:
            # Starlette's own cache: `request.form()` then returns this form instead of parsing the body again.
            request._form = await _Utf8Parts(request.headers, stream).parse()
    except MultiPartException as fault:
        raise HTTPException(400, fault.message) from None


class _Utf8Parts(MultiPartParser):
    """Refuses fields that are not UTF-8. Starlette's parser reads them as Latin-1, which turns them into other text."""

    def on_part_end(self) -> None:
        if self._current_part.file is None:
            _check(bytes(self._current_part.data), self._current_part.field_name)
        super().on_part_end()


def _check(text: bytes, field: str = "body") -> None:
    try:
        text.decode()
    except UnicodeDecodeError:
        raise _refused(field, "must be UTF-8") from None


def _refused(field: str, message: str) -> Problem:
    errors = [{"field": field, "message": message}]
    return Problem(ProblemCode.INVALID_REQUEST, f"{field}: {message}", errors=errors)
