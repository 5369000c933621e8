"""Runs `onboarding ops` for tests."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.stack import PROJECT, Stack


def ops(where: Stack | Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command on a local stack, or on a state folder."""
    folder = where if isinstance(where, Path) else where.logs.parent
    return subprocess.run(
        [sys.executable, "-m", "onboarding", "ops", *arguments, "--state-dir", str(folder)],
        cwd=PROJECT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def keys_of(stack: Stack, vendor_id: str | None = None) -> list[dict[str, Any]]:
    """Keys as `key list` shows them, the oldest first; without a vendor, everyone's."""
    vendor = ["--vendor", vendor_id] if vendor_id else []
    return [json.loads(line) for line in ops(stack, "key", "list", "--json", *vendor).stdout.splitlines()]


def keys_with(stack: Stack, label: str) -> list[dict[str, Any]]:
    return [key for key in keys_of(stack) if key["label"] == label]


def revoke(stack: Stack, key_id: int) -> None:
    result = ops(stack, "key", "revoke", str(key_id))
    assert result.returncode == 0, result.stderr


def ops_on_aws(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with the stack's name and credentials from the environment, as on AWS."""
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
