"""How far an upload's rejected rows are corrected, in words: for its page, and for the uploads that correct it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat


@dataclass(frozen=True, slots=True)
class Corrected:
    """An upload with rejected rows, and how many of those are corrected by now."""

    upload_id: str
    file_name: str
    rejected: int
    corrected: int

    @property
    def left(self) -> int:
        return self.rejected - self.corrected

    @property
    def is_finished(self) -> bool:
        return self.rejected > 0 and self.left <= 0

    @property
    def sentence(self) -> str:
        """10 of 11 rejected rows are corrected, 1 is left."""
        if self.is_finished:
            return (
                "The rejected row is corrected." if self.rejected == 1 else f"All {self.rejected:,} rejected {_ROWS}."
            )
        if not self.corrected:
            return (
                "The rejected row is not corrected yet."
                if self.rejected == 1
                else f"None of the {self.rejected:,} rejected rows is corrected yet."
            )
        verb = "is" if self.left == 1 else "are"
        return f"{self.corrected:,} of {self.rejected:,} rejected {_ROWS}, {self.left:,} {verb} left."

    @property
    def short(self) -> str:
        """10 of 11 corrected."""
        if self.is_finished:
            return "Corrected since" if self.rejected == 1 else f"All {self.rejected:,} corrected since"
        return f"{self.corrected:,} of {self.rejected:,} corrected since"


_ROWS, _MOST_LINES = "rows are corrected", 5


@dataclass(frozen=True, slots=True)
class LineAbove:
    """What an upload says of one that it corrects: the verb, the file, and how far it is corrected."""

    verb: str
    upload_id: str
    file_name: str
    sentence: str
    is_finished: bool


def lines_above(above: Sequence[Corrected], *, dry_run: bool) -> list[LineAbove]:
    """Of the uploads that one corrects, its parent first. A dry run says it of the parent alone."""
    if dry_run:
        of_dry_run = "They count there only when they are sent without the dry run."
        return [LineAbove("Tries corrections of", *_named(each), of_dry_run, False) for each in above[:1]]
    verbs = chain(["Corrects"], repeat("That corrects"))
    return [
        LineAbove(verb, *_named(each), each.sentence, each.is_finished)
        for verb, each in zip(verbs, above[:_MOST_LINES], strict=False)
    ]


def _named(each: Corrected) -> tuple[str, str]:
    return each.upload_id, each.file_name


def left_above(above: Sequence[Corrected]) -> str | None:
    """What is left to correct in the uploads that one corrects, its parent first; None if nothing is."""
    left = next((each for each in reversed(above) if each.left > 0), None)
    if left is None:
        return None
    rows = "1 row is" if left.left == 1 else f"{left.left:,} rows are"
    return f"In {left.file_name}, {rows} left to correct."
