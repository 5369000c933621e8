"""A running stack as tests see it: its front door, and the parts behind it for looking at what came of it."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import boto3
import httpx
import psycopg2
from psycopg2.extras import RealDictCursor

from infra.local.processes import free_port
from infra.local.vendor import vendor_client
from pipeline.http.api_client import ApiClient

PROJECT = Path(__file__).parents[1]
HEADER = "vendor_product_id,product_name,category,sku,price,stock_quantity"
Found = TypeVar("Found")


def tag() -> str:
    """Makes SKUs of one test differ from those of every other."""
    return secrets.token_hex(5)


def sound_rows(count: int, prefix: str) -> list[str]:
    return [f"P{prefix}-{n},Thing {n},Electronics,S{prefix}-{n},19.99,5" for n in range(1, count + 1)]


def part(mail: EmailMessage, kind: str) -> str:
    """A mail's text, `plain` or `html`."""
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""


def csv_of(rows: Sequence[str], header: str = HEADER) -> bytes:
    return ("\n".join([header, *rows]) + "\n").encode()


def eventually(look: Callable[[], Found], *, seconds: float = 60, pause: float = 0.1) -> Found:
    """What `look` finds, as soon as it finds anything."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"nothing found in {seconds} s"
        time.sleep(pause)
    return found


class Stack:
    """What `stack.json` describes, with the calls that tests make."""

    def __init__(self, description: Mapping[str, Any], state_dir: Path) -> None:
        self.description = description
        self.logs = state_dir / "logs"
        self.api_url: str = description["api_url"]

    @cache  # noqa: B019  making a client takes longer than most calls
    def aws(self, service: str) -> Any:
        """A boto3 client with the local administrator's rights."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.description["aws_endpoint_url"],
            region_name=self.description["aws_region"],
            aws_access_key_id=self.description["aws_access_key_id"],
            aws_secret_access_key=self.description["aws_secret_access_key"],
        )

    def api(self, caller: str = "VEND001") -> httpx.Client:
        key = self.description["api_keys"][caller]
        return httpx.Client(base_url=self.api_url, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def client(self, caller: str = "VEND001") -> ApiClient:
        return vendor_client(self.description, caller)

    def sql(self, query: str, *values: object) -> list[dict[str, Any]]:
        with (
            closing(psycopg2.connect(self.description["database_url"])) as connection,
            connection,
            connection.cursor(cursor_factory=RealDictCursor) as cursor,
        ):
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def send(
        self, content: bytes, *, vendor: str = "VEND001", file_name: str = "products.csv", **fields: Any
    ) -> dict[str, Any]:
        """Announces a file and puts it where it is told to; returns the upload as it was announced."""
        with self.client(vendor) as client:
            upload = client.announce(file_name, len(content), **fields)
            client.send(upload["upload"], content, size_bytes=len(content))
        return upload

    def ended(self, upload_id: str, *, vendor: str = "VEND001", seconds: float = 120) -> dict[str, Any]:
        """Polls until the upload is final."""
        with self.client(vendor) as client:

            def final() -> dict[str, Any] | None:
                upload = client.upload(upload_id)
                return upload if upload["is_final"] else None

            return eventually(final, seconds=seconds) or {}

    def find_uploads(self, vendor: str, **filters: str) -> list[dict[str, Any]]:
        with self.api(vendor) as api:
            items: list[dict[str, Any]] = api.get("/v1/uploads", params=filters).raise_for_status().json()["items"]
            return items

    def drop(self, key: str, content: bytes) -> None:
        """Puts an object into the bucket as a vendor's own tool does."""
        self.aws("s3").put_object(Bucket=self.description["bucket"], Key=key, Body=content)

    def errors(self, upload_id: str, *, vendor: str = "VEND001") -> list[dict[str, Any]]:
        """All errors of an upload."""
        with self.client(vendor) as client:
            return list(client.errors(upload_id))

    def products(self, *, vendor: str = "VEND001", **filters: str) -> list[dict[str, Any]]:
        """All products of the catalogue that pass the filters of `GET /v1/products`, page by page."""
        products: list[dict[str, Any]] = []
        params: dict[str, str] = {"limit": "200", **filters}
        with self.api(vendor) as api:
            while True:
                page = api.get("/v1/products", params=params).raise_for_status().json()
                products += page["items"]
                if page["next_cursor"] is None:
                    return products
                params["cursor"] = page["next_cursor"]

    def download(self, address: str, *, vendor: str = "VEND001") -> httpx.Response:
        with self.api(vendor) as api:
            return api.get(address, follow_redirects=True)

    def mails(self, upload_id: str, *, seconds: float = 10, at_least: int = 1) -> list[dict[str, Any]]:
        """The notifications about an upload; those about others stay in the mailbox."""
        sqs, url = self.aws("sqs"), self.description["mailbox_queue_url"]
        found: dict[str, dict[str, Any]] = {}
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and len(found) < at_least:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1, WaitTimeSeconds=1)
            for message in answer.get("Messages", []):
                mail = json.loads(message["Body"])
                if f"Upload ID: {upload_id}\n" in mail["Message"]:
                    found[message["MessageId"]] = mail
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return list(found.values())

    def vendor_mails(self, upload_id: str) -> list[EmailMessage]:
        """The mails about an upload to its vendor's own address, the oldest first."""
        files = sorted((self.logs.parent / "mails").glob("*.eml"))
        mails = [message_from_bytes(path.read_bytes(), policy=default) for path in files]
        return [mail for mail in mails if isinstance(mail, EmailMessage) and upload_id in part(mail, "plain")]

    def set_variables(self, *, of: str = "", **variables: str) -> None:
        """Gives all functions more environment variables, or those with `of` in their names.

        It waits for the end of the sweep at the start, which has the old ones.
        """
        self.wait_for_first_sweep()
        functions = self.aws("lambda")
        for function in (f for f in functions.list_functions()["Functions"] if of in f["FunctionName"]):
            functions.update_function_configuration(
                FunctionName=function["FunctionName"],
                Environment={"Variables": function["Environment"]["Variables"] | variables},
            )

    def stop_sweeping(self) -> None:
        """From now on, nothing is moved on but by the test."""
        self.wait_for_first_sweep()
        events = self.aws("events")
        for rule in events.list_rules()["Rules"]:
            events.disable_rule(Name=rule["Name"])

    def sweep(self, **options: object) -> dict[str, Any]:
        """Has upload-sweeper take up everything at once, and returns what it answers."""
        functions = self.aws("lambda")
        (name,) = (f["FunctionName"] for f in functions.list_functions()["Functions"] if "sweeper" in f["FunctionName"])
        answer = functions.invoke(FunctionName=name, Payload=json.dumps({"stalled_after_seconds": 0} | options))
        assert "FunctionError" not in answer, answer["Payload"].read()
        answered: dict[str, Any] = json.load(answer["Payload"])
        return answered

    def wake_sweeper(self, **options: object) -> None:
        """Has upload-sweeper look around, and does not wait for it."""
        functions = self.aws("lambda")
        (name,) = (f["FunctionName"] for f in functions.list_functions()["Functions"] if "sweeper" in f["FunctionName"])
        functions.invoke(FunctionName=name, InvocationType="Event", Payload=json.dumps(options))

    def wait_for_first_sweep(self) -> None:
        """Every stack begins with a sweep of its own, in the background."""
        log = self.logs / "aws.log"
        eventually(lambda: '"sweep.done"' in log.read_text(errors="replace"), seconds=60)

    def staged(self, upload_id: str) -> list[dict[str, Any]]:
        """The upload's items in the staging table, with typed values, in order of row number."""
        pages = (
            self.aws("dynamodb")
            .get_paginator("query")
            .paginate(
                TableName=self.description["table"],
                KeyConditionExpression="upload_id = :id",
                ExpressionAttributeValues={":id": {"S": upload_id}},
            )
        )
        return sorted((item for page in pages for item in page["Items"]), key=lambda item: int(item["row_number"]["N"]))


