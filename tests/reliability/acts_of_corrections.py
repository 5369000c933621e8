"""Acts in which rejected rows are corrected without a file, as `POST /v1/uploads/{id}/corrections` does it."""

from typing import Any

from fastapi import BackgroundTasks

from api.answers.problems import Problem
from api.correction_commands import correct
from api.schemas.corrections import Correction
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import Principal
from pipeline.postgres.database import transaction_at
from pipeline.services import services
from tests.event_sources.bucket import object_created
from tests.reliability.functions import REPORTER
from tests.reliability.invariant_words import equal
from tests.reliability.world import File, World
from tests.stack import csv_of, sound_rows

VENDOR = "VEND001"
_PRICE = {"error_type": "INVALID_PRICE", "error_field": "price", "set": "5.00"}
_CATEGORY = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": "Elektronik", "set": "Electronics"}


def corrections(world: World) -> None:
    """Rows are corrected in a dry run, then by two corrections of which the second finishes what the first left."""
    parent = world.announce(VENDOR)
    world.send(parent, File(csv_of(_rows(world))))
    world.drain()
    _try(world, parent)
    first = _correct(world, parent, fixes=[_PRICE, _CATEGORY], omit=[5], rows=[_row(4, "Elektro", price="7.00")])
    equal(_numbers(world, first), [2, 3, 4], "the rows of a correction, and those whose errors are all addressed")
    _count(world, {parent: 2, first: 0})
    second = _correct(world, parent, rows=[_row(4, "Electronics")])
    assert world.upload(second)["status"] == "completed", "a second correction is not one of the latest version"
    _count(world, {parent: 3, first: 1})
    prices = world.stack.sql("SELECT price FROM products WHERE sku = %s", f"S{world.run}-4")
    equal([str(each["price"]) for each in prices], ["7.00"], "the price of a row corrected twice")
    world.deliver_everything_again()
    _count(world, {parent: 3, first: 1})


def _rows(world: World) -> list[str]:
    """One sound row; two with one error; one with two; one to omit; one of which the second error is left."""
    rows = sound_rows(6, world.run)
    rows[1:] = [row.replace("19.99", "free") for row in rows[1:]]
    rows[2] = rows[2].replace("free", "19.99").replace("Electronics", "Elektronik")
    rows[3] = rows[3].replace("Electronics", "Elektronik")
    rows[5] = rows[5].removesuffix("5") + "1.5"
    return rows


def _row(number: int, category: str, **cells: str) -> dict[str, Any]:
    return {"row_number": number, "set": {"category": category, **cells}}


def _try(world: World, parent: str) -> None:
    tried = _correct(world, parent, fixes=[_PRICE, _CATEGORY], omit=[5], remember=True, dry_run=True)
    equal(_numbers(world, tried), [2, 3, 4], "the rows of a dry run, and those whose errors are all addressed")
    _count(world, {parent: 0, tried: 0})
    aliases = world.stack.sql("SELECT * FROM category_aliases WHERE vendor_id = %s", VENDOR)
    equal(aliases, [], "what a dry run has kept of categories")


def _correct(world: World, parent: str, **fields: Any) -> str:
    """Requests a correction, has its file written, and delivers everything until it has ended."""
    caller, after_commit = Principal(1, "vk_act", Role.VENDOR, VENDOR, None), BackgroundTasks()
    try:
        with transaction_at(world.stack.description["database_url"]) as cursor:
            upload, _, _ = correct(parent, Correction.model_validate(fields), caller, cursor, services(), after_commit)
    except Problem as problem:
        raise AssertionError(f"a correction of rejected rows was refused: {problem.detail}") from problem
    for task in after_commit.tasks:
        task.func(*task.args, **task.kwargs)
    while world.functions.deliver(REPORTER):
        pass
    world.functions.parser.put(_stored(world, upload.file_s3_key))
    world.drain()
    world.check()
    return upload.upload_id


def _stored(world: World, key: str) -> dict[str, Any]:
    """The bucket's event for a file that error-processor has written."""
    bucket = world.stack.description["bucket"]
    head = world.stack.aws("s3").head_object(Bucket=bucket, Key=key)
    return object_created(
        bucket=bucket, key=key, version_id=head["VersionId"], size=head["ContentLength"], now=world.functions.clock.now
    )


def _numbers(world: World, upload_id: str) -> list[int]:
    """The numbers in the parent of a correction's rows."""
    file = world.object(world.upload(upload_id)["file_s3_key"]).decode("utf-8-sig")
    header, *rows = (line.split(",") for line in file.splitlines())
    return [int(row[header.index("_row")]) for row in rows]


def _count(world: World, expected: dict[str, int]) -> None:
    counts = {upload_id: world.upload(upload_id)["corrected_records"] for upload_id in expected}
    equal(counts, expected, "corrected_records, and rows that are corrected")
