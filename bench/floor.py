"""How long the AWS calls and inserts of an upload take by themselves: no upload can be faster on that stack.

Items and products are made beforehand. Then one process makes the parser's calls while another makes the validator's,
which would otherwise wait for its records. Nothing is checked, locked, counted or woken.
"""

import io
import json
import multiprocessing
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.synchronize import Barrier
from tempfile import TemporaryFile
from typing import Any

import boto3
import orjson
from botocore.config import Config
from botocore.credentials import Credentials

from bench.staging_table import make_staging_table
from bench.world import credentials_of
from pipeline.aws.batch_puts import LeanPuts
from pipeline.aws.staging import Staging
from pipeline.checking.conflicts import errors_in_file
from pipeline.checking.products import Product, product_of
from pipeline.checking.rules import Categories
from pipeline.checking.survey import StagedRecord, staged_records, survey
from pipeline.domain.failures import Limits
from pipeline.domain.layout import Layout
from pipeline.domain.records import Row
from pipeline.postgres.catalogue import insert_products
from pipeline.postgres.database import Cursor, Database
from pipeline.postgres.rejections import Rejection, insert_errors
from pipeline.settings import Settings

VENDOR = "VEND001"
BATCH = 500
BLOCK = 4 * 1024 * 1024
Description = dict[str, Any]


def floor_seconds(description: Description, content: bytes) -> float:
    """From the PUT of the file until its last item and product are stored. Removes everything afterwards."""
    context = multiprocessing.get_context("spawn")
    begin: Barrier = context.Barrier(3)
    with _place(description) as place:
        lanes = [context.Process(target=lane, args=(place, content, begin)) for lane in (_stage, _decide)]
        for each in lanes:
            each.start()
        begin.wait(600)
        start = time.monotonic()
        for each in lanes:
            each.join()
        if any(each.exitcode for each in lanes):
            raise RuntimeError("a process of the floor failed")
        return time.monotonic() - start


@dataclass(frozen=True)
class _Place:
    """A table whose stream has no consumer, a queue, and an upload that products can refer to."""

    description: Description
    table: str
    queue_url: str
    upload_id: str
    categories: Sequence[str]

    def client(self, service: str) -> Any:
        description = self.description
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=description["aws_endpoint_url"],
            region_name=description["aws_region"],
            aws_access_key_id=description["aws_access_key_id"],
            aws_secret_access_key=description["aws_secret_access_key"],
            config=Config(proxies={}),
        )

    def staging(self) -> Staging:
        description = self.description
        credentials = Credentials(description["aws_access_key_id"], description["aws_secret_access_key"])
        threads = Settings().staging_threads
        puts = LeanPuts(
            description["aws_endpoint_url"], description["aws_region"], self.table, credentials=credentials, ca_file=""
        )
        return Staging(puts, threads=threads, days=1)

    def database(self) -> Database:
        return _database(self.description)


@contextmanager
def _place(description: Description) -> Iterator[_Place]:
    name = f"floor-{secrets.token_hex(4)}"
    database = _database(description)
    with database.transaction() as cursor:
        cursor.execute(
            "INSERT INTO upload_history (upload_id, vendor_id, file_name) VALUES (%s, %s, '-')", (name, VENDOR)
        )
        cursor.execute("SELECT category_name FROM product_categories WHERE is_active")
        categories = [row.category_name for row in cursor]
    place = _Place(description, name, "", name, categories)
    make_staging_table(place.client("dynamodb"), name, is_streamed=True)
    queue_url = place.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    try:
        yield _Place(description, name, queue_url, name, categories)
    finally:
        place.client("sqs").delete_queue(QueueUrl=queue_url)
        place.client("dynamodb").delete_table(TableName=name)
        with database.transaction() as cursor:
            for table in ("products", "validation_errors", "upload_history"):
                cursor.execute(f"DELETE FROM {table} WHERE upload_id = %s", (name,))
        database.close()


def _stage(place: _Place, content: bytes, begin: Barrier) -> None:
    """The parser's calls: stores the file, reads it three times (once for the fix file) and stages every record."""
    store, staging = place.client("s3"), place.staging()
    records, layout = _records(place, content)
    items = [_as_fragment(staging.pending(place.upload_id, VENDOR, record, layout)) for record in records]
    bucket, key = place.description["bucket"], f"floor/{place.upload_id}"
    begin.wait(600)
    store.put_object(Bucket=bucket, Key=key, Body=content)
    for _ in range(3):
        for first in range(0, len(content), BLOCK):
            store.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{first + BLOCK - 1}")["Body"].read()
    staging.write(items)
    store.delete_object(Bucket=bucket, Key=key)


def _decide(place: _Place, content: bytes, begin: Barrier) -> None:
    """The validator's calls: for each batch the inserts, the results in staging, and one message."""
    batches = list(_batches(place, content))
    staging, queue, database = place.staging(), place.client("sqs"), place.database()
    begin.wait(600)
    for batch in batches:
        with database.transaction() as cursor:
            batch.insert(cursor, place.upload_id)
        staging.write(batch.items)
        queue.send_message(QueueUrl=place.queue_url, MessageBody=json.dumps({"upload_id": place.upload_id}))
    database.close()


@dataclass(frozen=True)
class _Batch:
    products: Sequence[Product]
    rows: dict[int, Row]
    rejections: Sequence[Rejection]
    items: Sequence[Any]

    def insert(self, cursor: Cursor, upload_id: str) -> None:
        insert_products(cursor, upload_id, VENDOR, self.products, self.rows)
        insert_errors(cursor, upload_id, VENDOR, self.rejections)


def _batches(place: _Place, content: bytes) -> Iterator[_Batch]:
    records, layout = _records(place, content)
    categories, staging = Categories(place.categories), place.staging()
    while chunk := list(islice(records, BATCH)):
        products, rejections, items = [], [], []
        for staged in chunk:
            row, key = staged.record.row, (place.upload_id, VENDOR, staged.record.row)
            if errors := errors_in_file(staged, categories):
                rejections.append(Rejection(staged.record, errors, layout.original_data(row)))
                items.append(_as_fragment(staging.rejected(*key, staged.record.received, errors, None)))
            else:
                products.append(product_of(staged.record, categories))
                items.append(_as_fragment(staging.validated(*key, products[-1].values, None)))
        rows = {staged.row_number: staged.record.row for staged in chunk}
        yield _Batch(products, rows, rejections, items)


def _records(place: _Place, content: bytes) -> tuple[Iterator[StagedRecord], Layout]:
    result = survey(lambda: io.BytesIO(content), Categories(place.categories), Limits(), scratch=TemporaryFile)
    return staged_records(lambda: io.BytesIO(content), result, Limits()), result.format.layout


def _as_fragment(item: Any) -> Any:
    """The item as JSON already, so that serialising it is not part of the measurement."""
    return orjson.Fragment(orjson.dumps(item))


def _database(description: Description) -> Database:
    return Database(lambda _: credentials_of(description["database_url"]))
