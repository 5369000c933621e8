"""The rows of a plan that were not applied: what was planned, and what they would do now."""

from collections.abc import Iterable, Iterator
from itertools import islice

from onboarding import printing
from onboarding.plans.changes import MOST_LISTED
from onboarding.printing import Json
from pipeline.checking.plans import EFFECT_WORDS
from pipeline.domain.errors import ErrorType
from pipeline.domain.one_line import one_line
from pipeline.domain.row_names import excel_note
from pipeline.domain.uploads import Outcome

_LONGEST_VALUE = 60
_LONGEST_SKU = 100
_WIDTH = len("Planned")


def count_outdated(upload: Json) -> int:
    return int(upload["errors_by_type"].get(ErrorType.PLAN_OUTDATED, 0))


def print_outdated(upload: Json, errors: Iterable[Json]) -> None:
    """The first rows, and the command that makes a fresh plan of the file. `errors` are those of this type."""
    count = count_outdated(upload)
    printing.text(f"Not applied as planned: {count:,} {'row' if count == 1 else 'rows'}", "bold")
    for error in islice(errors, MOST_LISTED):
        _print_row(error)
    if count > MOST_LISTED:
        printing.text(f"… and {count - MOST_LISTED:,} more: onboarding errors {upload['upload_id']} --all")
    printing.text("See what the file would do now:")
    printing.command(f"onboarding apply {upload['upload_id']} --plan")


def _print_row(error: Json) -> None:
    printing.wrapped(f"Row {error['row_number']:,}{excel_note(error['sheet_row'])}  {_sku(error)}")
    for name, text in _effects(error):
        printing.beside(name, _WIDTH, [text], indent=2)


def _effects(error: Json) -> Iterator[tuple[str, str]]:
    planned, now = error["conflict"]["planned"], error["conflict"]["now"]
    yield "Planned", _in_words(planned)
    if planned == now:  # whoever applied the plan left the row out
        yield "Now", "the same, but you left it out"
    elif now["outcome"] == Outcome.ERROR:  # the message ends with the reason
        yield "Now", error["error_message"].rpartition("Now: ")[2]
    else:
        yield "Now", _in_words(now)


def _in_words(effect: Json) -> str:
    if effect["outcome"] in EFFECT_WORDS:
        return EFFECT_WORDS[effect["outcome"]]
    changes = effect["changes"].items()
    return ", ".join(f"{field} {_value(change['before'])} → {_value(change['after'])}" for field, change in changes)


def _sku(error: Json) -> str:
    return one_line(error["sku"] or error["vendor_product_id"] or "", _LONGEST_SKU)


def _value(value: str | None) -> str:
    return one_line(value, _LONGEST_VALUE) if value else "(blank)"
