"""A deployed service as operators reach it: by the name of its CloudFormation stack, or by a local state folder.

Operators need the right to invoke some of its functions, but no access to its network and no database password.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onboarding.faults import Fault
from pipeline.domain.operator_commands import OperatorCommand

if TYPE_CHECKING:
    import boto3

Json = dict[str, Any]

_INVOCATION_SECONDS = 910  # a little more than the 15 minutes that a function may run
_INSTALL = 'This needs boto3, which vendors do without. Install it: pip install "product-onboarding[ops]"'
_SWEEPER, _REGISTRAR, _CANARY = "SweeperFunctionName", "RegistrarFunctionName", "CanaryFunctionName"


class Deployment:
    """Every method raises Fault if it fails; the message says what to do about it."""

    def __init__(self, stack: str, state_dir: Path | None) -> None:
        self.stack, self._state_dir = stack, state_dir

    def sweeper(self, event: Json) -> Json:
        return self._invoke(_SWEEPER, event)

    def registrar(self, command: OperatorCommand, **fields: object) -> Json:
        """What vendor-registrar answers; its refusal is a Fault."""
        answer = self._invoke(_REGISTRAR, {"command": command, **fields})
        if "refused" in answer:
            raise Fault(answer["refused"])
        return answer

    def canary(self) -> Json:
        return self._invoke(_CANARY, {})

    def store_canary_key(self, key: str) -> None:
        """Stores the key in the secret that only the canary reads."""
        with _explain_faults():
            self._client("secretsmanager").put_secret_value(SecretId=self._output("CanaryKeyArn"), SecretString=key)

    def subscribe(self, vendor_id: str, email: str) -> None:
        """Subscribes a vendor's mail address to notifications of its own uploads."""
        # The filter is part of the subscription from the start: set later, it would let other vendors' mails through.
        attributes = {"FilterPolicy": json.dumps({"vendor_id": [vendor_id]})}
        with _explain_faults():
            topic = self._output("TopicArn")
            self._client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint=email, Attributes=attributes)

    def alarms(self) -> list[str]:
        """The names of this stack's alarms that are ringing."""
        with _explain_faults():
            pages = self._client("cloudwatch").get_paginator("describe_alarms")
            ringing = pages.paginate(AlarmNamePrefix=f"{self.stack}-", StateValue="ALARM")
            return [alarm["AlarmName"] for page in ringing for alarm in page["MetricAlarms"]]

    def _invoke(self, function: str, event: Json) -> Json:
        with _explain_faults():
            answer = self._client("lambda").invoke(FunctionName=self._output(function), Payload=json.dumps(event))
            content: Json = json.load(answer["Payload"])
        if "FunctionError" in answer:
            name = self._output(function)
            raise Fault(f"{name} failed: {content.get('errorType', 'unknown')}. Its log says where.")
        return content

    def _output(self, name: str) -> str:
        if name not in self._outputs:
            raise Fault(f"The stack {self.stack} has no {name}. Is it of an older release?")
        return self._outputs[name]

    @cached_property
    def _outputs(self) -> dict[str, str]:
        [stack] = self._client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def _client(self, service: str) -> Any:
        """Never repeats a request: whether to repeat a command whose answer was lost is for the operator to decide."""
        from botocore.config import Config

        config = Config(read_timeout=_INVOCATION_SECONDS, retries={"max_attempts": 0})
        session, endpoint = self._session
        return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]

    @cached_property
    def _session(self) -> "tuple[boto3.Session, str | None]":
        import boto3

        if self._state_dir is None:
            return boto3.Session(), None
        try:
            description = json.loads((self._state_dir / "stack.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Fault(f"No stack runs in {self._state_dir}.") from None
        session = boto3.Session(
            aws_access_key_id=description["aws_access_key_id"],
            aws_secret_access_key=description["aws_secret_access_key"],
            region_name=description["aws_region"],
        )
        return session, description["aws_endpoint_url"]


@contextmanager
def _explain_faults() -> Iterator[None]:
    """Turns errors of boto3, and its absence, into a Fault."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise Fault(_INSTALL) from None
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Fault(f"{error} (For a stack on this machine, give --state-dir.)") from None
