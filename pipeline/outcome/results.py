"""The status and numbers of an upload, and its numbers in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.domain.decisions import UploadMode
from pipeline.domain.uploads import FINAL_STATUSES, Outcome, UploadStatus

OUTCOME_WORDS: Mapping[Outcome, str] = {
    Outcome.CREATED: "new",
    Outcome.UPDATED: "changed",
    Outcome.UNCHANGED: "unchanged",
    Outcome.SUPERSEDED: "overtaken",
    Outcome.REMOVED: "removed",
    Outcome.ERROR: "rejected",
    Outcome.PENDING: "not checked",
}
_IN_FULL = {Outcome.SUPERSEDED: "overtaken by a newer file"}
_TONES = {
    Outcome.CREATED: "good",
    Outcome.UPDATED: "changed",
    Outcome.UNCHANGED: "same",
    Outcome.SUPERSEDED: "late",
    Outcome.REMOVED: "changed",
}

Part = tuple[str, int, str]
"""Rows with the same result: a word, their number, and the tone of their colour."""


@dataclass(frozen=True, slots=True)
class Result:
    """`is_doubtful` means that a warning says that something may be wrong.

    `already_in_catalogue` counts the rejected rows of which nothing else is wrong, `differing` those of them that have
    other values than the catalogue; None if that is not known.
    """

    status: UploadStatus
    total: int | None
    accepted: int
    rejected: int
    dry_run: bool = False
    failure_code: str | None = None
    is_doubtful: bool = False
    mode: UploadMode = UploadMode.CREATE
    updated: int = 0
    unchanged: int = 0
    superseded: int = 0
    removed: int = 0
    is_undo: bool = False
    already_in_catalogue: int = 0
    differing: int | None = None
    corrected: int = 0
    """How many of the rejected rows have been corrected since."""

    left_above: str | None = None
    """What is left to correct in the upload that this one corrects, as a sentence; None if nothing is."""

    @property
    def only_creates(self) -> bool:
        return self.mode == UploadMode.CREATE

    @property
    def not_checked(self) -> int:
        return max(0, (self.total or 0) - self.accepted - self.rejected)

    @property
    def to_correct(self) -> int:
        """The rejected rows, except those of products that the catalogue has already."""
        return self.rejected - self.already_in_catalogue

    @property
    def is_corrected(self) -> bool:
        """Whether every rejected row has been corrected since. Of a dry run, the accepted rows must still be sent."""
        return not self.dry_run and 0 < self.rejected <= self.corrected

    @property
    def has_some_there(self) -> bool:
        """Whether some rows are rejected for nothing but that the catalogue has their products already."""
        return self.only_creates and self.already_in_catalogue > 0

    @property
    def is_there_already(self) -> bool:
        """Whether nothing is wrong but that the catalogue has products of the file already."""
        return self.has_some_there and self.to_correct == 0

    @property
    def created(self) -> int:
        return self.accepted - self.updated - self.unchanged - self.superseded - self.removed

    @property
    def outcomes(self) -> list[tuple[Outcome, int]]:
        """The accepted rows by what became of them. Only an undo removes any."""
        return [
            (Outcome.CREATED, self.created),
            (Outcome.UPDATED, self.updated),
            (Outcome.UNCHANGED, self.unchanged),
            (Outcome.SUPERSEDED, self.superseded),
            *([(Outcome.REMOVED, self.removed)] if self.removed else []),
        ]

    @property
    def parts(self) -> list[Part]:
        """All rows by their result."""
        outcomes = [(self.word_of(outcome), count, _TONES[outcome]) for outcome, count in self.outcomes]
        accepted = [("accepted", self.accepted, "good")] if self.only_creates else outcomes
        rest = OUTCOME_WORDS[Outcome.PENDING] if self.status in FINAL_STATUSES else "to be checked"
        return [*accepted, *self._rejected_parts(), (rest, self.not_checked, "rest")]

    def _rejected_parts(self) -> list[Part]:
        """Those of products that the catalogue has already are no reason for alarm."""
        to_correct = (OUTCOME_WORDS[Outcome.ERROR], self.to_correct, "same" if self.is_corrected else "bad")
        if not self.has_some_there:
            return [(to_correct[0], self.rejected, to_correct[2])]
        differing = self.differing or 0
        same = ("already there", self.already_in_catalogue - differing, "same")
        return [("with other values", differing, "late"), same, *([to_correct] if self.to_correct else [])]

    def word_of(self, outcome: Outcome) -> str:
        return f"would be {OUTCOME_WORDS[outcome]}" if self.dry_run else OUTCOME_WORDS[outcome]

    @property
    def outcomes_in_words(self) -> str:
        """3 new, 41 changed, 956 unchanged; of a dry run: 3 would be new, 41 changed, 956 unchanged."""
        would = "would be " if self.dry_run else ""
        return ", ".join(f"{count:,} {would if is_first else ''}{word}" for is_first, word, count in self._counts())

    @property
    def products_in_words(self) -> str:
        """The same as a headline: 3 new products, 41 changed; 41 products changed, 956 unchanged."""
        return ", ".join(
            self._first(word, count) if is_first else f"{count:,} {word}" for is_first, word, count in self._counts()
        )

    def _counts(self) -> Iterator[tuple[bool, str, int]]:
        counts = [(_IN_FULL.get(outcome, OUTCOME_WORDS[outcome]), count) for outcome, count in self.outcomes if count]
        return ((position == 0, word, count) for position, (word, count) in enumerate(counts))

    def _first(self, word: str, count: int) -> str:
        products = "product" if count == 1 else "products"
        if self.dry_run:
            return f"{count:,} {products} would be {word}"
        is_adjective = word == OUTCOME_WORDS[Outcome.CREATED]
        return f"{count:,} {word} {products}" if is_adjective else f"{count:,} {products} {word}"
