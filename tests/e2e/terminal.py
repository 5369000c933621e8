"""A vendor's terminal, in which `onboarding` runs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.stack import PROJECT, Stack


class Terminal:
    """A vendor's terminal: a folder of their own, the address and the key in variables."""

    def __init__(self, stack: Stack, folder: Path) -> None:
        self.folder = folder
        self.variables = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "COLUMNS": "200",
            "ONBOARDING_URL": stack.api_url,
            "ONBOARDING_API_KEY": stack.description["api_keys"]["VEND001"],
        }

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "onboarding", *arguments],
            cwd=self.folder, env=self.variables | variables, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip

    def json(self, *arguments: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").stdout.splitlines()]

    def write(self, content: bytes, name: str = "products.csv") -> str:
        (self.folder / name).write_bytes(content)
        return name
