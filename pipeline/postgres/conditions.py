"""Conditions, made from what somebody asks for."""

import re
from collections.abc import Mapping
from typing import Any


def where(conditions: Mapping[str, tuple[str, object]]) -> tuple[str, dict[str, Any]]:
    """A clause of the conditions whose value is not None, and the values: `{"sku": ("sku = %(sku)s", "A-1")}`."""
    asked = {name: value for name, (_, value) in conditions.items() if value is not None}
    return " AND ".join(conditions[name][0] for name in asked) or "true", asked


def given(**values: object) -> dict[str, Any]:
    """Those of the values that are not None, for `filter_by`."""
    return {name: value for name, value in values.items() if value is not None}


def containing(searched: str | None) -> str | None:
    """A pattern for ILIKE that finds the text itself, wherever it stands; None if there is nothing to find."""
    return "%" + re.sub(r"([\\%_])", r"\\\1", searched) + "%" if searched else None
