"""`python -m bench.support_queries`: how fast support's queries are, and what their indexes cost.

A throw-away PostgreSQL of its own, realistic errors, products and changes by the million, every query twenty times; the
tables go to docs/support-queries.md. A test ensures that no query reads a whole table
(`tests/integration/test_query_plans.py`).
"""

import os
import platform
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

import psutil
import psycopg2
import typer
from psycopg2.extras import NamedTupleCursor
from rich.console import Console

from bench.alone import PROJECT
from bench.support_question import Question
from bench.support_questions import MIGRATIONS, apply, load_catalogue, load_errors, questions, throwaway_postgres
from pipeline.checking.rules import Categories, errors_of
from pipeline.domain.columns import COLUMNS, read_header
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.rejections import Rejection, insert_errors

HERE = Path(__file__).parent
OURS, OURS_OF_CATALOGUE = "0004_read_indexes", "0015_ledger_indexes"
REPORT = PROJECT / "docs" / "support-queries.md"
RUNS, BATCHES = 20, 1_000

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Timing:
    question: Question
    p50: float
    p95: float
    processor: float
    """PostgreSQL's processor time: also comparable when the machine is busy."""


@app.command()
def bench(
    rows: Annotated[int, typer.Option(min=20_000, help="How many errors.")] = 5_000_000,
    products: Annotated[int, typer.Option(min=80_000, help="How many products, besides those of the large upload.")] = (
        5_000_000
    ),
    ledger_rows: Annotated[int, typer.Option(min=1_000, help="Rows of the one large upload.")] = 2_000_000,
    nights: Annotated[int, typer.Option(min=1, help="How many nightly files have changed products.")] = 10,
    report: Annotated[Path, typer.Option(dir_okay=False, help="Where the tables go.")] = REPORT,
) -> None:
    """Load errors, time every question support asks, measure what the indexes cost, write the report."""
    with (
        tempfile.TemporaryDirectory(prefix="support-", ignore_cleanup_errors=True) as folder,
        throwaway_postgres(folder) as url,
        closing(psycopg2.connect(url)) as connection,
    ):
        connection.autocommit = True
        cursor = connection.cursor()
        apply(cursor, [path for path in MIGRATIONS if path.stem < OURS], _progress)
        load_errors(cursor, rows, _progress)
        inserts = {"before migration 0004": _insert_milliseconds(url)}
        apply(cursor, [path for path in MIGRATIONS if OURS <= path.stem < OURS_OF_CATALOGUE], _progress)
        cursor.execute("VACUUM ANALYZE")
        inserts["with all of it"] = _insert_milliseconds(url)
        load_catalogue(cursor, products, nights=nights, ledger_rows=ledger_rows)
        apply(cursor, [path for path in MIGRATIONS if path.stem >= OURS_OF_CATALOGUE], _progress)
        cursor.execute("VACUUM ANALYZE")
        timings = [_time(url, question) for question in questions(url, ledger_rows)]
        sizes = _sizes(cursor)
        cursor.execute("DROP INDEX validation_errors_text")
        inserts["without the text index"] = _insert_milliseconds(url)
        cursor.execute("ALTER TABLE validation_errors DISABLE TRIGGER count_new_errors")
        inserts["without the text index and the counts"] = _insert_milliseconds(url)
    report.write_text(_report(timings, inserts, sizes), encoding="utf-8")
    console.print(f"Written: {report}")


def _progress(what: str) -> None:
    console.print(f"  {what}")


def _time(url: str, question: Question) -> Timing:
    seconds = []
    with transaction_at(url) as cursor:
        server = psutil.Process(cursor.connection.info.backend_pid)
        before = server.cpu_times()
        for _ in range(RUNS):
            started = time.perf_counter()
            question.ask(cursor)
            seconds.append(time.perf_counter() - started)
        after = server.cpu_times()
    seconds.sort()
    processor = (after.user + after.system - before.user - before.system) / RUNS
    timing = Timing(question, seconds[RUNS // 2] * 1e3, seconds[int(RUNS * 0.95)] * 1e3, processor * 1e3)
    console.print(f"  {question.title:60} {timing.p50:9.1f} {timing.p95:9.1f} {timing.processor:9.1f} ms")
    return timing


_CHANCE = random.Random(1)  # noqa: S311
_LAYOUT = Layout(read_header(list(COLUMNS)))
_CATEGORIES = Categories(["Electronics", "Clothing"])


def _insert_milliseconds(url: str) -> tuple[float, float]:
    """Inserts batches of 100 rejected rows as the validator does; returns the mean and the 95th percentile."""
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
    """A row with one or two common errors."""
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
        WHERE coalesce(i.indrelid, c.oid) = ANY (%s::regclass[]) AND pg_relation_size(c.oid) > 0
        ORDER BY c.relkind DESC, pg_relation_size(c.oid) DESC
        """,
        (["validation_errors", "error_counts", "products", "record_changes", "confirmations"],),
    )
    return [(str(name), int(count), str(size)) for name, count, size in cursor.fetchall()]


def _report(
    timings: Sequence[Timing], inserts: dict[str, tuple[float, float]], sizes: list[tuple[str, int, str]]
) -> str:
    errors = [each for each in timings if "/errors" in each.question.title or "/v1/vendors" in each.question.title]
    costs = "\n".join(f"| {what} | {mean:.1f} | {p95:.1f} |" for what, (mean, p95) in inserts.items())
    tables = "\n".join(f"| `{name}` | {count:,} | {size} |" for name, count, size in sizes)
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs, PostgreSQL as `make run` starts it"
    template = (HERE / "support_report.md").read_text(encoding="utf-8")
    return template.format(
        machine=machine,
        runs=RUNS,
        times="\n".join(f"| {each.question.title} | {each.p50:.1f} | {each.p95:.1f} |" for each in errors),
        catalogue=_lines([each for each in timings if each not in errors]),
        costs=costs,
        tables=tables,
    )


def _lines(timings: Sequence[Timing]) -> str:
    return "\n".join(
        f"| {each.question.title} | {each.p50:.1f} | {each.p95:.1f} | {each.processor:.1f} |" for each in timings
    )


if __name__ == "__main__":
    app()
