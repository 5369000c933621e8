"""Which stack boto3 speaks to, where one process has started several."""

import subprocess
import sys

PROGRAM = """
import boto3
from infra.local.aws import use_in_this_process
from infra.local.state import Memory
for port in (1, 2):
    memory = Memory(aws_port=port)
    use_in_this_process(memory)
    client = boto3.client("s3")
    print(client.meta.endpoint_url, boto3.DEFAULT_SESSION.get_credentials().secret_key == memory.aws_secret_access_key)
"""


def test_boto3_speaks_to_the_stack_that_was_started_last() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines() == ["http://127.0.0.1:1 True", "http://127.0.0.1:2 True"]
