"""The invariants of rows: values, damage, duplicates, and which vendor sees them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tests.reliability.invariant_words import equal, failure_code, some
from tests.reliability.reading import OPTIONAL, ReadRow
from tests.reliability.state import Row, State
from tests.stored_values import EMPTY, created_values, stored_column

DUPLICATES = {"DUPLICATE_SKU": "sku", "DUPLICATE_VENDOR_PRODUCT_ID": "vendor_product_id"}
BY_MODE = {"MISSING_REQUIRED_FIELDS", "PRODUCT_NOT_FOUND", "SKU_CHANGED"}
"""The errors that depend on whether a record names a product, in modes that change products."""
BY_PLAN = {"PLAN_OUTDATED"}
"""The errors that depend on what a record was planned to do."""


def i3_accepted_values_are_their_cells(state: State) -> None:
    """Every product is created with the values of its cells after the documented cleaning; the fix file has the cells
    as received."""
    for upload_id, upload in state.uploads.items():
        rows = state.rows_of(upload_id)
        if upload_id in state.files and upload["total_records"] is not None:
            equal(upload["total_records"], len(rows), f"{upload_id}: total_records and the file's rows")
        products = state.products_of(upload_id)
        for row in rows:
            for product in products.get(row.row_number, []):
                _is_its_row(upload_id, state.as_created(product), row)
        if upload["fix_file_s3_key"] and rows:
            _fix_file_is_as_received(state, upload_id, {row.row_number: row for row in rows})


def _is_its_row(upload_id: str, product: Row, row: ReadRow) -> None:
    where, cell = f"{upload_id} row {row.row_number}", row.values
    equal(product["line"], row.line, f"{where}: its line")
    equal(product["category"].casefold(), cell["category"].casefold(), f"{where}: category")
    for column in ("vendor_product_id", "product_name", "sku"):
        equal(product[column], cell[column], f"{where}: {column}")
    for column in ("price", "stock_quantity"):
        equal(Decimal(product[column]), Decimal(cell[column]), f"{where}: {column}")
    given = created_values(cell)
    for column in OPTIONAL:
        equal(product[stored_column(column)], given.get(column, EMPTY[column]), f"{where}: {column}")


def _fix_file_is_as_received(state: State, upload_id: str, rows: dict[int, ReadRow]) -> None:
    for line in state.report_of(upload_id, "fix_file_s3_key"):
        row = rows[int(line["_row"].removesuffix("?"))]
        if row.is_malformed:
            continue
        returned = [cell for name, cell in line.items() if name not in {"_row", "_errors", "_upload"}]
        for returned_cell, received in zip(returned, row.cells, strict=False):
            assert returned_cell in {received, "'" + received}, (
                f"{upload_id} row {row.row_number}: {received!r} came back {returned_cell!r}"
            )


def i7_vendors_see_their_own(state: State) -> None:
    """Nothing of one vendor is in an answer, key, log line, report, stored row or mail of another."""
    for vendor_id, where, text in _texts_of_vendors(state):
        for other, marker in _markers(state):
            assert other == vendor_id or marker not in text, f"{where} of {vendor_id} holds {marker!r} of {other}"
    cell_markers = [(vendor_id, marker) for vendor_id, texts in state.markers.items() for marker in texts]
    vendors = {upload_id: upload["vendor_id"] for upload_id, upload in state.uploads.items()}
    for line in state.log_lines:
        for vendor_id, marker in cell_markers:
            assert marker not in line, f"a log line holds a cell of {vendor_id}: {line[:300]}"
        named = {vendor for upload_id, vendor in vendors.items() if upload_id in line}
        assert len(named) <= 1, f"a log line names uploads of {sorted(map(str, named))}: {line[:300]}"


def _texts_of_vendors(state: State) -> Iterator[tuple[str, str, str]]:
    """Every text that belongs to one vendor: the vendor, the place and the text."""
    for answer in state.answers:
        yield answer.vendor_id, f"the answer to {answer.path}", answer.text
    for key, stored in state.objects.items():
        yield key.split("/")[1], f"the object {key}", key + (stored.content or b"").decode("utf-8", "replace")
    for mail in state.mails:
        yield mail.attributes.get("vendor_id", "unknown"), "a mail", f"{mail.subject}\n{mail.message}"
    for row in (*state.products, *state.errors):
        where = f"a stored row of {row['upload_id']} row {row['row_number']}"
        yield row["vendor_id"], where, " ".join(str(value) for value in row.values())
    for item in state.items:
        upload = state.uploads.get(item["upload_id"])
        if upload:
            yield (
                str(upload["vendor_id"]),
                f"the staged row {item['row_number']} of {item['upload_id']}",
                item["vendor_id"],
            )


def _markers(state: State) -> list[tuple[str, str]]:
    """Strings that belong to one vendor: those in its cells, the ids of its uploads, its own id."""
    of_uploads = [(str(u["vendor_id"]), upload_id) for upload_id, u in state.uploads.items() if u["vendor_id"]]
    vendors = {vendor_id for vendor_id, _ in of_uploads}
    of_cells = [(vendor_id, marker) for vendor_id, texts in state.markers.items() for marker in texts]
    return [*of_uploads, *((vendor_id, vendor_id) for vendor_id in vendors), *of_cells]


def i8_the_file_decides_among_duplicates(state: State) -> None:
    """Of rows with the same key the first sound one wins; every other duplicate has a holder in the catalogue."""
    for upload_id in state.uploads:
        rows, errors = state.rows_of(upload_id), state.errors_of(upload_id)
        undecided = {row.row_number for row in rows} - set(state.uploads[upload_id]["decided_rows"])
        outcomes, holding = state.outcomes_of(upload_id), {*DUPLICATES, *BY_PLAN}
        if state.uploads[upload_id]["mode"] != "create":
            holding |= BY_MODE
        for error_type, column in DUPLICATES.items():
            first: dict[str, int] = {}
            for row in rows:
                by_type = {error["error_type"]: error for error in errors.get(row.row_number, [])}
                key = row.values.get(column)
                if not key or row.is_malformed or row.row_number in undecided or "PROCESSING_ERROR" in by_type:
                    continue
                error, earlier = by_type.get(error_type), first.get(key)
                if not _is_compared_in_file(state.uploads[upload_id], column, error, outcomes.get(row.row_number, [])):
                    earlier = None
                _is_rightly_judged(state, upload_id, row, error, earlier, column)
                if set(by_type) <= holding:
                    first.setdefault(key, row.row_number)


def _is_compared_in_file(upload: Row, column: str, error: Row | None, outcomes: list[str]) -> bool:
    """Whether the row's key is held against earlier ones of its file: SKUs, not in rows that name products by id."""
    names = [each["column"] for each in upload["file_columns"] or ()]
    if column != "sku" or upload["mode"] == "create" or "vendor_product_id" not in names:
        return True
    return "created" in outcomes or (error is not None and "row_number" in (error["conflict"] or {}))


