"""Deploys `infra/template.yaml`, unchanged, to the embedded AWS services."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from infra.cloudformation import SETTLED, StackFailed, Stacks
from infra.local import aws
from infra.local.processes import StackError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef
    from mypy_boto3_dynamodb.type_defs import TimeToLiveSpecificationTypeDef

PROJECT = Path(__file__).parents[2]
TEMPLATE = PROJECT / "infra" / "template.yaml"
STACK = "product-onboarding"
BUCKET = f"ecommerce-product-uploads-{aws.ACCOUNT}"
CODE = ("api", "pipeline", "sql", "templates")
CODE_BUCKET = f"local-code-{aws.ACCOUNT}"
MAIL_FROM = "no-reply@onboarding.example"
LIMITS = {
    "MaxFileBytes": "max_file_bytes",
    "MaxRows": "max_rows",
    "MaxColumns": "max_columns",
    "MaxRowBytes": "max_row_bytes",
}


class DeploymentFailed(StackError):
    """CloudFormation refused the template, or a part of the deployed stack is missing."""


def deploy(*, api_url: str, database_secret_arn: str) -> dict[str, str]:
    """Creates the stack, or updates it if code, template or parameters changed, and returns its outputs."""
    stacks = Stacks(boto3.client("cloudformation"), pause_seconds=0.1, give_up_after_seconds=60)
    parameters = {
        "CodeBucket": CODE_BUCKET,
        "CodeKey": _put_code(),
        "DatabaseSecretArn": database_secret_arn,
        "ApiUrl": api_url,
        "ApiTrustedPrincipalArn": aws.ADMINISTRATOR,
        "RequireTls": "false",
        # Invocations over the reserved concurrency wait for hours on AWS; the embedded Lambda drops them after 3 s.
        "ReserveConcurrency": "false",
        "MailFrom": MAIL_FROM,
        **limits(),
    }
    try:
        outputs = _outputs(stacks, TEMPLATE.read_text(encoding="utf-8"), parameters)
    except StackFailed as error:
        raise DeploymentFailed(str(error)) from error
    except ClientError as error:
        raise DeploymentFailed(f"CloudFormation refused the template: {error}") from error
    _check(outputs)
    _let_records_expire(outputs["TableName"])
    return outputs


def _outputs(stacks: Stacks, template: str, parameters: Mapping[str, str]) -> dict[str, str]:
    stack = stacks.find(STACK)
    if stack is not None and stack["StackStatus"] not in SETTLED:
        raise StackFailed(f"The stack {STACK} was left in {stack['StackStatus']}")
    if stack is not None and _is_current(stacks, stack, template, parameters):
        return stacks.outputs(STACK)
    return stacks.deploy(STACK, template, parameters, bucket=CODE_BUCKET)


def _is_current(stacks: Stacks, stack: "StackTypeDef", template: str, parameters: Mapping[str, str]) -> bool:
    deployed = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    if not parameters.items() <= deployed.items():
        return False
    return str(stacks.client.get_template(StackName=STACK)["TemplateBody"]) == template


def limits() -> dict[str, str]:
    """The limits from this process's environment (`ONBOARDING_MAX_ROWS` …), or their defaults."""
    parameters: dict[str, str] = {}
    for name, field in LIMITS.items():
        value = os.environ.get(f"ONBOARDING_{field.upper()}", str(Settings.model_fields[field].default))
        if not value.isdecimal() or int(value) < 1:
            raise StackError(f"ONBOARDING_{field.upper()} must be a whole number of 1 or more, not {value}")
        parameters[name] = value
    return parameters


def code_zip() -> bytes:
    """A zip of the functions' sources, always the same bytes for the same sources. Dependencies are not in it."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in _sources():
            entry = zipfile.ZipInfo(path.relative_to(PROJECT).as_posix())  # dated 1980
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return content.getvalue()


def _sources() -> Iterator[Path]:
    for folder in CODE:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path


def _put_code() -> str:
    """Stores the zip under a key made from its hash, so that CloudFormation sees a change only if there is one."""
    s3, content = boto3.client("s3"), code_zip()
    key = f"{hashlib.sha256(content).hexdigest()[:20]}.zip"
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=content)
    return key


def _let_records_expire(table: str) -> None:
    """Enables TTL: the embedded CloudFormation ignores the template's TimeToLiveSpecification."""
    dynamodb = boto3.client("dynamodb")
    if dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
        setting: TimeToLiveSpecificationTypeDef = {"AttributeName": "expires_at", "Enabled": True}
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=setting)


def _check(outputs: dict[str, str]) -> None:
    """Raises DeploymentFailed if a part of the stack is missing."""
    # A crash can leave saved states of different ages, of which only CloudFormation's claims to be complete.
    functions, s3 = boto3.client("lambda"), boto3.client("s3")
    if not outputs["ErrorQueueUrl"].startswith(s3.meta.endpoint_url):
        raise DeploymentFailed("The services moved to another port")
    try:
        for name, value in outputs.items():
            if name.endswith("FunctionName"):
                functions.get_function(FunctionName=value)
        if len(functions.list_event_source_mappings()["EventSourceMappings"]) < 2:
            raise DeploymentFailed("An event source mapping is missing")
        if s3.get_bucket_versioning(Bucket=outputs["BucketName"]).get("Status") != "Enabled":
            raise DeploymentFailed("The bucket lost its versioning")
        if not s3.get_bucket_notification_configuration(Bucket=outputs["BucketName"]).get(
            "LambdaFunctionConfigurations"
        ):
            raise DeploymentFailed("The bucket lost its notifications")
        boto3.client("dynamodb").describe_table(TableName=outputs["TableName"])
        for url in (outputs["ErrorQueueUrl"], outputs["DeadLetterQueueUrl"]):
            boto3.client("sqs").get_queue_attributes(QueueUrl=url)
        boto3.client("sns").get_topic_attributes(TopicArn=outputs["TopicArn"])
        boto3.client("secretsmanager").describe_secret(SecretId=outputs["LinkSecretArn"])
        boto3.client("iam").get_role(RoleName=outputs["ApiRoleArn"].rpartition("/")[2])
    except ClientError as error:
        raise DeploymentFailed(f"A part of the stack is missing: {error}") from error
