"""The invariants themselves: sound states pass, and each kind of damage is caught by the invariant for it."""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.reliability import invariants
from tests.reliability.invariants import check_all, i4_replays_change_nothing
from tests.reliability.observer import Observer
from tests.reliability.reading import cleaned, read_file
from tests.reliability.state import Answer, Container, Expectations, Mail, Row, State, Step, StoredObject
from tests.stack import HEADER, Stack, csv_of, eventually, running, sound_rows, tag

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(seconds=2)
ID = "UPLOAD_20260101_120000_aaaaaaaa"
OTHER = "UPLOAD_20260101_120000_bbbbbbbb"
FILE = csv_of(["P1,Thing,Electronics,S1,19.99,5", "P2,Thing,Electronics,S1,19.99,5", 'P3,"bro"ken,x,S3,1,1'])
REPORT, FIX = f"errors/VEND001/{ID}_errors.csv", f"errors/VEND001/{ID}_fix.csv"
Change = Callable[[State], State]


def error_of(row_number: int, error_type: str, conflict: Row | None = None) -> Row:
    return {
        "upload_id": ID, "vendor_id": "VEND001", "row_number": row_number, "error_type": error_type,
        "error_field": None, "conflict": conflict, "error_message": "", "original_data": {}, "error_id": row_number,
    }  # fmt: skip


def product_of(row_number: int, sku: str) -> Row:
    return {
        "upload_id": ID, "vendor_id": "VEND001", "row_number": row_number, "line": row_number + 1, "sku": sku,
        "vendor_product_id": f"P{row_number}", "product_name": "Thing", "category": "Electronics", "subcategory": None,
        "description": None, "brand": None, "price": Decimal("19.99"), "compare_at_price": None, "stock_quantity": 5,
        "unit": "piece", "weight_kg": None, "dimensions_cm": None, "image_url": None, "status": "active",
        "product_id": row_number,
    }  # fmt: skip


def sound_state() -> State:
    """One upload of three rows: accepted, a duplicate of it, and one with broken quoting."""
    upload = {
        "upload_id": ID, "vendor_id": "VEND001", "status": "partial", "failure": None, "dry_run": False,
        "total_records": 3, "valid_records": 1, "error_records": 2, "not_processed_records": 0,
        "errors_by_type": {"DUPLICATE_SKU": 1, "MALFORMED_ROW": 1}, "decided_rows": [1, 2, 3], "file_sha256": "0",
        "error_file_s3_key": REPORT, "fix_file_s3_key": FIX, "file_delimiter": ",", "file_header_row": 1,
        "file_encoding": "utf-8",
        "notification_id": "n1", "notified_at": NOON, "processing_completed_at": NOON, "mode": "create",
        "decisions": {"mode": "create"}, "effective_at": NOON, "effective_path": [], "unchanged_row_numbers": [],
        "updated_records": 0, "unchanged_records": 0, "superseded_records": 0, "still_withdrawn_records": 0,
        "file_columns": [{"header": column, "column": column} for column in HEADER.split(",")],
    }  # fmt: skip
    report = b"\xef\xbb\xbfRow,Error Type\r\n2,DUPLICATE_SKU\r\n3,MALFORMED_ROW\r\n"
    fix = f"{HEADER},_row,_errors\r\nP2,Thing,Electronics,S1,19.99,5,2,x\r\nP3,bro,x,S3,1,1,3,x\r\n".encode()
    steps = [
        step("awaiting_upload", None, 0, 0), step("processing", None, 0, 0), step("processing", 3, 0, 0),
        step("processing", 3, 1, 2), step("partial", 3, 1, 2),
    ]  # fmt: skip
    attributes = {"vendor_id": "VEND001", "status": "partial", "notification_id": "n1"}
    return State(
        uploads={ID: upload},
        products=[product_of(1, "S1")],
        errors=[error_of(2, "DUPLICATE_SKU", {"row_number": 1}), error_of(3, "MALFORMED_ROW")],
        error_counts={ID: (2, 2)},
        items=[item(1, "validated"), item(2, "error"), item(3, "error")],
        files={ID: FILE},
        objects={REPORT: StoredObject(REPORT, NOON, report), FIX: StoredObject(FIX, NOON, fix)},
        mails=[Mail("Upload Complete", f"Upload ID: {ID}\n", attributes, NOON)],
        steps=steps,
        containers=[Container("product-validator", 1, 100 << 20)],
        expectations={ID: Expectations(damaged=frozenset({3}))},
        markers={"VEND001": ["marker-1"], "VEND002": ["marker-2"]},
    )


def item(row_number: int, status: str) -> Row:
    return {"upload_id": ID, "vendor_id": "VEND001", "row_number": row_number, "status": status}


