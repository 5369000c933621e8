"""Problems: every refusal as `application/problem+json` (RFC 9457), with a code that clients can rely on."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum


class ProblemCode(StrEnum):
    """Why a request was refused. Clients can rely on these codes."""

    INVALID_CURSOR = "INVALID_CURSOR"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    SUPPORT_ONLY = "SUPPORT_ONLY"
    VENDOR_INACTIVE = "VENDOR_INACTIVE"
    NOT_FOUND = "NOT_FOUND"
    NO_ERRORS = "NO_ERRORS"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_FINAL = "NOT_FINAL"
    ALREADY_FINAL = "ALREADY_FINAL"
    NOTHING_TO_UNDO = "NOTHING_TO_UNDO"
    TOO_LATE = "TOO_LATE"
    IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS"
    GONE = "GONE"
    LINK_EXPIRED = "LINK_EXPIRED"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    INVALID_REQUEST = "INVALID_REQUEST"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    NOTHING_MATCHED = "NOTHING_MATCHED"
    TOO_MANY = "TOO_MANY"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    TOO_SLOW = "TOO_SLOW"
    UNAVAILABLE = "UNAVAILABLE"


# Status and title by code; the documentation lists them all.
PROBLEMS: dict[ProblemCode, tuple[int, str]] = {
    ProblemCode.INVALID_CURSOR: (400, "The cursor is not valid"),
    ProblemCode.UNAUTHENTICATED: (401, "An API key is needed"),
    ProblemCode.SUPPORT_ONLY: (403, "Only support may do this"),
    ProblemCode.VENDOR_INACTIVE: (403, "The vendor is not active"),
    ProblemCode.NOT_FOUND: (404, "Not found"),
    ProblemCode.NO_ERRORS: (404, "The upload has no errors"),
    ProblemCode.METHOD_NOT_ALLOWED: (405, "The method is not allowed here"),
    ProblemCode.NOT_FINAL: (409, "Not ready yet"),
    ProblemCode.ALREADY_FINAL: (409, "The upload has already ended"),
    ProblemCode.NOTHING_TO_UNDO: (409, "There is nothing to take back"),
    ProblemCode.TOO_LATE: (409, "Too late to take the upload back"),
    ProblemCode.IDEMPOTENCY_IN_PROGRESS: (409, "The first request with this key is still running"),
    ProblemCode.GONE: (410, "No longer kept"),
    ProblemCode.LINK_EXPIRED: (410, "The link has expired"),
    ProblemCode.FILE_TOO_LARGE: (413, "The file is too large"),
    ProblemCode.INVALID_REQUEST: (422, "The request is not valid"),
    ProblemCode.IDEMPOTENCY_MISMATCH: (422, "The key was used for a different request"),
    ProblemCode.NOTHING_MATCHED: (422, "No row can be corrected by this"),
    ProblemCode.TOO_MANY: (422, "Too many of them"),
    ProblemCode.TOO_MANY_REQUESTS: (429, "Too many requests"),
    ProblemCode.INTERNAL_ERROR: (500, "A fault on our side"),
    ProblemCode.TOO_SLOW: (503, "The query takes too long"),
    ProblemCode.UNAVAILABLE: (503, "The service is not available right now"),
}


class Problem(Exception):
    """A refusal: raised anywhere, rendered by `problem_handlers`."""

    def __init__(
        self,
        code: ProblemCode,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.errors, self.headers = code, detail, errors, headers

    @classmethod
    def not_found(cls, what: str) -> "Problem":
        """The same words whether it belongs to another vendor or does not exist."""
        return cls(ProblemCode.NOT_FOUND, f"There is no such {what}, or it is not yours.")


TOO_LARGE = "onboarding.body_too_large"
"""In a request's scope: its body is over the limit."""


_FILE_PATHS = {"/v1/uploads/file", "/v1/uploads/rows", "/uploads/new"}
_CORRECTIONS = re.compile(r"/v1/uploads/[^/]+/corrections|/uploads/[^/]+/correct")


def is_corrections(path: str) -> bool:
    return _CORRECTIONS.fullmatch(path) is not None


def may_be_large(path: str) -> bool:
    """Whether the body may contain a whole file, or what is changed in one."""
    return path in _FILE_PATHS or is_corrections(path)


def too_large(path: str) -> Problem:
    detail = "The body is too large. "
    if is_corrections(path):
        detail += "Correct in several parts of up to 4 MiB, or download the fix file and send it corrected."
    elif path in _FILE_PATHS:
        detail += "Send a file of more than 4 MiB to the address that `POST /v1/uploads` gives."
    else:
        detail += "It may have 1 MiB at most; files are sent to another address."
    # The rest of the body is not read, so the connection cannot carry another request.
    return Problem(ProblemCode.FILE_TOO_LARGE, detail, headers={"Connection": "close"})


def duplicate_names(parameters: Iterable[tuple[str, object]], *, may_repeat: Collection[str] = ()) -> Problem | None:
    """A problem if a name occurs twice: FastAPI would use one of its values and ignore the other."""
    counts = Counter(name for name, _ in parameters)
    if names := [name for name, count in counts.items() if count > 1 and name not in may_repeat]:
        errors = [{"field": name, "message": "must occur only once"} for name in names]
        return Problem(ProblemCode.INVALID_REQUEST, f"These occur more than once: {', '.join(names)}.", errors=errors)
    return None
