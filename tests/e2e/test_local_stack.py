"""The embedded stack from outside: its commands, its promises, and what a kill leaves behind."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import boto3
import httpx
import psutil
import psycopg2
import pytest
from botocore.exceptions import ClientError

from infra.local.processes import MARK

PROJECT = Path(__file__).parents[2]
FIELDS = {
    "api_url", "aws_endpoint_url", "aws_region", "aws_access_key_id", "aws_secret_access_key", "bucket", "table",
    "error_queue_url", "dead_letter_queue_url", "topic_arn", "mailbox_queue_url", "database_url", "api_keys",
}  # fmt: skip


@dataclass
class LocalStack:
    """A stack that is serving, and the launcher that runs it."""

    launcher: subprocess.Popen[str]
    state_dir: Path

    @property
    def description(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.state_dir / "stack.json").read_text())
        return content

    def client(self, service: str, **credentials: str) -> Any:
        description, sdk = self.description, cast(Any, boto3)
        return closing(
            sdk.client(
                service,
                endpoint_url=description["aws_endpoint_url"],
                region_name=description["aws_region"],
                **credentials or {name: description[name] for name in ("aws_access_key_id", "aws_secret_access_key")},
            )
        )

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.launcher.pid).children(recursive=True)

    def stop(self) -> int:
        self.launcher.send_signal(signal.SIGTERM)
        return self.launcher.wait(timeout=20)

    def kill_everything(self) -> None:
        for process in [psutil.Process(self.launcher.pid), *self.processes()]:
            process.kill()
        self.launcher.wait(timeout=20)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "infra.local", *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=60
    )


@contextmanager
def started(state_dir: Path, port: int | None = None) -> Iterator[LocalStack]:
    (state_dir / "stack.json").unlink(missing_ok=True)  # a kill may have left it
    with subprocess.Popen(
        [sys.executable, "-m", "infra.local", "up", "--port", str(port or free_port()), "--state-dir", state_dir],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as launcher:
        try:
            deadline = time.monotonic() + 60
            while not (state_dir / "stack.json").exists():
                assert launcher.poll() is None, launcher.stdout and launcher.stdout.read()
                assert time.monotonic() < deadline, "not started after 60 s"
                time.sleep(0.05)
            yield LocalStack(launcher, state_dir)
        finally:
            launcher.terminate()
            launcher.communicate(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def put_file(stack: LocalStack, name: str) -> str:
    """Puts a file that nothing processes, and returns its version id."""
    with stack.client("s3") as s3:
        return str(s3.put_object(Bucket=stack.description["bucket"], Key=f"kept/{name}", Body=name)["VersionId"])


def file_is_there(stack: LocalStack, name: str, version_id: str) -> bool:
    with stack.client("s3") as s3:
        answer = s3.get_object(Bucket=stack.description["bucket"], Key=f"kept/{name}", VersionId=version_id)
        return bool(answer["Body"].read() == name.encode())


def put_record(stack: LocalStack) -> None:
    with stack.client("dynamodb") as dynamodb:
        item = {"upload_id": {"S": "kept"}, "record_id": {"S": "REC_00001"}, "vendor_id": {"S": "VEND001"}}
        dynamodb.put_item(TableName=stack.description["table"], Item=item)


def record_is_there(stack: LocalStack) -> bool:
    with stack.client("dynamodb") as dynamodb:
        key = {"upload_id": {"S": "kept"}, "record_id": {"S": "REC_00001"}}
        return "Item" in dynamodb.get_item(TableName=stack.description["table"], Key=key)


def vendors(stack: LocalStack) -> int:
    with closing(psycopg2.connect(stack.description["database_url"])) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM vendors")
        [count] = cursor.fetchone() or (0,)
        return int(count)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalStack]:
    with started(tmp_path_factory.mktemp("first")) as running:
        yield running


def test_stack_json_tells_everything_to_its_owner_alone(stack: LocalStack) -> None:
    assert set(stack.description) == FIELDS
    assert set(stack.description["api_keys"]) == {"VEND001", "VEND002", "VEND003", "support"}
    assert stat.S_IMODE((stack.state_dir / "stack.json").stat().st_mode) == 0o600


def test_a_running_stack_says_where_it_serves(stack: LocalStack) -> None:
    status = command("status", "--state-dir", str(stack.state_dir))
    assert (status.returncode, stack.description["api_url"] in status.stdout) == (0, True)


def test_every_port_is_bound_to_this_machine_alone(stack: LocalStack) -> None:
    listening = [
        connection.laddr.ip
        for process in stack.processes()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert set(listening) == {"127.0.0.1"}


@pytest.mark.parametrize("name", ["up", "status", "down"])
def test_a_state_folder_that_is_a_file_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    for path in (file, file / "below"):
        result = command(name, "--state-dir", str(path))
        assert (result.returncode, result.stderr) == (
            1,
            f"Error: --state-dir {path} must be a folder, and there is a file.\n",
        )


def test_a_taken_port_is_named(stack: LocalStack, tmp_path: Path) -> None:
    port = stack.description["api_url"].rpartition(":")[2]
    second = command("up", "--port", port, "--state-dir", str(tmp_path))
    assert (second.returncode, f"Port {port} is taken" in second.stderr) == (1, True)


def test_a_state_folder_serves_one_stack_at_a_time(stack: LocalStack) -> None:
    second = command("up", "--port", str(free_port()), "--state-dir", str(stack.state_dir))
    assert (second.returncode, stack.description["api_url"] in second.stderr) == (1, True)
    assert command("status", "--state-dir", str(stack.state_dir)).returncode == 0


def test_two_stacks_run_side_by_side(stack: LocalStack, tmp_path: Path) -> None:
    with started(tmp_path) as second:
        version_id = put_file(second, "second's own")
        assert file_is_there(second, "second's own", version_id)
        with pytest.raises(ClientError):
            file_is_there(stack, "second's own", version_id)


@pytest.mark.parametrize("key_id", ["000000000000", "test", "111111111111"])
def test_without_the_administrators_secret_nobody_is_the_administrator(stack: LocalStack, key_id: str) -> None:
    impostor = {"aws_access_key_id": key_id, "aws_secret_access_key": "anything"}
    with stack.client("s3", **impostor) as s3, pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        s3.list_objects_v2(Bucket=stack.description["bucket"])
    with stack.client("sqs", **impostor) as sqs, pytest.raises(ClientError, match="signature"):
        sqs.receive_message(QueueUrl=stack.description["error_queue_url"])
    unsigned = httpx.get(f"{stack.description['aws_endpoint_url']}/{stack.description['bucket']}")
    assert unsigned.status_code == 403


def test_the_web_service_may_do_no_more_than_its_role(stack: LocalStack) -> None:
    bucket = stack.description["bucket"]
    with api_role(stack) as s3:
        s3.put_object(Bucket=bucket, Key="uploads/NOBODY/nested/deeply/file.csv", Body=b"")
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.put_object(Bucket=bucket, Key="errors/VEND001/x_errors.csv", Body=b"")
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket=bucket, Key="uploads/NOBODY/nested/deeply/file.csv")


@contextmanager
def api_role(stack: LocalStack) -> Iterator[Any]:
    with stack.client("cloudformation") as cloudformation, stack.client("sts") as sts:
        [deployed] = cloudformation.describe_stacks(StackName="product-onboarding")["Stacks"]
        [role] = [each["OutputValue"] for each in deployed["Outputs"] if each["OutputKey"] == "ApiRoleArn"]
        session = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    with stack.client(
        "s3",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    ) as s3:
        yield s3


def test_a_stop_leaves_no_process_and_the_next_start_finds_the_data(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        before, processes = first.description, first.processes()
        version_id = put_file(first, "kept")
        put_record(first)
        assert first.stop() == 0
        assert not [process for process in processes if is_alive(process)]
        assert not (tmp_path / "stack.json").exists()
        assert command("status", "--state-dir", str(tmp_path)).returncode == 3

    begin = time.monotonic()
    with started(tmp_path) as second:
        assert time.monotonic() - begin < 15
        assert second.description["api_keys"] == before["api_keys"]
        assert second.description["database_url"].partition("@")[0] == before["database_url"].partition("@")[0]
        assert file_is_there(second, "kept", version_id)
        assert record_is_there(second)
        assert vendors(second) >= 4
        assert command("down", "--state-dir", str(tmp_path)).returncode == 0
        assert second.launcher.wait(timeout=1) == 0


def test_killed_it_starts_again_with_what_it_had_saved(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        version_id = put_file(first, "kept")
        put_record(first)
        time.sleep(5)  # staging is saved every few seconds, files at once
        first.kill_everything()
        assert command("status", "--state-dir", str(tmp_path)).returncode == 3
    with started(tmp_path) as second:
        assert file_is_there(second, "kept", version_id)
        assert record_is_there(second)


def test_killed_before_anything_was_saved_it_still_has_every_version_of_every_file(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        keys, versions = first.description["api_keys"], [put_file(first, "kept"), put_file(first, "kept")]
        first.kill_everything()
    shutil.rmtree(tmp_path / "aws" / "state", ignore_errors=True)
    with started(tmp_path) as second:
        assert second.description["api_keys"] == keys
        assert all(file_is_there(second, "kept", version_id) for version_id in versions)


def test_when_only_the_launcher_is_killed_nothing_of_its_stack_is_left_beside_the_next(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.launcher.kill()
        first.launcher.wait()
    with started(tmp_path) as second:
        own = {process.pid for process in second.processes()}
        assert not [process for process in psutil.process_iter() if is_of(process, tmp_path) and process.pid not in own]


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def is_of(process: psutil.Process, state_dir: Path) -> bool:
    try:
        return process.environ().get(MARK) == str(state_dir)
    except psutil.Error:
        return False


def test_when_a_part_dies_the_stack_says_which_and_stops(tmp_path: Path) -> None:
    with started(tmp_path) as stack:
        [database] = [
            process for process in psutil.Process(stack.launcher.pid).children() if process.name() == "postgres"
        ]
        os.kill(database.pid, signal.SIGKILL)
        output, _ = stack.launcher.communicate(timeout=20)
        assert stack.launcher.returncode == 1
        assert "postgres stopped" in output
        assert not (tmp_path / "stack.json").exists()


def test_when_the_web_service_dies_it_is_started_again(stack: LocalStack) -> None:
    [service] = [process for process in stack.processes() if "uvicorn" in process.cmdline()]
    service.kill()
    deadline = time.monotonic() + 60
    while not is_healthy(stack):
        assert stack.launcher.poll() is None
        assert time.monotonic() < deadline, "not served again after 60 s"
        time.sleep(0.1)


def is_healthy(stack: LocalStack) -> bool:
    try:
        return httpx.get(f"{stack.description['api_url']}/readyz").is_success
    except httpx.TransportError:
        return False
