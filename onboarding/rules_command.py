"""`onboarding rules`: fetches what `check` needs; and `remembered`: what the service remembers of headers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from onboarding import printing
from onboarding.exits import exit_on_fault
from onboarding.faults import Fault
from onboarding.options import ApiKey, AsJson, OptionalApiKey, Url
from onboarding.rules_document import Json, default_path, find_document, save_document
from onboarding.service import connect
from pipeline.http.api_client import ApiClient


def rules(
    url: Url,
    api_key: OptionalApiKey = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to save it; otherwise where `check` looks for it.")
    ] = None,
    as_json_lines: AsJson = False,
) -> None:
    """Fetch the rules document, with the categories that `check` needs, and show it.

    With your API key, it includes what is remembered of your headers, and your own names for categories.
    """
    with exit_on_fault():
        document = _fetch(connect(url, api_key), with_remembered=bool(api_key))
        path = output or default_path()
        save_document(document, path)
        if find_document(path) is None:
            raise Fault("The service sent something that is not a rules document.")
    if as_json_lines:
        printing.line(document)
        return
    printing.rules(document)
    if document.get("mapping"):
        printing.text("\nRemembered of your headers:")
        _print_headers(document["mapping"])
    if document.get("aliases"):
        printing.text("\nYour names for categories:")
        rows = [(each["value"], each["category"]) for each in document["aliases"]]
        printing.table(("Your name", "Category"), rows)
    printing.text(f"\nSaved in {path}")


def _fetch(client: ApiClient, *, with_remembered: bool) -> Json:
    document = client.rules()
    if with_remembered and client.me()["vendor_id"]:  # support's keys belong to no vendor
        document |= {"mapping": list(client.remembered()), "aliases": list(client.aliases())}
    return document


def remembered(
    url: Url,
    api_key: ApiKey,
    forget: Annotated[
        list[str] | None, typer.Option("--forget", metavar="HEADER", help="Forget what is remembered of a header.")
    ] = None,
    as_json_lines: AsJson = False,
) -> None:
    """Show what is remembered of your headers by --remember, or forget some of it. Fetch the rules again afterwards."""
    with exit_on_fault():
        client = connect(url, api_key)
        for header in forget or ():
            client.forget(header)
        headers = list(client.remembered())
    if as_json_lines:
        for each in headers:
            printing.line(each)
    elif headers:
        _print_headers(headers)
    else:
        printing.text("Nothing is remembered of your headers.")


def _print_headers(items: Sequence[Json]) -> None:
    rows = [(each["header"], each["column"] or "not used", each["unit"]) for each in items]
    printing.table(("Header", "Column", "Unit"), rows, whole={1, 2})
