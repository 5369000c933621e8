"""What a vendor decides about a file on the command line, in the form of the REST API and as options."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

import typer

from pipeline.checking.defaults import plain_default
from pipeline.domain.columns import COLUMNS
from pipeline.domain.decisions import (
    NO_DECISIONS,
    BlankCells,
    Decisions,
    MappedHeader,
    OptionalValues,
    UploadMode,
)
from pipeline.domain.encoding_names import usual_name
from pipeline.domain.guards import GuardCode
from pipeline.domain.header_names import normalize_header
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.weights import WeightUnit

_DEFAULTABLE = tuple(column for column in COLUMNS if column not in IDENTIFIERS)

Mode = Annotated[
    UploadMode | None,
    typer.Option(
        "--mode",
        help="What the rows do: create products (the default), update those that you have, or upsert: whichever is"
        " due.",
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
LeaveOut = Annotated[
    bool,
    typer.Option("--leave-out", help="Accepts rows without the values of optional columns that break a rule."),
]  # fmt: skip
Numbers = Annotated[
    NumberFormat | None,
    typer.Option(
        "--number-format", show_default="as the other cells of a column show",
        help="How prices and weights are written that can be read in two ways, such as 1,299.",
    ),
]  # fmt: skip
EncodingName = Annotated[
    str | None,
    typer.Option(
        "--encoding", metavar="NAME", show_default="detected",
        help="The encoding of the file, such as windows-1250. If it cannot be detected, the answer names likely ones.",
    ),
]  # fmt: skip
SheetName = Annotated[
    str | None,
    typer.Option(
        "--sheet", metavar="NAME", show_default="the one with the most known columns",
        help="The sheet of a workbook that is read.",
    ),
]  # fmt: skip
Headers = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="COLUMN=HEADER", help="Our column and the header that it is read from: sku=Item."),
]
NotUsed = Annotated[
    list[str] | None, typer.Option("--not-used", metavar="HEADER", help="Ignores a header, without a warning.")
]
UnitOfWeights = Annotated[
    WeightUnit | None, typer.Option("--weight-unit", help="The unit of the header in --map weight_kg=HEADER.")
]
Accept = Annotated[
    list[GuardCode] | None,
    typer.Option(
        "--accept", metavar="CODE",
        help="Lets through what would stop the file as a likely mistake: " + ", ".join(GuardCode)
        + ". May be repeated.",
    ),
]  # fmt: skip
Omit = Annotated[
    list[str] | None,
    typer.Option("--omit", metavar="ROW,ROW", help="Rows of a plan that are not applied, such as 3,9."),
]
Remember = Annotated[
    bool,
    typer.Option(
        "--remember", help="Keeps --map and --not-used for your later files; a dry run keeps nothing.",
    ),
]  # fmt: skip


def decisions_of(
    mode: Mode = None,
    clear_blanks: ClearBlanks = False,
    default: Defaults = None,
    encoding: EncodingName = None,
    sheet: SheetName = None,
    headers: Headers = None,
    weight_unit: UnitOfWeights = None,
    not_used: NotUsed = None,
    leave_out: LeaveOut = False,
    number_format: Numbers = None,
) -> dict[str, Any]:
    """The decisions that were named, as fields of an announcement. The parameters are options of commands."""
    mapping = _mapping(headers or (), weight_unit)
    _check_not_used(not_used or (), mapping)
    decisions = {
        "mode": mode,
        "blank_cells": BlankCells.CLEAR if clear_blanks else None,
        "defaults": dict(map(_default, default or ())),
        "encoding": _encoding(encoding) if encoding else None,
        "sheet": sheet,
        "mapping": mapping,
        "not_used": list(not_used or ()),
        "optional_values": OptionalValues.LEAVE_OUT if leave_out else None,
        "number_format": number_format,
    }
    return {name: value for name, value in decisions.items() if value}


def with_decisions(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options of `decisions_of`; it gets their result as its parameter `decisions`."""
    options = list(signature(decisions_of).parameters.values())
    parameters = [each for each in signature(command).parameters.values() if each.name != "decisions"]

    @wraps(command)
    def with_options(**arguments: Any) -> None:
        named = {option.name: arguments.pop(option.name) for option in options}
        command(**arguments, decisions=decisions_of(**named))

    all_of_them = [*(each.replace(kind=Parameter.KEYWORD_ONLY) for each in (*parameters, *options))]
    with_options.__signature__ = signature(command).replace(parameters=all_of_them)  # type: ignore[attr-defined]
    return with_options


