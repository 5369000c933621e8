"""Acts in which a dry run is applied as it is, as `POST /v1/uploads/{id}/apply` does it."""

from typing import Any

from fastapi import BackgroundTasks

from api.schemas.uploads import Applied
from api.upload_commands import apply
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import transaction_at
from pipeline.services import services
from tests.reliability.death import Fate
from tests.reliability.files import ChangeLine, Line, file_of, file_of_changes
from tests.reliability.functions import PARSER, VALIDATOR
from tests.reliability.invariant_words import equal
from tests.reliability.world import World

VENDOR, OTHER = "VEND001", "VEND002"
UPDATE, UPSERT = Decisions(UploadMode.UPDATE), Decisions(UploadMode.UPSERT)
EXISTING, OMITTED = range(1, 8), [6]

_CHEAPER = {"price": "9.99", "stock quantity": "5"}
_ROWS: dict[int, tuple[dict[str, str], str, str]] = {
    1: (_CHEAPER, "updated", "updated"),
    2: (_CHEAPER, "updated", "PLAN_OUTDATED"),  # an earlier upload arrives, and it has another price before
    3: (_CHEAPER, "updated", "superseded"),
    4: (_CHEAPER, "updated", "unchanged"),
    5: ({"price": "19.99"}, "unchanged", "PLAN_OUTDATED"),  # it would change the price of the earlier upload
    6: (_CHEAPER, "updated", "PLAN_OUTDATED"),  # left out
    7: ({"stock quantity": "7"}, "superseded", "superseded"),
    8: ({**_CHEAPER, "price": "-1"}, "INVALID_PRICE", "INVALID_PRICE"),
    9: ({"unit": "box"}, "MISSING_REQUIRED_FIELDS", "PLAN_OUTDATED"),  # its product is there meanwhile
    10: ({**_CHEAPER, "Category": "Clothing"}, "created", "created"),  # which is no category any more
    11: (_CHEAPER, "created", "PLAN_OUTDATED"),  # another vendor has its SKU meanwhile
    12: ({**_CHEAPER, "unit": "[clear]"}, "created", "created"),
}
"""For each row, by the number of its product: its cells, what is planned for it, and what becomes of it."""


def plans(world: World) -> None:
    """A plan of rows of every kind is applied after other uploads, dying at every call, and again with a decision."""
    _create(world, VENDOR, EXISTING)
    earlier, created = world.announce(VENDOR, UPDATE), world.announce(VENDOR)
    plan = world.announce(VENDOR, UPSERT, dry_run=True)
    _change(world, world.announce(VENDOR, UPDATE), {7: {"stock quantity": "8"}})
    _change(world, plan, {product: cells for product, (cells, _, _) in _ROWS.items()}, UPSERT)
    equal(_outcomes(world, plan), [planned for _, planned, _ in _ROWS.values()], "what is planned")

    _change(world, earlier, {2: {"price": "8.00"}, 5: {"price": "6.00"}})
    _change(world, world.announce(VENDOR, UPDATE), {3: {"price": "7.00"}, 4: {"price": "9.99"}})
    _create(world, VENDOR, [9], created)
    _create(world, OTHER, [11])
    _set_category(world, is_active=False)
    applied = _apply(world, plan, omit=OMITTED)
    _die_at_every_call(world)
    equal(_outcomes(world, applied), [became for _, _, became in _ROWS.values()], "what became of the plan")
    _set_category(world, is_active=True)
    _decide_otherwise(world, plan)
    world.deliver_everything_again()


def _set_category(world: World, *, is_active: bool) -> None:
    world.stack.sql("UPDATE product_categories SET is_active = %s WHERE category_name = 'Clothing'", is_active)


def _create(world: World, vendor_id: str, products: Any, upload_id: str | None = None) -> None:
    lines = [Line("sound", product, product) for product in products]
    file = file_of(lines, run=world.run, marker=world.markers[vendor_id][0])
    world.send(upload_id or world.announce(vendor_id), file)
    world.drain()


def _change(world: World, upload_id: str, cells: dict[int, dict[str, str]], decisions: Decisions = UPDATE) -> None:
    lines = [ChangeLine(product, product, changed) for product, changed in cells.items()]
    marker, keys = world.markers[VENDOR][0], ["SKU", "Vendor Product-ID"]
    world.send(upload_id, file_of_changes(lines, decisions, keys=keys, run=world.run, marker=marker))
    world.drain()


def _apply(world: World, source: str, **fields: Any) -> str:
    """Requests the upload, whose event waits for its delivery then."""
    caller, after_commit = Principal(1, "vk_act", Role.VENDOR, VENDOR, None), BackgroundTasks()
    with transaction_at(world.stack.description["database_url"]) as cursor:
        upload, _ = apply(source, Applied.model_validate(fields), caller, cursor, services(), after_commit)
    world.functions.parser.put({"upload_id": upload.upload_id})
    return upload.upload_id


def _die_at_every_call(world: World) -> None:
    for call in range(1, 5):
        world.functions.deliver(PARSER, Fate(call))
        world.pass_time(130)
        world.functions.sweep()
    for call in range(1, 6):
        world.functions.deliver(VALIDATOR, Fate(call))
        world.check(is_drained=False)
    world.drain()
    world.check()


def _outcomes(world: World, upload_id: str) -> list[str]:
    """What each row became, or the type of its error, by row number."""
    state = world.check()
    types = {row: errors[0]["error_type"] for row, errors in state.errors_of(upload_id).items()}
    return [types.get(row, outcomes[0]) for row, outcomes in sorted(state.outcomes_of(upload_id).items())]


def _decide_otherwise(world: World, plan: str) -> None:
    """With another decision there is no plan: the rows that were outdated are written."""
    again = _apply(world, plan, blank_cells="clear")
    world.drain()
    written = [n for n, outcome in enumerate(_outcomes(world, again), 1) if outcome == "updated"]
    equal(written, [2, 5, 6, 9], "the rows that an upload with another decision writes")
