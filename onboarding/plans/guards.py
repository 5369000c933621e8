"""What a file would do to many products at once, and the command that lets it: for people at a terminal."""

from collections.abc import Iterable

from onboarding import printing
from onboarding.plans.tables import example_table
from onboarding.printing import Json
from pipeline.domain.guards import GuardCode, GuardFinding

_FIELDS = {
    GuardCode.MASS_WITHDRAWAL: "listing_status",
    GuardCode.MASS_ZERO_STOCK: "stock_quantity",
    GuardCode.PRICE_CLIFF: "price",
}


def print_guards(upload: Json) -> None:
    """The guards that stopped an upload, each with examples, and the command that accepts them all.

    The message of the failure says what each of them is about.
    """
    guards = upload["failure"].get("guards") or ()
    for guard in guards:
        found = GuardFinding.of_stored(guard)
        printing.text("")
        printing.text(f"{found.code}: {found.count:,} of {found.of:,} products, such as", "bold")
        example_table(found.examples, _FIELDS[found.code])
    if guards:
        printing.text("")
        printing.text("If that is meant, go on with:")
        accepted = accepting(upload, (guard["code"] for guard in guards))
        printing.command(" ".join(["onboarding", "apply", upload["upload_id"], *accepted]))


def accepting(upload: Json, codes: Iterable[str]) -> list[str]:
    """The options that accept these guards of an upload; they replace those that it accepted, so they repeat them."""
    if not (new := set(codes)):
        return []
    accepted = new.union(upload["decisions"]["accept"])
    return [word for code in GuardCode if code in accepted for word in ("--accept", code.value)]
