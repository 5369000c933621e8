"""What is proposed for a file that was not accepted, for people at a terminal."""

from collections.abc import Sequence

from onboarding import printing
from onboarding.printing import Json
from pipeline.domain.one_line import one_line

_LONGEST_HEADER = 40
_MOST_HEADERS = 50


def print_proposal(failure: Json) -> None:
    """The headers with the columns that they have or are probably meant for, and what could stand in for others."""
    proposal = failure.get("proposal") or {}
    headers, stand_ins = proposal.get("columns", ()), proposal.get("stand_ins", ())
    if not stand_ins and not any(_is_open(each) for each in headers):
        return
    useful = [each for each in headers if each["column"] or each["alternatives"]]
    printing.text("")
    printing.header_table([_row(each) for each in useful[:_MOST_HEADERS]])
    others = len(headers) - len(useful[:_MOST_HEADERS])
    if others:
        printing.text(f"… and {others} more without a proposal")
    for each in stand_ins:
        printing.text(_stand_in(each))


def _is_open(header: Json) -> bool:
    return bool(header["alternatives"] or (header["column"] and header["confidence"] < 1))


def _row(header: Json) -> Sequence[str]:
    return one_line(header["header"], _LONGEST_HEADER), _meaning(header), " | ".join(header["samples"])


def _meaning(header: Json) -> str:
    if header["column"]:
        return f"{header['column']}{'' if header['confidence'] == 1 else ', probably'}"
    return f"{' or '.join(header['alternatives'])}?"


def _stand_in(each: Json) -> str:
    column, header = each["column"], each["header"]
    if header is None:
        return f"No header is meant for {column}: add --default {column}={each['default']}."
    return f'No header is meant for {column}: "{one_line(header, _LONGEST_HEADER)}" can serve for it, too.'
