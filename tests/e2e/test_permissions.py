"""IAM is enforced while all this runs: without one of its permissions a function cannot do its part.

And once the permission is back, what stood still is finished: nothing was lost.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.console import signed_in
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(Path(tmp_path_factory.mktemp("permissions")) / "state") as stack:
        yield stack


@contextmanager
def without(stack: Stack, function: str, action: str) -> Iterator[None]:
    """Takes one action from the policy of a function's role, and gives it back."""
    iam = stack.aws("iam")
    (role,) = (
        role["RoleName"]
        for role in iam.list_roles()["Roles"]
        if function in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    )
    policy = iam.get_role_policy(RoleName=role, PolicyName=function)["PolicyDocument"]
    less = json.loads(json.dumps(policy))
    allowed = [statement for statement in less["Statement"] if action in statement["Action"]]
    assert allowed, f"{function} is not allowed {action} anyway"
    for statement in allowed:
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        statement["Action"] = [each for each in actions if each != action] or ["s3:ListAllMyBuckets"]
    iam.put_role_policy(RoleName=role, PolicyName=function, PolicyDocument=json.dumps(less))
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=function, PolicyDocument=json.dumps(policy))


@pytest.mark.parametrize(
    ("function", "action", "stuck_at"),
    [
        ("csv-parser", "s3:GetObjectVersion", "total_records IS NULL AND status = 'processing'"),
        ("csv-parser", "dynamodb:BatchWriteItem", "staged_at IS NULL AND total_records = 3"),
        ("csv-parser", "secretsmanager:GetSecretValue", "status = 'awaiting_upload'"),
        ("product-validator", "dynamodb:BatchWriteItem", "status = 'processing' AND valid_records = 2"),
        ("error-processor", "s3:PutObject", "status = 'processing' AND valid_records = 2"),
        ("error-processor", "sns:Publish", "status = 'partial' AND notified_at IS NULL"),
    ],
)
def test_without_a_permission_the_upload_stands_still_and_with_it_again_it_is_finished(
    own_stack: Stack, function: str, action: str, stuck_at: str
) -> None:
    run = tag()
    restart(own_stack, function)
    with without(own_stack, function, action):
        upload_id = own_stack.send(csv_of([*sound_rows(2, run), f"P{run}-3,Lamp,Nowhere,S{run}-3,1,1"]))["upload_id"]
        # Where exactly it stands still is nobody's business outside.
        condition = f"SELECT 1 FROM upload_history WHERE upload_id = %s AND {stuck_at}"
        eventually(lambda: own_stack.sql(condition, upload_id))
        assert own_stack.mails(upload_id, seconds=2) == []
        assert own_stack.sql(condition, upload_id)
    # The sweeper waits half a minute before it takes a notification from a worker that may still be at it.
    own_stack.sql("UPDATE upload_history SET notification_claimed_at = notification_claimed_at - interval '1 hour'")
    eventually(lambda: finished_after_a_sweep(own_stack, upload_id), seconds=120)
    upload = own_stack.ended(upload_id)
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == ("partial", 2, 1)


def restart(stack: Stack, function: str) -> None:
    """Gives a function a new container: a warm one has its secrets already."""
    stack.set_variables(of=function, RESTARTED=tag())


def finished_after_a_sweep(stack: Stack, upload_id: str) -> bool:
    stack.sweep()
    return bool(stack.mails(upload_id, seconds=2))


def test_an_upload_address_has_no_more_rights_than_the_web_service(own_stack: Stack) -> None:
    content = csv_of(sound_rows(1, tag()))
    with without(own_stack, "api", "s3:PutObject"):
        with own_stack.api() as api:
            upload = api.post("/v1/uploads", json={"file_name": "a.csv", "size_bytes": len(content)}).json()["upload"]
        assert httpx.put(upload["url"], content=content, headers=upload["headers"]).status_code == 403
    assert httpx.put(upload["url"], content=content, headers=upload["headers"]).status_code == 200


def test_support_sees_staged_records_by_one_permission_and_the_rest_of_the_page_without_it(own_stack: Stack) -> None:
    upload_id = own_stack.send(csv_of(sound_rows(1, tag())))["upload_id"]
    own_stack.ended(upload_id)
    with signed_in(own_stack) as console:
        with without(own_stack, "api", "dynamodb:Query"):
            page = console.client.get(f"/support/uploads/{upload_id}")
            assert (page.status_code, "The staging table does not answer" in page.text) == (200, True)
        assert "REC_00001" in console.client.get(f"/support/uploads/{upload_id}").text


def test_support_drives_again_by_one_permission_and_a_failure_is_noted(own_stack: Stack) -> None:
    with signed_in(own_stack) as console:
        with without(own_stack, "api", "lambda:InvokeFunction"):
            assert "cannot be looked into" in console.client.get("/support/standstill/letters").text
            assert console.send("/support/standstill/redrive").headers["Location"].endswith("?done=failed")
        assert console.send("/support/standstill/redrive").headers["Location"].endswith("?done=nothing")
    # The record itself: its page shows sentences made of it.
    actions = own_stack.sql("SELECT action, details FROM support_actions ORDER BY action_id")
    assert [each["action"] for each in actions] == ["redrive_asked", "redrive_ended"] * 2
    assert [each["details"] for each in actions if each["details"]] == [{"fault": "ClientError"}, {"letters": {}}]
