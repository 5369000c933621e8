"""The declared tables match the migrations."""

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Text, create_engine

from pipeline.postgres.tables import METADATA
from tests.integration.offline import Offline

_OF_THE_MIGRATIONS = "schema_migrations"


@pytest.fixture
def connection(offline: Offline) -> Iterator[Connection]:
    engine = create_engine(offline.stack.description["database_url"].replace("postgresql:", "postgresql+psycopg2:"))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def differences(connection: Connection, declared: MetaData) -> list[Any]:
    """Where the database differs from the declaration: tables, columns, types, defaults and keys."""
    options = {"compare_type": True, "compare_server_default": True, "include_object": _is_declared}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), declared))


def _is_declared(object_: object, name: str | None, kind: str, reflected: bool, compare_to: object) -> bool:
    """Indexes are in the migrations only."""
    return kind != "index" and name != _OF_THE_MIGRATIONS


def copied() -> MetaData:
    copy = MetaData()
    for table in METADATA.sorted_tables:
        table.to_metadata(copy)
    return copy


def test_every_table_is_declared_as_the_migrations_make_it(connection: Connection) -> None:
    assert differences(connection, METADATA) == []


def _without_a_column(declared: MetaData) -> None:
    products = declared.tables["products"]
    products._columns.remove(products.c.weight_kg)  # there is no public way


def _with_another_type(declared: MetaData) -> None:
    declared.tables["products"].c.sku.type = Text()


def _nullable(declared: MetaData) -> None:
    declared.tables["webhooks"].c.url.nullable = True


def _without_a_default(declared: MetaData) -> None:
    declared.tables["upload_history"].c.tries.server_default = None


def _without_a_table(declared: MetaData) -> None:
    declared.remove(declared.tables["mail_stops"])


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (_without_a_column, "remove_column"),
        (_with_another_type, "modify_type"),
        (_nullable, "modify_nullable"),
        (_without_a_default, "modify_default"),
        (_without_a_table, "remove_table"),
    ],
)
def test_a_difference_is_noticed(connection: Connection, change: Any, difference: str) -> None:
    declared = copied()
    change(declared)
    assert difference in str(differences(connection, declared))
