"""The validator's decisions do not depend on order, repetition, concurrency or poisoned records."""

import random

import pytest

from pipeline.domain.errors import ErrorType
from tests.integration.offline import Event, Offline
from tests.stack import HEADER, csv_of, sound_rows, tag

ROWS = 400


def mixed_file(run: str, seed: int) -> bytes:
    """Rows of all kinds, with many keys that occur more than once."""
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for _ in range(ROWS):
        product, sku = chance.randrange(ROWS), chance.randrange(ROWS)
        price = chance.choice(["1.00"] * 12 + ["-1", "five", ""])
        category = chance.choice(["Electronics"] * 12 + ["electronics", "Elektronics", ""])
        rows.append(f"P{run}-{product},Thing,{category},S{run}-{sku},{price},5")
    rows[17] = f'P{run}-x,"broken"quote,Electronics,S{run}-x,1,5'
    return csv_of(rows)


def expected(content: bytes, existing_skus: set[str], existing_ids: set[str]) -> dict[int, set[str]]:
    """A plain sequential model of rules 1 to 7: per row number, the error types."""
    accepted_skus: set[str] = set()
    accepted_ids: set[str] = set()
    errors_by_row: dict[int, set[str]] = {}
    for number, line in enumerate(content.decode().splitlines()[1:], 1):
        if "quote" in line:
            errors_by_row[number] = {"MALFORMED_ROW"}
            continue
        product, _, category, sku, price, _ = line.split(",")
        errors = set()
        if not (category and price):
            errors.add("MISSING_REQUIRED_FIELDS")
        if price and price != "1.00":
            errors.add("INVALID_PRICE")
        if category and category.lower() != "electronics":
            errors.add("INVALID_CATEGORY")
        is_sound = not errors
        if sku in accepted_skus | existing_skus:
            errors.add("DUPLICATE_SKU")
        if product in accepted_ids | existing_ids:
            errors.add("DUPLICATE_VENDOR_PRODUCT_ID")
        if is_sound:
            accepted_skus.add(sku)
            accepted_ids.add(product)
        if errors:
            errors_by_row[number] = errors
    return errors_by_row


