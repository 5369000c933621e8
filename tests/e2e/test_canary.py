"""The synthetic upload: sent through the front door, checked, and put as a number that an alarm listens to."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import deploy
from tests.e2e.operators import keys_of, ops, revoke
from tests.e2e.privilege_journeys import without_validator
from tests.reliability.logged import logged_by
from tests.stack import Stack, eventually, running

Flight = dict[str, Any]


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(Path(tmp_path_factory.mktemp("canary")) / "state") as stack:
        enrolled = ops(stack, "canary", "--enrol")
        assert enrolled.returncode == 0, enrolled.stdout + enrolled.stderr
        yield stack


def flown(stack: Stack) -> Flight:
    """A flight as its schedule begins it."""
    functions = stack.aws("lambda")
    [name] = [f["FunctionName"] for f in functions.list_functions()["Functions"] if "canary" in f["FunctionName"]]
    answer = functions.invoke(FunctionName=name, Payload=json.dumps({"source": "aws.events"}))
    assert "FunctionError" not in answer
    flight: Flight = json.load(answer["Payload"])
    return flight


def put(stack: Stack) -> list[Flight]:
    """What was put for the alarm, in order."""
    lines = [json.loads(line) for line in logged_by(stack) if "CanarySucceeded" in line]
    return [line for line in lines if "_aws" in line]


def working_keys(stack: Stack) -> list[int]:
    return [key["key_id"] for key in keys_of(stack, "CANARY") if key["state"] == "works"]


def value(metric: Flight) -> float:
    [number] = metric["CanarySucceeded"]
    return float(number)


def test_a_small_file_goes_all_the_way_and_leaves_no_product(own_stack: Stack) -> None:
    flight = flown(own_stack)
    assert flight["fault"] is None
    with own_stack.api("support") as api:
        upload = api.get(f"/v1/uploads/{flight['upload_id']}").json()
    assert (upload["vendor_id"], upload["dry_run"], upload["status"]) == ("CANARY", True, "partial")
    assert own_stack.products(vendor="support", vendor_id="CANARY") == []
    assert eventually(lambda: value(put(own_stack)[-1])) == 1


def test_what_is_broken_behind_the_door_is_seen_and_said(own_stack: Stack) -> None:
    own_stack.set_variables(ONBOARDING_CANARY_SECONDS="2")
    with without_validator(own_stack):
        result = ops(own_stack, "canary")
    own_stack.set_variables(ONBOARDING_CANARY_SECONDS="120")
    assert (result.returncode, "not ended in time: processing" in result.stdout) == (1, True)
    eventually(lambda: value(put(own_stack)[-1]) == 0)
    [line] = [json.loads(line) for line in logged_by(own_stack) if '"canary.failed"' in line]
    assert (line["level"], line["fault"], bool(line["upload_id"])) == ("ERROR", "not ended in time: processing", True)


def test_a_key_that_was_revoked_is_seen_and_enrolling_again_heals_it(own_stack: Stack) -> None:
    for key_id in working_keys(own_stack):
        revoke(own_stack, key_id)
    assert "was answered with 401" in flown(own_stack)["fault"]
    assert "onboarding ops canary --enrol" in ops(own_stack, "canary").stdout
    assert ops(own_stack, "canary", "--enrol").returncode == 0  # in the container that kept the old key
    assert len(working_keys(own_stack)) == 1


def test_an_hours_old_key_ends_when_another_is_in_its_place(own_stack: Stack) -> None:
    assert ops(own_stack, "canary", "--enrol").returncode == 0
    assert flown(own_stack)["fault"] is None
    assert len(working_keys(own_stack)) == 1


def test_it_flies_by_schedule_once_it_is_switched_on_and_its_alarm_rings_at_a_failure(own_stack: Stack) -> None:
    events = own_stack.aws("events")
    [rule] = [each for each in events.list_rules()["Rules"] if "front door" in each["Description"]]
    assert (rule["State"], alarm_states(own_stack)) == ("DISABLED", [])
    switch_on(own_stack)
    assert events.describe_rule(Name=rule["Name"])["State"] == "ENABLED"
    hand_over(own_stack, 1)
    eventually(lambda: alarm_states(own_stack) == ["OK"])
    hand_over(own_stack, 0)
    eventually(lambda: alarm_states(own_stack) == ["ALARM"])
    result = ops(own_stack, "status")
    assert (result.returncode, "product-onboarding-canary" in result.stdout) == (1, True)


def hand_over(stack: Stack, expected: float) -> None:
    """A number that was put, as CloudWatch would take it: the embedded services read none from logs."""
    metric = next(each for each in put(stack) if value(each) == expected)
    [directive] = metric["_aws"]["CloudWatchMetrics"]
    assert directive["Dimensions"] == [[]]
    datum = {"MetricName": "CanarySucceeded", "Value": value(metric), "Unit": "Count"}
    stack.aws("cloudwatch").put_metric_data(Namespace=directive["Namespace"], MetricData=[datum])


def alarm_states(stack: Stack) -> list[str]:
    alarms = stack.aws("cloudwatch").describe_alarms(AlarmNames=["product-onboarding-canary"])["MetricAlarms"]
    return [alarm["StateValue"] for alarm in alarms]


def switch_on(stack: Stack) -> None:
    """What a release with `--set RunCanary=true` does."""
    stacks = stack.aws("cloudformation")
    [description] = stacks.describe_stacks(StackName=deploy.STACK)["Stacks"]
    parameters = [
        {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True} for each in description["Parameters"]
    ]
    others = [each for each in parameters if each["ParameterKey"] != "RunCanary"]
    stacks.update_stack(
        StackName=deploy.STACK, UsePreviousTemplate=True, Capabilities=["CAPABILITY_IAM"],
        Parameters=[*others, {"ParameterKey": "RunCanary", "ParameterValue": "true"}],
    )  # fmt: skip

    def updated() -> bool:
        [now] = stacks.describe_stacks(StackName=deploy.STACK)["Stacks"]
        return bool(now["StackStatus"] == "UPDATE_COMPLETE")

    eventually(updated, seconds=60)
