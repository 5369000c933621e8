"""Builds conditions from optional filters."""

import re
from collections.abc import Mapping
from typing import Any


def where(conditions: Mapping[str, tuple[str, object]]) -> tuple[str, dict[str, Any]]:
    """Joins the conditions whose value is not None; returns the clause and its parameters.

    Takes, for instance, `{"sku": ("sku = %(sku)s", "A-1")}`.
    """
    values = {name: value for name, (_, value) in conditions.items() if value is not None}
    return " AND ".join(conditions[name][0] for name in values) or "true", values


def without_none(**values: object) -> dict[str, Any]:
    """The values that are not None, for `filter_by`."""
    return {name: value for name, value in values.items() if value is not None}


def containing(text: str | None) -> str | None:
    """A pattern for ILIKE that matches every value containing the text; None without a text."""
    # Backslash, % and _ are special in patterns, and here stand for themselves.
    return "%" + re.sub(r"([\\%_])", r"\\\1", text) + "%" if text else None
