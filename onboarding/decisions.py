"""What a vendor decides about a file on the command line, in the form of the REST API and in that of the rules."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from pipeline.domain.columns import COLUMNS
from pipeline.domain.decisions import BlankCells, UploadMode
from pipeline.domain.encoding_names import usual_name
from pipeline.domain.identifiers import IDENTIFIERS

Mode = Annotated[
    UploadMode | None,
    typer.Option(
        "--mode", show_default="create",
        help="What the rows do: create products, update those that you have, or upsert: whichever is due.",
    ),
]  # fmt: skip
ClearBlanks = Annotated[
    bool, typer.Option("--clear-blanks", help="Blank cells empty optional fields of products that you have.")
]
Defaults = Annotated[
    list[str] | None,
    typer.Option(
        "--default", metavar="COLUMN=VALUE",
        help="Fills the blank cells of a column in rows that create a product, or a column that the file lacks.",
    ),
]  # fmt: skip
EncodingName = Annotated[
    str | None,
    typer.Option(
        "--encoding", metavar="NAME", show_default="detected",
        help="The encoding of the file, such as windows-1250. If it cannot be detected, the answer names likely ones.",
    ),
]  # fmt: skip


def decisions_of(
    mode: UploadMode | None, clear_blanks: bool, defaults: Sequence[str] | None, encoding: str | None
) -> dict[str, Any]:
    """The decisions that were named, as fields of an announcement."""
    decisions = {
        "mode": mode,
        "blank_cells": BlankCells.CLEAR if clear_blanks else None,
        "defaults": dict(map(_default, defaults or ())),
        "encoding": _encoding(encoding) if encoding else None,
    }
    return {name: value for name, value in decisions.items() if value}


def _default(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f'"{text}" is not of the form COLUMN=VALUE, such as stock_quantity=0.')
    if column not in COLUMNS or column in IDENTIFIERS:
        others = ", ".join(name for name in COLUMNS if name not in IDENTIFIERS)
        raise typer.BadParameter(f'"{column}" is not a column that can have a default. Those are: {others}.')
    return column, value


def _encoding(name: str) -> str:
    try:
        return usual_name(name)
    except ValueError as error:
        raise typer.BadParameter(f'"{name}": {error}.') from error
