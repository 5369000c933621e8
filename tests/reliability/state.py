"""The final state: everything that uploads left behind, as plain values for the invariants to check."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.reliability.reading import ReadRow, read_file, report_rows
from tests.stored_values import stored_column, stored_value

Row = dict[str, Any]
FINAL = ("completed", "partial", "failed", "expired", "cancelled")
NOTIFIED = ("completed", "partial", "failed")


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What a test expects of a file that it sent."""

    damaged: frozenset[int] = frozenset()  # row numbers with broken quoting
    poisoned: frozenset[int] = frozenset()  # row numbers that our code cannot decide
    wrong: Mapping[int, frozenset[str]] | None = None  # the errors of rules 1 to 5 in each row, if the test knows them
    may_end_as_our_fault: bool = False  # faults lasted so long that any row may have a PROCESSING_ERROR
    may_be_notified_twice: bool = False  # a crash or a lost answer during publishing


@dataclass(frozen=True, slots=True)
class Step:
    """One change of an upload's row in the database."""

    upload_id: str
    status: str
    total_records: int | None
    valid_records: int
    error_records: int
    not_processed_records: int
    failure_code: str | None
    report_key: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object under `uploads/` or `errors/`; `first_written` is the time of its oldest version."""

    key: str
    first_written: datetime
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """A notification as an inbox receives it."""

    subject: str
    message: str
    attributes: Mapping[str, str]
    sent_at: datetime

    @property
    def upload_id(self) -> str:
        return self.message.partition("Upload ID: ")[2].partition("\n")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the REST API to a vendor."""

    vendor_id: str
    path: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Container:
    """One process that runs a function, as Lambda runs one container."""

    name: str
    connections: int
    peak_bytes: int


@dataclass(frozen=True, kw_only=True)
class State:
    """Everything about some uploads. What was not read is empty, and no invariant applies to it."""

    uploads: Mapping[str, Row]  # with the row numbers `decided_rows` and `unchanged_row_numbers`
    products: Sequence[Row]
    errors: Sequence[Row]  # in report order
    changes: Sequence[Row] = ()  # the ledger of these uploads and of their products, in the order of time
    confirmations: Sequence[Row] = ()  # upload_id, row_number, product_id of their records that wrote nothing
    holders: Sequence[Row] = ()  # every product with a key for which a row was rejected as a duplicate
    error_counts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # errors and rows, as kept for support
    items: Sequence[Row] = ()  # upload_id, vendor_id, row_number, status
    files: Mapping[str, bytes] = field(default_factory=dict)
    objects: Mapping[str, StoredObject] = field(default_factory=dict)
    mails: Sequence[Mail] = ()
    steps: Sequence[Step] = ()
    log_lines: Sequence[str] = ()
    answers: Sequence[Answer] = ()
    containers: Sequence[Container] = ()

    # What the test knows.
    expectations: Mapping[str, Expectations] = field(default_factory=dict)
    markers: Mapping[str, Sequence[str]] = field(default_factory=dict)  # strings in the cells of one vendor only
    staging_is_whole: bool = True  # False where the embedded table lost items in a kill of the whole stack
    mailbox_is_whole: bool = True  # False where the embedded mailbox may have lost messages in one

    def expectations_of(self, upload_id: str) -> Expectations:
        return self.expectations.get(upload_id, Expectations())

    def products_of(self, upload_id: str) -> dict[int, list[Row]]:
        return self._products_by_upload.get(upload_id, {})

    def errors_of(self, upload_id: str) -> dict[int, list[Row]]:
        return self._errors_by_upload.get(upload_id, {})

    def outcomes_of(self, upload_id: str) -> dict[int, list[str]]:
        """What each row became, sorted. A record that has one outcome has a list of one."""
        rows = [(row, "created") for row, products in self.products_of(upload_id).items() for _ in products]
        rows += [(row, "error") for row in self.errors_of(upload_id)]
        rows += [(change["row_number"], change["outcome"]) for change in self.changes_of(upload_id)]
        rows += [(row, "unchanged") for row in self.uploads[upload_id]["unchanged_row_numbers"]]
        outcomes: dict[int, list[str]] = {}
        for row, outcome in sorted(rows):
            outcomes.setdefault(row, []).append(outcome)
        return outcomes

    def changes_of(self, upload_id: str) -> list[Row]:
        """What the upload's records did to products, or in a dry run would have done."""
        return [change for change in self.changes if change["upload_id"] == upload_id]

    def as_created(self, product: Row) -> Row:
        """A product as it was before any record changed it."""
        written = [c for c in self.changes if c["product_id"] == product["product_id"] and c["is_written"]]
        before = {column: each["before"] for c in reversed(written) for column, each in c["changes"].items()}
        values = {column: text if text is None else stored_value(column, text) for column, text in before.items()}
        return product | {stored_column(column): value for column, value in values.items()}

    def items_of(self, upload_id: str) -> dict[int, str]:
        """The staging statuses by row number."""
        return {item["row_number"]: item["status"] for item in self.items if item["upload_id"] == upload_id}

    def mails_of(self, upload_id: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.upload_id == upload_id]

    def rows_of(self, upload_id: str) -> list[ReadRow]:
        """The file's rows as the tests read them; none if the file was never surveyed."""
        upload = self.uploads[upload_id]
        if upload["total_records"] is None or upload_id not in self.files:
            return []
        return read_file(
            self.files[upload_id],
            delimiter=upload["file_delimiter"],
            encoding=upload["file_encoding"],
            damaged=self.expectations_of(upload_id).damaged,
        )

    def report_of(self, upload_id: str, which: str) -> list[dict[str, str]]:
        """The rows of the error report or the fix file (`error_file_s3_key`, `fix_file_s3_key`)."""
        upload = self.uploads[upload_id]
        assert upload[which] in self.objects, f"{upload_id} is {upload['status']}, but {upload[which]} is not there"
        content = self.objects[upload[which]].content or b""
        return report_rows(content, upload["file_delimiter"])

    @cached_property
    def _products_by_upload(self) -> dict[str, dict[int, list[Row]]]:
        return _by_upload_and_row(self.products)

    @cached_property
    def _errors_by_upload(self) -> dict[str, dict[int, list[Row]]]:
        return _by_upload_and_row(self.errors)


def _by_upload_and_row(rows: Sequence[Row]) -> dict[str, dict[int, list[Row]]]:
    grouped: dict[str, dict[int, list[Row]]] = {}
    for row in rows:
        grouped.setdefault(row["upload_id"], {}).setdefault(row["row_number"], []).append(row)
    return grouped
