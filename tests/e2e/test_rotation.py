"""A new password while 20,000 rows are on their way: nothing is lost, and nobody has to do anything."""

import json
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import psycopg2
import pytest
from psycopg2 import sql

from infra.local.postgres import OWNER
from tests.stack import Stack, csv_of, eventually, running, sound_rows, tag

ROWS = 20_000
ROTATIONS = 3
_OVER = "SELECT 1 FROM upload_history WHERE upload_id = %s AND status <> 'processing'"


class Rotating:
    """A stack and the secret that opens its database."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._secrets = stack.aws("secretsmanager")

    def rotate(self) -> None:
        """As the rotation function does it: the database first, then the secret; and every connection is lost."""
        secret = json.loads(self._secrets.get_secret_value(SecretId="ecommerce/rds/credentials")["SecretString"])
        password = secrets.token_hex(16)
        with closing(_connect(secret)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(OWNER)), (password,))
        self._secrets.put_secret_value(
            SecretId="ecommerce/rds/credentials", SecretString=json.dumps(secret | {"password": password})
        )
        with closing(_connect(secret | {"password": password})) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s AND pid <> pg_backend_pid()",
                (OWNER,),
            )
        url = self.stack.description["database_url"]
        self.stack.description = {
            **self.stack.description,
            "database_url": url.replace(f":{secret['password']}@", f":{password}@"),
        }


def _connect(secret: dict[str, str]) -> "psycopg2.extensions.connection":
    return psycopg2.connect(
        host=secret["host"], port=secret["port"], dbname=secret["dbname"],
        user=secret["username"], password=secret["password"],
    )  # fmt: skip


def wait_for(stack: Stack, upload_id: str, *, valid: int) -> None:
    # Not over the API: it may answer 503 while its connections are being cut, and a client asks it all the time.
    query = "SELECT 1 FROM upload_history WHERE upload_id = %s AND valid_records >= %s"
    eventually(lambda: stack.sql(query, upload_id, valid), seconds=120)


@contextmanager
def polled(stack: Stack, upload_id: str) -> Iterator[list[int]]:
    """The status codes that a client sees who asks for the upload all the time."""
    answers: list[int] = []
    over = Event()

    def ask() -> None:
        with stack.api() as api:
            while not over.wait(0.1):
                answers.append(api.get(f"/v1/uploads/{upload_id}").status_code)

    client = Thread(target=ask)
    client.start()
    try:
        yield answers
    finally:
        over.set()
        client.join(30)


@pytest.fixture(scope="module")
def rotating(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rotating]:
    with running(Path(tmp_path_factory.mktemp("rotation")) / "state") as stack:
        yield Rotating(stack)


def test_a_password_that_changes_under_load_costs_no_row_and_no_reader(rotating: Rotating) -> None:
    stack, run = rotating.stack, tag()
    rejected = f"P{run}-x,Lamp,Nowhere,S{run}-x,1,1"
    upload_id = stack.send(csv_of([*sound_rows(ROWS, run), rejected]))["upload_id"]
    with polled(stack, upload_id) as answers:
        for part in range(1, ROTATIONS + 1):
            wait_for(stack, upload_id, valid=part * ROWS // (ROTATIONS + 2))
            rotating.rotate()
        eventually(lambda: stack.sql(_OVER, upload_id), seconds=240)
    upload = stack.ended(upload_id)
    assert (upload["status"], upload["valid_records"], upload["error_records"]) == ("partial", ROWS, 1)
    products = stack.sql(  # 20,000 products are a hundred pages of the API
        "SELECT count(*) AS n, count(DISTINCT sku) AS skus FROM products WHERE upload_id = %s", upload_id
    )
    assert products == [{"n": ROWS, "skus": ROWS}]
    assert len(stack.mails(upload_id)) == 1
    # A request that was under way when its connection was cut may fail, as one that can be repeated.
    assert set(answers) <= {200, 503}
    assert answers.count(200) > answers.count(503)