def _is_rightly_judged(
    state: State, upload_id: str, row: ReadRow, error: Row | None, earlier: int | None, column: str
) -> None:
    where, key = f"{upload_id} row {row.row_number}", row.values[column]
    if earlier:
        assert error, f"{where}: accepted, though row {earlier} of its file has the same {column} and came first"
        equal(error["conflict"], {"row_number": earlier}, f"{where}: the row that came first")
    elif error:
        vendor_id = state.uploads[upload_id]["vendor_id"]
        holders = [
            holder
            for holder in state.holders
            if holder[column] == key
            and holder["upload_id"] != upload_id
            and (column == "sku" or holder["vendor_id"] == vendor_id)
        ]
        assert holders, f"{where}: rejected for its {column}, which nobody has"


def i9_damage_stays_where_it_is(state: State) -> None:
    """Only damaged rows are malformed, only poisoned ones have our error, and a refused file leaves nothing.

    If the test knows the errors of each row, exactly these are reported.
    """
    for upload_id, upload in state.uploads.items():
        errors, expectations = state.errors_of(upload_id), state.expectations_of(upload_id)
        malformed = {row for row in errors if "MALFORMED_ROW" in {error["error_type"] for error in errors[row]}}
        expected = {row.row_number for row in state.rows_of(upload_id) if row.is_malformed}
        if upload_id in state.files:
            equal(malformed, expected & set(upload["decided_rows"]), f"{upload_id}: malformed rows and damaged ones")
        ours = {row for row in errors if "PROCESSING_ERROR" in {error["error_type"] for error in errors[row]}}
        extra = ours - expectations.poisoned
        assert not extra or expectations.may_end_as_our_fault, (
            f"{upload_id} rows {some(extra)}: our error, and nothing was poisoned"
        )
        if expectations.wrong is not None:
            by_mode = BY_MODE if upload["mode"] != "create" else set[str]()
            decided = set(upload["decided_rows"]) - ours
            _reported_is_what_is_wrong(
                upload_id, expectations.wrong, errors, decided, {*DUPLICATES, *BY_PLAN, *by_mode}
            )
        if failure_code(upload) == "PROCESSING_FAILED":
            assert expectations.may_end_as_our_fault, (
                f"{upload_id} failed as PROCESSING_FAILED, and nothing was to keep it from ending"
            )
        elif upload["failure"]:
            rows = [*state.outcomes_of(upload_id), *state.items_of(upload_id)]
            assert not rows, f"{upload_id} failed as {failure_code(upload)}, and its rows {some(set(rows))} are there"


def _reported_is_what_is_wrong(
    upload_id: str,
    wrong: Mapping[int, frozenset[str]],
    errors: Mapping[int, list[Row]],
    decided: set[int],
    of_others: set[str],
) -> None:
    """`of_others` are the errors that depend on other records and on the catalogue."""
    for row in decided:
        reported = {error["error_type"] for error in errors.get(row, [])} - of_others
        equal(
            reported, set(wrong.get(row, ())) - of_others, f"{upload_id} row {row}: what is reported, and what is wrong"
        )
