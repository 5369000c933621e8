"""The validated catalogue, and the categories that a product may have."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, PlainSerializer
from sqlalchemy import ARRAY, BigInteger, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from pipeline.outcome.upload_view import Moment
from pipeline.postgres.tables.defaults import NOW, default, identity


def _as_number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


Number = Annotated[Decimal, PlainSerializer(_as_number, return_type=float, when_used="json")]
"""A decimal as a JSON number: with so few digits, exactly the one that is stored."""


class ProductFields(BaseModel):
    product_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    vendor_id: str = Field(sa_type=String(50), foreign_key="vendors.vendor_id")
    vendor_product_id: str = Field(sa_type=String(100))
    product_name: str = Field(sa_type=String(200))
    category: str = Field(sa_type=String(100))
    subcategory: str | None = Field(sa_type=String(100))
    description: str | None = Field(sa_type=Text)
    sku: str = Field(sa_type=String(100), unique=True)
    brand: str | None = Field(sa_type=String(100))
    price: Number = Field(
        sa_type=Numeric(10, 2), description="A JSON number with at most two decimals, exactly as stored."
    )
    compare_at_price: Number | None = Field(sa_type=Numeric(10, 2))
    stock_quantity: int
    unit: str = Field(sa_type=String(20), sa_column_kwargs=default("'piece'"))
    weight_kg: Number | None = Field(sa_type=Numeric(10, 3))
    dimensions_cm: str | None = Field(sa_type=String(50))
    image_url: str | None = Field(sa_type=Text)
    status: str = Field(sa_type=String(20), sa_column_kwargs=default("'active'"))
    upload_id: str | None = Field(sa_type=String(50), foreign_key="upload_history.upload_id")
    row_number: int | None
    line: int | None = Field(description="The line of the file; null for products of long ago.")
    created_at: Moment = Field(sa_column_kwargs=NOW)
    updated_at: Moment = Field(sa_column_kwargs=NOW)


class Product(ProductFields, SQLModel, table=True):
    """One entry of the catalogue, with the upload and the row that created it."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("vendor_id", "vendor_product_id"),)

    given_fields: int | None
    set_by: list[int] | None = Field(sa_type=ARRAY(BigInteger))
    sheet_row: int | None


class RecordChange(SQLModel, table=True):
    """A record that changed a product, or lost every change to a later upload."""

    __tablename__ = "record_changes"
    __table_args__ = (UniqueConstraint("upload_id", "row_number"),)

    change_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity(always=True))
    upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    vendor_id: str = Field(max_length=50, foreign_key="vendors.vendor_id")
    row_number: int
    line: int
    sheet_row: int
    product_id: int | None = Field(sa_type=BigInteger)
    sku: str | None = Field(max_length=100)
    vendor_product_id: str | None = Field(max_length=100)
    outcome: str = Field(max_length=20)
    is_written: bool
    changes: dict[str, dict[str, str | None]] = Field(sa_type=JSONB)
    superseded_by: str | None = Field(max_length=50)
    superseded_fields: list[str] = Field(sa_type=JSONB, sa_column_kwargs=default("'[]'"))
    kept: dict[str, str] | None = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class RemovedProduct(SQLModel, table=True):
    """A product whose creation was undone, as it was; `removed_by` and `removed_row` are the record that removed it."""

    __tablename__ = "removed_products"
    __table_args__ = (UniqueConstraint("removed_by", "removed_row"),)

    product_id: int = Field(sa_type=BigInteger, primary_key=True)
    vendor_id: str = Field(max_length=50, foreign_key="vendors.vendor_id")
    upload_id: str | None = Field(max_length=50, foreign_key="upload_history.upload_id")
    row_number: int | None
    removed_by: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    removed_row: int
    product: dict[str, Any] = Field(sa_type=JSONB)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class Confirmation(SQLModel, table=True):
    """Records of an upload that gave the products of a block the values they had, or lost all to a later upload."""

    __tablename__ = "confirmations"
    __mapper_args__ = {"primary_key": ["upload_id", "block", "given_fields", "first_row"]}  # the mapper wants one

    upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id")
    vendor_id: str = Field(max_length=50, foreign_key="vendors.vendor_id")
    upload_number: int = Field(sa_type=BigInteger)
    block: int = Field(sa_type=BigInteger)
    given_fields: int
    is_dry_run: bool
    first_row: int
    last_row: int
    product_ids: list[int] = Field(sa_type=ARRAY(BigInteger))
    row_numbers: list[int] = Field(sa_type=ARRAY(Integer))
    lines: list[int] = Field(sa_type=ARRAY(Integer))
    sheet_rows: list[int] = Field(sa_type=ARRAY(Integer))
    created_at: datetime = Field(sa_column_kwargs=NOW)


class CategoryFields(BaseModel):
    category_name: str = Field(sa_type=String(100), unique=True)
    description: str | None = Field(sa_type=Text)


class ProductCategory(CategoryFields, SQLModel, table=True):
    __tablename__ = "product_categories"

    category_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    is_active: bool = Field(sa_column_kwargs=default("true"))
    created_at: datetime = Field(sa_column_kwargs=NOW)
