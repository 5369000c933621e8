"""Errors by cause: one mistake that is repeated in thousands of rows is one line."""

from typing import Any

import pytest

from pipeline.stages.report import finish_upload
from tests.integration.fix_files import ended
from tests.integration.offline import Offline
from tests.stack import csv_of, tag

WRONG_CATEGORY = 4_812


@pytest.fixture(scope="module")
def upload_id(offline: Offline) -> str:
    """4,812 rows with one wrong category name, and fewer of other errors."""
    run = tag()
    category_of = {n: "Elektronics" if n <= WRONG_CATEGORY else "Spaceships" for n in range(1, WRONG_CATEGORY + 31)}
    rows = [f"P{run}-{n},Lamp,{category},S{run}-{n},5.00,5" for n, category in category_of.items()]
    rows += [f"P{run}-{n},Lamp,Books,S{run}-{n},{'-1' if n % 2 else 'free'},5" for n in range(5001, 5021)]
    rows += [f"P{run}-{n},Lamp,Books,S{run}-{n},5,ten" for n in range(6001, 6011)]
    upload_id = offline.arrive(csv_of(rows))
    events = offline.events(upload_id)
    offline.deliver(events[start : start + 500] for start in range(0, len(events), 500))
    finish_upload(offline.services, upload_id)
    return upload_id


def test_thousands_of_rows_with_one_cause_are_one_line(offline: Offline, upload_id: str) -> None:
    with offline.stack.api() as api:
        causes: list[dict[str, Any]] = api.get(f"/v1/uploads/{upload_id}/errors/summary").json()["items"]
    assert [tuple(cause.values())[:6] for cause in causes] == [
        ("INVALID_CATEGORY", "category", "Elektronics", WRONG_CATEGORY, [1, 2, 3, 4, 5], "Electronics"),
        ("INVALID_CATEGORY", "category", "Spaceships", 30, [4813, 4814, 4815, 4816, 4817], None),
        ("INVALID_PRICE", "price", None, 20, [4843, 4844, 4845, 4846, 4847], None),
        ("INVALID_STOCK_QUANTITY", "stock_quantity", None, 10, [4863, 4864, 4865, 4866, 4867], None),
    ]
    cause = {"error_type": "INVALID_CATEGORY", "error_field": "category", "value": "Elektronics"}
    assert [each["fix"] for each in causes] == [{**cause, "suggested": True}, None, None, None]


def test_candidates_are_named_where_there_is_no_one_suggestion(offline: Offline) -> None:
    run = tag()
    names = ["Elektronik", "Elektronics", "Zzzzz"]
    upload_id = ended(offline, csv_of([f"P{run}-{n},Lamp,{name},S{run}-{n},5,5" for n, name in enumerate(names)]))
    with offline.stack.api() as api:
        causes = api.get(f"/v1/uploads/{upload_id}/errors/summary").json()["items"]
        errors = api.get(f"/v1/uploads/{upload_id}/errors").json()["items"]
    candidates = {each["value"]: each["candidates"] for each in errors}
    assert candidates == {each["value"]: each["candidates"] for each in causes}
    assert candidates["Elektronik"] == ["Electronics"]
    assert (candidates["Elektronics"], candidates["Zzzzz"]) == ([], [])


def test_spellings_that_the_rule_takes_for_one_are_one_cause(offline: Offline) -> None:
    run = tag()
    spelled = ["Elektronics", "Elektronics ", "Elektronics\u00a0", "elektronics", "STRASSE", "Straße", "Toyz"]
    upload_id = offline.arrive(csv_of([f"P{run}-{n},Lamp,{name},S{run}-{n},5,5" for n, name in enumerate(spelled)]))
    offline.deliver([offline.events(upload_id)])
    finish_upload(offline.services, upload_id)
    expected = [("Elektronics", 4, [1, 2, 3, 4]), ("STRASSE", 2, [5, 6]), ("Toyz", 1, [7])]
    causes: list[dict[str, Any]] = []
    cursor: str | None = ""
    with offline.stack.api() as api:
        while cursor is not None:
            params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
            page = api.get(f"/v1/uploads/{upload_id}/errors/summary", params=params).raise_for_status().json()
            causes, cursor = causes + page["items"], page["next_cursor"]
    assert [(cause["value"], cause["count"], cause["rows"]) for cause in causes] == expected
    (mail,) = offline.stack.mails(upload_id)
    lines = [line.split(":")[0] for line in mail["Message"].splitlines() if " x " in line]
    assert lines == [f'{count} x INVALID_CATEGORY in category "{value}"' for value, count, _ in expected]


def test_the_notification_names_the_three_most_frequent_causes(offline: Offline, upload_id: str) -> None:
    (mail,) = offline.stack.mails(upload_id)
    lines = mail["Message"].splitlines()
    assert [line for line in lines if " x " in line] == [
        '4812 x INVALID_CATEGORY in category "Elektronics": write "Electronics"',
        '30 x INVALID_CATEGORY in category "Spaceships"',
        "20 x INVALID_PRICE in price",
    ]
