"""`onboarding ops` as tests call it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.stack import PROJECT, Stack


def ops(where: Stack | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command on a local stack, or on what a state folder holds."""
    folder = where if isinstance(where, Path) else where.logs.parent
    return subprocess.run(
        [sys.executable, "-m", "onboarding", "ops", *arguments, "--state-dir", str(folder)],
        cwd=PROJECT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def ops_on_aws(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The same by the stack's name alone, with the rights that the environment gives, as on AWS."""
    described = stack.description
    rights = {
        "AWS_ENDPOINT_URL": described["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": described["aws_region"],
        "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
    }
    return subprocess.run(
        [sys.executable, "-m", "onboarding", "ops", *arguments],
        cwd=PROJECT, env=os.environ | rights, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
