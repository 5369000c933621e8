"""What a row was planned to do, and what it would do now, where these differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.portal.planning.change_size import SizedChange, sized_changes
from pipeline.domain.uploads import Outcome

_WORDS: Mapping[str, str] = {
    Outcome.CREATED: "A new product",
    Outcome.UNCHANGED: "No change",
    Outcome.SUPERSEDED: "No change, because a newer file has other values",
    Outcome.ERROR: "Rejected",
    Outcome.PENDING: "Not checked",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """`when` is Planned or Now; `words` says what it is without changes."""

    when: str
    words: str
    changes: Sequence[SizedChange]


def plan_effects(conflict: Mapping[str, Any] | None) -> list[Effect]:
    """Planned, and now; empty for an error that has nothing to do with a plan."""
    match conflict:
        case {"planned": dict(planned), "now": dict(now)}:
            return [_effect("Planned", planned), _effect("Now", now)]
    return []


def _effect(when: str, effect: Mapping[str, Any]) -> Effect:
    changes = sized_changes(effect.get("changes") or {})
    return Effect(when, "" if changes else _WORDS.get(effect.get("outcome", ""), ""), changes)
