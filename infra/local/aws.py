"""The AWS services from the wheel `ministack`: one process that enforces signatures and IAM."""

import http.client
import json
import os
import shutil
import sys
from contextlib import closing
from pathlib import Path

import boto3

from infra.local import processes
from infra.local.processes import Child
from infra.local.state import Memory, StateDir, remove, write_privately

REGION = "us-east-1"
ACCOUNT = "000000000000"  # also the access key id of its administrator
SERVER = Path(__file__).with_name("aws_server.py")
ADMINISTRATOR = f"arn:aws:iam::{ACCOUNT}:root"


def start(state: StateDir, memory: Memory) -> Child:
    """Starts the services from their saved state."""
    _mark(state).unlink(missing_ok=True)
    _forget_stream_positions(state.path / "aws" / "state" / "lambda.json")
    port = processes.free_port(memory.aws_port)
    if memory.aws_port not in (None, port):
        _move_addresses(state.path / "aws" / "state", f"127.0.0.1:{memory.aws_port}", f"127.0.0.1:{port}")
    memory.aws_port = port
    state.save(memory)
    server = processes.start(
        "aws",
        [sys.executable, "-P", str(SERVER)],
        state_dir=state.path,
        environment={
            **processes.plain_environment(state.path),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(memory.aws_port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": memory.aws_secret_access_key,
            "DEPLOYED_MARK": str(_mark(state)),
            "MAILS": str(state.mails),
            "PERMISSIONS_LOG": str(state.path / "logs" / "permissions.jsonl"),
            "SESSIONS": str(state.path / "aws" / "sessions.json"),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(state.path / "aws" / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(state.path / "aws" / "s3"),
            # Off: these listen on fixed ports, which a second stack could not use.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "INFO",
            **_no_other_account(),
        },
    )
    server.wait_until(lambda: _answers(memory), seconds=60)
    return server


def endpoint_url(memory: Memory) -> str:
    return f"http://127.0.0.1:{memory.aws_port}"


def use_in_this_process(memory: Memory) -> None:
    """Has boto3 use only this stack from now on, without any profile, proxy or real account."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {
        "AWS_ENDPOINT_URL": endpoint_url(memory),
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": memory.aws_secret_access_key,
        "NO_PROXY": "127.0.0.1",
        **_no_other_account(),
    }
    boto3.setup_default_session()  # the previous session may have the secret of another stack


def keep_saving(state: StateDir) -> None:
    """Tells the services that the deployment is complete, so that they save their state from now on."""
    _mark(state).touch()


def must_be_rebuilt(state: StateDir) -> bool:
    """Whether a crash left files without a saved state, or interrupted a rebuild."""
    folder = state.path / "aws"
    return (folder / "aside").exists() or ((folder / "s3").exists() and not (folder / "state").exists())


def set_files_aside(state: StateDir, bucket: str) -> None:
    """Moves a bucket's files away and removes all other state of stopped services, to deploy from nothing."""
    aside = state.path / "aws" / "aside"
    for part in _parts_of(bucket):
        if (state.path / "aws" / "s3" / part).exists() and not (aside / part).exists():
            (aside / part).parent.mkdir(parents=True, exist_ok=True)
            (state.path / "aws" / "s3" / part).replace(aside / part)
    remove(state.path / "aws" / "s3")
    remove(state.path / "aws" / "state")


def put_files_back(state: StateDir, bucket: str) -> None:
    """Moves the files back, with their version ids, which the services keep beside them."""
    aside = state.path / "aws" / "aside"
    for part in _parts_of(bucket):
        if (aside / part).exists():
            remove(state.path / "aws" / "s3" / part)
            (state.path / "aws" / "s3" / part).parent.mkdir(parents=True, exist_ok=True)
            (aside / part).replace(state.path / "aws" / "s3" / part)
    shutil.rmtree(aside, ignore_errors=True)


def _mark(state: StateDir) -> Path:
    return state.path / "aws" / "deployed"


def _parts_of(bucket: str) -> tuple[Path, Path]:
    """Where ministack keeps a bucket: the current objects, and the bodies of earlier versions."""
    return Path(ACCOUNT, bucket), Path(".versions", ACCOUNT, bucket)


def _no_other_account() -> dict[str, str]:
    return {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _forget_stream_positions(path: Path) -> None:
    """Forgets how far streams were read, because they are empty after a start."""
    # An old position would be beyond the end of the new stream, and later records would never reach the validator.
    if path.exists():
        state = json.loads(path.read_text(encoding="utf-8"))
        state["payload"].pop("dynamodb_stream_positions", None)
        write_privately(path, json.dumps(state))


def _move_addresses(saved: Path, before: str, now: str) -> None:
    """Replaces the address in the saved state: queue URLs have the port, and another program may use it now."""
    for path in saved.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        if before in text:
            write_privately(path, text.replace(before, now))


def _answers(memory: Memory) -> bool:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", memory.aws_port, timeout=5)) as connection:
            connection.request("GET", "/_ministack/ready")
            return connection.getresponse().status == 200
    except OSError:
        return False
