"""Runs one measurement in a process of its own, because the peak of memory is that of the whole process."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
Figures = dict[str, Any]


def alone(
    measurement: str,
    *,
    python: str | Path = sys.executable,
    environment: Mapping[str, str] | None = None,
    **arguments: object,
) -> Figures:
    """What the function `module:name` returns when another Python calls it with these arguments."""
    command = [str(python), "-m", "bench.alone", measurement, json.dumps(arguments)]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, **(environment or {})}, stdout=subprocess.PIPE, text=True, check=True
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    measurement, arguments = sys.argv[1:]
    module, name = measurement.split(":")
    print("\n" + json.dumps(getattr(importlib.import_module(module), name)(**json.loads(arguments))))


if __name__ == "__main__":
    main()
