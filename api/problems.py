"""Problems: every refusal as `application/problem+json` (RFC 9457), with a code that clients can rely on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

# Code → status and title. The one catalogue, which the documentation lists.
PROBLEMS: dict[str, tuple[int, str]] = {
    "INVALID_CURSOR": (400, "The cursor is not one of ours"),
    "UNAUTHENTICATED": (401, "An API key is needed"),
    "SUPPORT_ONLY": (403, "Only support may do this"),
    "VENDOR_INACTIVE": (403, "The vendor is not active"),
    "NOT_FOUND": (404, "There is no such thing"),
    "NO_ERRORS": (404, "The upload has no errors"),
    "METHOD_NOT_ALLOWED": (405, "The method is not allowed here"),
    "NOT_FINAL": (409, "It is not ready yet"),
    "ALREADY_FINAL": (409, "The upload has ended already"),
    "IDEMPOTENCY_IN_PROGRESS": (409, "The first request with this key is still running"),
    "GONE": (410, "It is not kept any more"),
    "LINK_EXPIRED": (410, "The link has expired"),
    "FILE_TOO_LARGE": (413, "The file is too large"),
    "INVALID_REQUEST": (422, "The request is not valid"),
    "IDEMPOTENCY_MISMATCH": (422, "The key was used for another request"),
    "TOO_MANY_REQUESTS": (429, "Too many requests"),
    "INTERNAL_ERROR": (500, "The fault is ours"),
    "TOO_SLOW": (503, "The question takes too long"),
    "UNAVAILABLE": (503, "The service is not available right now"),
}


class Problem(Exception):
    """A refusal, raised anywhere and rendered in one place."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail, self.errors, self.headers = code, detail, errors, headers

    @classmethod
    def not_found(cls, what: str) -> "Problem":
        """The same words whether the thing is another vendor's or does not exist."""
        return cls("NOT_FOUND", f"There is no such {what}, or it is not yours.")


TOO_LARGE = "onboarding.body_too_large"
"""In a request's scope: its body is over the limit."""


FILE_PATHS = {"/v1/uploads/file", "/uploads/new"}
"""Where a whole file may come in a body."""


def too_large(path: str) -> Problem:
    detail = "The body is too large. "
    if path in FILE_PATHS:
        detail += "Send a file of more than 4 MiB to the address that `POST /v1/uploads` gives."
    else:
        detail += "64 KiB are enough for everything but files, and those are sent elsewhere."
    return Problem("FILE_TOO_LARGE", detail, headers={"Connection": "close"})


def given_twice(given: Iterable[tuple[str, object]], *, may_repeat: str | None = None) -> Problem | None:
    """The refusal of names that stand there twice although only one of them would be heeded."""
    counted = Counter(name for name, _ in given)
    if names := [name for name, times in counted.items() if times > 1 and name != may_repeat]:
        errors = [{"field": name, "message": "give it once"} for name in names]
        return Problem("INVALID_REQUEST", f"Given more than once: {', '.join(names)}.", errors=errors)
    return None
