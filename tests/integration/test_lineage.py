"""What a fix file has from the upload that it corrects: which that is, its decisions, its place, and its numbers."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from pipeline.domain.decisions import Decisions, MappedHeader, OptionalValues, UploadMode
from pipeline.domain.numbers import NumberFormat
from pipeline.postgres import claims
from pipeline.stages.inherit import inherit_from_parent
from pipeline.stages.parse import start_upload
from tests.integration.fix_files import (
    Row,
    as_file,
    corrected,
    ended,
    fix_file,
    fix_rows,
    lineage,
    rejected_rows,
    unnamed,
)
from tests.integration.offline import Offline
from tests.stack import csv_of, sound_rows, tag

UPDATE = Decisions(UploadMode.UPDATE)


def rejected(offline: Offline, **options: Any) -> str:
    """An upload with three rejected rows."""
    return ended(offline, csv_of(rejected_rows(tag())), **options)


def stored(offline: Offline, upload_id: str, *columns: str) -> tuple[Any, ...]:
    (upload,) = offline.stack.sql(f"SELECT {', '.join(columns)} FROM upload_history WHERE upload_id = %s", upload_id)
    return tuple(upload[column] for column in columns)


def naming(rows: list[Row], *upload_ids: str) -> list[Row]:
    """The rows, each with another text under `_upload`."""
    return [row | {"_upload": upload_id} for row, upload_id in zip(rows, upload_ids, strict=False)]


def test_the_upload_that_a_row_names_is_the_parent_whatever_the_files_name_and_rows_say(offline: Offline) -> None:
    named, in_name = rejected(offline), rejected(offline)
    rows = naming(fix_rows(offline, in_name), *[f" {named}"] * 3)
    child = ended(offline, corrected(rows), file_name=f"{in_name}_fix.csv")
    assert lineage(offline, child)[0] == named


def test_without_it_the_files_name_decides_then_the_rows(offline: Offline) -> None:
    by_name, by_rows = rejected(offline), rejected(offline)
    rows = unnamed(fix_rows(offline, by_rows))
    assert lineage(offline, ended(offline, corrected(rows)))[0] == by_rows
    assert lineage(offline, ended(offline, corrected(rows), file_name=f"{by_name}_fix (1).csv"))[0] == by_name


@pytest.mark.parametrize("separator", [" → 5.00 | ", " | "])
def test_rows_are_known_with_their_suggestions_and_as_earlier_versions_wrote_them(
    offline: Offline, separator: str
) -> None:
    run = tag()
    lines = [f"P{run}-{n},Lamp,Electronics,S{run}-{n},5 €uro,5.0" for n in (1, 2)]
    parent = ended(offline, csv_of(lines))
    rows = unnamed(fix_rows(offline, parent))
    assert " → 5" in rows[0]["_errors"]
    if separator == " | ":
        rows = [row | {"_errors": row["_errors"].replace(" → 5.00", "").replace(" → 5", "")} for row in rows]
        assert "→" not in rows[0]["_errors"]
    rows = [row | {"sku": f"S{tag()}", "vendor_product_id": row["vendor_product_id"]} for row in rows]
    assert lineage(offline, ended(offline, as_file(rows)))[0] == parent


def test_of_a_file_put_together_the_first_upload_of_the_vendor_is_the_parent_and_its_rows_count(
    offline: Offline,
) -> None:
    foreign = rejected(offline, vendor="VEND002")
    first, second = rejected(offline), rejected(offline)
    rows = [*fix_rows(offline, first)[:1], *fix_rows(offline, second), *fix_rows(offline, first)[1:]]
    hostile = ["", foreign, "UPLOAD_20260101_000000_aaaaaaaa", "=1+1", "x" * 60]
    nobodys = [
        row | {"_upload": text, "_row": "", "sku": f"S{tag()}", "vendor_product_id": f"P{tag()}"}
        for row, text in zip(rows, hostile, strict=False)
    ]
    child = ended(offline, corrected([*nobodys, *rows], 5, 6, 7, 9))
    assert lineage(offline, child) == (first, 0)
    assert [lineage(offline, each)[1] for each in (first, second, foreign)] == [2, 0, 0]


@pytest.mark.parametrize("text", ["no such upload", "A" * 1_000_000, "'; DROP TABLE products --", "\ud83d\ude00"])
def test_what_names_no_upload_of_the_vendor_is_ignored(offline: Offline, text: str) -> None:
    parent = rejected(offline)
    rows = naming(fix_rows(offline, parent), text.encode("utf-16", "surrogatepass").decode("utf-16"), "", "")
    child = ended(offline, corrected(rows))
    assert lineage(offline, child)[0] == parent
    foreign = ended(offline, corrected(naming(rows, *[parent] * 3)), vendor="VEND002")
    assert lineage(offline, foreign) == (None, 0)


def test_the_parents_decisions_hold_but_those_that_the_request_names(offline: Offline) -> None:
    run = tag()
    ended(offline, csv_of(sound_rows(1, run)))
    decisions = Decisions(UploadMode.UPDATE, optional_values=OptionalValues.LEAVE_OUT, encoding="utf-8")
    parent = ended(offline, f"sku,price\nS{run}-1,x\n".encode(), decisions=decisions, dry_run=True)
    content = as_file([row | {"price": "7.00"} for row in fix_rows(offline, parent)])
    child = ended(offline, content)
    assert stored(offline, child, "mode", "dry_run", "status", "updated_records") == ("update", False, "completed", 1)
    assert stored(offline, child, "decisions") == (decisions.as_json() | {"encoding": None, "sheet": None},)
    other = ended(offline, content, decisions=Decisions(UploadMode.UPSERT, encoding="utf-8"))
    mode, decided, failure = stored(offline, other, "mode", "decisions", "failure")
    assert (mode, decided["optional_values"], decided["encoding"]) == ("upsert", "leave_out", "utf-8")
    assert failure["code"] == "MISSING_COLUMNS"


def test_a_file_that_is_no_fix_file_inherits_nothing_by_its_name(offline: Offline) -> None:
    run = tag()
    parent = rejected(offline, decisions=Decisions(UploadMode.UPSERT))
    child = ended(offline, csv_of(sound_rows(1, run)), file_name=f"{parent}_fix.csv")
    assert stored(offline, child, "mode", "parent_upload_id") == ("create", None)


def test_headers_that_only_the_parents_mapping_explains_are_understood(offline: Offline) -> None:
    run = tag()
    mapping = {"vendor_product_id": "Kennung", "sku": "Kennung", "product_name": "Was", "category": "Gruppe"}
    mapping |= {"price": "Kosten heute", "stock_quantity": "Da"}
    decisions = Decisions(mapping={column: MappedHeader(header) for column, header in mapping.items()})
    content = f"Kennung;Was;Gruppe;Kosten heute;Da\nK{run};a, b, c, d;Electronics;-1;5\n"
    parent = ended(offline, content.encode(), decisions=decisions)
    child = ended(offline, fix_file(offline, parent).replace(b";-1;", b";2,50;"))
    assert stored(offline, child, "status", "parent_upload_id") == ("completed", parent)


def test_a_fix_file_stands_directly_behind_its_upload(offline: Offline) -> None:
    parent = rejected(offline)
    between = rejected(offline)
    first = ended(offline, corrected(fix_rows(offline, parent)))
    second = ended(offline, corrected(fix_rows(offline, parent)), dry_run=True)
    third = ended(offline, corrected(fix_rows(offline, first)))
    places = {each: stored(offline, each, "effective_at", "effective_path")
              for each in (parent, between, first, second, third)}  # fmt: skip
    assert sorted(places, key=places.__getitem__) == [parent, first, third, second, between]


def test_a_refused_fix_file_has_its_parent_too(offline: Offline) -> None:
    parent = rejected(offline)
    rows = [{name: cell for name, cell in row.items() if name != "price"} for row in fix_rows(offline, parent)]
    child = ended(offline, as_file(rows))
    failure, *place = stored(offline, child, "failure", "parent_upload_id", "effective_at")
    assert (failure["code"], *place) == ("MISSING_COLUMNS", parent, *stored(offline, parent, "effective_at"))


def test_what_is_inherited_is_pinned_and_a_worker_that_takes_over_keeps_it(offline: Offline) -> None:
    run = tag()
    ended(offline, csv_of(sound_rows(1, run)))
    parent = ended(offline, f"sku,price\nS{run}-1,x\n".encode(), decisions=UPDATE)
    content = as_file([row | {"price": "8.00"} for row in fix_rows(offline, parent)])
    child = offline.arrive(content, parse=False)
    size, version_id = offline.stored[child]
    services, database = offline.services, offline.services.database
    with database.transaction() as cursor:
        claimed = claims.claim(
            cursor, child, token=uuid4(), lease=timedelta(0), version_id=version_id, size=size
        )  # fmt: skip
    assert claimed

    def source() -> Any:
        return services.object_store.open(claimed.key, claimed.version_id, claimed.size)

    inherited = inherit_from_parent(services, claimed, source)
    assert (inherited.parent_upload_id, inherited.decisions.mode) == (parent, UploadMode.UPDATE)
    assert inherit_from_parent(services, inherited, source) == inherited
    place = stored(offline, child, "effective_at", "effective_path")
    assert inherit_from_parent(services, claimed, source) == claimed  # too late: it has a parent
    offline.stack.sql("UPDATE upload_history SET decisions = decisions || '{\"mode\": \"create\"}', mode = 'create'"
                      " WHERE upload_id = %s", parent)  # fmt: skip
    start_upload(services, child, has_time=lambda: True)
    offline.deliver([offline.events(child)])
    offline.end(child)
    assert stored(offline, child, "mode", "status", "updated_records") == ("update", "completed", 1)
    assert stored(offline, child, "effective_at", "effective_path") == place


def test_a_worker_that_lost_its_lease_changes_nothing(offline: Offline) -> None:
    parent = rejected(offline, decisions=Decisions(UploadMode.UPSERT))
    child = offline.arrive(corrected(fix_rows(offline, parent)), parse=False)
    size, version_id = offline.stored[child]
    with offline.services.database.transaction() as cursor:
        claimed = claims.claim(
            cursor, child, token=uuid4(), lease=timedelta(0), version_id=version_id, size=size
        )  # fmt: skip
    with offline.services.database.transaction() as cursor:
        assert claims.take_over(cursor, child, token=uuid4(), lease=timedelta(0), from_token=None)
    assert claimed
    source = lambda: offline.services.object_store.open(claimed.key, claimed.version_id, claimed.size)  # noqa: E731
    assert inherit_from_parent(offline.services, claimed, source) == claimed
    assert stored(offline, child, "mode", "parent_upload_id") == ("create", None)


def german(offline: Offline, weights: Mapping[str, str], **options: Any) -> tuple[str, list[Row]]:
    """An upload in which `1.299` is thousands by the other cells, and the rejected rows."""
    run = tag()
    header = "vendor_product_id;product_name;category;sku;price;stock_quantity;weight_kg"
    rows = [f"P{run}-{n};Lamp;{category};S{run}-{n};{price};5;{weight}"
            for n, (category, price, weight) in enumerate([("Electronics", "12,99", weights["sound"]),
                                                           ("Nowhere", "1.299", weights["wrong"])])]  # fmt: skip
    parent = ended(offline, "\n".join([header, *rows]).encode(), **options)
    return parent, fix_rows(offline, parent, delimiter=";")


def values(offline: Offline, upload_id: str) -> list[tuple[str, str | None]]:
    products = offline.stack.sql(
        "SELECT price::text, weight_kg::text FROM products WHERE upload_id = %s ORDER BY row_number", upload_id
    )
    return [(product["price"], product["weight_kg"]) for product in products]


def test_numbers_are_read_as_in_the_parent_which_had_more_rows(offline: Offline) -> None:
    parent, (row,) = german(offline, {"sound": "0,5", "wrong": "1.250"})
    child = ended(offline, as_file([row | {"category": "Books"}]))
    assert lineage(offline, child)[0] == parent
    assert values(offline, child) == [("1299.00", "1250.000")]
    (numbers,) = stored(offline, child, "file_numbers")
    assert numbers["number_format"] == NumberFormat.DECIMAL_COMMA


def test_a_column_that_the_parent_does_not_explain_is_read_by_itself(offline: Offline) -> None:
    _, (row,) = german(offline, {"sound": "", "wrong": ""})
    again = row | {"category": "Books", "compare_at_price": "1.500", "sku": f"S{tag()}"}
    again |= {"vendor_product_id": f"P{tag()}"}
    other = again | {"compare_at_price": "1399,50", "sku": f"S{tag()}", "vendor_product_id": f"P{tag()}"}
    child = ended(offline, as_file([again, other]))
    products = offline.stack.sql(
        "SELECT compare_at_price::text FROM products WHERE upload_id = %s ORDER BY row_number", child
    )
    assert [product["compare_at_price"] for product in products] == ["1500.00", "1399.50"]


def test_a_suggestion_that_is_followed_does_not_change_the_other_rows(offline: Offline) -> None:
    """It has a decimal point, as suggestions have, but `1.299` is what it was."""
    _, (row,) = german(offline, {"sound": "0,5", "wrong": "1.250"})
    added = row | {"sku": f"S{tag()}", "vendor_product_id": f"P{tag()}", "price": "5.50", "weight_kg": "0.75"}
    child = ended(offline, as_file([row | {"category": "Books"}, added | {"category": "Books"}]))
    assert values(offline, child) == [("1299.00", "1250.000"), ("5.50", "0.750")]


def test_a_format_that_the_request_names_beats_the_parents(offline: Offline) -> None:
    _, (row,) = german(offline, {"sound": "0,5", "wrong": "1.250"})
    row |= {"category": "Books", "price": "1.299,00"}
    child = ended(offline, as_file([row]), decisions=Decisions(number_format=NumberFormat.DECIMAL_POINT))
    assert values(offline, child) == [("1299.00", "1.250")]


def test_numbers_are_the_same_when_the_sweeper_reads_the_file_again(offline: Offline) -> None:
    from pipeline.stages.repair import finish_from_file

    _, (row,) = german(offline, {"sound": "0,5", "wrong": "1.250"})
    child = offline.arrive(as_file([row | {"category": "Books"}]))
    offline.stack.sql("UPDATE upload_history SET lease_until = now() - interval '1 s' WHERE upload_id = %s", child)
    finish_from_file(offline.services, child, lambda: True)
    assert values(offline, child) == [("1299.00", "1250.000")]


def as_sent_back(rows: list[Row], *, run: str, good: tuple[str, ...]) -> bytes:
    """The rows in another order, with a new one, and a valid price where the row number is among `good`."""
    added = rows[0] | {"_row": "", "_errors": "", "_upload": "", "price": "1", "sku": f"N{run}{tag()}"}
    added |= {"vendor_product_id": f"N{run}{tag()}", "product_name": "Lamp", "stock_quantity": "5"}
    corrected_rows = [row | ({"price": "1.00"} if row["_row"] in good else {}) for row in rows[::-1]]
    return as_file([added, *corrected_rows])


@pytest.mark.parametrize("decisions", [Decisions(), Decisions(UploadMode.UPSERT)])
def test_three_generations_in_other_orders_with_rows_deleted_and_added_agree(
    offline: Offline, decisions: Decisions
) -> None:
    run = tag()
    broken = f'P{run}-9,"Poster "A9" matte",Electronics,S{run}-9,1,5'
    first = ended(offline, csv_of([*rejected_rows(run, 5), broken]), decisions=decisions)
    rows = fix_rows(offline, first)
    assert [row["_row"] for row in rows] == ["1", "2", "3", "4", "5", "6?"]
    second = ended(offline, as_sent_back(rows[1:], run=run, good=("2",)))  # 1 is deleted, 2 is right
    assert (lineage(offline, second), lineage(offline, first)) == ((first, 0), (None, 1))

    rows = fix_rows(offline, second)  # 6?, 5, 4, 3 of the first
    assert [row["_row"] for row in rows] == ["2?", "3", "4", "5"]
    third = ended(offline, as_sent_back(rows, run=run, good=("3", "5")))  # 5 and 3 of the first
    counts = {each: lineage(offline, each)[1] for each in (first, second, third)}
    assert (lineage(offline, third)[0], counts) == (second, {first: 3, second: 2, third: 0})

    malformed, other = sorted(fix_rows(offline, third), key=lambda row: "?" not in row["_row"])
    assert (malformed["_row"][-1], malformed["_upload"]) == ("?", third)
    malformed |= {"_row": malformed["_row"].removesuffix("?"), "product_name": "Poster"}
    last = ended(offline, as_file([other | {"price": "1"}, malformed]))
    counts = {each: lineage(offline, each)[1] for each in (first, second, third)}
    assert (lineage(offline, last)[0], counts) == (third, {first: 5, second: 4, third: 2})
    assert stored(offline, last, "mode", "status") == (decisions.mode, "completed")


def test_a_second_correction_of_a_row_also_corrects_its_latest_rejected_descendant(offline: Offline) -> None:
    parent = rejected(offline)
    rows = fix_rows(offline, parent)
    child = ended(offline, corrected(rows))  # all are rejected again
    grandchild = ended(offline, corrected(fix_rows(offline, child)[1:]))  # two of them once more
    tried = ended(offline, corrected(fix_rows(offline, grandchild)), dry_run=True)
    ended(offline, corrected(rows, 0, 1))
    uploads = (parent, child, grandchild, tried)
    assert [lineage(offline, each)[1] for each in uploads] == [2, 2, 1, 0]


def test_a_corrected_update_is_no_same_file_as_another(offline: Offline) -> None:
    run = tag()
    ended(offline, csv_of(sound_rows(1, run)))
    parent = ended(offline, f"sku,price\nS{run}-1,x\n".encode(), decisions=UPDATE)
    content = as_file([row | {"price": "7.00"} for row in fix_rows(offline, parent)])
    first, second = ended(offline, content), ended(offline, content)
    assert stored(offline, first, "updated_records") == (1,)
    assert stored(offline, second, "unchanged_records", "warnings") == (1, [])
