"""What the form for corrections says: what to do with the rows of each cause, and what to write in single cells.

The name of a field says what it is about, so that a page needs to show only some causes and rows: `do.{cause}` and
`write.{cause}`, where a cause is its error type, field and escaped value, and `cell.{row number}.{column}`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, unquote

from api.schemas.corrections import CauseFix, CorrectedCells, Correction

DO, WRITE = "do.", "write."
LATER, SUGGESTED, SET = "later", "suggested", "set"
PICK = "pick:"
"""Before one of the categories that are offered."""


class NamedCause(Protocol):
    """What tells causes apart."""

    @property
    def error_type(self) -> str: ...
    @property
    def error_field(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen for a cause; a text that is written wins over the rest."""

    do: str
    text: str = ""

    @property
    def new_value(self) -> str | None:
        """What to write in all rows; None for suggestions, and if the rows are left for now."""
        return self.text.strip() or (self.do.removeprefix(PICK) if self.do.startswith(PICK) else None)

    @property
    def is_unfinished(self) -> bool:
        """Whether something is to be written in all rows, but not said what."""
        return self.do == SET and not self.text.strip()


def key_of(cause: NamedCause) -> str:
    """A cause in the name of a field."""
    return f"{cause.error_type}.{cause.error_field or ''}.{quote(cause.value or '', safe='')}"


def choices_in(fields: Mapping[str, str]) -> dict[str, Choice]:
    """By the keys of causes, what the form says of each."""
    keys = dict.fromkeys(name.partition(".")[2] for name in fields if name.startswith((DO, WRITE)))
    return {key: Choice(fields.get(f"{DO}{key}", LATER), fields.get(f"{WRITE}{key}", "")) for key in keys}


def correction_in(fields: Mapping[str, str], rows: Sequence[CorrectedCells] = ()) -> Correction:
    """The preview of what the form says, with the `rows` that it changes one by one. Raises ValidationError for values
    that no form of ours sends."""
    return Correction(
        fixes=list(_fixes(choices_in(fields).items())),
        rows=list(rows),
        remember="remember" in fields,
        dry_run=True,
    )


def _fixes(choices: Iterable[tuple[str, Choice]]) -> Iterable[CauseFix]:
    for key, choice in choices:
        error_type, field, value = cause_in(key)
        cause = {"error_type": error_type, "error_field": field, "value": value}
        if (new_value := choice.new_value) is not None:
            yield CauseFix.model_validate(cause | {"set": new_value})
        elif choice.do == SUGGESTED:
            yield CauseFix.model_validate(cause | {"suggested": True})


def cause_in(key: str) -> tuple[str, str | None, str | None]:
    """The error type, field and value of a key; of one that is none of ours, whatever is there."""
    error_type, field, value = (*key.split(".", 2), "", "")[:3]
    return error_type, field or None, unquote(value) or None
