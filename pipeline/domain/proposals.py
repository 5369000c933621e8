"""What would make a refused file acceptable: proposals that a vendor confirms or corrects, never decisions."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
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

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        lists = {name: tuple(stored[name]) for name in ("samples", "alternatives")}
        return cls(**{**stored, **lists})


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
            tuple(map(HeaderProposal.of, stored["columns"])),
            tuple(StandIn(**each) for each in stored["stand_ins"]),
            tuple(EncodingProposal(each["encoding"], tuple(each["words"])) for each in stored["encodings"]),
        )

    def as_json(self) -> dict[str, Any]:
        """As clients see it: only the columns and what could stand in, or only the encodings."""
        kinds = ("encodings",) if self.encodings else ("columns", "stand_ins")
        return {kind: value for kind, value in asdict(self).items() if kind in kinds}