def start(
    state_dir: Path, *, port: int | None = None, seconds: float = 90, **variables: str
) -> tuple[Stack, subprocess.Popen[bytes]]:
    """Starts a stack as `make run` does, with more variables in its environment, and waits until it is ready."""
    description = state_dir / "stack.json"
    description.unlink(missing_ok=True)  # a killed stack leaves it behind
    with (state_dir.parent / f"{state_dir.name}.out").open("ab") as output:
        launcher = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "infra.local",
                "up",
                "--state-dir",
                str(state_dir),
                "--port",
                str(port or free_port(None)),
            ],
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | variables,
        )
    deadline = time.monotonic() + seconds
    while not description.exists():
        said = (state_dir.parent / f"{state_dir.name}.out").read_text()
        assert launcher.poll() is None, f"the stack did not start:\n{said}"
        assert time.monotonic() < deadline, f"the stack is not ready after {seconds} s:\n{said}"
        time.sleep(0.05)
    return Stack(json.loads(description.read_text()), state_dir), launcher


@contextmanager
def running(state_dir: Path, **variables: str) -> Iterator[Stack]:
    stack, launcher = start(state_dir, **variables)  # type: ignore[arg-type]
    try:
        yield stack
    finally:
        launcher.terminate()
        launcher.wait(30)
