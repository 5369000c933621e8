"""Decisions: what a person or a program chose for an upload. They are pinned when parsing starts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from pipeline.domain.columns import REQUIRED
from pipeline.domain.guards import GuardCode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.weights import WeightUnit


class UploadMode(StrEnum):
    """What the records of a file do: create products, change those of the catalogue, or whichever is due."""

    CREATE = "create"
    UPSERT = "upsert"
    UPDATE = "update"


class OptionalValues(StrEnum):
    """What a value that breaks a rule does to its record if its column is optional."""

    REJECT = "reject"
    LEAVE_OUT = "leave_out"


class BlankCells(StrEnum):
    """What a blank cell of an optional column does to a product of the catalogue."""

    KEEP = "keep"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class MappedHeader:
    """The header that a column is read from, and the unit of its values if it is named."""

    header: str
    unit: WeightUnit | None = None

    @classmethod
    def of(cls, stored: str | Mapping[str, Any]) -> Self:
        return cls(stored) if isinstance(stored, str) else cls(stored["header"], _unit(stored.get("unit")))

    def as_json(self) -> Any:
        return {"header": self.header, "unit": self.unit} if self.unit else self.header


@dataclass(frozen=True, slots=True)
class RememberedHeader:
    """What the vendor had remembered of a header: its columns, none if it is not used, and the unit of its values."""

    header: str
    columns: tuple[str, ...]
    unit: WeightUnit | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        return cls(stored["header"], tuple(stored["columns"]), _unit(stored.get("unit")))


def _unit(stored: str | None) -> WeightUnit | None:
    return WeightUnit(stored) if stored else None


@dataclass(frozen=True, slots=True)
class Decisions:
    """`defaults` are the cells that stand in for blank ones, by column, in records that create a product.

    `mapping` has the header of each column named, `not_used` are headers to ignore, and `remembered` is what the vendor
    had remembered of headers, the newest first; it is pinned, but no decision about this upload.
    `number_format` decides where a number can be read in two ways; None if the column decides. `encoding` is the usual
    name of the file's encoding; None if it is to be detected. `sheet` is the name of the sheet to read of a workbook.
    `accept` are the guards that do not stop it.
    """

    mode: UploadMode = UploadMode.CREATE
    blank_cells: BlankCells = BlankCells.KEEP
    defaults: Mapping[str, str] = field(default_factory=dict)
    mapping: Mapping[str, MappedHeader] = field(default_factory=dict)
    not_used: tuple[str, ...] = ()
    remembered: tuple[RememberedHeader, ...] = ()
    number_format: NumberFormat | None = None
    optional_values: OptionalValues = OptionalValues.REJECT
    encoding: str | None = None
    sheet: str | None = None
    accept: tuple[GuardCode, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, Any], remembered: Sequence[Mapping[str, Any]] = ()) -> Self:
        """Reads what `as_json` wrote; what an older version did not store is as it was then."""
        number_format = stored.get("number_format")
        return cls(
            UploadMode(stored.get("mode", UploadMode.CREATE)),
            BlankCells(stored.get("blank_cells", BlankCells.KEEP)),
            stored.get("defaults", {}),
            {column: MappedHeader.of(mapped) for column, mapped in stored.get("mapping", {}).items()},
            tuple(stored.get("not_used", ())),
            tuple(map(RememberedHeader.of, remembered)),
            NumberFormat(number_format) if number_format else None,
            OptionalValues(stored.get("optional_values", OptionalValues.REJECT)),
            stored.get("encoding"),
            stored.get("sheet"),
            tuple(map(GuardCode, stored.get("accept", ()))),
        )

    def as_json(self) -> dict[str, Any]:
        """All but what is remembered."""
        mapping = {column: mapped.as_json() for column, mapped in self.mapping.items()}
        fields = asdict(replace(self, remembered=())) | {"mapping": mapping, "not_used": list(self.not_used)}
        fields |= {"accept": list(self.accept)}
        return {name: value for name, value in fields.items() if name != "remembered"}

    @property
    def names_headers(self) -> bool:
        """Whether any header of the file is mapped or ignored."""
        return bool(self.mapping or self.not_used or self.remembered)

    @property
    def only_creates(self) -> bool:
        return self.mode == UploadMode.CREATE

    @property
    def creates(self) -> bool:
        """Whether a record of no known product creates one."""
        return self.mode != UploadMode.UPDATE

    def key(self, columns: Collection[str | None]) -> str:
        """The column that identifies a product, in a file with these columns."""
        by_sku = self.mode == UploadMode.UPDATE and "vendor_product_id" not in columns
        return "sku" if by_sku else "vendor_product_id"

    def needed_cells(self, columns: Collection[str | None]) -> tuple[str, ...]:
        """The columns of which a row must have a cell; it is damaged if one is missing."""
        if self.mode == UploadMode.UPDATE:
            return (self.key(columns),)
        return tuple(column for column in REQUIRED if column in columns and column not in self.defaults)

    def needed_values(self, columns: Collection[str | None]) -> tuple[str, ...]:
        """The columns in which every record needs a value, whatever it does to the catalogue (rule 1)."""
        return REQUIRED if self.only_creates else (self.key(columns),)

    def missing_columns(self, columns: Collection[str | None]) -> list[str]:
        """What the header of a file lacks: columns, or in mode `update` a choice of them in words."""
        if self.mode != UploadMode.UPDATE:
            return [column for column in REQUIRED if column not in columns and column not in self.defaults]
        known = {column for column in columns if column}
        missing = [] if known.intersection(IDENTIFIERS) else ["vendor_product_id or sku"]
        return missing if known.difference(IDENTIFIERS) else [*missing, "a column to change, such as price"]


NO_DECISIONS = Decisions()
"""Those of an upload for which nothing was chosen: it creates products."""
