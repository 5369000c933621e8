"""Faults in undos: what counts as changed since, which keys are free, what a dry run writes."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from pipeline.checking.changes import Change
from pipeline.checking.undoing import LaterChange, last_setter, undo_creation
from pipeline.domain.columns import FIELD_BITS
from pipeline.domain.stored_products import StoredProduct, UploadNumber
from pipeline.postgres.catalogue import update_products
from pipeline.postgres.change_ledger import PlacedChange
from pipeline.postgres.database import Cursor
from pipeline.postgres.undo_ledger import Effect, later_changes
from pipeline.postgres.undos import lock_for_undo
from pipeline.postgres.verdicts import SurveyedUpload
from pipeline.stages.undo import _free, write
from tests.reliability.mutants.mutation import Mutant, instead_of

_ACT, _CATALOGUE = "any history", "the catalogue, and the model's"


@instead_of(later_changes)
def nothing_changed_since(cursor: Cursor, effects: Collection[Effect]) -> dict[int, list[LaterChange]]:
    return defaultdict(list)


NOTHING_SINCE = Mutant("later changes are taken back, too", _ACT, _CATALOGUE, (nothing_changed_since,))


@instead_of(later_changes)
def what_was_said_again_changed(cursor: Cursor, effects: Collection[Effect]) -> dict[int, list[LaterChange]]:
    later = later_changes(cursor, effects)
    cursor.execute(
        "SELECT product_id, upload_id, given_fields FROM confirmations, unnest(product_ids) AS product_id"
        " WHERE product_id = ANY (%s)",
        ([effect.product_id for effect in effects],),
    )
    for row in cursor:
        columns = [column for column, bit in FIELD_BITS.items() if row.given_fields & bit]
        later[row.product_id].append(LaterChange(row.upload_id, None, columns))
    return later


SAID_AGAIN = Mutant("equal values count as changes", _ACT, _CATALOGUE, (what_was_said_again_changed,))


@instead_of(last_setter)
def last_setter_of_all(column: str, later: Sequence[LaterChange], *, first: str | None = None) -> str | None:
    return last_setter(column, [change._replace(undo_of=None) for change in later], first=first)


UNDONE_COUNTS = Mutant("a change that was taken back counts as one", _ACT, _CATALOGUE, (last_setter_of_all,))


@instead_of(undo_creation)
def remove_in_any_case(product: StoredProduct, later: Sequence[LaterChange]) -> Change:
    return undo_creation(product, ())


REMOVED_ANYWAY = Mutant("a product that was changed since is removed", _ACT, _CATALOGUE, (remove_in_any_case,))


@instead_of(_free)
def every_key_is_free(cursor: Cursor, upload: SurveyedUpload, products: Sequence[StoredProduct]) -> set[int]:
    _free(cursor, upload, products)
    return {product.product_id for product in products}


TAKEN_KEYS = Mutant("nobody looks whether keys are free", _ACT, "it became created", (every_key_is_free,))


@instead_of(lock_for_undo)
def was_never_undone(cursor: Cursor, upload_id: str) -> str | None:
    return None


UNDONE_AGAIN = Mutant("an upload is taken back again", _ACT, "DID NOT RAISE", (was_never_undone,))


@instead_of(write)
def write_in_dry_runs_too(cursor: Cursor, upload: SurveyedUpload, changes: Sequence[PlacedChange]) -> None:
    write(cursor, replace(upload, dry_run=False), changes)


WRITING_DRY_RUN = Mutant("a dry run of an undo writes", _ACT, _CATALOGUE, (write_in_dry_runs_too,))


@instead_of(update_products)
def update_as_somebody_else(cursor: Cursor, changes: Sequence[Change], *, by: UploadNumber) -> None:
    update_products(cursor, changes, by=by - 1)


WRONG_CLOCK = Mutant("restored fields are not set by the undo", _ACT, "who set each field", (update_as_somebody_else,))

MUTANTS = (
    NOTHING_SINCE, SAID_AGAIN, UNDONE_COUNTS, REMOVED_ANYWAY, TAKEN_KEYS, UNDONE_AGAIN, WRITING_DRY_RUN, WRONG_CLOCK
)  # fmt: skip
