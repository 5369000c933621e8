"""Filters of an event source mapping: which changes reach the function."""

from typing import Any

Pattern = dict[str, Any]


def matches(pattern: Pattern, content: Any) -> bool:
    """Whether an event passes a filter of exact values, the only kind that the template uses."""
    return all(_matches_field(rule, _field(content, name)) for name, rule in pattern.items())


def _matches_field(rule: Any, value: Any) -> bool:
    if isinstance(rule, dict):
        return matches(rule, value)
    assert all(isinstance(allowed, str) for allowed in rule), f"the simulator does not know this kind of filter: {rule}"
    return value in rule


def _field(content: Any, name: str) -> Any:
    return content.get(name) if isinstance(content, dict) else None
