"""Values that PostgreSQL fills in, as arguments for `Field`."""

from typing import Any

from sqlalchemy import Identity, text


def default(sql: str) -> dict[str, Any]:
    """`Field(sa_column_kwargs=default("0"))`: the column's default, in SQL."""
    return {"server_default": text(sql)}


NOW = default("now()")


def identity(*, always: bool = False) -> list[Identity]:
    """`Field(sa_column_args=identity())`: numbered by PostgreSQL."""
    return [Identity(always=always)]
