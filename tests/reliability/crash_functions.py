"""The functions as processes that can be killed: each call runs in a fork of a process that has loaded everything.

`python -m tests.reliability.crash_functions` reads `{"function": …, "event": …}` a line, and writes two lines for
each: the process id at once, and at its end the result and the peak of its memory. Nothing is connected before the
fork, so every call begins like a cold start, only faster.
"""

import gc
import importlib
import json
import os
import sys
import traceback
from typing import Any, TextIO

from pipeline.services import services

FUNCTIONS = ("csv_parser", "product_validator", "error_processor", "upload_sweeper")
_SECONDS = 300


class Context:
    """The context of an invocation."""

    aws_request_id = "crash-points"

    def get_remaining_time_in_millis(self) -> int:
        return _SECONDS * 1000


def main() -> None:
    handlers = {name: importlib.import_module(f"pipeline.handlers.{name}").handler for name in FUNCTIONS}
    handlers["api"] = importlib.import_module("api.aws_lambda").handler
    _build_clients()
    gc.freeze()  # what is here is never collected, so its memory stays shared by all forks
    # Logs are written to standard output: from here on that is the log file, and answers go where it was.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        call = json.loads(line)
        reading, writing = os.pipe()
        if (pid := os.fork()) == 0:
            os.close(reading)
            _run(handlers[call["function"]], call["event"], writing)
        os.close(writing)
        _say(answers, {"pid": pid})
        with os.fdopen(reading, "rb") as answered:
            answer = answered.read()
        _, status, used = os.wait4(pid, 0)
        _say(answers, {
            "died": os.WIFSIGNALED(status), "answer": json.loads(answer or b"null"), "failed": status != 0,
            "peak_bytes": used.ru_maxrss * 1024,
        })  # fmt: skip


def _build_clients() -> None:
    """Has botocore read its models, which takes most of a cold start and opens no connection."""
    every = services()
    _ = (every.object_store, every.staging, every.error_queue, every.topic, every.parser_function, every.secrets)


def _run(handler: Any, event: Any, writing: int) -> None:
    try:
        answer = handler(event, Context())
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def _say(answers: TextIO, content: dict[str, Any]) -> None:
    print(json.dumps(content), file=answers, flush=True)


if __name__ == "__main__":
    main()
