"""Rules 1 to 5, the optional values and unique SKUs, written for each library as its users would write them.

Every function returns how many rows have errors. None of the libraries makes suggestions, and none accepts a file with
a broken quote. Those that read the whole file at once need memory for all of it.
"""

import csv
import resource
import time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryFile
from typing import Annotated, Any, Literal

from bench.memory import peak_bytes

LONGEST = {
    "vendor_product_id": 100, "product_name": 200, "category": 100, "subcategory": 100, "sku": 100, "brand": 100,
    "unit": 20, "dimensions_cm": 50, "description": 10_000, "image_url": 2_048,
}  # fmt: skip
REQUIRED = "vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity"
AMOUNT, WHOLE = r"[0-9]+(\.[0-9]{1,2})?", r"[0-9]+"
WEIGHT, URL = r"[0-9]+(\.[0-9]{1,3})?", r"https?://[^\s,]+"
PATTERNS = {"price": AMOUNT, "compare_at_price": AMOUNT, "stock_quantity": WHOLE, "weight_kg": WEIGHT, "image_url": URL}
RANGES = {
    "price": (0.01, 999_999.99), "compare_at_price": (0.01, 999_999.99), "stock_quantity": (0, 1_000_000),
    "weight_kg": (0, 9_999_999.999),
}  # fmt: skip
CATEGORIES = "Electronics", "Clothing"
COLUMNS = (*LONGEST, *(column for column in PATTERNS if column not in LONGEST))


def check(name: str, file: str) -> dict[str, float]:
    """Seconds of this process, after a warm-up with a few rows."""
    way = _WAYS[name]
    few = Path(file).with_suffix(".few.csv")
    with Path(file).open(encoding="utf-8") as lines:
        few.write_text("".join(line for line, _ in zip(lines, range(50), strict=False)), encoding="utf-8")
    way(few)
    before, wall = _processor(), time.perf_counter()
    rejected = way(Path(file))
    wall, processor = time.perf_counter() - wall, _processor() - before
    return {"rejected": rejected, "processor": processor, "wall": wall, "peak_bytes": peak_bytes()}


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _ours(file: Path) -> int:
    from pipeline.checking.conflicts import errors_in_file
    from pipeline.checking.rules import Categories
    from pipeline.checking.survey import rejected_records, survey
    from pipeline.domain.failures import Limits

    categories, limits = Categories(CATEGORIES), Limits()
    result = survey(lambda: file.open("rb"), categories, limits, scratch=TemporaryFile)
    rejected = rejected_records(lambda: file.open("rb"), result, limits)
    return sum(1 for staged in rejected if errors_in_file(staged, categories))


def _by_pydantic(file: Path) -> int:
    from pydantic import BaseModel, Field, StringConstraints, ValidationError

    def text(column: str) -> Any:
        return StringConstraints(min_length=int(column in REQUIRED), max_length=LONGEST[column])

    class Row(BaseModel):
        vendor_product_id: Annotated[str, text("vendor_product_id")]
        product_name: Annotated[str, text("product_name")]
        category: Literal["Electronics", "Clothing"]
        subcategory: Annotated[str, text("subcategory")]
        description: Annotated[str, text("description")]
        sku: Annotated[str, text("sku")]
        brand: Annotated[str, text("brand")]
        price: Annotated[Decimal, Field(ge=Decimal("0.01"), le=Decimal("999999.99"), decimal_places=2)]
        compare_at_price: Annotated[Decimal, Field(ge=Decimal("0.01"), le=Decimal("999999.99"), decimal_places=2)]
        stock_quantity: Annotated[int, Field(ge=0, le=1_000_000)]
        unit: Annotated[str, text("unit")]
        weight_kg: Annotated[Decimal, Field(ge=0, le=Decimal("9999999.999"), decimal_places=3)]
        dimensions_cm: Annotated[str, text("dimensions_cm")]
        image_url: Annotated[str, StringConstraints(max_length=2_048, pattern=f"^{URL}$")]

    rejected, skus = 0, set()
    with file.open(encoding="utf-8", newline="") as lines:
        for cells in csv.DictReader(lines):
            try:
                row = Row.model_validate(cells)
            except ValidationError:
                rejected += 1
                continue
            rejected += row.sku in skus
            skus.add(row.sku)
    return rejected


def _by_pandera(file: Path) -> int:
    import pandera.polars as pa  # type: ignore[import-not-found]
    import polars as pl  # type: ignore[import-not-found]
    from pandera.errors import SchemaErrors  # type: ignore[import-not-found]

    def checks(column: str) -> list[Any]:
        result = [pa.Check.str_matches(f"^{PATTERNS[column]}$")] if column in PATTERNS else []
        if column in LONGEST:
            result.append(pa.Check.str_length(int(column in REQUIRED), LONGEST[column]))
        if column in RANGES:
            least, most = RANGES[column]
            number = pl.col(column).cast(pl.Float64, strict=False)
            result.append(pa.Check(lambda data: data.lazyframe.select(number.is_between(least, most))))
        return [*result, pa.Check.isin(CATEGORIES)] if column == "category" else result

    schema = pa.DataFrameSchema(
        {
            column: pa.Column(str, checks(column), nullable=column not in REQUIRED, unique=column == "sku")
            for column in COLUMNS
        }
    )
    frame = pl.read_csv(file, infer_schema=False)
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return int(errors.failure_cases["index"].drop_nulls().n_unique())
    return 0


def _by_frictionless(file: Path) -> int:
    from frictionless import Resource, Schema, validate  # type: ignore[import-not-found]

    def field(column: str) -> dict[str, Any]:
        constraints: dict[str, Any] = {"required": True} if column in REQUIRED else {}
        if column in RANGES:
            least, most = RANGES[column]
            kind = "integer" if column == "stock_quantity" else "number"
            return {"name": column, "type": kind, "constraints": constraints | {"minimum": least, "maximum": most}}
        constraints["maxLength"] = LONGEST[column]
        constraints |= {"pattern": URL} if column == "image_url" else {}
        constraints |= {"unique": True} if column == "sku" else {}
        constraints |= {"enum": list(CATEGORIES)} if column == "category" else {}
        return {"name": column, "type": "string", "constraints": constraints}

    schema = Schema.from_descriptor({"fields": [field(name) for name in _header(file)]})
    report = validate(Resource(path=file.name, basepath=str(file.parent), schema=schema), limit_errors=10_000_000)
    return len({row for (row,) in report.flatten(["rowNumber"])})


def _header(file: Path) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        return lines.readline().strip().split(",")


_WAYS = {"ours": _ours, "by_pydantic": _by_pydantic, "by_pandera": _by_pandera, "by_frictionless": _by_frictionless}
