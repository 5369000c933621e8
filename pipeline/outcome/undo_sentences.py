"""Sentences about uploads that take others back."""

from collections.abc import Iterator

from pipeline.domain.uploads import Outcome
from pipeline.outcome.results import Result
from pipeline.outcome.wording import Wording, dry_run_wording


def taken_back(result: Result) -> Wording:
    title, sentence = undo_title(result), undo_sentence(result)
    return dry_run_wording(result, sentence, title) if result.dry_run else Wording(sentence, title, _advice(result))


def undo_sentence(result: Result) -> str:
    """3 products were removed, 41 set back, 2 left as they are."""
    verb = "would be" if result.dry_run else "was" if _is_one(result) else "were"
    return f"{_in_words(result, f'{verb} ')}."


def undo_title(result: Result) -> str:
    """3 products removed, 41 set back, 2 left as they are."""
    return _in_words(result, "")


def _in_words(result: Result, verb: str) -> str:
    parts = [f"{count:,} {words}" for count, words in _counts(result) if count]
    if not parts:
        return "There was nothing to take back"
    first, _, rest = parts[0].partition(" ")
    return ", ".join([f"{first} {'product' if _is_one(result) else 'products'} {verb}{rest}", *parts[1:]])


def _is_one(result: Result) -> bool:
    """Whether the first of the counts is one."""
    return next((count for count, _ in _counts(result) if count), 0) == 1


def _counts(result: Result) -> Iterator[tuple[int, str]]:
    counts = dict(result.outcomes)
    yield result.removed, "removed"
    yield result.updated, "set back"
    yield counts[Outcome.CREATED], "created again"
    yield result.unchanged, "left as it is" if result.unchanged == 1 else "left as they are"
    yield result.rejected, "not created again"


def _advice(result: Result) -> str:
    sentences = []
    if result.unchanged:
        sentences.append("What other uploads have changed since is left as it is; the rows of this one name them.")
    if result.rejected:
        sentences.append("The error report says which keys other products have by now.")
    return " ".join(sentences) or "What the upload had done to your catalogue is taken back."
