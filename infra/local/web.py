"""The web service: uvicorn, with exactly the permissions and the environment of the deployed function.

Its pages are those of the deployed service, and the mailbox.
"""

import http.client
import sys
from contextlib import closing

import boto3

from infra.local import aws, processes
from infra.local.deploy import PROJECT
from infra.local.processes import Child
from infra.local.state import Memory, StateDir, write_privately


def start(state: StateDir, memory: Memory, *, port: int, outputs: dict[str, str]) -> Child:
    """Starts the service and waits until it is ready."""
    function = boto3.client("lambda").get_function_configuration(FunctionName=outputs["ApiFunctionName"])
    config = state.path / "api.aws"
    write_privately(config, _profile(memory, role_arn=outputs["ApiRoleArn"]))
    server = processes.start(
        "api",
        [sys.executable, "-m", "uvicorn", "infra.local.mailbox:create_app", "--factory", "--host", "127.0.0.1",
         "--port", str(port), "--no-server-header", "--no-proxy-headers", "--no-access-log",
         "--timeout-keep-alive", "75",
         "--timeout-graceful-shutdown", "2"],
        state_dir=state.path,
        environment={
            **processes.plain_environment(state.path),
            **function["Environment"]["Variables"],
            "PYTHONPATH": str(PROJECT),
            "MAILS": str(state.mails),
            "AWS_ENDPOINT_URL": aws.endpoint_url(memory),
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": str(config),
            "AWS_EC2_METADATA_DISABLED": "true",
        },
    )  # fmt: skip
    server.wait_until(lambda: _is_ready(port), seconds=30)
    return server


def _profile(memory: Memory, *, role_arn: str) -> str:
    """An AWS profile with which the SDK assumes the role, and renews it before its 12 hours are over."""
    return f"""\
[default]
region = {aws.REGION}
role_arn = {role_arn}
role_session_name = web-service
source_profile = administrator
duration_seconds = 43200

[profile administrator]
aws_access_key_id = {aws.ACCOUNT}
aws_secret_access_key = {memory.aws_secret_access_key}

[administrator]
aws_access_key_id = {aws.ACCOUNT}
aws_secret_access_key = {memory.aws_secret_access_key}
"""


def _is_ready(port: int) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