def batches_of(events: list[Event], size: int) -> list[list[Event]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


def one_after_another(offline: Offline, content: bytes) -> str:
    upload_id = offline.arrive(content)
    offline.deliver(batches_of(offline.events(upload_id), 50))
    offline.end(upload_id)
    return upload_id


def test_a_spreadsheets_error_value_has_one_error_although_an_earlier_product_has_it(
    offline: Offline,
) -> None:
    run = tag()
    earlier = one_after_another(offline, csv_of(sound_rows(1, run)))
    offline.stack.sql("UPDATE products SET sku = '#N/A' WHERE upload_id = %s", earlier)
    upload_id = one_after_another(offline, csv_of([f"P{run}-2,Thing,Electronics,#N/A,1.00,5"]))
    errors = offline.stack.sql("SELECT error_type FROM validation_errors WHERE upload_id = %s", upload_id)
    offline.stack.sql("DELETE FROM products WHERE upload_id = %s", earlier)
    assert errors == [{"error_type": "INVALID_VALUE"}]


def test_a_compare_at_price_of_zero_is_stored_as_none(offline: Offline) -> None:
    run = tag()
    row = f"P{run},Thing,Electronics,S{run},1.00,5,0.00"
    upload_id = one_after_another(offline, csv_of([row], f"{HEADER},compare_at_price"))
    stored = offline.stack.sql("SELECT compare_at_price FROM products WHERE upload_id = %s", upload_id)
    assert stored == [{"compare_at_price": None}]


def test_numbers_that_only_the_whole_file_explains_are_stored_as_it_explains_them(offline: Offline) -> None:
    run = tag()
    rows = [f"P{run}-{n};Thing;Electronics;S{run}-{n};{price};5" for n, price in enumerate(["€ 1.299", "7,50", "x"])]
    upload_id = one_after_another(offline, csv_of(rows, HEADER.replace(",", ";")))
    prices = offline.stack.sql("SELECT price::text FROM products WHERE upload_id = %s ORDER BY row_number", upload_id)
    assert [row["price"] for row in prices] == ["1299.00", "7.50"]
    with offline.stack.api() as api:
        upload = api.get(f"/v1/uploads/{upload_id}").json()
        (error,) = api.get(f"/v1/uploads/{upload_id}/errors").json()["items"]
    assert (upload["file"]["number_format"], upload["decisions"]["number_format"]) == ("1.234,56", None)
    assert [(each["code"], each["severity"]) for each in upload["warnings"]] == [
        ("DECIMAL_COMMA", "info"),
        ("CURRENCY_DROPPED", "info"),
    ]
    assert error["value"] == "x"


def test_the_result_is_that_of_the_sequential_model(offline: Offline) -> None:
    run = tag()
    earlier = one_after_another(offline, csv_of(sound_rows(30, run)))
    content = mixed_file(run, seed=1)
    upload_id = one_after_another(offline, content)
    products = offline.stack.sql("SELECT sku, vendor_product_id FROM products WHERE upload_id = %s", earlier)
    errors_by_row: dict[int, set[str]] = {}
    for error in offline.stack.sql(
        "SELECT row_number, error_type FROM validation_errors WHERE upload_id = %s", upload_id
    ):
        errors_by_row.setdefault(error["row_number"], set()).add(error["error_type"])
    assert errors_by_row == expected(content, {p["sku"] for p in products}, {p["vendor_product_id"] for p in products})


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_batches_twice_each_from_four_processes_give_the_sequential_result(
    offline: Offline, seed: int
) -> None:
    runs = tag(), tag()
    alone = one_after_another(offline, mixed_file(runs[0], seed))
    together = offline.arrive(mixed_file(runs[1], seed))
    events = offline.events(together)
    random.Random(seed).shuffle(events)  # noqa: S311
    batches = batches_of(events, 16) * 2
    random.Random(seed + 1).shuffle(batches)  # noqa: S311
    with offline.workers(4) as pool:
        offline.deliver(batches, pool)
    offline.end(together)
    assert offline.result(together, runs[1]) == offline.result(alone, runs[0])


def test_two_uploads_that_race_for_the_same_skus_have_one_winner_each(offline: Offline) -> None:
    run = tag()
    first, second = (offline.arrive(csv_of(sound_rows(200, run)), vendor=vendor) for vendor in ("VEND001", "VEND002"))
    batches = [*batches_of(offline.events(first), 10), *batches_of(offline.events(second)[::-1], 10)]
    random.Random(7).shuffle(batches)  # noqa: S311
    with offline.workers(4) as pool:
        offline.deliver(batches, pool)
    counts = offline.stack.sql(
        "SELECT valid_records + error_records AS decided, valid_records FROM upload_history"
        " WHERE upload_id IN (%s, %s)",
        first, second,
    )  # fmt: skip
    assert [row["decided"] for row in counts] == [200, 200]
    assert sum(row["valid_records"] for row in counts) == 200
    assert offline.stack.sql("SELECT count(*) FROM products WHERE sku LIKE %s", f"S{run}-%") == [{"count": 200}]


def test_events_of_an_ended_upload_change_nothing(offline: Offline) -> None:
    run = tag()
    content = csv_of([*sound_rows(5, run), f"P{run}-6,Lamp,Nowhere,S{run}-6,-1,5"])
    upload_id = offline.arrive(content)
    events = offline.events(upload_id)
    offline.deliver([events])
    offline.end(upload_id)
    before = offline.result(upload_id, run)
    offline.deliver(batches_of(events[::-1], 2))
    offline.end(upload_id)
    assert offline.result(upload_id, run) == before
    assert len(offline.stack.mails(upload_id, at_least=2, seconds=3)) == 1


def test_a_record_that_postgresql_refuses_is_our_error_and_its_neighbours_are_decided(offline: Offline) -> None:
    run = tag()
    upload_id = offline.arrive(csv_of(sound_rows(9, run)))
    events = offline.events(upload_id)
    # No vendor can cause this: a value that passes every rule and that the database cannot store.
    events[4]["dynamodb"]["NewImage"]["product_data"]["M"]["product_name"]["S"] = "lone surrogate \ud800"
    offline.deliver([events])
    offline.end(upload_id)
    errors_by_row = offline.stack.sql(
        "SELECT row_number, error_type FROM validation_errors WHERE upload_id = %s", upload_id
    )
    assert errors_by_row == [{"row_number": 5, "error_type": ErrorType.PROCESSING_ERROR}]
    assert offline.result(upload_id, run)["upload"]["valid_records"] == 8


def test_an_item_that_comes_with_its_outcome_is_no_new_record(offline: Offline) -> None:
    """The sweeper writes lost items again, as INSERTs."""
    run = tag()
    upload_id = one_after_another(offline, csv_of([*sound_rows(1, run), f"P{run}-2,Lamp,Nowhere,S{run}-2,1,5"]))
    before = offline.result(upload_id, run)
    offline.deliver([offline.events(upload_id)])
    assert offline.result(upload_id, run) == before


def test_only_inserts_are_new_records(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(1, tag())))
    (event,) = offline.events(upload_id)
    offline.deliver([[event | {"eventName": "MODIFY"}], [{"eventName": "REMOVE", "dynamodb": {}}]])
    assert offline.stack.sql("SELECT valid_records FROM upload_history WHERE upload_id = %s", upload_id) == [
        {"valid_records": 0}
    ]


def test_a_record_of_an_unknown_upload_is_passed_over_and_its_neighbours_are_decided(offline: Offline) -> None:
    upload_id = offline.arrive(csv_of(sound_rows(2, tag())))
    first, second = offline.events(upload_id)
    first["dynamodb"]["NewImage"]["upload_id"]["S"] = "UPLOAD_20200101_000000_aaaaaaaa"
    offline.deliver([[first, second]])
    assert offline.stack.sql("SELECT valid_records FROM upload_history WHERE upload_id = %s", upload_id) == [
        {"valid_records": 1}
    ]


def test_the_header_is_case_blind_and_zeros_stay(offline: Offline) -> None:
    run = tag()
    content = csv_of([f"00{run},Mouse,ELECTRONICS,00S{run},007.50,0005"], HEADER.upper().replace("_", " "))
    upload_id = one_after_another(offline, content)
    (product,) = offline.result(upload_id, run)["products"]
    assert (product["sku"], product["vendor_product_id"], product["category"]) == ("00S…", "00…", "Electronics")
    assert (product["price"], product["stock_quantity"]) == ("7.50", 5)
