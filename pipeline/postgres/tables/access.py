"""API keys, and what the service remembers of those who hold one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, SmallInteger
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlmodel import Field, SQLModel

from pipeline.postgres.tables.defaults import NOW, default, identity


class ApiKey(SQLModel, table=True):
    __tablename__ = "api_keys"

    key_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_args=identity())
    key_prefix: str = Field(max_length=12)
    key_hash: bytes = Field(unique=True)
    role: str = Field(max_length=20)
    vendor_id: str | None = Field(max_length=50, foreign_key="vendors.vendor_id")
    label: str = Field(max_length=200)
    created_at: datetime = Field(sa_column_kwargs=NOW)
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class RequestAllowance(SQLModel, table=True):
    __tablename__ = "request_allowances"

    key_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="api_keys.key_id", ondelete="CASCADE")
    tokens: float = Field(sa_type=DOUBLE_PRECISION)
    was_granted: bool
    refilled_at: datetime


class SignInAllowance(SQLModel, table=True):
    __tablename__ = "sign_in_allowances"

    address: str = Field(max_length=64, primary_key=True)
    tokens: float = Field(sa_type=DOUBLE_PRECISION)
    was_granted: bool
    refilled_at: datetime


class IdempotencyKey(SQLModel, table=True):
    __tablename__ = "idempotency_keys"

    key_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="api_keys.key_id", ondelete="CASCADE")
    idempotency_key: str = Field(max_length=255, primary_key=True)
    request_hash: bytes
    status: int | None = Field(sa_type=SmallInteger)
    body: dict[str, Any] | None = Field(sa_type=JSON)
    created_at: datetime = Field(sa_column_kwargs=NOW)


class PortalSession(SQLModel, table=True):
    __tablename__ = "portal_sessions"

    session_id: UUID = Field(primary_key=True, sa_column_kwargs=default("gen_random_uuid()"))
    key_id: int = Field(sa_type=BigInteger, foreign_key="api_keys.key_id", ondelete="CASCADE")
    created_at: datetime = Field(sa_column_kwargs=NOW)
    expires_at: datetime
