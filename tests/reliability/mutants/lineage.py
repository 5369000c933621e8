"""Faults in what a fix file has from the upload that it corrects."""

from uuid import UUID

from pipeline.postgres.corrections import adopt
from pipeline.postgres.database import Cursor
from pipeline.postgres.placing import place_behind
from tests.reliability.mutants.mutation import Mutant, instead_of

_ACT = "overlapping"


@instead_of(adopt)
def adopt_without_decisions(cursor: Cursor, upload_id: str, parent_upload_id: str, *, token: UUID) -> bool:
    cursor.execute("SELECT mode, decisions::text FROM upload_history WHERE upload_id = %s", (upload_id,))
    own = cursor.fetchone()
    is_adopted = adopt(cursor, upload_id, parent_upload_id, token=token)
    cursor.execute("UPDATE upload_history SET mode = %s, decisions = %s WHERE upload_id = %s", (*own, upload_id))
    return is_adopted


OWN_DECISIONS = Mutant(
    "a fix file inherits no decisions", _ACT, "does not do what its parent did", (adopt_without_decisions,)
)


@instead_of(place_behind)
def stay_in_place(cursor: Cursor, upload_id: str, source_upload_id: str) -> None:
    """Moves nothing."""


OWN_PLACE = Mutant("a fix file stands where it was announced", _ACT, "does not stand behind", (stay_in_place,))

MUTANTS = (OWN_DECISIONS, OWN_PLACE)
