"""Which header of a file was read as which column, for people at a terminal."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from onboarding import printing
from onboarding.printing import Json
from pipeline.domain.columns import MatchedBy
from pipeline.domain.decisions import MappedHeader
from pipeline.domain.header_names import normalize_header
from pipeline.domain.one_line import one_line

_LONGEST_HEADER = 60
_MOST_HEADERS = 10


def shows_more_than_names(columns: Sequence[Json]) -> bool:
    """Whether any header was matched otherwise than by the exact name of its column."""
    return any(column["matched_by"] not in {None, MatchedBy.EXACT} for column in columns)


def header_table(columns: Sequence[Json], mapping: Mapping[str, Any]) -> None:
    """The headers that were not matched by exact name, and what is in the mapping but not in the file.

    `columns` are those of the file and `mapping` is that of its decisions, as the REST API has them. The warnings name
    the headers for which no column was found.
    """
    if shows_more_than_names(columns):
        used = [each for each in columns if each["column"] and each["matched_by"] != MatchedBy.EXACT]
        printing.table(("Header", "Column", "Found by"), [_row(each) for each in used], whole={1, 2})
        if not_used := [each["header"] for each in columns if each["matched_by"] and not each["column"]]:
            printing.text(f"Not used, as decided: {_listed(not_used)}.")
    if columns and (absent := _absent(columns, mapping)):
        printing.text(f"In the mapping, but not in the file: {_listed(absent)}.", "yellow")


def _row(column: Json) -> tuple[str, str, str]:
    return one_line(column["header"], _LONGEST_HEADER), column["column"], column["matched_by"]


def _absent(columns: Sequence[Json], mapping: Mapping[str, Any]) -> list[str]:
    """The headers of the mapping that the file does not have. A note in brackets may be missing on either side."""
    served = {each["column"] for each in columns if each["matched_by"] == MatchedBy.MAPPING}
    names = {normalize_header(each["header"]) for each in columns}
    headers = [MappedHeader.of(mapped).header for column, mapped in mapping.items() if column not in served]
    return sorted({header for header in headers if normalize_header(header) not in names})


def _listed(headers: Sequence[str]) -> str:
    quoted = ", ".join(f'"{one_line(header, _LONGEST_HEADER)}"' for header in islice(headers, _MOST_HEADERS))
    return quoted + (f" and {len(headers) - _MOST_HEADERS} more" if len(headers) > _MOST_HEADERS else "")
