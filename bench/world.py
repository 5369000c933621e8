"""The surroundings that handlers need to be measured: a database, files, and an AWS without delay."""

import json
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import psycopg2

from bench.instant import InstantAws, Plan, instant_aws
from bench.product_files import write_products
from infra.local import postgres
from infra.local.state import StateDir
from pipeline.domain.decisions import Decisions, UploadMode
from pipeline.domain.uploads import new_upload_id
from sql.migrate import load_demo_data, migrate

VENDOR = "VEND001"


class Write(Protocol):
    """Writes a file of products."""

    def __call__(self, path: Path, rows: int, *, tag: str, faulty_every: int) -> None: ...


@dataclass(frozen=True)
class Upload:
    """A file that is ready for the parser, and its S3 event."""

    upload_id: str
    rows: int
    file: Path
    event: dict[str, Any]


@dataclass(frozen=True)
class World:
    """The local stack's PostgreSQL with schema and demo data, and a folder that serves as the bucket."""

    folder: Path
    database_url: str
    secret: str
    postmaster: int

    @contextmanager
    def aws(self, keep: Path | None = None, delay_seconds: float = 0.0) -> Iterator[InstantAws]:
        plan = Plan(str(self.folder), self.secret, str(keep or ""), delay_seconds)
        with instant_aws(plan) as aws:
            yield aws

    def environment(self, aws: InstantAws) -> dict[str, str]:
        """The environment of the functions, as the template sets it."""
        return aws.environment() | {
            "ONBOARDING_BUCKET": "bucket",
            "ONBOARDING_TABLE": "UploadRecords",
            "ONBOARDING_ERROR_QUEUE_URL": f"{aws.url}/0/errors",
            "ONBOARDING_DATABASE_SECRET_ARN": "secret",
            "ONBOARDING_PARSER_FUNCTION": "csv-parser",
            "POWERTOOLS_SERVICE_NAME": "bench",
            "POWERTOOLS_METRICS_NAMESPACE": "Bench",
        }

    def arrive(
        self, rows: int, *, tag: str | None = None, mode: UploadMode = UploadMode.CREATE, write: Write = write_products
    ) -> Upload:
        """Announces a new file, of which one row in twenty is faulty; with new SKUs unless it has the tag of others."""
        upload_id = new_upload_id(datetime.now(UTC))
        file = self.folder / f"{upload_id}.csv"
        write(file, rows, tag=tag or secrets.token_hex(4), faulty_every=20)
        key = f"uploads/{VENDOR}/{upload_id}/{file.name}"
        with closing(psycopg2.connect(self.database_url)) as connection, connection, connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO upload_history (upload_id, vendor_id, file_name, file_s3_key, mode, decisions)"
                " VALUES (%s, %s, %s, %s, %s, %s)",
                (upload_id, VENDOR, file.name, key, mode, json.dumps(Decisions(mode).as_json())),
            )
        stored_object = {"key": key, "versionId": "1", "size": file.stat().st_size}
        return Upload(upload_id, rows, file, {"Records": [{"s3": {"object": stored_object}}]})

    def outcome(self, upload_id: str) -> tuple[int, int, int]:
        """Total, valid and rejected records."""
        with closing(psycopg2.connect(self.database_url)) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT total_records, valid_records, error_records FROM upload_history WHERE upload_id = %s",
                (upload_id,),
            )
            total, valid, rejected = cursor.fetchone() or (0, 0, 0)
            return total, valid, rejected


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    """PostgreSQL with the settings of the local stack, in a folder of its own, stopped at the end."""
    state = StateDir(folder / "database")
    with state.locked():
        state.prepare(fresh=True)
        memory = state.remember()
        server = postgres.start(state, memory)
        try:
            url = postgres.url(memory)
            migrate(url)
            load_demo_data(url)
            yield World(folder, url, json.dumps(credentials_of(url)), server.process.pid)
        finally:
            server.stop(kill_after_seconds=5)


def credentials_of(url: str) -> dict[str, Any]:
    """A database's credentials in the form of its secret."""
    address = psycopg2.extensions.parse_dsn(url)
    return {
        "username": address["user"],
        "password": address["password"],
        "host": address["host"],
        "port": int(address["port"]),
        "dbname": address["dbname"],
        "sslmode": "disable",
    }
