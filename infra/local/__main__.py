"""`python -m infra.local up | down | status`: the whole service on one machine."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from infra.local import processes, stack
from infra.local.interrupts import interrupt_on_signals
from infra.local.processes import StackError
from infra.local.state import StateDir

SECONDS_TO_STOP = 25
NOT_RUNNING = 3  # the exit code of init scripts for this

app = typer.Typer(
    help="The whole service on one machine: PostgreSQL, the AWS services, the web service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
StateDirOption = Annotated[Path, typer.Option("--state-dir", help="Folder for data, logs and stack.json.")]
PortOption = Annotated[int, typer.Option(min=1, max=65535, help="Port of the portal and the REST API.")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Forget everything kept in the state folder first.")]


@app.command()
def up(port: PortOption = 8000, state_dir: StateDirOption = Path(".local"), fresh: FreshOption = False) -> None:
    """Start the stack and serve in the foreground until Ctrl-C or SIGTERM."""
    is_interrupted = interrupt_on_signals()
    typer.echo(f"Starting the product onboarding service (state in {state_dir}) ...")
    try:
        with (
            suppress(KeyboardInterrupt),
            stack.running(_state(state_dir), port=port, fresh=fresh, report=typer.echo) as running,
        ):
            _welcome(running.description, state_dir)
            running.serve(is_interrupted)
    except StackError as error:
        typer.echo(f"Error: {error}", err=True)
        raise typer.Exit(1) from None
    typer.echo("Stopped. The data is kept.")


@app.command()
def down(state_dir: StateDirOption = Path(".local")) -> None:
    """Stop the stack of a state folder, from another terminal or after a crash."""
    state = _state(state_dir)
    launcher = state.launcher()
    if launcher is not None:
        with suppress(ProcessLookupError):
            os.kill(launcher, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while state.launcher() == launcher:
            if time.monotonic() > deadline:
                typer.echo(f"Error: process {launcher} has not stopped after {SECONDS_TO_STOP} s", err=True)
                raise typer.Exit(1)
            time.sleep(0.1)
    ended = processes.end_leftovers(state.path)
    state.description.unlink(missing_ok=True)
    typer.echo("Stopped. The data is kept." if launcher or ended else "Nothing was running.")


@app.command()
def status(state_dir: StateDirOption = Path(".local")) -> None:
    """Say whether the stack runs: exit code 0 if it does, 3 if not."""
    state = _state(state_dir)
    if state.launcher() is None:
        typer.echo("Not running.")
        raise typer.Exit(NOT_RUNNING)
    address = state.address()
    if address is None:
        typer.echo("Starting or stopping.")
        raise typer.Exit(NOT_RUNNING)
    typer.echo(f"Running at {address}")


def _state(path: Path) -> StateDir:
    folder = path.expanduser().resolve()
    if any(each.exists() and not each.is_dir() for each in (folder, *folder.parents)):
        typer.echo(f"Error: --state-dir {path} must be a folder, and there is a file.", err=True)
        raise typer.Exit(1)
    return StateDir(folder)


def _welcome(description: dict[str, object], state_dir: Path) -> None:
    keys = description["api_keys"]
    assert isinstance(keys, dict)  # noqa: S101
    typer.echo(f"\n  Portal    {description['api_url']}/\n  API docs  {description['api_url']}/docs")
    typer.echo(f"  Mailbox   {description['api_url']}/mailbox")
    for number, (owner, key) in enumerate(keys.items()):
        typer.echo(f"  {'' if number else 'Demo keys':<9} {owner:<8} {key}")
    typer.echo(f"\nLogs are in {state_dir / 'logs'}. Press Ctrl-C to stop.")


if __name__ == "__main__":
    app()
