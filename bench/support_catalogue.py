"""The questions about the catalogue and the ledger of changes: every filter, of large vendors and of small ones.

The data are those of support_catalogue.sql and support_ledger.sql.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from bench.support_question import PAGE, Question
from pipeline.domain.columns import ListingStatus
from pipeline.domain.uploads import Outcome
from pipeline.postgres.catalogue import find_by_sku
from pipeline.postgres.change_ledger import with_confirmations
from pipeline.postgres.database import Cursor
from pipeline.postgres.order import Place
from pipeline.postgres.queries.large_changes import count_large_changes
from pipeline.postgres.queries.planned_changes import PlanFilter, find_planned
from pipeline.postgres.queries.product_history import find_history, find_setters
from pipeline.postgres.queries.products import ProductFilter, active_categories, find_products
from pipeline.postgres.queries.uploads import file_names
from pipeline.postgres.row_ledger import RowFilter, find_rows
from pipeline.postgres.sessions import session_on
from pipeline.postgres.tables import Product
from pipeline.postgres.verdicts import find_surveyed

LEDGER = "UPLOAD_20200101_000000_ledgerxx"
CHANGES = "UPLOAD_20200102_000000_ledgerxx"
"""An upload that changes half of the products of LEDGER, and leaves the others as they are."""
SCATTERED = "UPLOAD_20200103_000000_ledgerxx"
"""An upload of a quarter of these products in another order: one in a thousand is superseded, the others unchanged."""
LARGE, RETIRED, SMALL = "BENCH000", "BENCH001", "BENCH190"
"""The largest vendor, one that has withdrawn nearly all of its products, and one of the smallest."""
WITHDRAWN = [ListingStatus.WITHDRAWN]


def catalogue_questions(cursor: Cursor) -> list[Question]:
    now = datetime.now(UTC)
    hour, day, month = now - timedelta(hours=1), now - timedelta(days=1, hours=12), now - timedelta(days=30)
    cursor.execute("SELECT vendor_product_id, upload_id, brand FROM products WHERE vendor_id = %s LIMIT 1", (SMALL,))
    own_id, upload_id, brand = cursor.fetchone()
    last = ("BENCH000", "PROD-zzz")
    return [
        *(_products(f"all, {name}", scope) for name, scope in _SCOPES.items()),
        _products("all, deep inside", LARGE, after=("BENCH000", "LEDGER-500000")),
        _products("all, end", LARGE, after=last),
        *(_products(f"status=withdrawn, {name}", scope, status=WITHDRAWN) for name, scope in _SCOPES.items()),
        _products("both statuses", LARGE, status=list(ListingStatus)),
        _products("sku", None, sku="LEDGER-2"),
        _products("sku, of another vendor", SMALL, sku="LEDGER-2"),
        _products("vendor_product_id", LARGE, vendor_product_id="LEDGER-2"),
        _products("vendor_product_id, every vendor", None, vendor_product_id=own_id),
        _products("vendor_product_id, none", None, vendor_product_id="no such id"),
        *(
            _products(f"category, {what}, {name}", scope, category=category)
            for what, category in _CATEGORIES.items()
            for name, scope in _SCOPES.items()
        ),
        _products("category, status=withdrawn", LARGE, category="sports & care", status=WITHDRAWN),
        _products("upload_id, large", LARGE, upload_id=LEDGER),
        _products("upload_id, deep inside", None, upload_id=LEDGER, after=(1_000_000, 0)),
        _products("upload_id, status=withdrawn", LARGE, upload_id=LEDGER, status=WITHDRAWN),
        _products("upload_id, small", None, upload_id=upload_id),
        _products("upload_id, category", LARGE, upload_id=LEDGER, category="sports & care"),
        _products("upload_id, q", LARGE, upload_id=LEDGER, q="lenki rug"),
        *(
            _products(f"updated_since, {what}, {name}", scope, updated_since=since)
            for what, since in {"an hour": hour, "a day": day, "a month": month}.items()
            for name, scope in _SCOPES.items()
        ),
        _products("updated_since, category", LARGE, updated_since=day, category="sports"),
        _products("updated_since, status=withdrawn", LARGE, updated_since=month, status=WITHDRAWN),
        *(
            _products(f"q, {what}, {name}", scope, q=q)
            for what, q in (_TEXTS | {"maker": brand, "own id": own_id}).items()
            for name, scope in _SCOPES.items()
        ),
        _products("q, category", LARGE, q="lenki", category="sports"),
        _products("q, status=withdrawn", LARGE, q="lenki", status=WITHDRAWN),
        Question("the portal's catalogue", lambda c: _portal_page(c, ProductFilter())),
        Question("the portal's catalogue, q", lambda c: _portal_page(c, ProductFilter(q="lenki rug"))),
        _history("one change", "LEDGER-2"),
        _history("5,000 changes", "LEDGER-4"),
        _history("5,000 changes, deep inside", "LEDGER-4", after=(3_000,)),
        Question("/v1/products/… with its fields, one change", lambda c: find_setters(c, _product(c, "LEDGER-2"))),
        Question("/v1/products/… with its fields, 5,000 changes", lambda c: find_setters(c, _product(c, "LEDGER-4"))),
    ]


_SCOPES = {"large vendor": LARGE, "retired vendor": RETIRED, "small vendor": SMALL, "every vendor": None}
_CATEGORIES = {"frequent": "electronics", "rare": "sports & care", "none": "nothing like this"}
_TEXTS = {"frequent": "black", "less frequent": "rug", "rare": "lenki rug", "none": "nothing like this"}


def change_questions(ledger_rows: int) -> list[Question]:
    middle, scattered = ledger_rows // 2, ledger_rows // 4
    outcomes = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.SUPERSEDED, Outcome.ERROR)
    return [
        ledger("changes, first page", RowFilter(), ledger_rows, upload=CHANGES),
        ledger("changes, last page", RowFilter(), ledger_rows, after=ledger_rows - 40, upload=CHANGES),
        *(
            ledger(f"changes, outcome={outcome}", RowFilter((), [outcome]), ledger_rows, after=at, upload=CHANGES)
            for outcome in outcomes
            for at in (0, middle)
        ),
        ledger("changes, row_number", RowFilter(row_number=middle + 1), ledger_rows, upload=CHANGES),
        ledger(
            "changes, dry run, outcome=created",
            RowFilter((), [Outcome.CREATED]),
            ledger_rows,
            upload=CHANGES,
            dry_run=True,
        ),
        ledger("scattered, first page", RowFilter(), scattered, upload=SCATTERED),
        *(
            ledger(f"scattered, outcome={outcome}", RowFilter((), [outcome]), scattered, after=at, upload=SCATTERED)
            for outcome in outcomes
            for at in (0, scattered // 2)
        ),
        *(
            ledger(f"changes, {what} sku", RowFilter(sku=f"LEDGER-{number}"), ledger_rows, upload=CHANGES)
            for what, number in (("changed", middle // 20 * 20 + 2), ("unchanged", middle // 20 * 20 + 1))
        ),
        Question(
            "the first page of a plan", lambda c: find_planned(c, SCATTERED, PlanFilter(), after=None, limit=PAGE)
        ),
        Question("the large changes of a plan", lambda c: count_large_changes(c, SCATTERED)),
        Question("1,000 rows of changes.csv", lambda c: _changes_file(c, ledger_rows)),
        Question("a validator that looks for later uploads", _later_uploads),
    ]


def ledger(
    title: str, row_filter: RowFilter, total: int, *, after: int = 0, dry_run: bool = False, upload: str = LEDGER
) -> Question:
    return Question(
        f"/v1/uploads/…/records of {total:,} rows, {title}{', in the middle' if after == total // 2 else ''}",
        lambda cursor: find_rows(cursor, upload, row_filter, dry_run=dry_run, total=total, after=(after,), limit=PAGE),
    )


def _changes_file(cursor: Cursor, total: int) -> object:
    """As `changes_file.py` reads the rows of changes.csv."""
    filters = RowFilter(outcome=(Outcome.CREATED, Outcome.UPDATED, Outcome.SUPERSEDED))
    return find_rows(cursor, CHANGES, filters, dry_run=False, total=total, after=(total // 2,), limit=1_000)


def _products(title: str, scope: str | None, *, after: Place | None = None, **filters: Any) -> Question:
    def ask(cursor: Cursor) -> object:
        with session_on(cursor) as session:
            return find_products(session, scope, ProductFilter(**filters), after=after, limit=PAGE)

    return Question(f"/v1/products by {title}", ask)


def _portal_page(cursor: Cursor, filters: ProductFilter) -> object:
    with session_on(cursor) as session:
        products = find_products(session, LARGE, filters, after=None, limit=PAGE)
        names = file_names(cursor, {each.upload_id for each in products if each.upload_id})
        return products, names, active_categories(session)


def _history(title: str, sku: str, *, after: Place | None = None) -> Question:
    return Question(
        f"/v1/products/…/history, {title}", lambda c: find_history(c, _product(c, sku), after=after, limit=PAGE)
    )


def _product(cursor: Cursor, sku: str) -> Product:
    with session_on(cursor) as session:
        (product,) = find_products(session, None, ProductFilter(sku=sku), after=None, limit=1)
        return product


def _later_uploads(cursor: Cursor) -> object:
    upload = find_surveyed(cursor, LEDGER)
    skus = [f"LEDGER-{number}" for number in range(1, 1_000)]
    assert upload is not None
    return with_confirmations(cursor, upload, list(find_by_sku(cursor, skus, except_of_upload="").values()))
