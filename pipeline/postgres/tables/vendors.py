"""Who sells, and what support did for or to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from pipeline.domain.decisions import BlankCells, OptionalValues, UploadMode
from pipeline.domain.numbers import NumberFormat
from pipeline.postgres.rows import Vendor
from pipeline.postgres.tables.defaults import NOW, default, identity


class VendorTable(Vendor, SQLModel, table=True):
    __tablename__ = "vendors"

    vendor_id: str = Field(max_length=50, primary_key=True)
    status: str = Field(max_length=20, sa_column_kwargs=default("'active'"))
    default_mode: UploadMode = Field(
        default=UploadMode.CREATE, sa_type=String(20), sa_column_kwargs=default(f"'{UploadMode.CREATE}'")
    )
    blank_cells: BlankCells = Field(
        default=BlankCells.KEEP, sa_type=String(20), sa_column_kwargs=default(f"'{BlankCells.KEEP}'")
    )
    number_format: NumberFormat | None = Field(default=None, sa_type=String(20))
    optional_values: OptionalValues = Field(
        default=OptionalValues.REJECT,
        sa_type=String(20),
        sa_column_kwargs=default(f"'{OptionalValues.REJECT}'"),
    )
    guards: dict[str, int] = Field(default={}, sa_type=JSONB, sa_column_kwargs=default("'{}'"))
    created_at: datetime = Field(sa_column_kwargs=NOW)
    changes_kept_after: int = Field(sa_type=BigInteger, sa_column_kwargs=default("0"))


class RememberedHeaderTable(SQLModel, table=True):
    """What a vendor had remembered of a header, by its name as headers are compared."""

    __tablename__ = "remembered_headers"

    vendor_id: str = Field(max_length=50, primary_key=True, foreign_key="vendors.vendor_id")
    name: str = Field(sa_type=Text, primary_key=True)
    header: str = Field(sa_type=Text)
    columns: list[str] = Field(sa_type=ARRAY(Text))
    unit: str | None = Field(max_length=10)
    remembered_at: datetime = Field(sa_column_kwargs=NOW)


class CategoryAlias(SQLModel, table=True):
    """A vendor's own name for a category, by the form in which rule 5 compares it."""

    __tablename__ = "category_aliases"

    vendor_id: str = Field(max_length=50, primary_key=True, foreign_key="vendors.vendor_id")
    name: str = Field(sa_type=Text, primary_key=True)
    value: str = Field(sa_type=Text)
    category: str = Field(max_length=100)
    remembered_at: datetime = Field(sa_column_kwargs=NOW)


class SupportActionTable(SQLModel, table=True):
    """Without foreign keys: what was done stays known when the key, the vendor or the upload is gone."""

    __tablename__ = "support_actions"

    action_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity(always=True))
    key_id: int = Field(sa_type=BigInteger)
    key_prefix: str = Field(max_length=12)
    key_label: str = Field(max_length=200)
    action: str = Field(max_length=40)
    vendor_id: str | None = Field(max_length=50)
    upload_id: str | None = Field(max_length=50)
    details: dict[str, Any] = Field(sa_type=JSONB, sa_column_kwargs=default("'{}'"))
    done_at: datetime = Field(sa_column_kwargs=NOW)
