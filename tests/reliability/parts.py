"""The parts of a world, which no other world uses: database, bucket, staging table, queues, topic."""

import json
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import urlsplit

import psycopg2

from bench.staging_table import make_staging_table
from infra.local.postgres import OWNER
from sql.migrate import load_demo_data, migrate
from tests.stack import Stack


@dataclass(frozen=True)
class Parts:
    """`stack` describes them as it would describe a stack's; `environment` is that of the functions."""

    name: str
    stack: Stack
    stream_arn: str
    environment: dict[str, str]


def make_parts(stack: Stack, name: str) -> Parts:
    database = name.replace("-", "_")
    database_url = _make_database(stack, database)
    queues = {kind: stack.aws("sqs").create_queue(QueueName=f"{name}-{kind}")["QueueUrl"] for kind in ("errors", "dlq")}
    described = {
        **stack.description,
        "bucket": _make_bucket(stack, name),
        "table": name,
        "error_queue_url": queues["errors"],
        "dead_letter_queue_url": queues["dlq"],
        "topic_arn": stack.aws("sns").create_topic(Name=name)["TopicArn"],
        "database_url": database_url,
    }
    stream_arn = _make_table(stack, name)
    own = Stack(described, stack.logs.parent)
    return Parts(name, own, stream_arn, _environment(own, _make_secret(own, name)))


def remove(parts: Parts) -> None:
    """Removes what costs memory and connections."""
    parts.stack.aws("dynamodb").delete_table(TableName=parts.name)
    with closing(_administrator(parts.stack)) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {urlsplit(parts.stack.description['database_url']).path[1:]} WITH (FORCE)")


def _make_database(stack: Stack, name: str) -> str:
    with closing(_administrator(stack)) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
    url = str(urlsplit(stack.description["database_url"])._replace(path=f"/{name}").geturl())
    migrate(url)
    load_demo_data(url)
    return url


def _administrator(stack: Stack) -> "psycopg2.extensions.connection":
    password = json.loads((stack.logs.parent / "secrets.json").read_text())["postgres_password"]
    url = urlsplit(stack.description["database_url"])
    connection = psycopg2.connect(
        host=url.hostname, port=url.port, dbname="postgres", user="postgres", password=password
    )
    connection.autocommit = True
    return connection


def _make_bucket(stack: Stack, name: str) -> str:
    s3 = stack.aws("s3")
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def _make_table(stack: Stack, name: str) -> str:
    return make_staging_table(stack.aws("dynamodb"), name, is_streamed=True)


def _make_secret(stack: Stack, name: str) -> str:
    url = urlsplit(stack.description["database_url"])
    credentials = {
        "username": url.username,
        "password": url.password,
        "host": url.hostname,
        "port": url.port,
        "dbname": url.path[1:],
    }
    secret = stack.aws("secretsmanager").create_secret(Name=name, SecretString=json.dumps(credentials))
    return str(secret["ARN"])


def _environment(stack: Stack, secret_arn: str) -> dict[str, str]:
    """The environment variables of all functions, with these parts in place of the deployed ones."""
    variables: dict[str, str] = {}
    for function in stack.aws("lambda").list_functions()["Functions"]:
        variables |= function["Environment"]["Variables"]
    described = stack.description
    return {name: value for name, value in variables.items() if name.startswith("ONBOARDING_")} | {
        "ONBOARDING_BUCKET": described["bucket"],
        "ONBOARDING_TABLE": described["table"],
        "ONBOARDING_ERROR_QUEUE_URL": described["error_queue_url"],
        "ONBOARDING_DEAD_LETTER_QUEUE_URL": described["dead_letter_queue_url"],
        "ONBOARDING_TOPIC_ARN": described["topic_arn"],
        "ONBOARDING_DATABASE_SECRET_ARN": secret_arn,
        "ONBOARDING_FILE_READER_ROLE_ARN": "",  # that role reads the deployed bucket alone
        "ONBOARDING_STAGING_THREADS": "1",  # one outside call at a time, so that the k-th is always the same
        "ONBOARDING_LEAN_STAGING": "false",  # all calls through boto3, where they are counted
        "AWS_ENDPOINT_URL": described["aws_endpoint_url"],
        "AWS_DEFAULT_REGION": described["aws_region"],
        "AWS_ACCESS_KEY_ID": described["aws_access_key_id"],
        "AWS_SECRET_ACCESS_KEY": described["aws_secret_access_key"],
    }
