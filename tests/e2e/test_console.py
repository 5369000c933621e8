"""The console's doors, and its record: what was done is noted with it, or neither happens."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from tests.e2e.console import Console, signed_in
from tests.e2e.operators import keys_of, keys_with
from tests.stack import Stack, tag

_FORMS = (
    "/support/standstill/redrive",
    "/support/vendors/VEND003/keys",
    "/support/vendors/VEND003/keys/1/revoke",
    "/support/vendors/VEND003/suspend",
    "/support/vendors/VEND003/activate",
)


@pytest.fixture
def console(stack: Stack) -> Iterator[Console]:
    with signed_in(stack) as console:
        yield console


def _actions(stack: Stack) -> list[dict[str, Any]]:
    """The record itself. Its page, which `tests/browser` looks at, shows sentences made of it."""
    return stack.sql("SELECT * FROM support_actions ORDER BY action_id")


def _new_key(stack: Stack, vendor_id: str = "VEND003") -> int:
    label = f"console {tag()}"
    create_api_key(stack.description["database_url"], role=Role.VENDOR, vendor_id=vendor_id, label=label)
    return int(keys_with(stack, label)[0]["key_id"])


def _works(stack: Stack, key_id: int) -> bool:
    return any(key["state"] == "works" for key in keys_of(stack) if key["key_id"] == key_id)


@pytest.mark.parametrize("path", _FORMS)
def test_a_vendors_form_does_nothing_and_is_told_that_nothing_is_there(path: str, stack: Stack) -> None:
    before = _actions(stack)
    with signed_in(stack, "VEND003") as vendor:
        assert vendor.send(path, label="mine").status_code == 404
    assert _actions(stack) == before
    with stack.api("support") as api:
        vendors = api.get("/v1/vendors").json()["items"]
    assert [each["status"] for each in vendors if each["vendor_id"] == "VEND003"] == ["active"]


@pytest.mark.parametrize("path", _FORMS)
def test_a_form_of_another_site_does_nothing(path: str, console: Console, stack: Stack) -> None:
    before = _actions(stack)
    assert console.send(path, form_token="forged", label="mine").status_code == 403
    assert _actions(stack) == before


def test_an_action_is_noted_with_who_did_it_and_logged(console: Console, stack: Stack) -> None:
    key_id = _new_key(stack)
    answer = console.send(f"/support/vendors/VEND003/keys/{key_id}/revoke")
    assert answer.headers["Location"] == "/support/vendors/VEND003?done=revoked"
    last = _actions(stack)[-1]
    support = stack.description["api_keys"]["support"]
    assert (last["action"], last["vendor_id"], last["details"]["key_id"]) == ("key_revoked", "VEND003", key_id)
    assert last["key_prefix"] == support[:7]
    lines = [line for line in (stack.logs / "api.log").read_text().splitlines() if '"support.acted"' in line]
    assert json.loads(lines[-1])["details"]["key_id"] == key_id


def test_what_was_done_before_is_not_done_and_noted_twice(console: Console, stack: Stack) -> None:
    key_id = _new_key(stack)
    for done in ("revoked", "nothing"):
        answer = console.send(f"/support/vendors/VEND003/keys/{key_id}/revoke")
        assert answer.headers["Location"] == f"/support/vendors/VEND003?done={done}"
    assert [each["details"].get("key_id") for each in _actions(stack)].count(key_id) == 1


def test_what_cannot_be_noted_is_not_done(console: Console, stack: Stack) -> None:
    key_id = _new_key(stack)
    stack.sql("ALTER TABLE support_actions RENAME TO support_actions_away")  # a fault that nobody else can cause
    try:
        assert console.send(f"/support/vendors/VEND003/keys/{key_id}/revoke").status_code == 500
    finally:
        stack.sql("ALTER TABLE support_actions_away RENAME TO support_actions")
    assert _works(stack, key_id)


@pytest.mark.parametrize(("vendor_id", "status"), [("VEND001", 404), ("NOBODY", 404)])
def test_a_key_is_revoked_on_its_own_vendors_page_alone(
    vendor_id: str, status: int, console: Console, stack: Stack
) -> None:
    key_id = _new_key(stack)
    assert console.send(f"/support/vendors/{vendor_id}/keys/{key_id}/revoke").status_code == status
    assert _works(stack, key_id)


def test_a_new_key_is_in_one_answer_and_nowhere_else(console: Console, stack: Stack) -> None:
    answer = console.send("/support/vendors/VEND003/keys", label=f"ERP {tag()}", days="7")
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    key = answer.text.split('value="vk_')[1].split('"')[0]
    assert len(key) == 64
    assert key not in json.dumps(_actions(stack), default=str)
    assert key not in console.client.get("/support/vendors/VEND003").text
    assert key not in "".join(log.read_text(errors="replace") for log in stack.logs.glob("*.log"))


@pytest.mark.parametrize("fields", [{"label": " "}, {"label": "x" * 201}, {"label": "a", "days": "0"}, {"days": "1"}])
def test_a_key_is_not_made_of_nonsense(fields: dict[str, str], console: Console, stack: Stack) -> None:
    before = len(keys_of(stack))
    assert console.send("/support/vendors/VEND003/keys", **fields).status_code == 422
    assert len(keys_of(stack)) == before


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/support?cursor=nonsense", 400),
        ("/support?error_type=NO_SUCH", 422),
        ("/support?q=" + "x" * 201, 422),
        ("/support/uploads/UPLOAD_20260101_000000_aaaaaaaa", 404),
        ("/support/vendors/NOBODY", 404),
        ("/support/trends?days=5", 422),
    ],
)
def test_what_makes_no_sense_is_refused_on_a_page(path: str, status: int, console: Console) -> None:
    answer = console.client.get(path)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=utf-8")


@pytest.mark.parametrize(
    "searched", ["%", "_", "\\", "'; --", "\u202egnirts", "😀", "0", "UPLOAD_20260101_000000_aaaaaaaa"]
)
def test_any_text_can_be_searched_for(searched: str, console: Console) -> None:
    for path in ("/support", "/support/kinds"):
        assert console.client.get(path, params={"q": searched}).status_code == 200
