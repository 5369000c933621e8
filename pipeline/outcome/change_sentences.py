"""Sentences about files that change products, and about files that meet products which are there already."""

from collections.abc import Iterator

from pipeline.domain.decisions import UploadMode
from pipeline.outcome.decision_words import MODE_CHOICES
from pipeline.outcome.results import Result
from pipeline.outcome.wording import Wording, all_rows_are, doubt, dry_run_wording, need_correction, nothing_left


def all_applied(result: Result) -> Wording:
    title, outcomes = result.products_in_words, result.outcomes_in_words
    if result.dry_run:
        return dry_run_wording(result, f"{all_rows_are(result)} sound: {outcomes}.{doubt(result)}", title)
    advice = (
        "Your catalogue is up to date, but something may be wrong with the file: check what is named below."
        if result.is_doubtful
        else nothing_left(result, "your catalogue is up to date")
    )
    return Wording(f"{all_rows_are(result)} accepted: {outcomes}.{doubt(result)}", title, advice)


def some_applied(result: Result) -> Wording:
    rows, outcomes = f"{result.accepted:,} of {result.total or 0:,} rows are", result.outcomes_in_words
    correct = need_correction(result)
    title = f"{result.products_in_words}, {result.rejected:,} to correct"
    if result.dry_run:
        return dry_run_wording(result, f"{rows} sound: {outcomes}; {correct}.", title)
    return Wording(
        f"{rows} accepted: {outcomes}; {correct}.",
        title,
        "The accepted rows are in the catalogue. The fix file holds the other rows only, ready to be corrected.",
    )


def applied_until_cancelled(result: Result) -> str:
    state = "sound" if result.dry_run else "accepted"
    outcomes = f" ({result.outcomes_in_words})" if result.accepted else ""
    return f"{result.accepted:,} rows were {state}{outcomes}"


def already_there(result: Result) -> Wording:
    """Of a file that only adds products, with rows of products that the catalogue has."""
    sentence = f"{_what_is_there(result)}."
    if result.to_correct:
        sentence += f" {need_correction(result)}."
    if result.dry_run:
        return dry_run_wording(result, sentence, _already_there_title(result))
    if result.is_there_already and result.differing == 0:
        sentence += " There is nothing to change."
    rest = "The fix file holds the rejected rows, each with what is wrong." if result.to_correct else None
    advice = (sentence, resend_hint(result), rest)
    return Wording(sentence, _already_there_title(result), " ".join(filter(None, advice)))


def resend_hint(result: Result) -> str | None:
    """What to do about products that the catalogue has with other values; None if there are none."""
    if not result.has_some_there or result.differing == 0:
        return None
    return (
        "To change the products that you have, send the file again and choose"
        f" “{MODE_CHOICES[UploadMode.UPSERT]}”. Rows without a difference change nothing."
    )


def update_effect(result: Result) -> str | None:
    """What processing the file again would do about them; None if there are none."""
    if resend_hint(result) is None:
        return None
    count = f"{result.differing:,} " if result.differing and result.differing > 1 else ""
    return (
        f"Process the same file again, to change the {count}{'product' if result.differing == 1 else 'products'} with"
        f" other values. The others stay as they are.{' It will be a dry run, too.' if result.dry_run else ''}"
    )


def _what_is_there(result: Result) -> str:
    """3 rows are new, 2 have other values than your catalogue, 940 are there already."""
    there, differing = result.already_in_catalogue, result.differing
    if there == result.total and differing in {None, 0, there}:
        return _all_are_there(result)
    new = _rows_are(result.accepted, "new") if result.accepted else "No row is new"
    if differing is None:
        return f"{new}, {there:,} {'is' if there == 1 else 'are'} in your catalogue already"
    return ", ".join([new, *_by_difference(differing, there - differing)])


def _all_are_there(result: Result) -> str:
    values = {None: "", 0: ", with the same values"}.get(result.differing, ", with other values")
    rows = "The one row is" if result.total == 1 else f"All {result.total:,} rows are"
    return f"{rows} in your catalogue already{values}"


def _by_difference(differing: int, same: int) -> Iterator[str]:
    if differing:
        yield f"{differing:,} {'has' if differing == 1 else 'have'} other values than your catalogue"
    if same:
        yield f"{same:,} {'is' if same == 1 else 'are'} there already"


def _rows_are(count: int, what: str) -> str:
    return f"1 row is {what}" if count == 1 else f"{count:,} rows are {what}"


def _already_there_title(result: Result) -> str:
    products = "product" if result.accepted == 1 else "products"
    parts = [f"{result.accepted:,} new {products}"] if result.accepted else []
    parts.append(f"{result.already_in_catalogue:,} already in your catalogue")
    if result.to_correct:
        parts.append(f"{result.to_correct:,} to correct")
    return ", ".join(parts)
