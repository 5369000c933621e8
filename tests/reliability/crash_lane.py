"""A lane: a complete service on the running stack, whose outside calls all go through proxies that can cut them.

Database, bucket, table with its stream, queue and topic are real and belong to one lane, so that lanes run concurrently
and the stack's own functions see nothing of them. The test delivers events in place of Lambda.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import RealDictCursor

from infra.local.state import StateDir
from pipeline.domain.keys import Role
from pipeline.postgres.api_keys import create_api_key
from sql.migrate import load_demo_data, migrate
from tests.reliability.wire import Answer, Call, Fate, answer_of
from tests.reliability.wire_aws import AwsWire
from tests.reliability.wire_postgres import PostgresWire
from tests.stack import PROJECT, Stack, tag

Event = dict[str, Any]
Choose = Callable[[int, Call], Fate]
"""What becomes of the call of this number, counted from 1."""


class Lane:
    """`variables` are the functions' further environment variables."""

    def __init__(self, stack: Stack, logs: Path, **variables: str) -> None:
        self.stack, self.name = stack, f"lane-{tag()}"
        self.aws = cache(stack.aws)
        self._position = ""
        self._make_database()
        self._make_aws_parts()
        address = stack.description["aws_endpoint_url"]
        self.aws_wire = AwsWire(int(address.rpartition(":")[2]))
        self.sql_wire = PostgresWire(self._credentials["port"])
        self.secret = self.aws("secretsmanager").create_secret(
            Name=self.name, SecretString=json.dumps(self._credentials | {"port": self.sql_wire.port})
        )["ARN"]
        self.invoked: list[Event] = []
        self._functions = self._start_functions(logs, variables)
        self.calls: list[Call] = []
        self.peak_bytes: Counter[str] = Counter()

    def close(self) -> None:
        self._functions.terminate()
        self._functions.wait(10)
        for pipe in (self._functions.stdin, self._functions.stdout):
            if pipe:
                pipe.close()
        self.aws_wire.close()
        self.sql_wire.close()

    def run(self, function: str, event: Event, choose: Choose = lambda number, call: Fate.PASS) -> Any:
        """Runs one invocation. Returns None if one of its calls was cut, which is then the last of its process."""
        pid: Future[int] = Future()
        self.calls = []

        def decide(call: Call) -> Fate | Answer:
            if not _is_outside(call, self.calls[-1] if self.calls else None):
                return Fate.PASS
            self.calls.append(call)
            fate = choose(len(self.calls), call)
            if call.name == "Invoke" and fate is not Fate.CUT_BEFORE:
                self.invoked.append(json.loads(call.body))
                return answer_of(202) if fate is Fate.PASS else Fate.CUT_BEFORE
            return fate

        def kill(call: Call) -> None:
            with suppress(ProcessLookupError):
                os.kill(pid.result(10), signal.SIGKILL)

        for wire in (self.aws_wire, self.sql_wire):
            wire.rule, wire.on_cut = decide, kill
        self._tell({"function": function, "event": event})
        pid.set_result(self._hear()["pid"])
        ended = self._hear()
        self.peak_bytes[function] = max(self.peak_bytes[function], ended["peak_bytes"])
        return ended

    def sql(self, query: str, *values: object) -> list[dict[str, Any]]:
        with (
            closing(psycopg2.connect(self.database_url)) as connection,
            connection,
            connection.cursor(cursor_factory=RealDictCursor) as cursor,
        ):
            cursor.execute(query, values)
            return [dict(row) for row in cursor.fetchall()] if cursor.description else []

    def put(self, key: str, content: bytes) -> Event:
        """Stores an object, and returns the event that S3 sends for it."""
        stored = self.aws("s3").put_object(Bucket=self.name, Key=key, Body=content)
        about = {"key": key, "versionId": stored["VersionId"], "size": len(content)}
        return {"Records": [{"s3": {"object": about}}]}

    def get(self, key: str | None) -> bytes | None:
        if key is None:
            return None
        content: bytes = self.aws("s3").get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def stream_records(self) -> list[Event]:
        """The records of the table's stream since the last call."""
        streams = self.aws("dynamodbstreams")
        records: list[Event] = []
        while True:
            answer = streams.get_records(ShardIterator=self._position)
            self._position = answer["NextShardIterator"]
            records += [
                {"eventName": record["eventName"], "dynamodb": {"NewImage": record["dynamodb"].get("NewImage", {})}}
                for record in answer["Records"]
            ]
            if not answer["Records"]:
                return records

    def messages(self, url: str | None = None) -> list[dict[str, Any]]:
        """The messages of the queue, which stay in it until they are deleted."""
        sqs = self.aws("sqs")
        answer = sqs.receive_message(QueueUrl=url or self.queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def done_with(self, message: dict[str, Any], url: str | None = None) -> None:
        self.aws("sqs").delete_message(QueueUrl=url or self.queue_url, ReceiptHandle=message["ReceiptHandle"])

    def staged(self, upload_id: str) -> list[dict[str, Any]]:
        items = self.aws("dynamodb").query(
            TableName=self.name,
            KeyConditionExpression="upload_id = :id",
            ExpressionAttributeValues={":id": {"S": upload_id}},
        )["Items"]
        return sorted(items, key=lambda item: int(item["row_number"]["N"]))

    def _make_database(self) -> None:
        memory = StateDir(self.stack.logs.parent).remember()
        owner = psycopg2.extensions.parse_dsn(self.stack.description["database_url"])
        with closing(
            psycopg2.connect(
                **{**owner, "user": "postgres", "password": memory.postgres_password, "dbname": "postgres"}
            )
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{self.name}" OWNER "{owner["user"]}"')
        self.database_url = self.stack.description["database_url"].rpartition("/")[0] + f"/{self.name}"
        migrate(self.database_url)
        load_demo_data(self.database_url)
        self.sql(
            "INSERT INTO products (vendor_id, vendor_product_id, product_name, category, sku, price, stock_quantity)"
            " VALUES ('VEND002', 'HELD', 'Of another vendor', 'Electronics', 'HELD', 1, 1)"
        )
        self.api_key = create_api_key(self.database_url, role=Role.VENDOR, vendor_id="VEND001", label="lane")
        self._credentials: dict[str, Any] = {
            "username": owner["user"], "password": owner["password"], "host": owner["host"],
            "port": int(owner["port"]), "dbname": self.name,
        }  # fmt: skip

    def _make_aws_parts(self) -> None:
        aws = self.aws
        aws("s3").create_bucket(Bucket=self.name)
        aws("s3").put_bucket_versioning(Bucket=self.name, VersioningConfiguration={"Status": "Enabled"})
        keys = [("upload_id", "HASH"), ("record_id", "RANGE")]
        table = aws("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]
        stream = table["LatestStreamArn"]
        streams = aws("dynamodbstreams")
        (shard,) = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
        self._position = streams.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        self.queue_url = aws("sqs").create_queue(QueueName=self.name)["QueueUrl"]
        self.mailbox_url = aws("sqs").create_queue(QueueName=f"{self.name}-mailbox")["QueueUrl"]
        self.topic_arn = aws("sns").create_topic(Name=self.name)["TopicArn"]
        self._let_the_topic_write(f"{self.name}-mailbox")

    def _let_the_topic_write(self, mailbox: str) -> None:
        arn = self.topic_arn.replace(":sns:", ":sqs:").replace(self.name, mailbox)
        statement = {
            "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": self.topic_arn}},
        }  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.aws("sqs").set_queue_attributes(QueueUrl=self.mailbox_url, Attributes={"Policy": policy})
        self.aws("sns").subscribe(TopicArn=self.topic_arn, Protocol="sqs", Endpoint=arn)

    def _start_functions(self, logs: Path, variables: Mapping[str, str]) -> subprocess.Popen[str]:
        functions = self.aws("lambda").list_functions()["Functions"]
        (reporter,) = (f for f in functions if "error-processor" in f["FunctionName"])
        described = self.stack.description
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ONBOARDING_"))},
            **reporter["Environment"]["Variables"],
            "ONBOARDING_BUCKET": self.name,
            "ONBOARDING_TABLE": self.name,
            "ONBOARDING_ERROR_QUEUE_URL": self.queue_url,
            "ONBOARDING_TOPIC_ARN": self.topic_arn,
            "ONBOARDING_PARSER_FUNCTION": "csv-parser",
            "ONBOARDING_DATABASE_SECRET_ARN": self.secret,
            # One request at a time, so that a call's number always means the same call.
            "ONBOARDING_STAGING_THREADS": "1",
            "AWS_ENDPOINT_URL": self.aws_wire.url,
            "AWS_DEFAULT_REGION": described["aws_region"],
            "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
            **variables,
        }
        with (logs / f"{self.name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.reliability.crash_functions"],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def _tell(self, call: dict[str, Any]) -> None:
        assert self._functions.stdin
        self._functions.stdin.write(json.dumps(call) + "\n")
        self._functions.stdin.flush()

    def _hear(self) -> dict[str, Any]:
        assert self._functions.stdout
        reply: dict[str, Any] = json.loads(self._functions.stdout.readline())
        return reply


def _is_outside(call: Call, last: Call | None) -> bool:
    """Requests to AWS and statements that end a transaction; between these, others can see no change.

    Of consecutive reads only the first counts, because nothing happens between them.
    """
    if os.environ.get("CRASH_AT_EVERY_STATEMENT"):
        return True
    is_one_more_read = last is not None and call.name == last.name == "GetObject"
    return call.name == "COMMIT" or (call.kind == "aws" and not is_one_more_read)
