"""`python -m bench.support_queries`: how fast support's questions are answered, and what their indexes cost.

A throw-away PostgreSQL of its own, realistic errors by the million, every query twenty times; the table and the
plans go to docs/support-queries.md.
"""

import os
import platform
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, cast

import psycopg2
import typer
from psycopg2.extras import NamedTupleCursor
from rich.console import Console
from sqlalchemy import Engine, event

from bench.alone import PROJECT
from infra.local import postgres
from infra.local.state import Memory, StateDir
from pipeline.checking.rules import Categories, errors_of
from pipeline.domain.columns import COLUMNS, read_header
from pipeline.domain.errors import GroupBy
from pipeline.domain.records import Layout, Row
from pipeline.domain.uploads import RowStatus
from pipeline.postgres.catalogue import Rejection, insert_errors
from pipeline.postgres.causes import causes_of
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.queries.errors import FoundErrors, find_errors_everywhere, group_errors
from pipeline.postgres.queries.products import ProductFilter, find_products
from pipeline.postgres.queries.vendors import find_vendors
from pipeline.postgres.row_ledger import RowFilter, find_rows
from pipeline.postgres.sessions import session_on

HERE = Path(__file__).parent
MIGRATIONS = sorted((PROJECT / "sql" / "migrations").glob("*.sql"))
OURS = "0004_read_indexes"
REPORT = PROJECT / "docs" / "support-queries.md"
LEDGER = "UPLOAD_20200101_000000_ledgerxx"
RUNS, PAGE, BATCHES = 20, 51, 1_000

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Question:
    asked: str
    ask: Callable[[Cursor], object]


@dataclass(frozen=True)
class Answered:
    question: Question
    p50: float
    p95: float
    query: str
    plan: str


@app.command()
def bench(
    rows: Annotated[int, typer.Option(min=20_000, help="How many errors.")] = 5_000_000,
    ledger_rows: Annotated[int, typer.Option(min=1_000, help="Rows of the one large upload.")] = 2_000_000,
    report: Annotated[Path, typer.Option(dir_okay=False, help="Where the table and the plans go.")] = REPORT,
) -> None:
    """Load errors, time every question support asks, measure what the indexes cost, write the report."""
    with (
        tempfile.TemporaryDirectory(prefix="support-", ignore_cleanup_errors=True) as folder,
        _postgres(folder) as url,
        closing(psycopg2.connect(url)) as connection,
    ):
        connection.autocommit = True
        cursor = connection.cursor()
        _apply(cursor, [path for path in MIGRATIONS if path.stem < OURS])
        _load(cursor, rows)
        inserts = {"before migration 0004": _insert_milliseconds(url)}
        _apply(cursor, [path for path in MIGRATIONS if path.stem >= OURS])
        cursor.execute("VACUUM ANALYZE")
        inserts["with all of it"] = _insert_milliseconds(url)
        cursor.execute(_sql("support_ledger.sql", ledger_rows=ledger_rows))
        cursor.execute("VACUUM ANALYZE")
        answered = [_answered(url, question) for question in _questions(url, ledger_rows)]
        sizes = _sizes(cursor)
        cursor.execute("DROP INDEX validation_errors_text")
        inserts["without the text index"] = _insert_milliseconds(url)
        cursor.execute("ALTER TABLE validation_errors DISABLE TRIGGER count_new_errors")
        inserts["without the text index and the counts"] = _insert_milliseconds(url)
    report.write_text(_report(answered, inserts, sizes), encoding="utf-8")
    console.print(f"Written: {report}")


@contextmanager
def _postgres(folder: str) -> Iterator[str]:
    state, memory = StateDir(Path(folder).resolve() / "state"), Memory()
    with state.locked():
        state.prepare(fresh=False)
        server = postgres.start(state, memory)
        try:
            yield postgres.url(memory)
        finally:
            server.stop(patience=30)


