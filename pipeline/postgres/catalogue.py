"""`products`, written and read a batch at a time, in a few statements whatever its size."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.checking.changes import Change
from pipeline.checking.products import Product
from pipeline.domain.columns import FIELD_BITS, VALUE_COLUMNS, fields_of
from pipeline.domain.records import Row
from pipeline.domain.stored_products import StoredProduct, UploadNumber
from pipeline.postgres.database import Cursor, as_array


def insert_products(
    cursor: Cursor, upload_id: str, vendor_id: str, products: Sequence[Product], rows: Mapping[int, Row]
) -> set[int]:
    """Inserts the products whose keys are still free; returns the row numbers of those.

    `rows` are those of the file, by number. Waits for concurrent inserts of the same keys; of two, one is inserted.
    """
    if not products:
        return set()
    # In order of SKU, so that concurrent batches wait for each other and do not deadlock.
    in_order = sorted(products, key=lambda product: product.sku)
    lines = [rows[product.row_number].line for product in in_order]
    sheet_rows = [rows[product.row_number].sheet_row for product in in_order]
    cursor.execute(
        """
        INSERT INTO products (upload_id, vendor_id, row_number, vendor_product_id, product_name, category, subcategory,
                              description, sku, brand, price, compare_at_price, stock_quantity, unit, weight_kg,
                              dimensions_cm, image_url, status, given_fields, line, sheet_row)
        SELECT %s, %s, * FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
                                     %s::text[], %s::numeric[], %s::numeric[], %s::int[], %s::text[], %s::numeric[],
                                     %s::text[], %s::text[], %s::text[], %s::int[], %s::int[], %s::int[])
        ON CONFLICT DO NOTHING RETURNING row_number
        """,
        (upload_id, vendor_id, *map(as_array, zip(*in_order, strict=True)), as_array(lines), as_array(sheet_rows)),
    )
    return {row.row_number for row in cursor}


_STORED_COLUMNS = {"listing_status": "status"}
_VALUES = ", ".join(f"p.{_STORED_COLUMNS.get(column, column)}" for column in VALUE_COLUMNS)
_STORED = f"""
    SELECT p.product_id, p.vendor_id, p.vendor_product_id, p.sku, p.upload_id, p.row_number, p.sheet_row, p.set_by,
           p.given_fields, creator.upload_number, {_VALUES}
    FROM products p LEFT JOIN upload_history creator USING (upload_id)
    """


def find_own(cursor: Cursor, vendor_id: str, ids: Sequence[str], *, except_of_upload: str) -> dict[str, StoredProduct]:
    """The vendor's own products by vendor product id, but for those that the upload itself created."""
    if not ids:
        return {}
    cursor.execute(
        f"{_STORED} WHERE p.vendor_id = %s AND p.vendor_product_id = ANY(%s::text[])"
        " AND p.upload_id IS DISTINCT FROM %s",
        (vendor_id, as_array(ids), except_of_upload),
    )
    return {product.vendor_product_id: product for product in _read(cursor)}


def find_by_sku(cursor: Cursor, skus: Sequence[str], *, except_of_upload: str) -> dict[str, StoredProduct]:
    """Anybody's products by SKU, but for those that the upload itself created."""
    if not skus:
        return {}
    cursor.execute(
        f"{_STORED} WHERE p.sku = ANY(%s::text[]) AND p.upload_id IS DISTINCT FROM %s",
        (as_array(skus), except_of_upload),
    )
    return {product.sku: product for product in _read(cursor)}


def find_by_product_id(cursor: Cursor, vendor_id: str, product_ids: Sequence[int]) -> dict[int, StoredProduct]:
    """The vendor's own products with these ids that the catalogue has, by id."""
    cursor.execute(
        f"{_STORED} WHERE p.product_id = ANY(%s::bigint[]) AND p.vendor_id = %s", (as_array(product_ids), vendor_id)
    )
    return {product.product_id: product for product in _read(cursor)}


def _read(cursor: Cursor) -> Iterator[StoredProduct]:
    for row in cursor:
        facts = row[: -len(VALUE_COLUMNS)]
        product_id, vendor_id, own_id, sku, upload_id, row_number, sheet_row, set_by, given, creator = facts
        values = dict(zip(VALUE_COLUMNS, row[-len(VALUE_COLUMNS) :], strict=True))
        if set_by is None:
            # What a creation of long ago gave is not known; it gave what has a value.
            fields = fields_of(c for c, value in values.items() if value is not None) if given is None else given
            set_by = [creator if fields & bit else None for bit in FIELD_BITS.values()]
        yield StoredProduct(product_id, vendor_id, own_id, sku, upload_id, row_number, values, set_by, sheet_row)


def update_products(cursor: Cursor, changes: Sequence[Change], *, by: UploadNumber) -> None:
    """Writes the new values of products, and that this upload set them. The caller has locked the vendor."""
    if not changes:
        return
    columns = [[change.values.get(column) for change in changes] for column in VALUE_COLUMNS]
    cursor.execute(
        _UPDATE,
        (
            as_array([change.product.product_id for change in changes]),
            as_array([fields_of(change.values) for change in changes]),
            as_array([_as_array_text(change.set_by(by)) for change in changes]),
            *map(as_array, columns),
        ),
    )


def _as_array_text(numbers: Sequence[int | None]) -> str:
    return "{" + ",".join("NULL" if number is None else str(number) for number in numbers) + "}"


_TYPES = {"price": "numeric", "compare_at_price": "numeric", "weight_kg": "numeric", "stock_quantity": "int"}
_ASSIGNMENTS = ", ".join(
    f"{stored} = CASE WHEN changed.fields & {FIELD_BITS[column]} <> 0 THEN changed.{column} ELSE p.{stored} END"
    for column in VALUE_COLUMNS
    for stored in (_STORED_COLUMNS.get(column, column),)
)
_ARRAYS = ", ".join(f"%s::{_TYPES.get(column, 'text')}[]" for column in VALUE_COLUMNS)
_UPDATE = f"""
    UPDATE products p SET {_ASSIGNMENTS}, set_by = changed.set_by::bigint[], updated_at = now()
    FROM unnest(%s::bigint[], %s::int[], %s::text[], {_ARRAYS})
         AS changed(product_id, fields, set_by, {", ".join(VALUE_COLUMNS)})
    WHERE p.product_id = changed.product_id
    """
