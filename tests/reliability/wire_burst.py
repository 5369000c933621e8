"""`microburst` in front of the AWS services: throttles, refuses and breaks connections as AWS does, and logs it."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from infra.local.processes import free_port
from tests.stack import eventually

Faults = Sequence[Mapping[str, Any]]


class Burst:
    """The proxy as a process. It signs requests again, with `credentials`."""

    def __init__(self, upstream: str, faults: Faults, credentials: Mapping[str, str], folder: Path) -> None:
        self.port = free_port(None)
        self._config = folder / "microburst.yml"
        self._config.write_text(json.dumps({"rules": [dict(fault) for fault in faults]}))
        self._log = folder / "microburst.log"
        self._environment = {**os.environ, **credentials}
        self._upstream = upstream
        self.fired: Counter[str] = Counter()
        self._process = self._start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)

    def note(self) -> Counter[str]:
        """Adds the faults since the last call to `fired`, such as `SendMessage error:ServiceUnavailable`."""
        for event in httpx.get(f"{self.url}/_microburst/fired", params={"limit": 2000}).json():
            self.fired[f"{event['operation']} {event['action']}"] += 1
        httpx.delete(f"{self.url}/_microburst/fired")
        return self.fired

    def stop_faults(self) -> None:
        """Passes on everything from now on."""
        self.note()
        httpx.post(f"{self.url}/_microburst/rules", json=[]).raise_for_status()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "microburst", "--upstream", self._upstream, "--port", str(self.port),
                 "--resign", "--config", str(self._config)],
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )  # fmt: skip
        eventually(self._answers, seconds=30)
        return process

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_microburst/health").is_success
        except httpx.TransportError:
            return False
