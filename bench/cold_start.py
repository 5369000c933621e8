"""`python -m bench.cold_start`: how long the imports of each Lambda function take, and its first event on top of them.

The first event builds clients and, in the web service, routes. Figures are processor time in fresh interpreters with
compiled bytecode, the best of several runs.
"""

import json
import os
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

CLIENTS = {
    "pipeline.handlers.csv_parser": ("secrets", "object_store", "staging"),
    "pipeline.handlers.product_validator": ("secrets", "staging", "error_queue"),
    "pipeline.handlers.error_processor": ("secrets", "object_store", "topic"),
    "pipeline.handlers.upload_sweeper": ("secrets",),
    "api.aws_lambda": ("secrets",),
}
"""The module of each function, and the services that its first event uses."""
_NO_ACCOUNT = {"AWS_ACCESS_KEY_ID": "-", "AWS_SECRET_ACCESS_KEY": "-", "AWS_DEFAULT_REGION": "us-east-1"}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def bench(runs: Annotated[int, typer.Option(min=1, help="Fresh interpreters for each function.")] = 5) -> None:
    """Measure imports and preparations of every function; nothing is sent."""
    table = Table("Function", "import ms", "first event ms", "modules", box=None)
    for module in CLIENTS:
        figures = [_in_fresh_interpreter(module) for _ in range(runs)]
        best = (f"{min(each[what] for each in figures):.0f}" for what in ("import_ms", "first_ms", "modules"))
        table.add_row(module, *best)
    Console(highlight=False).print(table)


def _in_fresh_interpreter(module: str) -> dict[str, float]:
    command = [sys.executable, "-c", _MEASURE, module, *CLIENTS[module]]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | _NO_ACCOUNT)
    return dict(json.loads(done.stdout))


# This program imports almost nothing itself, because modules that it imports would cost the function nothing.
_MEASURE = """
import sys, time
begin, had = time.process_time(), len(sys.modules)
__import__(sys.argv[1])
imported, modules = time.process_time(), len(sys.modules) - had
from pipeline.services import services
for client in sys.argv[2:]:
    getattr(services(), client)
getattr(sys.modules[sys.argv[1]], "_adapter", lambda: None)()
ready = time.process_time()
import json
print(json.dumps({"import_ms": 1e3 * (imported - begin), "first_ms": 1e3 * (ready - imported), "modules": modules}))
"""


if __name__ == "__main__":
    app()
