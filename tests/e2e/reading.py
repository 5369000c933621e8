"""What the tests of read calls share: the rows of one upload, and requests for its data."""

from typing import Any

from tests.e2e.test_api import problem
from tests.stack import Stack, sound_rows, tag

RUN = tag()
ROWS = [
    *sound_rows(4, RUN),
    f"P{RUN}-5,Lamp,Elektronics {RUN},S{RUN}-5,1.00,5",
    f"P{RUN}-6,Lamp,Elektronics {RUN},S{RUN}-6,-1,5",
    f"P{RUN}-7,Lamp,Electronics,S{RUN}-7,-2,5",
    f"P{RUN}-8,Lamp,Electronics,,,5",
]
ERRORS = {
    5: ["INVALID_CATEGORY"],
    6: ["INVALID_PRICE", "INVALID_CATEGORY"],
    7: ["INVALID_PRICE"],
    8: ["MISSING_REQUIRED_FIELDS"],
}
Items = list[dict[str, Any]]


def get(stack: Stack, caller: str, path: str, **params: object) -> dict[str, Any]:
    with stack.api(caller) as api:
        answer = api.get(path, params=params)  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result


def items(stack: Stack, caller: str, path: str, **params: object) -> Items:
    result: Items = get(stack, caller, path, **params)["items"]
    return result


def paged(stack: Stack, caller: str, path: str, **params: object) -> Items:
    """All items of a list, read two per page."""
    result: Items = []
    cursor: dict[str, str] = {}
    while True:
        page = get(stack, caller, path, limit=2, **params, **cursor)
        assert len(page["items"]) <= 2
        result += page["items"]
        if page["next_cursor"] is None:
            return result
        cursor = {"cursor": page["next_cursor"]}


def refused(stack: Stack, caller: str, path: str, **params: object) -> tuple[int, str]:
    with stack.api(caller) as api:
        return problem(api.get(path, params=params))  # type: ignore[arg-type]
