"""Acts in which uploads change products of each other."""

from collections.abc import Mapping

from pipeline.domain.decisions import BlankCells, Decisions, UploadMode
from tests.reliability.files import ChangeLine, Line, corrected, file_of, file_of_changes
from tests.reliability.world import World

VENDOR = "VEND001"
PRODUCTS = range(1, 7)
UPDATE, UPSERT = Decisions(UploadMode.UPDATE), Decisions(UploadMode.UPSERT)
CLEARING = Decisions(UploadMode.UPDATE, BlankCells.CLEAR)


def overlapping(world: World) -> None:
    """The uploads that were announced first arrive last, and then everything arrives again."""
    created = world.announce(VENDOR)
    world.send(created, file_of([Line("sound", n, n) for n in PRODUCTS], run=world.run, marker=_marker(world)))
    world.drain()
    first = world.announce(VENDOR, UPSERT)
    stock, same_price = world.announce(VENDOR, CLEARING), world.announce(VENDOR, UPDATE)
    tried = world.announce(VENDOR, UPDATE, dry_run=True)
    _send(world, stock, CLEARING, "SKU", {"stock quantity": "9", "weight_kg": ""})
    _send(world, same_price, UPDATE, "Vendor Product-ID", {"price": "019.99"})
    _send(world, tried, UPDATE, "SKU", {"price": "5", "unit": "pair"})
    _send(world, first, UPSERT, "SKU", {"price": "9.99", "stock quantity": "7", "unit": "box", "weight_kg": "1"})
    world.check()
    _correct(world, first)
    world.deliver_everything_again()


def _marker(world: World) -> str:
    return world.markers[VENDOR][0]


def _send(world: World, upload_id: str, decisions: Decisions, key: str, cells: Mapping[str, str]) -> None:
    """Sends the same cells for all products, and in an upsert a wrong price for the last one."""
    wrong = {**cells, "price": "-1"} if decisions == UPSERT else cells
    lines = [ChangeLine(n, n, wrong if n == PRODUCTS[-1] else cells) for n in PRODUCTS]
    world.send(upload_id, file_of_changes(lines, decisions, keys=[key], run=world.run, marker=_marker(world)))
    world.drain()


def _correct(world: World, upload_id: str) -> None:
    """Sends the rejected rows of an upload again, behind which they stand."""
    rejected = world.upload(upload_id)
    fix_file = world.object(rejected["fix_file_s3_key"])
    again = world.announce(VENDOR)
    world.send(again, corrected(fix_file, rejected["file_delimiter"]))
    world.drain()
    child = world.upload(again)
    assert child["decisions"] == rejected["decisions"], "a corrected fix file does not do what its parent did"
    assert child["effective_at"] == rejected["effective_at"], "a corrected fix file does not stand behind its parent"
    world.check()
