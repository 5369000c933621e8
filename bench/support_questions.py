"""The queries of support, over millions of errors in a throw-away PostgreSQL."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.alone import PROJECT
from bench.support_catalogue import catalogue_questions, change_questions, ledger
from bench.support_question import PAGE, Question
from infra.local import postgres
from infra.local.state import Memory, StateDir
from pipeline.domain.errors import GroupBy
from pipeline.domain.uploads import RowStatus
from pipeline.postgres.causes import causes_of
from pipeline.postgres.database import Cursor, transaction_at
from pipeline.postgres.queries.errors import FoundErrors, find_errors_everywhere, group_errors
from pipeline.postgres.queries.vendors import find_vendors
from pipeline.postgres.row_ledger import RowFilter
from pipeline.postgres.sessions import session_on

HERE = Path(__file__).parent
MIGRATIONS = sorted((PROJECT / "sql" / "migrations").glob("*.sql"))


@contextmanager
def throwaway_postgres(folder: str) -> Iterator[str]:
    state, memory = StateDir(Path(folder).resolve() / "state"), Memory()
    with state.locked():
        state.prepare(fresh=False)
        server = postgres.start(state, memory)
        try:
            yield postgres.url(memory)
        finally:
            server.stop(kill_after_seconds=30)


def apply(cursor: Any, migrations: Sequence[Path], report: Callable[[str], object] = str) -> None:
    for path in migrations:
        started = time.monotonic()
        cursor.execute(path.read_text(encoding="utf-8"))
        report(f"{path.stem}: {time.monotonic() - started:.1f} s")


def load_errors(cursor: Any, rows: int, report: Callable[[str], object] = str) -> None:
    uploads = rows // 500
    cursor.execute(script("support_rows.sql", rows=rows, uploads=uploads))
    for first in range(1, uploads + 1, 500):
        cursor.execute(script("support_errors.sql", first=first, last=min(first + 499, uploads)))
        report(f"loading: upload {first:,} of {uploads:,}")
    cursor.execute("VACUUM ANALYZE")


def load_catalogue(cursor: Any, products: int, *, nights: int, ledger_rows: int) -> None:
    """Besides the errors: products, and what the files of some nights and three large uploads did to them."""
    cursor.execute(script("support_catalogue.sql", products=products, nights=nights))
    cursor.execute(script("support_ledger.sql", ledger_rows=ledger_rows))
    cursor.execute("VACUUM ANALYZE")


def script(name: str, **values: int) -> str:
    text = (HERE / name).read_text(encoding="utf-8")
    for parameter, value in values.items():
        text = text.replace(f":{parameter}", str(value))
    return text


def questions(url: str, ledger_rows: int) -> list[Question]:
    with transaction_at(url) as cursor:
        cursor.execute("SELECT upload_id, sku, vendor_product_id FROM validation_errors ORDER BY created_at LIMIT 1")
        upload, sku, product = cursor.fetchone()
        cursor.execute(
            "SELECT upload_id FROM upload_history WHERE upload_timestamp < now() - interval '30 days'"
            " ORDER BY error_records DESC LIMIT 1"
        )
        (large,) = cursor.fetchone()
        products = catalogue_questions(cursor)
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
        Question("/v1/uploads/…/errors/summary, large", lambda c: causes_of(c, large, limit=PAGE)),
        ledger("first page", RowFilter(), ledger_rows),
        ledger("last page", RowFilter(), ledger_rows, after=ledger_rows - 40),
        ledger("status=error", RowFilter([RowStatus.ERROR]), ledger_rows, after=ledger_rows // 2),
        ledger("status=validated", RowFilter([RowStatus.VALIDATED]), ledger_rows, after=ledger_rows // 2),
        ledger("status=pending", RowFilter([RowStatus.PENDING]), ledger_rows),
        ledger("sku", RowFilter(sku=f"LEDGER-{ledger_rows // 2 + 1}"), ledger_rows),
        ledger("dry run, status=validated", RowFilter([RowStatus.VALIDATED]), ledger_rows, dry_run=True),
        *change_questions(ledger_rows),
        *products,
    ]


def _list(title: str, **filters: Any) -> Question:
    def ask(cursor: Cursor) -> object:
        with session_on(cursor) as session:
            return find_errors_everywhere(session, FoundErrors(**filters), after=None, limit=PAGE)

    return Question(f"/v1/errors by {title}", ask)


def _groups(group_by: str, **filters: Any) -> Question:
    names = "".join(f", {name.rstrip('_')}" for name in filters)
    return Question(
        f"/v1/errors/summary by {group_by}{names}",
        lambda cursor: group_errors(cursor, GroupBy(group_by), FoundErrors(**filters), after=None, limit=PAGE),
    )
