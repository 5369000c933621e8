"""How long a text in an address may be: one rule for all, which the OpenAPI document states for each parameter."""

from urllib.parse import unquote_to_bytes

from fastapi import Request
from starlette.types import Scope

from api.answers.problems import Problem, ProblemCode

LONGEST_TEXT = 200
LONGEST_CURSOR = 4000
_LONGER = {
    **dict.fromkeys(("cursor", "after", "causes", "categories", "uploads"), LONGEST_CURSOR),  # places in lists
    "next": 2000,  # one of our pages with its filters
}
_LONGEST_MAIL_TOKEN = 1000  # a signed mail address


def longest(name: str, path: str = "") -> int:
    """The most characters of a parameter with this name, in a path or a query."""
    if name == "token" and path.startswith("/mail/"):
        return _LONGEST_MAIL_TOKEN
    return _LONGER.get(name, LONGEST_TEXT)


def long_text(request: Request) -> Problem | None:
    """A problem if a text in the address is too long."""
    parameters = [*request.path_params.items(), *request.query_params.multi_items()]
    errors = [
        {"field": name[:LONGEST_TEXT], "message": f"at most {longest(name)} characters are allowed"}
        for name, value in parameters
        if len(value) > longest(name, request.scope["path"]) or len(name) > LONGEST_TEXT
    ]
    return _refusal(errors)


def garbled_text(scope: Scope) -> Problem | None:
    """A problem if the address contains U+0000 or is not UTF-8."""
    # `raw_path` has the bytes as sent, but not every server passes it on.
    path = unquote_to_bytes(scope.get("raw_path") or scope["path"])
    parts = [unquote_to_bytes(part.replace(b"+", b" ")) for part in scope["query_string"].split(b"&")]
    if any(b"\0" in part for part in (path, *parts)):
        return _refusal([{"field": "address", "message": "must not contain U+0000"}])
    fields = [] if _is_utf8(path) else ["address"]
    fields += [_name(part) for part in parts if not _is_utf8(part)]
    return _refusal([{"field": field, "message": "must be UTF-8"} for field in fields])


def _name(part: bytes) -> str:
    return part.partition(b"=")[0].decode("utf-8", "replace")[:LONGEST_TEXT] or "address"


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _refusal(errors: list[dict[str, str]]) -> Problem | None:
    if not errors:
        return None
    detail = "; ".join(f"{error['field']}: {error['message']}" for error in errors)
    return Problem(ProblemCode.INVALID_REQUEST, detail, errors=errors)
