"""What is wrong with the rejected rows, and how often."""

from datetime import date
from typing import Any

from pydantic import BaseModel
from sqlalchemy import BigInteger, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from pipeline.outcome.upload_view import Moment
from pipeline.postgres.tables.defaults import NOW, identity


class ErrorPlace(BaseModel):
    """Which record of which upload has an error."""

    upload_id: str = Field(sa_type=String(50), foreign_key="upload_history.upload_id")
    row_number: int
    line: int
    sheet_row: int
    vendor_product_id: str | None = Field(sa_type=String(100))
    sku: str | None = Field(sa_type=String(100))


class ErrorFacts(BaseModel):
    """What is wrong."""

    error_type: str = Field(sa_type=String(50))
    error_field: str | None = Field(sa_type=String(100))
    error_message: str = Field(sa_type=Text)
    value: str | None = Field(sa_type=Text)
    suggestion: str | None = Field(sa_type=Text)


class ErrorFields(ErrorFacts, ErrorPlace):
    """Everything that clients see of an error; its place comes first."""

    conflict: dict[str, Any] | None = Field(sa_type=JSONB)
    original_data: dict[str, Any] | None = Field(sa_type=JSONB)


class ValidationError(ErrorFields, SQLModel, table=True):
    """One thing wrong with one record, by one rule, in one field. `report_order` sorts the errors of a row."""

    __tablename__ = "validation_errors"
    __table_args__ = (
        UniqueConstraint(
            "upload_id",
            "error_type",
            "error_field",
            "row_number",
            name="validation_errors_one_a_rule_and_field",
            postgresql_nulls_not_distinct=True,
        ),
    )

    error_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    vendor_id: str = Field(sa_type=String(50), foreign_key="vendors.vendor_id")
    report_order: int = Field(sa_type=SmallInteger)
    created_at: Moment = Field(sa_column_kwargs=NOW)


_COUNT_KEY = ["upload_id", "day", "by_type", "by_field", "error_type", "error_field"]


class ErrorCount(SQLModel, table=True):
    """Errors and rows of an upload on a day, at four grains, kept by triggers."""

    __tablename__ = "error_counts"
    __table_args__ = (UniqueConstraint(*_COUNT_KEY, postgresql_nulls_not_distinct=True),)
    __mapper_args__ = {"primary_key": _COUNT_KEY}  # the table has none, the mapper wants one

    upload_id: str = Field(max_length=50, foreign_key="upload_history.upload_id", ondelete="CASCADE")
    vendor_id: str = Field(max_length=50)
    day: date
    by_type: bool
    by_field: bool
    error_type: str | None = Field(max_length=50)
    error_field: str | None = Field(max_length=100)
    errors: int
    rows: int
