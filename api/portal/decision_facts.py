"""What was decided about an upload, for its page."""

from collections.abc import Mapping

from api.portal.guards import confirmed
from pipeline.domain.columns import LABELS
from pipeline.domain.decisions import Decisions, OptionalValues, UploadMode
from pipeline.outcome.decision_words import BLANK_CELL_EFFECTS, OPTIONAL_VALUE_EFFECTS
from pipeline.postgres.rows import Upload

_EXISTING: Mapping[UploadMode, str] = {
    UploadMode.CREATE: "left as they are; new ones are added",
    UploadMode.UPSERT: "changed; new ones are added",
    UploadMode.UPDATE: "changed; none are added",
}


def decision_facts(upload: Upload) -> list[tuple[str, str]]:
    """Names and values. Blank cells matter only to products that are changed; what is usual is not told."""
    decisions = Decisions.of(upload.decisions)
    facts = [("Products that you had", _EXISTING[decisions.mode])]
    if not decisions.only_creates:
        facts.append(("A blank cell", BLANK_CELL_EFFECTS[decisions.blank_cells].lower()))
    if decisions.optional_values != OptionalValues.REJECT:
        facts.append(("A wrong value that is optional", OPTIONAL_VALUE_EFFECTS[decisions.optional_values].lower()))
    if answer := confirmed(upload):
        facts.append(("Confirmed", answer))
    return [*facts, *((f"{LABELS[column]}, if blank", value) for column, value in decisions.defaults.items())]
