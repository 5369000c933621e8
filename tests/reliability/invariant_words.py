"""Assertions with messages, for the invariants."""

from tests.reliability.state import Row


def equal(actual: object, expected: object, what: str) -> None:
    assert actual == expected, f"{what}: {str(actual)[:600]} and {str(expected)[:600]}"


def some(rows: set[int]) -> str:
    return ", ".join(map(str, sorted(rows)[:10])) + ("…" if len(rows) > 10 else "")


def failure_code(upload: Row) -> str | None:
    return upload["failure"]["code"] if upload["failure"] else None
