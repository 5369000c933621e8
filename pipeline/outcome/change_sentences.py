"""Sentences about files that change products, and about files that meet products which are there already."""

from pipeline.domain.decisions import UploadMode
from pipeline.outcome.decision_words import MODE_CHOICES
from pipeline.outcome.results import Result
from pipeline.outcome.wording import Wording, all_rows_are, doubt, dry_run_wording, need_correction


def all_applied(result: Result) -> Wording:
    title, outcomes = result.products_in_words, result.outcomes_in_words
    if result.dry_run:
        return dry_run_wording(result, f"{all_rows_are(result)} sound: {outcomes}.{doubt(result)}", title)
    advice = (
        "Your catalogue is up to date, but something may be wrong with the file: check what is named below."
        if result.is_doubtful
        else "There is nothing left to do: your catalogue is up to date."
    )
    return Wording(f"{all_rows_are(result)} accepted: {outcomes}.{doubt(result)}", title, advice)


def some_applied(result: Result) -> Wording:
    rows, outcomes = f"{result.accepted:,} of {result.total or 0:,} rows are", result.outcomes_in_words
    correct = need_correction(result.rejected)
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
    sentence = f"{_added(result)} {_there(result)}."
    if result.to_correct:
        sentence += f" {need_correction(result.to_correct)}."
    if result.dry_run:
        return dry_run_wording(result, sentence, _already_there_title(result))
    advice = ["The new products are in the catalogue." if result.accepted else "Nothing was added to the catalogue."]
    if hint := resend_hint(result):
        advice.append(hint)
    if result.to_correct:
        advice.append("The fix file holds the rejected rows, each with what is wrong.")
    return Wording(sentence, _already_there_title(result), " ".join(advice))


def resend_hint(result: Result) -> str | None:
    """What to do about products that the catalogue has with other values; None if there are none."""
    if not (result.only_creates and result.already_in_catalogue) or result.differing == 0:
        return None
    return (
        "To change the products that you have, send the file again and choose"
        f" “{MODE_CHOICES[UploadMode.UPSERT]}”. Rows without a difference change nothing."
    )


def update_effect(result: Result) -> str | None:
    """What processing the file again would do about them; None if there are none."""
    if resend_hint(result) is None:
        return None
    return (
        "The same file can be processed again, to change the products that you have. Rows without a difference change"
        f" nothing.{' It will be a dry run, too.' if result.dry_run else ''}"
    )


def _added(result: Result) -> str:
    """3 new products added."""
    if not result.accepted:
        return "No new products."
    products = "product" if result.accepted == 1 else "products"
    return f"{result.accepted:,} new {products} {'would be ' if result.dry_run else ''}added."


def _there(result: Result) -> str:
    """27 were already in your catalogue, 2 of them with other values."""
    count = result.already_in_catalogue
    is_there = ("is" if count == 1 else "are") if result.dry_run else ("was" if count == 1 else "were")
    everything = "All " if count == result.total and count > 1 else ""
    return f"{everything}{count:,} {is_there} already in your catalogue{_other_values(result)}"


def _other_values(result: Result) -> str:
    if result.differing is None:
        return ""
    if result.differing in {0, result.already_in_catalogue}:
        return f", with {'other' if result.differing else 'the same'} values"
    return f", {result.differing:,} of them with other values"


def _already_there_title(result: Result) -> str:
    products = "product" if result.accepted == 1 else "products"
    parts = [f"{result.accepted:,} new {products}"] if result.accepted else []
    parts.append(f"{result.already_in_catalogue:,} already in your catalogue")
    if result.to_correct:
        parts.append(f"{result.to_correct:,} to correct")
    return ", ".join(parts)
