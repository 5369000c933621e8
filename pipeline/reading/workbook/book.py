"""An open workbook: which sheets it has, and the rows of each."""

from collections.abc import Collection, Iterator, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO, NamedTuple, Self

from pipeline.domain.cell_kinds import CellFault
from pipeline.domain.failures import Limits
from pipeline.reading.workbook.containers import describe, is_workbook, workbook_part
from pipeline.reading.workbook.damage import damaged, not_a_workbook
from pipeline.reading.workbook.items import parse_items
from pipeline.reading.workbook.parts import UNPACKED_BYTES, Parts
from pipeline.reading.workbook.relationships import Relationships, relationships_of
from pipeline.reading.workbook.rows import CellReader, SheetRow
from pipeline.reading.workbook.shared_strings import SharedStrings
from pipeline.reading.workbook.sheet import MergedRange, SheetElements, read_rows
from pipeline.reading.workbook.spilled_texts import Scratch
from pipeline.reading.workbook.styles import Styles
from pipeline.reading.workbook.xml_parts import Attributes, parse_part

__all__ = [
    "CellFault",
    "MergedRange",
    "SheetInfo",
    "SheetRow",
    "Workbook",
    "describe",
    "is_workbook",
    "open_workbook",
]

_MAX_SHEETS, _MAX_NAME = 10_000, 1000
_MAX_BYTES = 256 * 1024**2  # of styles, which copies multiply, and of the list of sheets, which has named ranges too


class SheetInfo(NamedTuple):
    """One sheet of cells; charts and the like are none."""

    name: str
    is_visible: bool


def open_workbook(
    file: BinaryIO, limits: Limits, *, scratch: Scratch = TemporaryFile, most_unpacked: int = UNPACKED_BYTES
) -> "Workbook":
    """Opens a seekable file. Raises UnacceptableFile if it is no workbook, or not a sound one.

    `scratch` makes temporary files, for workbooks of many texts.
    """
    if not is_workbook(file):
        raise not_a_workbook(describe(file) or "no Excel workbook (.xlsx)")
    parts = Parts(file, most_unpacked)
    part = workbook_part(parts)
    if part is None:
        raise damaged("its list of sheets is missing")
    return Workbook(parts, part, limits, scratch)


class Workbook:
    """Sheets and their rows. A context manager, for it may have temporary files."""

    def __init__(self, parts: Parts, part: str, limits: Limits, scratch: Scratch) -> None:
        self._parts, self._limits, self._scratch = parts, limits, scratch
        self._relationships = relationships_of(parts, part)
        self._list = _SheetList(self._relationships)
        with parts.open(part) as opened:
            parse_part(opened, self._list, most_bytes=_MAX_BYTES)
        if not self._list.sheets:
            raise damaged("it has no sheet of cells")
        self._styles = Styles()
        if styles := self._relationships.first("styles"):
            with parts.open(styles) as opened:
                parse_part(opened, self._styles, most_bytes=_MAX_BYTES)
        self._strings: SharedStrings | None = None
        self._merged: dict[str, list[MergedRange]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._strings:
            self._strings.close()

    @property
    def sheets(self) -> Sequence[SheetInfo]:
        return self._list.sheets

    def rows(self, name: str) -> Iterator[SheetRow]:
        """The sheet's rows with at least one filled cell, from top to bottom.

        Raises UnacceptableFile where the sheet turns out to be damaged.
        """
        cells = CellReader(self._shared_strings(), self._styles.meanings, self._limits, self._list.is_1904)
        elements = SheetElements(cells, self._limits)
        with self._parts.open(self._list.parts[name]) as part:
            yield from read_rows(part, elements)
        self._merged[name] = elements.merged

    def merged_ranges(
        self, name: str, *, first_row: int = 1, columns: Collection[int] | None = None
    ) -> list[MergedRange]:
        """The merged cells in these columns (or any) from a sheet row on. Costs nothing after the last of `rows`."""
        if name not in self._merged:
            for _ in self.rows(name):
                pass
        return [found for found in self._merged[name] if _overlaps(found, first_row, columns)]

    def has_merged_cells(self, name: str, *, first_row: int = 1, columns: Collection[int] | None = None) -> bool:
        return bool(self.merged_ranges(name, first_row=first_row, columns=columns))

    def _shared_strings(self) -> SharedStrings:
        """Read when they are first needed."""
        if self._strings is None:
            self._strings = SharedStrings(self._limits.row_bytes + 1, self._scratch)
            if name := self._relationships.first("sharedStrings"):
                with self._parts.open(name) as part:
                    for _ in parse_items(part, self._strings, "si"):
                        pass
        return self._strings


class _SheetList:
    """Takes the elements of the part that lists the sheets."""

    def __init__(self, relationships: Relationships) -> None:
        self._relationships = relationships
        self.sheets: list[SheetInfo] = []
        self.parts: dict[str, str] = {}
        self.is_1904 = False

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "sheet":
            self._add(attributes)
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass

    def _add(self, attributes: Attributes) -> None:
        name = attributes.get("name", "")
        relationship = next((value for key, value in attributes.items() if key.endswith("relationships id")), "")
        part = self._relationships.sheet(relationship)
        if part is None or name in self.parts:
            return
        if len(self.sheets) >= _MAX_SHEETS or len(name) > _MAX_NAME:
            raise damaged("it has too many sheets")
        self.sheets.append(SheetInfo(name, attributes.get("state", "visible") == "visible"))
        self.parts[name] = part


def _overlaps(found: MergedRange, first_row: int, columns: Collection[int] | None) -> bool:
    if found.last_row < first_row:
        return False
    return columns is None or any(found.first_column <= column <= found.last_column for column in columns)
