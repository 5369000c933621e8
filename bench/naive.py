"""The straightforward design that ours is compared with: csv.DictReader, boto3's table resource, SQL per record.

The parser reads the whole file into memory and writes with `batch_writer`. For each record the validator runs three
queries, inserts a product or an error, commits and updates the item; each rejected record is one message. It does less
than ours: it reports one error per record, makes no suggestions, and is not safe to repeat.
"""

import csv
import io
import json
import os
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import boto3
import psycopg2
from boto3.dynamodb.types import TypeDeserializer

Event = dict[str, Any]
REQUIRED = ("vendor_product_id", "product_name", "category", "sku", "price", "stock_quantity")
LONGEST = {"vendor_product_id": 100, "product_name": 200, "category": 100, "sku": 100, "brand": 100, "unit": 20}


def csv_parser(event: Event, _: Any) -> None:
    for record in event["Records"]:
        _parse(record["s3"]["object"]["key"])


def product_validator(event: Event, _: Any) -> None:
    records = [record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT"]
    valid = 0
    for image in records:
        with _database(), _database().cursor() as cursor:
            valid += _validate(cursor, {name: TypeDeserializer().deserialize(value) for name, value in image.items()})
    with _database(), _database().cursor() as cursor:
        cursor.execute(
            "UPDATE upload_history SET valid_records = valid_records + %s, error_records = error_records + %s"
            " WHERE upload_id = %s",
            (valid, len(records) - valid, records[0]["upload_id"]["S"]),
        )


def _parse(key: str) -> None:
    _, vendor_id, upload_id, _ = key.split("/")
    body = boto3.client("s3").get_object(Bucket=os.environ["ONBOARDING_BUCKET"], Key=key)["Body"].read()
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8"))))
    with _database(), _database().cursor() as cursor:
        cursor.execute("SELECT 1 FROM vendors WHERE vendor_id = %s AND status = 'active'", (vendor_id,))
        if cursor.fetchone() is None:
            raise ValueError(f"vendor {vendor_id} is not active")
        cursor.execute(
            "UPDATE upload_history SET status = 'processing', total_records = %s WHERE upload_id = %s",
            (len(rows), upload_id),
        )
    with _table().batch_writer() as batch:
        for number, row in enumerate(rows, start=1):
            batch.put_item(Item=_item(upload_id, vendor_id, number, row))


def _item(upload_id: str, vendor_id: str, number: int, row: dict[str, str]) -> dict[str, Any]:
    return {
        "upload_id": upload_id,
        "record_id": f"REC_{number:05}",
        "vendor_id": vendor_id,
        "row_number": number,
        "status": "pending_validation",
        "product_data": {name: cell for name, cell in row.items() if cell},
        "created_at": datetime.now(UTC).isoformat(),
    }


def _validate(cursor: Any, item: dict[str, Any]) -> bool:
    product = item["product_data"]
    problem = _problem(cursor, item["vendor_id"], product)
    if problem:
        _reject(cursor, item, *problem)
    else:
        _accept(cursor, item, product)
    return problem is None


def _problem(cursor: Any, vendor_id: str, product: dict[str, str]) -> tuple[str, str] | None:
    """The type and message of the first error."""
    if missing := [name for name in REQUIRED if not product.get(name)]:
        return "MISSING_REQUIRED_FIELDS", f"Missing: {', '.join(missing)}"
    try:
        if not Decimal("0.01") <= Decimal(product["price"]) <= Decimal("999999.99"):
            return "INVALID_PRICE", "Price is out of range"
        if not 0 <= int(product["stock_quantity"]) <= 1_000_000:
            return "INVALID_STOCK_QUANTITY", "Stock quantity is out of range"
    except (InvalidOperation, ValueError):
        return "INVALID_PRICE", "Price or stock quantity is not a number"
    if any(len(product.get(name, "")) > most for name, most in LONGEST.items()):
        return "FIELD_LENGTH_EXCEEDED", "A text is too long"
    cursor.execute("SELECT 1 FROM product_categories WHERE category_name = %s AND is_active", (product["category"],))
    if cursor.fetchone() is None:
        return "INVALID_CATEGORY", f"No such category: {product['category']}"
    cursor.execute("SELECT 1 FROM products WHERE sku = %s", (product["sku"],))
    if cursor.fetchone():
        return "DUPLICATE_SKU", f"SKU {product['sku']} exists"
    cursor.execute(
        "SELECT 1 FROM products WHERE vendor_id = %s AND vendor_product_id = %s",
        (vendor_id, product["vendor_product_id"]),
    )
    return ("DUPLICATE_VENDOR_PRODUCT_ID", "The product id exists") if cursor.fetchone() else None


def _accept(cursor: Any, item: dict[str, Any], product: dict[str, str]) -> None:
    values = {"upload_id": item["upload_id"], "vendor_id": item["vendor_id"], **product}
    cursor.execute(
        f"INSERT INTO products ({', '.join(values)}) VALUES ({', '.join(['%s'] * len(values))})",
        list(values.values()),
    )
    numbers = {name: Decimal(product[name]) for name in ("price", "stock_quantity")}
    _update(item, "validated", {":product": {**product, **numbers}}, ", product_data = :product")


def _reject(cursor: Any, item: dict[str, Any], error_type: str, message: str) -> None:
    cursor.execute(
        "INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, report_order, error_type,"
        " error_message, original_data) VALUES (%s, %s, %s, 0, 0, 0, %s, %s, %s)",
        (item["upload_id"], item["vendor_id"], int(item["row_number"]), error_type, message,
         json.dumps(item["product_data"])),
    )  # fmt: skip
    payload = {"upload_id": item["upload_id"], "row_number": int(item["row_number"]), "error_type": error_type}
    _queue().send_message(QueueUrl=os.environ["ONBOARDING_ERROR_QUEUE_URL"], MessageBody=json.dumps(payload))
    _update(
        item,
        "error",
        {":reason": error_type, ":details": message},
        ", error_reason = :reason, error_details = :details",
    )


def _update(item: dict[str, Any], status: str, values: dict[str, Any], further: str) -> None:
    _table().update_item(
        Key={"upload_id": item["upload_id"], "record_id": item["record_id"]},
        UpdateExpression="SET #status = :status, processed_at = :now" + further,
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": status, ":now": datetime.now(UTC).isoformat(), **values},
    )


@cache
def _table() -> Any:
    return boto3.resource("dynamodb").Table(os.environ["ONBOARDING_TABLE"])


@cache
def _queue() -> Any:
    return boto3.client("sqs")


@cache
def _database() -> Any:
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["ONBOARDING_DATABASE_SECRET_ARN"])
    address = json.loads(secret["SecretString"])
    return psycopg2.connect(
        host=address["host"], port=address["port"], dbname=address["dbname"], user=address["username"],
        password=address["password"],
    )  # fmt: skip
