"""Deploys `infra/template.yaml`, unchanged, to the embedded AWS services."""

import hashlib
import io
import os
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

from infra.local import aws
from infra.local.processes import StackError
from pipeline.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef
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
SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class DeploymentFailed(StackError):
    """CloudFormation refused the template, or what it once made is not there any more."""


def deploy(*, api_url: str, database_secret_arn: str) -> dict[str, str]:
    """Creates the stack, or updates it if code, template or parameters changed, and returns its outputs."""
    cloudformation, template = boto3.client("cloudformation"), TEMPLATE.read_text(encoding="utf-8")
    parameters: list[ParameterTypeDef] = [
        {"ParameterKey": "CodeBucket", "ParameterValue": CODE_BUCKET},
        {"ParameterKey": "CodeKey", "ParameterValue": _put_code()},
        {"ParameterKey": "DatabaseSecretArn", "ParameterValue": database_secret_arn},
        {"ParameterKey": "ApiUrl", "ParameterValue": api_url},
        {"ParameterKey": "ApiTrustedPrincipalArn", "ParameterValue": aws.ADMINISTRATOR},
        {"ParameterKey": "RequireTls", "ParameterValue": "false"},
        # What is over a bound waits for hours on AWS; the embedded Lambda throws it away after three seconds.
        {"ParameterKey": "ReserveConcurrency", "ParameterValue": "false"},
        {"ParameterKey": "MailFrom", "ParameterValue": MAIL_FROM},
        *limits(),
    ]
    stack = _describe()
    if stack is not None and stack["StackStatus"] not in SETTLED:
        raise DeploymentFailed(f"The stack {STACK} was left in {stack['StackStatus']}")
    if stack is None or not _is_current(stack, template, parameters):
        change = cloudformation.create_stack if stack is None else cloudformation.update_stack
        try:
            change(
                StackName=STACK,
                TemplateURL=_put_template(template),
                Parameters=parameters,
                Capabilities=["CAPABILITY_IAM"],
            )
        except ClientError as error:
            raise DeploymentFailed(f"CloudFormation refused the template: {error}") from error
    outputs = {output["OutputKey"]: output["OutputValue"] for output in _settled()["Outputs"]}
    _check(outputs)
    _let_records_expire(outputs["TableName"])
    return outputs


def limits() -> "list[ParameterTypeDef]":
    """As this process was given them (`ONBOARDING_MAX_ROWS`), or as they are by themselves."""
    found: list[ParameterTypeDef] = []
    for name, field in LIMITS.items():
        given = os.environ.get(f"ONBOARDING_{field.upper()}", str(Settings.model_fields[field].default))
        if not given.isdecimal() or int(given) < 1:
            raise StackError(f"ONBOARDING_{field.upper()} must be a whole number of 1 or more, not {given}")
        found.append({"ParameterKey": name, "ParameterValue": given})
    return found


def code_zip() -> bytes:
    """The functions' sources. The same sources give the same bytes; dependencies come from this environment."""
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
    """Puts the zip under a key made of its content, so that CloudFormation sees a change exactly when there is one."""
    s3, content = boto3.client("s3"), code_zip()
    key = f"{hashlib.sha256(content).hexdigest()[:20]}.zip"
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=CODE_BUCKET)
    s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=content)
    return key


def _put_template(template: str) -> str:
    """By way of a bucket, as on AWS: it is larger than what may be sent."""
    s3 = boto3.client("s3")
    s3.put_object(Bucket=CODE_BUCKET, Key="template.yaml", Body=template.encode())
    return f"{s3.meta.endpoint_url}/{CODE_BUCKET}/template.yaml"


def _let_records_expire(table: str) -> None:
    """The embedded CloudFormation leaves the template's TimeToLiveSpecification out."""
    dynamodb = boto3.client("dynamodb")
    if dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED":
        wanted: TimeToLiveSpecificationTypeDef = {"AttributeName": "expires_at", "Enabled": True}
        dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=wanted)


def _describe() -> "StackTypeDef | None":
    try:
        return boto3.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _is_current(stack: "StackTypeDef", template: str, parameters: "list[ParameterTypeDef]") -> bool:
    deployed = {each["ParameterKey"]: each["ParameterValue"] for each in stack["Parameters"]}
    if any(deployed.get(each["ParameterKey"]) != each["ParameterValue"] for each in parameters):
        return False
    return str(boto3.client("cloudformation").get_template(StackName=STACK)["TemplateBody"]) == template


def _settled() -> "StackTypeDef":
    deadline = time.monotonic() + 60
    while (stack := _describe()) and stack["StackStatus"].endswith("_IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentFailed(f"The stack {STACK} is still in {stack['StackStatus']} after 60 s")
        time.sleep(0.1)
    if stack is None or stack["StackStatus"] not in SETTLED:
        raise DeploymentFailed(f"The template could not be deployed. {_first_failure()}")
    return stack


def _first_failure() -> str:
    events = boto3.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
    failures = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    if not failures:
        return "CloudFormation names no reason."
    return f"{failures[0]['LogicalResourceId']}: {failures[0].get('ResourceStatusReason', 'no reason given')}"


def _check(outputs: dict[str, str]) -> None:
    """A crash can leave saved states of different ages; a stack that only believes it is whole is not served."""
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
