"""Looks at what uploads leave behind, in the running stack or around handlers that a test calls itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tests.reliability.containers import containers_of
from tests.reliability.logged import logged_by
from tests.reliability.mailbox import Mailbox
from tests.reliability.state import Answer, Container, Expectations, Row, State, Step, StoredObject
from tests.stack import Stack


class Observer:
    """Records every step of every upload from now on, and reads the final state of some of them.

    By default it uses a new mailbox, and the logs and processes of the stack's functions and web service.
    """

    def __init__(
        self,
        stack: Stack,
        *,
        mailbox: Mailbox | None = None,
        log_lines: Callable[[], Sequence[str]] | None = None,
        containers: Callable[[], Sequence[Container]] | None = None,
    ) -> None:
        self.stack = stack
        self.mailbox = mailbox or Mailbox(stack)
        self._log_lines = log_lines or (lambda: logged_by(stack))
        self._containers = containers or (lambda: containers_of(stack))
        stack.sql(_NOTE_STEPS)

    def state(
        self,
        upload_ids: Iterable[str],
        *,
        expectations: Mapping[str, Expectations] | None = None,
        markers: Mapping[str, Sequence[str]] | None = None,
        with_answers: bool = False,
        **fields: bool,
    ) -> State:
        """Everything about these uploads. `fields` are further fields of State, which a test sets itself."""
        ids, sql = list(upload_ids), self.stack.sql
        uploads: dict[str, Row] = {row["upload_id"]: row for row in sql(_UPLOADS, ids)}
        assert set(uploads) == set(ids), f"lost: {sorted(set(ids) - set(uploads))}"
        counts = sql("SELECT upload_id, errors, rows FROM error_counts WHERE NOT by_type AND NOT by_field"
                     " AND upload_id = ANY (%s)", ids)  # fmt: skip
        return State(
            uploads=uploads,
            products=sql("SELECT * FROM products WHERE upload_id = ANY (%s) ORDER BY upload_id, row_number", ids),
            errors=sql(_ERRORS, ids),
            changes=sql(_CHANGES, ids, ids),
            confirmations=sql(_CONFIRMATIONS, ids),
            holders=sql(_HOLDERS, ids, ids),
            error_counts=_sums(counts),
            items=[item for upload_id in ids for item in self._items(upload_id)],
            files={upload_id: content for upload_id in ids if (content := self._file(uploads[upload_id])) is not None},
            objects=self._objects(uploads),
            mails=[mail for mail in self.mailbox.mails() if mail.upload_id in uploads],
            steps=[Step(**row) for row in sql(_STEPS, ids)],
            log_lines=self._log_lines(),
            answers=list(self._answers(uploads)) if with_answers else [],
            containers=self._containers(),
            expectations=expectations or {},
            markers=markers or {},
            **fields,
        )

    def _items(self, upload_id: str) -> Iterator[Row]:
        pages = (
            self.stack.aws("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.stack.description["table"],
                KeyConditionExpression="upload_id = :id",
                ExpressionAttributeValues={":id": {"S": upload_id}},
                ConsistentRead=True,
            )
        )
        for item in (item for page in pages for item in page["Items"]):
            yield {
                "upload_id": item["upload_id"]["S"],
                "vendor_id": item["vendor_id"]["S"],
                "row_number": int(item["row_number"]["N"]),
                "status": item["status"]["S"],
            }

    def _file(self, upload: Row) -> bytes | None:
        if upload["file_version_id"] is None:
            return None
        content: bytes = (
            self.stack.aws("s3")
            .get_object(
                Bucket=self.stack.description["bucket"],
                Key=upload["file_s3_key"],
                VersionId=upload["file_version_id"],
            )["Body"]
            .read()
        )
        return content

    def _objects(self, uploads: Mapping[str, Row]) -> dict[str, StoredObject]:
        """The reports of these uploads, each with the time of its first version."""
        s3, bucket = self.stack.aws("s3"), self.stack.description["bucket"]
        objects: dict[str, StoredObject] = {}
        for vendor_id in {upload["vendor_id"] for upload in uploads.values()}:
            pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=f"errors/{vendor_id}/")
            for version in (version for page in pages for version in page.get("Versions", [])):
                key, written = version["Key"], version["LastModified"].replace(microsecond=0)
                if _upload_in(key) in uploads and (key not in objects or written < objects[key].first_written):
                    objects[key] = StoredObject(key, written)
        return {
            key: StoredObject(key, stored.first_written, s3.get_object(Bucket=bucket, Key=key)["Body"].read())
            for key, stored in objects.items()
        }

    def _answers(self, uploads: Mapping[str, Row]) -> Iterator[Answer]:
        """What the REST API answers to each vendor about its own uploads and those of others."""
        for vendor_id in {upload["vendor_id"] for upload in uploads.values()} - {None}:
            with self.stack.api(vendor_id) as api:
                for path in [path for upload_id in uploads for path in _paths(upload_id)] + _LISTS:
                    answer = api.get(path)
                    assert answer.status_code in {200, 404}, f"{path}: {answer.status_code}"
                    upload_id = _upload_in(path)
                    yield Answer(vendor_id, path, answer.text.replace(upload_id, "") if upload_id else answer.text)


def _sums(counts: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """Errors and rows of each upload, summed over days."""
    sums: dict[str, tuple[int, int]] = {}
    for row in counts:
        errors, rows = sums.get(row["upload_id"], (0, 0))
        sums[row["upload_id"]] = errors + row["errors"], rows + row["rows"]
    return sums


def _upload_in(text: str) -> str:
    match = re.search("UPLOAD_[0-9]{8}_[0-9]{6}_[a-z0-9]{8}", text)
    return match[0] if match else ""


def _paths(upload_id: str) -> list[str]:
    own = f"/v1/uploads/{upload_id}"
    return [own, f"{own}/errors?limit=200", f"{own}/errors/summary", f"{own}/records?limit=200"]


_LISTS = ["/v1/uploads?limit=200", "/v1/products?limit=200"]

_UPLOADS = """
    SELECT *, ARRAY(SELECT n FROM unnest(decided) AS r, generate_series(lower(r), upper(r) - 1) AS n ORDER BY n)
        AS decided_rows,
        ARRAY(SELECT n FROM confirmations c, unnest(row_numbers) AS n WHERE c.upload_id = u.upload_id
              AND NOT EXISTS (SELECT FROM record_changes r WHERE (r.upload_id, row_number) = (u.upload_id, n))
              ORDER BY n)
        AS unchanged_row_numbers
    FROM upload_history u WHERE upload_id = ANY (%s)
    """

_ERRORS = "SELECT * FROM validation_errors WHERE upload_id = ANY (%s) ORDER BY upload_id, row_number, report_order"

_CHANGES = """
    SELECT * FROM record_changes WHERE upload_id = ANY (%s)
        OR product_id IN (SELECT product_id FROM products WHERE upload_id = ANY (%s))
    ORDER BY change_id
    """

_CONFIRMATIONS = """
    SELECT upload_id, confirmed.row_number, confirmed.product_id, given_fields
    FROM confirmations CROSS JOIN LATERAL unnest(row_numbers, product_ids) AS confirmed (row_number, product_id)
    WHERE upload_id = ANY (%s) ORDER BY upload_id, row_number
    """

_HOLDERS = """
    SELECT p.sku, p.vendor_product_id, p.vendor_id, p.upload_id FROM products AS p WHERE sku IN (
        SELECT sku FROM validation_errors WHERE upload_id = ANY (%s) AND error_type = 'DUPLICATE_SKU')
    UNION
    SELECT p.sku, p.vendor_product_id, p.vendor_id, p.upload_id FROM products AS p
    JOIN validation_errors AS e ON (e.vendor_id, e.vendor_product_id) = (p.vendor_id, p.vendor_product_id)
    WHERE e.upload_id = ANY (%s) AND e.error_type = 'DUPLICATE_VENDOR_PRODUCT_ID'
    """

_STEPS = """
    SELECT upload_id, status, total_records, valid_records, error_records, not_processed_records, failure_code,
           report_key, at
    FROM observed_steps WHERE upload_id = ANY (%s) ORDER BY step
    """

# A trigger records every change in the transaction that makes it, so that no intermediate state is missed.
_NOTE_STEPS = """
    CREATE TABLE IF NOT EXISTS observed_steps (
        step BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, upload_id TEXT, status TEXT, total_records INTEGER,
        valid_records INTEGER, error_records INTEGER, not_processed_records INTEGER, failure_code TEXT,
        report_key TEXT, at TIMESTAMPTZ);
    CREATE INDEX IF NOT EXISTS observed_steps_upload ON observed_steps (upload_id);
    CREATE OR REPLACE FUNCTION note_step() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO observed_steps (upload_id, status, total_records, valid_records, error_records,
                                    not_processed_records, failure_code, report_key, at)
        VALUES (NEW.upload_id, NEW.status, NEW.total_records, NEW.valid_records, NEW.error_records,
                NEW.not_processed_records, NEW.failure->>'code', NEW.error_file_s3_key, clock_timestamp());
        RETURN NULL;
    END $$;
    CREATE OR REPLACE TRIGGER note_step AFTER INSERT OR UPDATE ON upload_history
        FOR EACH ROW EXECUTE FUNCTION note_step();
    """