def step(status: str, total: int | None, valid: int, rejected: int, failure: str | None = None) -> Step:
    return Step(ID, status, total, valid, rejected, 0, failure, REPORT if status == "partial" else None, NOON)


def upload_with(**values: Any) -> Change:
    return lambda state: replace(state, uploads={ID: {**state.uploads[ID], **values}})


def with_(**values: Any) -> Change:
    return lambda state: replace(state, **values)


def changed(path: str, index: int, **values: Any) -> Change:
    """One row of `products`, `errors` or `items` with other values."""

    def change(state: State) -> State:
        rows: Any = copy.deepcopy(list(getattr(state, path)))
        rows[index] |= values
        return with_(**{path: rows})(state)

    return change


def steps_of(*steps: Step) -> Change:
    return with_(steps=list(steps))


def mail(**attributes: str) -> Change:
    def change(state: State) -> State:
        (first,) = state.mails
        return replace(state, mails=[replace(first, attributes={**first.attributes, **attributes})])

    return change


def test_a_sound_state_passes() -> None:
    check_all(sound_state(), before=sound_state())


DAMAGES: list[tuple[str, Change, str]] = [
    ("i1", with_(products=[]), "row 1: it became nothing"),
    ("i1", with_(products=[product_of(1, "S1"), product_of(2, "S1")]), "row 2: it became created, error"),
    ("i1", upload_with(decided_rows=[1, 2]), "rows 3 were never decided"),
    ("i1", upload_with(decided_rows=[1, 2, 3, 4]), "beyond the last"),
    ("i1", upload_with(dry_run=True), "a dry run wrote a product"),
    ("i1", with_(products=[product_of(1, "S1"), product_of(1, "S1b")]), "row 1: it became created, created"),
    ("i2", upload_with(valid_records=2), "valid_records and products, or what changed them: 2 and 1"),
    ("i2", upload_with(error_records=3), "error_records"),
    ("i2", upload_with(not_processed_records=1), "not processed"),
    ("i2", upload_with(total_records=4), "the counters' sum"),
    ("i2", upload_with(status="completed"), "status and counters"),
    ("i2", upload_with(errors_by_type={}), "errors_by_type"),
    ("i2", upload_with(error_file_s3_key=None), "reports None"),
    ("i2", with_(error_counts={}), "error_counts"),
    ("i2", changed("items", 0, status="pending_validation"), "row 1: the staging table"),
    ("i2", with_(items=[item(1, "validated")]), "rows 2, 3 are decided and not in the staging table"),
    ("i2", changed("errors", 0, row_number=1), "the error report and the errors"),
    ("i3", changed("products", 0, price=Decimal("19.98")), "row 1: price"),
    ("i3", changed("products", 0, product_name="Other"), "row 1: product_name"),
    ("i3", changed("products", 0, unit="box"), "row 1: unit"),
    ("i3", changed("products", 0, line=7), "row 1: its line"),
    ("i3", upload_with(total_records=4), "the file's rows"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0), step("partial", 3, 1, 2)), "from awaiting_upload to partial"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0), step("processing", 3, 1, 1), step("partial", 3, 1, 1)),
     "decided rows and all rows"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0), step("processing", 3, 2, 0), step("processing", 3, 1, 0)),
     "counters fell"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0), step("processing", 3, 0, 0), step("processing", 4, 0, 0)),
     "once known"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0), step("cancelled", None, 0, 0), step("processing", 3, 0, 0)),
     "from cancelled to processing"),
    ("i5", steps_of(step("awaiting_upload", None, 0, 0)), "the last step seen"),
    ("i5", with_(objects={REPORT: StoredObject(REPORT, LATER)}), "before its report was written"),
    ("i6", with_(mails=[]), "no notification came"),
    ("i6", with_(mails=[*sound_state().mails, *sound_state().mails]), "2 notifications"),
    ("i6", mail(vendor_id="VEND002"), "says of itself"),
    ("i6", mail(notification_id="n2"), "says of itself"),
    ("i6", upload_with(status="cancelled"), "was notified"),
    ("i6", with_(objects={}), "there is no report"),
    ("i6", with_(objects={REPORT: StoredObject(REPORT, LATER)}), "before its report could be read"),
    ("i7", with_(answers=[Answer("VEND001", "/v1/products", "… marker-2 …")]), "'marker-2' of VEND002"),
    ("i7", with_(log_lines=['{"message": "x", "cell": "marker-1"}']), "a cell of VEND001"),
    ("i7", changed("errors", 0, error_message="taken by marker-2"), "a stored row"),
    ("i7", changed("items", 0, vendor_id="marker-2"), "the staged row 1"),
    ("i7", with_(objects={REPORT: StoredObject(REPORT, NOON, b"marker-2")}), "the object errors"),
    ("i7", with_(mails=[replace(sound_state().mails[0], message="marker-2")]), "a mail"),
    ("i8", with_(products=[product_of(2, "S1")], errors=[error_of(1, "DUPLICATE_SKU")]), "row 1: rejected for its sku"),
    ("i8", changed("errors", 0, conflict={"row_number": 3}), "the row that came first"),
    ("i8", changed("errors", 0, error_type="INVALID_PRICE"), "row 2: accepted, though row 1"),
    ("i9", with_(expectations={}), "malformed rows and damaged ones"),
    ("i9", changed("errors", 0, error_type="MALFORMED_ROW"), "malformed rows and damaged ones"),
    ("i9", changed("errors", 0, error_type="PROCESSING_ERROR"), "nothing was poisoned"),
    ("i9", upload_with(failure={"code": "EMPTY_FILE"}), "failed as EMPTY_FILE"),
    ("i9", upload_with(failure={"code": "PROCESSING_FAILED"}), "PROCESSING_FAILED"),
    ("i10", upload_with(status="processing"), "nothing is under way"),
    ("i10", upload_with(notified_at=None), "not noted as sent"),
    ("i10", upload_with(status="cancelled", error_file_s3_key=None), "never written"),
    ("i11", with_(containers=[Container("validator", 2, 1)]), "2 connections"),
    ("i11", with_(containers=[Container("validator", 1, 1 << 30)]), "1024 MiB"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage", "message"), DAMAGES, ids=[f"{d[0]}-{d[2]}" for d in DAMAGES])
def test_damage_is_caught_by_its_invariant(name: str, damage: Change, message: str) -> None:
    (check,) = (getattr(invariants, each) for each in dir(invariants) if each.startswith(f"{name}_"))
    with pytest.raises(AssertionError, match=message):
        check(damage(sound_state()))


@pytest.mark.parametrize(
    "damage",
    [
        upload_with(valid_records=2),
        changed("products", 0, product_id=8, price=Decimal("1.00")),
        changed("items", 0, status="pending_validation"),
        with_(objects={key: replace(stored, content=b"") for key, stored in sound_state().objects.items()}),
        with_(errors=sound_state().errors[:1]),
    ],
)
def test_whatever_a_replay_changes_is_seen(damage: Change) -> None:
    with pytest.raises(AssertionError, match="after a replay"):
        i4_replays_change_nothing(sound_state(), damage(sound_state()))


def test_a_notification_may_come_twice_after_a_crash_at_publishing_with_the_same_id() -> None:
    twice = replace(
        sound_state(),
        mails=[*sound_state().mails, *sound_state().mails],
        expectations={ID: Expectations(may_be_notified_twice=True)},
    )
    invariants.i6_one_notification(twice)


def test_the_second_reading_cleans_and_counts_as_documented() -> None:
    content = (
        "\ufeffSKU;Vendor Product-ID;_row;_errors\r\n\r\n '=x' ;' \u00a0\u200bA\x1c;1;e\r\n;;;\r\n"
        '"two\r\nlines";B;2;e'
    ).encode()
    rows = read_file(content, delimiter=";")
    assert [(row.row_number, row.line, row.values["sku"], row.values["vendor_product_id"]) for row in rows] == [
        (1, 3, "'=x'", "' \u00a0\u200bA\x1c"),
        (2, 5, "two\r\nlines", "B"),
    ]
    assert cleaned("\u3000\ufeff x \u2060") == "x"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A separate stack, without uploads of other tests."""
    with running(tmp_path / "state") as stack:
        yield stack


def test_the_invariants_hold_on_a_running_stack(stack: Stack) -> None:
    run, markers = tag(), {"VEND001": [tag()], "VEND002": [tag()]}
    observer = Observer(stack)
    upload_ids = {
        vendor: stack.send(csv_of([
            *(row.replace("Thing", marker) for row in sound_rows(3, run)),
            f"P{run}-4,Lamp,Nowhere,S{run}-4,-1,5", f'P{run}-5,"bro"ken,Electronics,S{run}-5,1,5',
        ]), vendor=vendor)["upload_id"]
        for vendor, (marker,) in markers.items()
    }  # fmt: skip
    for vendor, upload_id in upload_ids.items():
        stack.ended(upload_id, vendor=vendor)

    expectations = {upload_id: Expectations(damaged=frozenset({5})) for upload_id in upload_ids.values()}

    def all_is_done() -> bool:
        rows = stack.sql("SELECT notified_at FROM upload_history WHERE upload_id = ANY (%s)", list(upload_ids.values()))
        return all(row["notified_at"] for row in rows)

    eventually(all_is_done)
    eventually(
        lambda: all(s["status"]["S"] != "pending_validation" for u in upload_ids.values() for s in stack.staged(u))
    )
    state = observer.state(upload_ids.values(), expectations=expectations, markers=markers, with_answers=True)
    check_all(state)
    assert len(state.answers) > 10
    assert state.containers
    assert state.log_lines