def _apply(cursor: Any, migrations: Sequence[Path]) -> None:
    for path in migrations:
        started = time.monotonic()
        cursor.execute(path.read_text(encoding="utf-8"))
        console.print(f"  {path.stem}: {time.monotonic() - started:.1f} s")


def _load(cursor: Any, rows: int) -> None:
    uploads = rows // 500
    cursor.execute(_sql("support_rows.sql", rows=rows, uploads=uploads))
    for first in range(1, uploads + 1, 500):
        cursor.execute(_sql("support_errors.sql", first=first, last=min(first + 499, uploads)))
        console.print(f"  loading: upload {first:,} of {uploads:,}", end="\r")
    cursor.execute("VACUUM ANALYZE")


def _sql(name: str, **values: int) -> str:
    text = (HERE / name).read_text(encoding="utf-8")
    for parameter, value in values.items():
        text = text.replace(f":{parameter}", str(value))
    return text


def _questions(url: str, ledger_rows: int) -> list[Question]:
    with transaction_at(url) as cursor:
        cursor.execute("SELECT upload_id, sku, vendor_product_id FROM validation_errors ORDER BY created_at LIMIT 1")
        upload, sku, product = cursor.fetchone()
        cursor.execute(
            "SELECT upload_id FROM upload_history WHERE upload_timestamp < now() - interval '30 days'"
            " ORDER BY error_records DESC LIMIT 1"
        )
        (large,) = cursor.fetchone()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    week, month = today - timedelta(days=7), today - timedelta(days=30)
    old = {"from_": today - timedelta(days=60), "to": today - timedelta(days=59)}
    return [
        _list("all"),
        _list("vendor_id, large", vendor_id="BENCH000"),
        _list("vendor_id, small", vendor_id="BENCH190"),
        _list("upload_id, old", upload_id=upload),
        _list("upload_id, large and old", upload_id=large),
        _list("error_type, frequent", error_type="INVALID_PRICE"),
        _list("error_type, rare", error_type="MALFORMED_ROW"),
        _list("error_type, none", error_type="PROCESSING_ERROR"),
        _list("error_field, frequent", error_field="price"),
        _list("error_field, rare", error_field="unit"),
        _list("sku", sku=sku),
        _list("vendor_product_id", vendor_product_id=product),
        _list("value, frequent", value="elektronics"),
        _list("value, rare", value="elektronics 77"),
        _list("value, none", value="trousers"),
        _list("value of one character (no trigram)", value="€"),
        _list("q, frequent", q="price"),
        _list("q, rare", q="your product 8123456"),
        _list("q, none", q="nothing like this"),
        _list("from, to", **old),
        _list("to, 85 days ago", to=today - timedelta(days=85)),
        _list("vendor_id, error_type", vendor_id="BENCH007", error_type="INVALID_CATEGORY"),
        _list("vendor_id, error_type, none", vendor_id="BENCH000", error_type="PROCESSING_ERROR"),
        _list("vendor_id, error_field, rare", vendor_id="BENCH000", error_field="unit"),
        _list("vendor_id, from, to", vendor_id="BENCH007", **old),
        _list("vendor_id, q, none", vendor_id="BENCH000", q="trousers"),
        _list("error_type, value", error_type="INVALID_CATEGORY", value="elektronics 77"),
        _list("error_type, error_field, rare", error_type="FIELD_LENGTH_EXCEEDED", error_field="unit"),
        _list("error_type, from, to", error_type="INVALID_CATEGORY", **old),
        _list("upload_id, error_type", upload_id=large, error_type="MALFORMED_ROW"),
        _groups("error_type"),
        _groups("error_field"),
        _groups("vendor_id"),
        _groups("day"),
        _groups("error_type", vendor_id="BENCH000"),
        _groups("vendor_id", error_type="INVALID_PRICE"),
        _groups("vendor_id", error_field="price"),
        _groups("day", vendor_id="BENCH007", error_type="INVALID_PRICE"),
        _groups("error_type", from_=week),
        _groups("error_type", sku=sku),
        _groups("value", upload_id=large),
        _groups("day", q="trousers", from_=month),
        _groups("value", error_type="INVALID_CATEGORY", from_=week),
        _groups("value", from_=month),
        Question("/v1/vendors", lambda c: find_vendors(c, after=None, limit=PAGE)),
        Question("/v1/products?q", _products_with_aria),
        Question("/v1/uploads/…/errors/summary, large", lambda c: causes_of(c, large, limit=PAGE)),
        _ledger("first page", RowFilter(), ledger_rows),
        _ledger("last page", RowFilter(), ledger_rows, after=ledger_rows - 40),
        _ledger("status=error, in the middle", RowFilter([RowStatus.ERROR]), ledger_rows, after=ledger_rows // 2),
        _ledger(
            "status=validated, in the middle", RowFilter([RowStatus.VALIDATED]), ledger_rows, after=ledger_rows // 2
        ),
        _ledger("status=pending", RowFilter([RowStatus.PENDING]), ledger_rows),
        _ledger("sku", RowFilter(sku=f"LEDGER-{ledger_rows // 2 + 1}"), ledger_rows),
        _ledger("dry run, status=validated", RowFilter([RowStatus.VALIDATED]), ledger_rows, dry_run=True),
    ]


def _list(asked: str, **filters: Any) -> Question:
    def ask(cursor: Cursor) -> object:
        with session_on(cursor) as session:
            return find_errors_everywhere(session, FoundErrors(**filters), after=None, limit=PAGE)

    return Question(f"/v1/errors by {asked}", ask)


def _products_with_aria(cursor: Cursor) -> object:
    with session_on(cursor) as session:
        return find_products(session, None, ProductFilter(q="aria"), after=None, limit=PAGE)


@event.listens_for(Engine, "after_cursor_execute")
def _note_query(_connection: object, cursor: Any, *_: object) -> None:
    _QUERIES.append(cursor.query)


_QUERIES: list[bytes] = []
"""What sessions have sent: they use cursors of their own."""


def _groups(group_by: str, **filters: Any) -> Question:
    given = "".join(f", {name.rstrip('_')}" for name in filters)
    return Question(
        f"/v1/errors/summary by {group_by}{given}",
        lambda cursor: group_errors(cursor, GroupBy(group_by), FoundErrors(**filters), after=None, limit=PAGE),
    )


def _ledger(asked: str, wanted: RowFilter, total: int, *, after: int = 0, dry_run: bool = False) -> Question:
    return Question(
        f"/v1/uploads/…/records of {total:,} rows, {asked}",
        lambda cursor: find_rows(cursor, LEDGER, wanted, dry_run=dry_run, total=total, after=after, limit=PAGE),
    )


def _answered(url: str, question: Question) -> Answered:
    seconds = []
    _QUERIES.clear()
    with transaction_at(url) as cursor:
        for _ in range(RUNS):
            started = time.perf_counter()
            question.ask(cursor)
            seconds.append(time.perf_counter() - started)
        query = bytes(_QUERIES[-1] if _QUERIES else cast(Any, cursor).query).decode()
        cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, TIMING OFF, SUMMARY OFF) {query}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    seconds.sort()
    answered = Answered(question, seconds[RUNS // 2] * 1e3, seconds[int(RUNS * 0.95)] * 1e3, query, plan)
    console.print(f"  {question.asked:60} {answered.p50:9.1f} {answered.p95:9.1f} ms")
    return answered


_CHANCE = random.Random(1)  # noqa: S311
_LAYOUT = Layout(read_header(list(COLUMNS)))
_CATEGORIES = Categories(["Electronics", "Clothing"])


def _insert_milliseconds(url: str) -> tuple[float, float]:
    """A batch of 100 rejected rows, inserted as the validator does: the mean and the 95th percentile."""
    batches = [[_rejection(batch * 100 + n) for n in range(1, 101)] for batch in range(BATCHES)]
    seconds = []
    with closing(psycopg2.connect(url)) as connection:
        cursor = cast(Cursor, connection.cursor(cursor_factory=NamedTupleCursor))
        upload_id = f"INSERTED_{time.time_ns()}"
        cursor.execute(
            "INSERT INTO upload_history (upload_id, vendor_id, file_name) VALUES (%s, 'BENCH000', 'x')", (upload_id,)
        )
        connection.commit()
        for batch in batches:
            started = time.perf_counter()
            insert_errors(cursor, upload_id, "BENCH000", batch)
            connection.commit()
            seconds.append(time.perf_counter() - started)
    return sum(seconds) / BATCHES * 1e3, sorted(seconds)[int(BATCHES * 0.95)] * 1e3


def _rejection(row_number: int) -> Rejection:
    """A row with one or two errors of the usual kinds."""
    cells = dict.fromkeys(COLUMNS, "") | {
        "vendor_product_id": f"PROD-{_CHANCE.randrange(300_000)}",
        "product_name": "Aria Wireless Headphones, Black",
        "category": "Electronics",
        "sku": f"SKU-{_CHANCE.randrange(200):03}-{_CHANCE.randrange(300_000)}",
        "price": "140.99",
        "stock_quantity": "8",
        "description": "Active noise cancelling, 38 hours of battery, folds flat into its case.",
    }
    faults = {
        "price": f"-{_CHANCE.randrange(400)}.00",
        "category": f"Elektronics {_CHANCE.randrange(400)}",
        "stock_quantity": f"{_CHANCE.randrange(500)} pcs",
        "weight_kg": "1,5 kg",
        "sku": "",
        "product_name": "Aria " * 60,
    }
    cells |= dict(_CHANCE.sample(sorted(faults.items()), _CHANCE.choice([1, 1, 1, 2])))
    record = _LAYOUT.record(Row(row_number, row_number + 1, row_number + 1, list(cells.values())))
    return Rejection(record, errors_of(record, _CATEGORIES), _LAYOUT.original_data(record.row))


def _sizes(cursor: Any) -> list[tuple[str, int, str]]:
    cursor.execute(
        """
        SELECT c.relname, c.reltuples::bigint, pg_size_pretty(pg_relation_size(c.oid)) FROM pg_class AS c
        LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
        WHERE c.relname IN ('validation_errors', 'error_counts')
           OR i.indrelid IN ('validation_errors'::regclass, 'error_counts'::regclass)
        ORDER BY c.relkind DESC, pg_relation_size(c.oid) DESC
        """
    )
    return [(str(name), int(count), str(size)) for name, count, size in cursor.fetchall()]


def _report(
    answered: Sequence[Answered], inserts: dict[str, tuple[float, float]], sizes: list[tuple[str, int, str]]
) -> str:
    times = "\n".join(f"| {a.question.asked} | {a.p50:.1f} | {a.p95:.1f} |" for a in answered)
    costs = "\n".join(f"| {what} | {mean:.1f} | {p95:.1f} |" for what, (mean, p95) in inserts.items())
    tables = "\n".join(f"| `{name}` | {count:,} | {size} |" for name, count, size in sizes)
    plans = "\n".join(
        f"### {a.question.asked}\n\n{a.p50:.1f} ms\n\n```sql\n{_readable(a.query)}\n```\n\n```\n{a.plan}\n```\n"
        for a in answered
    )
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, PostgreSQL as `make run` starts it"
    template = (HERE / "support_report.md").read_text(encoding="utf-8")
    return template.format(machine=machine, runs=RUNS, times=times, costs=costs, tables=tables, plans=plans)


def _readable(query: str) -> str:
    """The query on few lines, the list of a table's columns left out."""
    text = "\n".join(line.strip() for line in query.splitlines() if line.strip())
    return re.sub(r"SELECT (?:(?:validation_errors|products)\.\w+(?:, )?)+", "SELECT …", text)


if __name__ == "__main__":
    app()
