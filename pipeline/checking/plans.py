"""Plans: what a dry run said of a record, and whether the record would still do that."""

from collections.abc import Collection, Iterator, Mapping
from itertools import takewhile
from typing import Any, NamedTuple

from pipeline.domain.columns import LABELS
from pipeline.domain.errors import ErrorType, RowError
from pipeline.domain.one_line import shorten
from pipeline.domain.uploads import Outcome

_WRITTEN_NOTHING = frozenset({Outcome.UNCHANGED, Outcome.SUPERSEDED})
_MOST_FIELDS = 3  # named in a message
_LONGEST_VALUE, _BEFORE_DIFFERENCE = 40, 10

Fault = tuple[str, str | None]
"""The type and the field of an error."""


class Effect(NamedTuple):
    """What a record does to the catalogue, with the values before and after by column, or why it does nothing."""

    outcome: Outcome
    changes: Mapping[str, Any]
    errors: Collection[Fault] = ()

    def as_json(self) -> dict[str, object]:
        return {"outcome": self.outcome, "changes": self.changes}


def is_outdated(planned: Effect, now: Effect) -> bool:
    """Whether a record without errors of its own would do something else than planned.

    It may do less: a record whose change is made already, or lost to a later upload, writes nothing.
    """
    if Outcome.ERROR in (planned.outcome, now.outcome):
        return planned.outcome != now.outcome or set(planned.errors) != set(now.errors)
    if now.outcome in _WRITTEN_NOTHING:
        return planned.outcome == Outcome.PENDING
    return (planned.outcome, planned.changes) != (now.outcome, now.changes)


def outdated(planned: Effect, now: Effect, why: RowError | None) -> RowError:
    """The error of a record that would do something else than planned; `why` it would be rejected now, if it would."""
    message = f"Not applied, because your catalogue has changed since the plan. Planned: {_in_words(planned)}. "
    message += f"Now: {_in_words(now)}{f' ({why.message})' if why else ''}"
    return _error(message, planned, now)


def omitted(planned: Effect, now: Effect) -> RowError:
    """The error of a record that whoever applied the plan has left out."""
    return _error(f"You left this row out when you applied the plan. Planned: {_in_words(planned)}", planned, now)


def _error(message: str, planned: Effect, now: Effect) -> RowError:
    conflict: dict[str, object] = {"planned": planned.as_json(), "now": now.as_json()}
    return RowError(ErrorType.PLAN_OUTDATED, None, message, conflict=conflict)


EFFECT_WORDS: Mapping[Outcome, str] = {
    Outcome.CREATED: "a new product",
    Outcome.UNCHANGED: "no change",
    Outcome.SUPERSEDED: "no change, because a newer file has other values",
    Outcome.ERROR: "rejected",
    Outcome.PENDING: "not checked",
}


def _in_words(effect: Effect) -> str:
    if effect.outcome in EFFECT_WORDS:
        return EFFECT_WORDS[effect.outcome]
    named = list(_changes_in_words(effect.changes))
    rest = len(effect.changes) - len(named)
    return ", ".join([*named, f"and {rest} more"] if rest else named)


def _changes_in_words(changes: Mapping[str, Any]) -> Iterator[str]:
    for column, change in list(changes.items())[:_MOST_FIELDS]:
        yield f"{LABELS[column]} {' → '.join(_where_they_differ(change['before'] or '', change['after'] or ''))}"


def _where_they_differ(before: str, after: str) -> Iterator[str]:
    """Both texts, shortened; of long ones that begin alike, from a little before where they differ."""
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    begin = alike - _BEFORE_DIFFERENCE if alike >= _LONGEST_VALUE else 0
    for text in (before, after):
        yield f"{'…' if begin else ''}{shorten(text[begin:], _LONGEST_VALUE)}" or "nothing"
