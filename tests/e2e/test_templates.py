"""Every stack can be made: the embedded AWS services take the templates, one after the other, as a deployment does.

What these services do not know is named here, type by type: it was checked by cfn-lint and by the assertions of
`tests/unit/test_template.py`, and by nothing else.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.cloudformation import StackFailed, Stacks
from infra.local import aws, postgres
from infra.local.deploy import code_zip
from infra.local.state import Memory, StateDir
from sql.migrate import FOLDER
from tests.stack import PROJECT
from tests.templates import NAMES, read, without_types

# Nothing refers to these, so the rest of their templates is deployed without them.
LEAVES = {
    "AWS::CloudTrail::Trail",
    "AWS::EC2::FlowLog",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::IAM::OIDCProvider",
    "AWS::RDS::DBProxyTargetGroup",
    "AWS::SecretsManager::RotationSchedule",
}
# Others do refer to these: parameters leave them out.
LEFT_OUT = {
    "AWS::EC2::EIP": ("network", "NatGateways", "none"),
    "AWS::EC2::NatGateway": ("network", "NatGateways", "none"),
    "AWS::RDS::DBProxy": ("database", "Proxy", "false"),
}
NAME = "product-onboarding"
# The database is on this machine, and has no certificate.
HERE = ("--set", "RequireTls=false", "--set", "DatabaseHost=127.0.0.1", "--set", "SubnetIds=")


class Account:
    """An empty account on the embedded services."""

    def __init__(self, memory: Memory) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": aws.endpoint_url(memory),
            "AWS_DEFAULT_REGION": aws.REGION,
            "AWS_ACCESS_KEY_ID": aws.ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": memory.aws_secret_access_key,
        }
        self.session = boto3.Session(
            aws_access_key_id=aws.ACCOUNT,
            aws_secret_access_key=memory.aws_secret_access_key,
            region_name=aws.REGION,
        )
        self.endpoint_url = aws.endpoint_url(memory)
        self.stacks = Stacks(self.client("cloudformation"), pause_seconds=0.1)

    def client(self, service: str) -> Any:
        return self.session.client(service, endpoint_url=self.endpoint_url)  # type: ignore[call-overload]

    def deploy(self, name: str, **parameters: str) -> dict[str, str]:
        """Makes a stack of a template, without what the embedded services do not know."""
        omitted = {parameter: value for template, parameter, value in LEFT_OUT.values() if template == name}
        body = json.dumps(without_types(read(name), LEAVES))
        return self.stacks.deploy(f"{NAME}-{name}", body, {**omitted, **parameters})

    def release(self, *options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "infra.deploy", "release", *options],
            cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StateDir, Memory]]:
    state = StateDir(tmp_path_factory.mktemp("templates") / "state")
    with state.locked():
        state.prepare(fresh=True)
        memory = state.remember()
        services = aws.start(state, memory)
        try:
            yield state, memory
        finally:
            services.stop(kill_after_seconds=10)


@pytest.fixture(scope="module")
def account(embedded: tuple[StateDir, Memory]) -> Account:
    return Account(embedded[1])


@pytest.fixture(scope="module")
def foundation(account: Account) -> dict[str, str]:
    """The three stacks that a service stands on, and their outputs."""
    platform = account.deploy("platform", GitHubRepository="shop/onboarding")
    network = account.deploy("network", KmsKeyArn=platform["KmsKeyArn"])
    names = ("KmsKeyArn", "SubnetIds", "SecurityGroupIds", "DatabaseSecurityGroupId")
    database = account.deploy("database", **{name: (platform | network)[name] for name in names})
    return platform | network | database


@pytest.fixture(scope="module")
def database(embedded: tuple[StateDir, Memory], account: Account, foundation: dict[str, str]) -> Iterator[str]:
    """An empty database where the secret says, as if the database template had made it."""
    state, memory = embedded
    server = postgres.start(state, memory)
    secret = {"username": postgres.OWNER, "password": memory.database_password, "host": "127.0.0.1",
              "port": memory.postgres_port, "dbname": postgres.DATABASE}  # fmt: skip
    account.client("secretsmanager").put_secret_value(
        SecretId=foundation["DatabaseSecretArn"], SecretString=json.dumps(secret)
    )
    try:
        yield postgres.url(memory)
    finally:
        server.stop(kill_after_seconds=4)


def test_the_foundation_is_made(account: Account, foundation: Mapping[str, str]) -> None:
    status = {each["StackName"]: each["StackStatus"] for each in account.stacks.client.describe_stacks()["Stacks"]}
    for name in ("platform", "network", "database"):
        assert status[f"{NAME}-{name}"] == "CREATE_COMPLETE"
    subnets = account.client("ec2").describe_subnets(SubnetIds=foundation["SubnetIds"].split(","))["Subnets"]
    assert {each["CidrBlock"] for each in subnets} == {"10.0.10.0/24", "10.0.20.0/24"}
    assert len({each["AvailabilityZone"] for each in subnets}) == 2
    [repository] = account.client("ecr").describe_repositories()["repositories"]
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}


def test_a_deployment_twice_changes_nothing(account: Account, foundation: dict[str, str]) -> None:
    assert account.deploy("network").items() <= foundation.items()


def test_a_release_migrates_first_and_then_answers(account: Account, foundation: dict[str, str], database: str) -> None:
    s3 = account.client("s3")
    s3.put_object(Bucket=foundation["ArtifactBucket"], Key="code.zip", Body=code_zip())
    code = ("--code-bucket", foundation["ArtifactBucket"], "--code-key", "code.zip")
    first = account.release(*code, *HERE)
    assert first.returncode == 0, first.stdout + first.stderr
    newest = max(path.stem for path in (FOLDER / "migrations").glob("*.sql"))
    assert newest in first.stdout
    assert "The service answers at http" in first.stdout
    status = account.stacks.find(NAME)
    assert status is not None
    assert status["StackStatus"] == "CREATE_COMPLETE"
    again = account.release(*code, *HERE)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "none were missing" in again.stdout


def test_mail_is_switched_on_by_its_sender_and_off_again(
    account: Account, foundation: dict[str, str], database: str
) -> None:
    code = ("--code-bucket", foundation["ArtifactBucket"], "--code-key", "code.zip")
    for sender in ("onboarding@shop.example", ""):
        release = account.release(*code, *HERE, "--set", f"MailFrom={sender}")
        assert release.returncode == 0, release.stdout + release.stderr
        sets = account.client("sesv2").list_configuration_sets().get("ConfigurationSets", [])
        assert sets == ([NAME] if sender else [])
        assert mail_permissions(account) == (["arn:aws:ses:us-east-1:000000000000:identity/shop.example",
            f"arn:aws:ses:us-east-1:000000000000:configuration-set/{NAME}"] if sender else [])  # fmt: skip


def mail_permissions(account: Account) -> list[str]:
    """On what any role of the service may ask SES for anything."""
    iam = account.client("iam")
    return [
        resource
        for role in iam.list_roles()["Roles"]
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        for statement in iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]["Statement"]
        if "ses:" in str(statement["Action"])
        for resource in statement["Resource"]
    ]


def test_a_release_whose_migrations_fail_is_not_deployed(
    account: Account, foundation: dict[str, str], database: str
) -> None:
    wrong = account.release(
        "--code-bucket", foundation["ArtifactBucket"], "--code-key", "code.zip", "--set", "DatabaseHost=127.0.0.2"
    )
    assert wrong.returncode == 1
    assert "and changed nothing. The release was not deployed" in wrong.stderr


def test_a_misspelt_parameter_is_named_before_anything_is_deployed(
    account: Account, foundation: dict[str, str]
) -> None:
    wrong = account.release("--image", "x", "--set", "OperatorEmail=a@example.com")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "--set OperatorEmail: no template of this command has this parameter" in wrong.stderr


def test_a_stack_that_fails_names_the_resource(account: Account) -> None:
    nowhere = {"DBSubnetGroupDescription": "Nowhere", "SubnetIds": ["subnet-1", "subnet-2"]}
    template = {"Resources": {"Subnets": {"Type": "AWS::RDS::DBSubnetGroup", "Properties": nowhere}}}
    with pytest.raises(StackFailed, match=r"refused could not be deployed\. Subnets: "):
        account.stacks.deploy("refused", json.dumps(template), {})


@pytest.mark.parametrize("name", NAMES)
def test_what_the_embedded_services_do_not_know_is_known_here(account: Account, name: str) -> None:
    types = {each["Type"] for each in read(name)["Resources"].values()}
    unknown = {kind for kind in types if not _supports(account, kind)}
    assert unknown == types & (LEAVES | LEFT_OUT.keys())


def _supports(account: Account, kind: str) -> bool:
    """Whether the services would try: a template of unknown types is refused before anything is made."""
    try:
        account.stacks.client.validate_template(TemplateBody=json.dumps({"Resources": {"One": {"Type": kind}}}))
    except ClientError as error:
        if "Unrecognized resource types" in str(error):
            return False
        raise
    return True
