"""Creates or updates a CloudFormation stack from its template, waits for it and reads its outputs."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from math import inf
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_MOST_BYTES = 51_200  # a larger template must be passed to CloudFormation in a bucket


class StackFailed(Exception):
    """A stack could not be deployed. The message names the first resource that failed, and why."""


@dataclass(frozen=True)
class Stacks:
    """The stacks of an account. CloudFormation works in `role`, if there is one, and otherwise as the caller."""

    client: "CloudFormationClient"
    role: str | None = None
    pause_seconds: float = 2
    give_up_after_seconds: float = inf

    def deploy(
        self, stack: str, template: str, values: Mapping[str, str], *, bucket: str | None = None
    ) -> dict[str, str]:
        """Creates or updates a stack and returns its outputs. Parameters that are not in `values` stay as they are.

        A template that is too large to be sent directly is passed in `bucket`.
        """
        existing = self.find(stack)
        previous = {each["ParameterKey"] for each in existing.get("Parameters", [])} if existing else set()
        unchanged = (previous & self.parameters(template, bucket)) - values.keys()
        request: dict[str, Any] = {
            "StackName": stack,
            "Parameters": [
                *({"ParameterKey": name, "UsePreviousValue": True} for name in sorted(unchanged)),
                *({"ParameterKey": name, "ParameterValue": value} for name, value in values.items()),
            ],
            "Capabilities": list(_CAPABILITIES),
            **_source(template, bucket),
            **({"RoleARN": self.role} if self.role else {}),
        }
        change = self.client.update_stack if existing else self.client.create_stack
        try:
            change(**request)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
        return self._wait_until_settled(stack)

    def find(self, stack: str) -> "StackTypeDef | None":
        try:
            return self.client.describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise

    def outputs(self, stack: str) -> dict[str, str]:
        current = self.find(stack)
        if current is None:
            raise StackFailed(f"There is no stack {stack} yet.")
        return {each["OutputKey"]: each["OutputValue"] for each in current.get("Outputs", [])}

    def parameters(self, template: str, bucket: str | None = None) -> set[str]:
        """The names of a template's parameters."""
        declared = self.client.get_template_summary(**_source(template, bucket))["Parameters"]
        return {each["ParameterKey"] for each in declared}

    def _wait_until_settled(self, stack: str) -> dict[str, str]:
        deadline = time.monotonic() + self.give_up_after_seconds
        while (current := self.find(stack)) and current["StackStatus"].endswith("_IN_PROGRESS"):
            if time.monotonic() > deadline:
                seconds = self.give_up_after_seconds
                raise StackFailed(f"{stack} is still in {current['StackStatus']} after {seconds:.0f} s.")
            time.sleep(self.pause_seconds)
        if current is None or current["StackStatus"] not in SETTLED:
            raise StackFailed(f"{stack} could not be deployed. {self._first_failure(stack)}")
        return self.outputs(stack)

    def _first_failure(self, stack: str) -> str:
        """The first failure of the last change."""
        events = self.client.describe_stack_events(StackName=stack)["StackEvents"]
        # Events come newest first, so the last change is what precedes its own begin.
        last = takewhile(lambda e: (e["LogicalResourceId"], e["ResourceStatus"]) not in _begins(stack), events)
        failures = [event for event in last if event["ResourceStatus"].endswith("_FAILED")]
        if not failures:
            return "CloudFormation names no reason."
        return f"{failures[-1]['LogicalResourceId']}: {failures[-1].get('ResourceStatusReason', 'no reason given')}"


def _begins(stack: str) -> set[tuple[str, str]]:
    return {(stack, status) for status in _BEGINNINGS}


def _source(template: str, bucket: str | None) -> dict[str, Any]:
    """The argument that tells CloudFormation where the template is."""
    content = template.encode()
    if bucket is None:
        if len(content) > _MOST_BYTES:
            raise StackFailed(f"The template has {len(content)} bytes; without a bucket, {_MOST_BYTES} is the limit.")
        return {"TemplateBody": template}
    s3, key = boto3.client("s3"), f"templates/{hashlib.sha256(content).hexdigest()[:20]}.yaml"
    s3.put_object(Bucket=bucket, Key=key, Body=content)
    return {"TemplateURL": s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": key}).partition("?")[0]}