def check_remember(remember: bool, decisions: Mapping[str, Any]) -> dict[str, Any]:
    """The field of an announcement. Refuses to remember nothing."""
    if remember and not decisions.keys() & {"mapping", "not_used"}:
        raise typer.BadParameter("--remember keeps what --map and --not-used say: name at least one of them.")
    return {"remember": True} if remember else {}


def accepted(codes: Sequence[GuardCode] | None) -> dict[str, Any]:
    """The field of an announcement; without any, the decision of the upload that it comes from."""
    return {"accept": [code.value for code in codes]} if codes else {}


def omitted(texts: Sequence[str] | None) -> dict[str, Any]:
    """The field of a request that applies a plan."""
    numbers = [number.strip() for text in texts or () for number in text.split(",")]
    for number in numbers:
        if not (number.isascii() and number.isdigit()):
            raise typer.BadParameter(f'"{number}" is not the number of a row. Rows are listed as 3,9.')
    return {"omit": [int(number) for number in numbers]} if numbers else {}


def chosen(decisions: Decisions) -> dict[str, Any]:
    """The decisions that differ from those of a file about which nothing is decided."""
    usual = NO_DECISIONS.as_json()
    return {name: value for name, value in decisions.as_json().items() if value != usual[name]}


def options_of(decisions: Mapping[str, Any]) -> list[str]:
    """The options that say these decisions: the reverse of `decisions_of`."""
    mapping = {column: MappedHeader.of(mapped) for column, mapped in decisions.get("mapping", {}).items()}
    options = [
        *_pairs("--mode", filter(None, [decisions.get("mode")])),
        *_pairs("--number-format", filter(None, [decisions.get("number_format")])),
        *_pairs("--encoding", filter(None, [decisions.get("encoding")])),
        *_pairs("--sheet", filter(None, [decisions.get("sheet")])),
        *_pairs("--map", (f"{column}={mapped.header}" for column, mapped in mapping.items())),
        *_pairs("--weight-unit", (mapped.unit for mapped in mapping.values() if mapped.unit)),
        *_pairs("--not-used", decisions.get("not_used", ())),
        *_pairs("--default", (f"{column}={value}" for column, value in decisions.get("defaults", {}).items())),
    ]
    flags = {
        "--clear-blanks": decisions.get("blank_cells") == BlankCells.CLEAR,
        "--leave-out": decisions.get("optional_values") == OptionalValues.LEAVE_OUT,
    }
    return [*options, *(flag for flag, is_set in flags.items() if is_set)]


def _pairs(option: str, values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from (option, value)


def _mapping(pairs: Sequence[str], unit: WeightUnit | None) -> dict[str, Any]:
    mapping: dict[str, MappedHeader] = {}
    for column, header in map(_mapped, pairs):
        if column in mapping:
            raise typer.BadParameter(f"--map names two headers for {column}: leave one of them out.")
        mapping[column] = MappedHeader(header, unit if column == "weight_kg" else None)
    if unit and "weight_kg" not in mapping:
        raise typer.BadParameter("--weight-unit needs the header that it is about: --map weight_kg=HEADER.")
    return {column: mapped.as_json() for column, mapped in mapping.items()}


def _mapped(text: str) -> tuple[str, str]:
    column, _, header = (part.strip() for part in text.partition("="))
    if not column or not header:
        raise typer.BadParameter(f'"{text}" is not of the form COLUMN=HEADER, such as sku=Item.')
    if column not in COLUMNS:
        swapped = f" Our column comes first: {header}={column}." if header in COLUMNS else ""
        raise typer.BadParameter(f'"{column}" is not a column of ours.{swapped} Those are: {", ".join(COLUMNS)}.')
    return column, header


def _check_not_used(headers: Collection[str], mapping: Mapping[str, Any]) -> None:
    used = {normalize_header(MappedHeader.of(mapped).header) for mapped in mapping.values()}
    for header in headers:
        if not header.strip():
            raise typer.BadParameter("--not-used needs a header of the file.")
        if normalize_header(header) in used:
            raise typer.BadParameter(f'"{header}" is in --map and in --not-used: leave one of them out.')


def _encoding(name: str) -> str:
    try:
        return usual_name(name)
    except ValueError as error:
        raise typer.BadParameter(f'"{name}": {error}.') from error


def _default(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f'"{text}" is not of the form COLUMN=VALUE, such as stock_quantity=0.')
    if column not in _DEFAULTABLE:
        raise typer.BadParameter(
            f'"{column}" is not a column that can have a default. Those are: {", ".join(_DEFAULTABLE)}.'
        )
    return column, plain_default(column, value)
