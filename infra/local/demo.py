"""`python -m infra.local.demo`: sends sample files as a vendor would, and shows what comes of them."""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError

from infra.local import stack
from infra.local.demo_acts import NEW_PRICES, NEW_PRODUCTS, console, new_token, play
from infra.local.processes import StackError
from infra.local.state import StateDir
from infra.local.vendor import Mailbox, vendor_client
from pipeline.http.api_client import ApiError, Json

SECONDS_TO_START = 60.0

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port for a service that the demo starts itself.")] = 8000,
    state_dir: Annotated[Path, typer.Option(help="State folder of the service to use or to start.")] = Path(".local"),
) -> None:
    """Send a sample of 1,000 products, of which 50 have errors, then new prices of 400 of them, and show the outcomes.

    Uses the service of the state folder if it is running; otherwise starts one and stops it afterwards.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with service(state_dir, port) as (description, restart):
            differences = _play_acts(description, restart)
    except (StackError, ApiError, BotoCoreError, ClientError) as error:
        console.print(f"Error: {error}", style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    if differences:
        console.print(f"Not as expected: {', '.join(differences)}.", style="red")
        raise typer.Exit(1)


def _play_acts(description: Json, restart: str | None) -> list[str]:
    """Plays both acts; returns what is not as expected."""
    vendor, mailbox, token = vendor_client(description, "VEND001"), Mailbox(description), new_token()
    products = play(NEW_PRODUCTS, token, vendor, mailbox)
    prices = play(NEW_PRICES, token, vendor, mailbox)
    _print_links(products, description["api_keys"]["VEND001"], restart)
    return [*NEW_PRODUCTS.differences(products), *NEW_PRICES.differences(prices)]


@contextmanager
def service(state_dir: Path, port: int) -> Iterator[tuple[Json, str | None]]:
    """The running service and None, or a new service and the command that starts it again."""
    state = StateDir(state_dir.expanduser().resolve())
    if description := _running(state):
        console.print(f"Using the service at {description['api_url']}", soft_wrap=True)
        yield description, None
        return
    console.print(f"Starting the service (state in {state_dir}) ...", markup=False, soft_wrap=True)
    restart = "make run" + (f" PORT={port}" if port != 8000 else "")
    restart += f" STATE_DIR={state_dir}" if state_dir != Path(".local") else ""
    with stack.running(state, port=port, fresh=False, report=lambda line: console.print(line, markup=False)) as started:
        yield started.description, restart
        console.print("\nStopping the service ...")


def _running(state: StateDir) -> Json | None:
    """The description of the running service, None if none is running; waits for a service that is starting."""
    deadline = time.monotonic() + SECONDS_TO_START
    while state.launcher() is not None:
        if state.address():
            description: Json = json.loads(state.description.read_text(encoding="utf-8"))
            return description
        if time.monotonic() > deadline:
            raise StackError(
                f"The service of {state.path} is neither running nor stopped after {SECONDS_TO_START:.0f} s."
            )
        time.sleep(0.2)
    return None


def _print_links(upload: Json, key: str, restart: str | None) -> None:
    links = {name: link for name, link in upload["links"].items() if link}
    labels = {"portal": "Portal", "self": "Upload", "error_report": "Error report", "fix_file": "Fix file"}
    when = f" (the data is kept; {restart} serves it again)" if restart else ""
    console.print(f"\nWhere to look next{when}:", soft_wrap=True, markup=False)
    for name, label in labels.items():
        if name in links:
            console.print(f"  {label:<13} {links[name]}", soft_wrap=True, markup=False)
    if "fix_file" in links:
        console.print("\nThis fetches the rejected rows, ready to be corrected and sent again:")
        line = f"curl -LOJ -H 'Authorization: Bearer {key}' {links['fix_file']}"
        console.print(line, soft_wrap=True, markup=False)


if __name__ == "__main__":
    app()
