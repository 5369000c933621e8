"""What would make a refused file acceptable: proposals that a vendor confirms or corrects, never decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class HeaderProposal:
    """A header of the file, up to three of its cells, and the column that it is probably meant for, if any.

    `confidence` is from 0 to 1. `alternatives` are other columns that it may be meant for, the likeliest first.
    """

    header: str
    samples: tuple[str, ...]
    column: str | None
    confidence: float
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StandIn:
    """What could take the place of a missing column: a header that serves another column too, or a constant."""

    column: str
    header: str | None = None
    default: str | None = None


@dataclass(frozen=True, slots=True)
class EncodingProposal:
    """A possible encoding, and up to three words of the file as it reads them."""

    encoding: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Either for the columns of a file, or for its encoding."""

    columns: tuple[HeaderProposal, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()
    encodings: tuple[EncodingProposal, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Reads what `dataclasses.asdict` made of one, and JSON of that."""
        return cls(
            tuple(HeaderProposal(**{**each, "samples": tuple(each["samples"])}) for each in stored["columns"]),
            tuple(StandIn(**each) for each in stored["stand_ins"]),
            tuple(EncodingProposal(each["encoding"], tuple(each["words"])) for each in stored["encodings"]),
        )


def as_shown(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """A proposal as clients see it, from what `dataclasses.asdict` made of one: only the parts of its kind."""
    kinds = ("encodings",) if proposal.get("encodings") else ("columns", "stand_ins")
    return {kind: proposal[kind] for kind in kinds}
