"""What a row would have changed, in the words of its error."""

from pipeline.checking.plans import Effect, outdated
from pipeline.domain.uploads import Outcome


def message(before: str, after: str) -> str:
    planned = Effect(Outcome.UPDATED, {"description": {"before": before, "after": after}})
    return outdated(planned, Effect(Outcome.UNCHANGED, {}), None).message


def test_short_values_are_told_whole() -> None:
    assert "Description Warm → Cold." in message("Warm", "Cold")
    assert "Description nothing → Cold." in message("", "Cold")


def test_long_values_are_told_where_they_differ() -> None:
    same = "A very long text about a lamp, which goes on. " * 4
    told = message(f"{same}In green, mostly", f"{same}In red, mostly")
    assert "Description …es on. In green, mostly → …es on. In red, mostly." in told
