"""The validated catalogue, and the categories that a product may have."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, PlainSerializer
from sqlalchemy import BigInteger, Numeric, String, Text, UniqueConstraint
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
    """One entry of the catalogue, with the upload and the row that set it."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("vendor_id", "vendor_product_id"),)


class CategoryFields(BaseModel):
    category_name: str = Field(sa_type=String(100), unique=True)
    description: str | None = Field(sa_type=Text)


class ProductCategory(CategoryFields, SQLModel, table=True):
    __tablename__ = "product_categories"

    category_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    is_active: bool = Field(sa_column_kwargs=default("true"))
    created_at: datetime = Field(sa_column_kwargs=NOW)
