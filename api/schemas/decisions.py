"""What a caller decides about an upload: each field is optional, and has its value from the vendor's settings."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.schemas.text import storable
from pipeline.domain.columns import CLEAR, COLUMNS
from pipeline.domain.decisions import BlankCells, Decisions, OptionalValues, UploadMode
from pipeline.domain.encoding_names import usual_name
from pipeline.domain.guards import GuardCode
from pipeline.domain.identifiers import IDENTIFIERS
from pipeline.domain.numbers import NumberFormat
from pipeline.domain.records import Record, Row
from pipeline.domain.weights import WeightUnit
from pipeline.postgres.rows import Vendor


def _known_columns(defaults: dict[str, str]) -> dict[str, str]:
    for column in defaults:
        if column not in COLUMNS or column in IDENTIFIERS:
            raise ValueError(f"{column} is no column that can have a default")
    # Imported here, because few requests have defaults.
    from pipeline.checking.defaults import plain_default

    plain = {column: plain_default(column, text) for column, text in defaults.items()}
    for column, text in plain.items():
        if not text or text.casefold() == CLEAR:
            raise ValueError(f"the default of {column} has no value")
        if problem := problem_with_default(column, text):
            raise ValueError(f"the default of {column} fits no row: {problem}")
    return plain


def problem_with_default(column: str, text: str) -> str | None:
    """The rules' objection to a value in any file; which categories there are is known when a file is read."""
    # Imported here, because few requests have defaults.
    from pipeline.checking.categories import AnyCategory
    from pipeline.checking.rules import errors_of

    record = Record(Row(0, 0, 0, []), {column: text}, {column: text}, needed=())
    return next((error.message for error in errors_of(record, AnyCategory())), None)


def _our_columns(mapping: "dict[str, str | MappedHeaderField]") -> "dict[str, str | MappedHeaderField]":
    for column, mapped in mapping.items():
        check_unit(our_column(column), mapped.unit if isinstance(mapped, MappedHeaderField) else None)
    return mapping


def our_column(column: str) -> str:
    """Raises ValueError for what is no column."""
    if column not in COLUMNS:
        raise ValueError(f"{column} is no column of ours")
    return column


def check_unit(column: str | None, unit: WeightUnit | None) -> None:
    """Raises ValueError for the unit of a column that has none."""
    if unit and column != "weight_kg":
        raise ValueError("only weight_kg has a unit")


MAX_HEADER_LENGTH, MAX_NOT_USED, MAX_SHEET_NAME = 500, 500, 200
_Header = Annotated[str, Field(min_length=1, max_length=MAX_HEADER_LENGTH), AfterValidator(storable)]


SheetName = Annotated[str, Field(min_length=1, max_length=MAX_SHEET_NAME), AfterValidator(storable)]


class MappedHeaderField(BaseModel):
    """A header, and the unit of its values."""

    model_config = ConfigDict(extra="forbid")

    header: _Header
    unit: WeightUnit | None = Field(default=None, strict=False)


_MAX_DEFAULT_LENGTH = 200
_Default = Annotated[str, Field(max_length=_MAX_DEFAULT_LENGTH), AfterValidator(storable)]


class DecisionFields(BaseModel):
    """Strict mode would accept only enum members, no text."""

    mode: UploadMode | None = Field(
        default=None,
        strict=False,
        description="What the rows do: `create` products (the default), `update` existing ones, or `upsert`, whichever"
        " is due.",
    )
    mapping: Annotated[dict[str, _Header | MappedHeaderField], AfterValidator(_our_columns)] | None = Field(
        default=None,
        description="The header that each of our columns is read from, as the file spells it; one header may serve"
        " two columns. What the file does not have is ignored.",
        examples=[{"sku": "Bestell-Nr.", "vendor_product_id": "Bestell-Nr."}],
    )
    not_used: list[_Header] | None = Field(
        default=None,
        max_length=MAX_NOT_USED,
        description="Headers that are ignored without a warning.",
        examples=[["Lieferzeit"]],
    )
    blank_cells: BlankCells | None = Field(
        default=None,
        strict=False,
        description="Whether a blank cell of an optional column keeps the value of an existing product, or clears it.",
    )
    defaults: Annotated[dict[str, _Default], AfterValidator(_known_columns)] | None = Field(
        default=None,
        description="The cells that stand in for blank ones, by column, in rows that create a product.",
        examples=[{"stock_quantity": "0"}],
    )

    number_format: NumberFormat | None = Field(
        default=None,
        strict=False,
        description="How to read a price or weight that can be read in two ways, such as `1,299`. By default, the other"
        " cells of its column decide.",
    )
    optional_values: OptionalValues | None = Field(
        default=None,
        strict=False,
        description="Whether a value that breaks a rule rejects its row although its column is optional, or is left"
        " out.",
    )

    encoding: Annotated[str, Field(max_length=40), AfterValidator(usual_name)] | None = Field(
        default=None,
        description="The encoding of the file, under any of its usual names; detected if not given. Unicode, Windows"
        " and DOS code pages, ISO-8859, KOI8, Macintosh and East Asian encodings can be read.",
        examples=["windows-1250"],
    )
    sheet: SheetName | None = Field(
        default=None,
        description="The name of the sheet to read of a workbook. By default, the visible one whose header has the most"
        " columns of ours. Ignored if the file is no workbook; if it has no such sheet, it fails, and the message"
        " names those that it has.",
        examples=["Price list"],
    )

    accept: list[Annotated[GuardCode, Field(strict=False)]] | None = Field(
        default=None,
        max_length=len(GuardCode),
        description="Guards that do not stop it: what they found is meant.",
        examples=[["PRICE_CLIFF"]],
    )

    remember: bool = Field(
        default=False,
        description="Keep `mapping` and `not_used` for your later files. A dry run keeps nothing.",
    )

    @model_validator(mode="after")
    def _used_or_not(self) -> Self:
        mapped = {each if isinstance(each, str) else each.header for each in (self.mapping or {}).values()}
        if both := mapped.intersection(self.not_used or ()):
            raise ValueError(f"{min(both)} is mapped, and also among those that are not used")
        return self

    def requested(self) -> dict[str, Any]:
        """The decisions that the request names."""
        return self.model_dump(mode="json", include=set(_DECISIONS), exclude_none=True)

    def resolved(self, vendor: Vendor) -> Decisions:
        """The decisions with those of the vendor's settings."""
        settings = {name: getattr(vendor, name) for name in ("blank_cells", "number_format", "optional_values")}
        return Decisions.of(settings | self.requested())


_DECISIONS = tuple(name for name in DecisionFields.model_fields if name != "remember")
