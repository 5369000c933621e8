"""Uploads whose events the test delivers: they have a table and a queue that no function reads.

The stages and handlers are real, and so are the stack's PostgreSQL, bucket, DynamoDB and SQS. The test decides in which
order they are called, how often, and how many run concurrently.
"""

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from typing import Any

from bench.staging_table import make_staging_table
from pipeline.domain.decisions import NO_DECISIONS, Decisions
from pipeline.domain.uploads import new_upload_id
from pipeline.postgres.placing import place_behind
from pipeline.postgres.queries.uploads import add_upload
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.parse import start_upload
from pipeline.stages.report import finish_upload
from tests.announcing import announced_upload
from tests.stack import Stack, tag

Event = dict[str, Any]


class Offline:
    """Creates uploads and delivers their stream events."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        name = f"offline-{tag()}"
        make_staging_table(stack.aws("dynamodb"), name)
        functions = {f["FunctionName"]: f for f in stack.aws("lambda").list_functions()["Functions"]}
        reporter, sweeper = (
            next(f for name, f in functions.items() if part in name) for part in ("error-processor", "upload-sweeper")
        )
        described = stack.description
        self.environment = {
            **sweeper["Environment"]["Variables"],
            **reporter["Environment"]["Variables"],
            "ONBOARDING_TABLE": name,
            "ONBOARDING_ERROR_QUEUE_URL": stack.aws("sqs").create_queue(QueueName=name)["QueueUrl"],
            "AWS_ENDPOINT_URL": described["aws_endpoint_url"],
            "AWS_DEFAULT_REGION": described["aws_region"],
            "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
        }
        os.environ |= self.environment
        self.services = Services(Settings())
        self.stored: dict[str, tuple[int, str]] = {}
        self.table = name

    def arrive(
        self,
        content: bytes,
        *,
        vendor: str = "VEND001",
        decisions: Decisions = NO_DECISIONS,
        dry_run: bool = False,
        behind: str | None = None,
        parse: bool = True,
        file_name: str = "products.csv",
    ) -> str:
        """Stores a file without an event, and parses it in this process. `behind` is the upload that it corrects."""
        upload_id = new_upload_id(datetime(2026, 1, 1))
        key = f"offline/{vendor}/{upload_id}/products.csv"
        stored = self.stack.aws("s3").put_object(Bucket=self.stack.description["bucket"], Key=key, Body=content)
        announced = announced_upload(upload_id, vendor, key, decisions, dry_run=dry_run, file_name=file_name)
        with self.services.database.transaction() as cursor:
            add_upload(cursor, announced)
            if behind:
                place_behind(cursor, upload_id, behind)
        self.stored[upload_id] = len(content), stored["VersionId"]
        if parse:
            start_upload(
                self.services, upload_id, version_id=stored["VersionId"], size=len(content), has_time=lambda: True
            )
        return upload_id

    def events(self, upload_id: str) -> list[Event]:
        """The stream's INSERT records of an upload, in order of row number."""
        return [{"eventName": "INSERT", "dynamodb": {"NewImage": item}} for item in self.items(upload_id)]

    def items(self, upload_id: str) -> list[dict[str, Any]]:
        pages = (
            self.stack.aws("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.table,
                KeyConditionExpression="upload_id = :id",
                ExpressionAttributeValues={":id": {"S": upload_id}},
            )
        )
        return sorted((item for page in pages for item in page["Items"]), key=lambda item: int(item["row_number"]["N"]))

    def workers(self, count: int) -> ProcessPoolExecutor:
        """Processes that each run one validator, as Lambda runs them concurrently."""
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))

    def deliver(self, batches: Iterable[Sequence[Event]], pool: ProcessPoolExecutor | None = None) -> None:
        """Delivers each batch to product-validator, in this process or concurrently in others."""
        if pool is None:
            for batch in batches:
                validate_batch(batch)
        else:
            list(pool.map(validate_batch, batches))

    def end(self, upload_id: str) -> None:
        finish_upload(self.services, upload_id)

    def result(self, upload_id: str, run: str) -> dict[str, Any]:
        """Everything that an upload left behind, except for ids, times and the tag of the run."""
        sql = self.stack.sql
        (upload,) = sql(
            "SELECT status, total_records, valid_records, error_records, errors_by_type FROM upload_history"
            " WHERE upload_id = %s",
            upload_id,
        )
        products = sql(
            "SELECT row_number, vendor_product_id, product_name, category, sku, price::text, stock_quantity, unit"
            " FROM products WHERE upload_id = %s ORDER BY row_number",
            upload_id,
        )
        errors = sql(
            "SELECT row_number, line, sheet_row, error_type, error_field, error_message, value, suggestion,"
            " conflict->>'row_number' AS conflict, original_data FROM validation_errors"
            " WHERE upload_id = %s ORDER BY row_number, report_order",
            upload_id,
        )
        statuses = [item["status"]["S"] for item in self.items(upload_id)]
        result = {"upload": upload, "products": products, "errors": errors, "statuses": statuses}
        return {name: _without(run, value) for name, value in result.items()}


def validate_batch(batch: Sequence[Event]) -> None:
    from pipeline.handlers import product_validator

    product_validator.handler({"Records": list(batch)}, None)  # type: ignore[arg-type]


def _without(run: str, value: Any) -> Any:
    if isinstance(value, str):
        return value.replace(run, "…")
    if isinstance(value, dict):
        return {name: _without(run, each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(run, each) for each in value]
    return value
