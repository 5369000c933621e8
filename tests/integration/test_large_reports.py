"""Reports on very many errors: written to the bucket as they are read, in little memory."""

import csv
import io
import json
import re
from dataclasses import asdict
from pathlib import Path

from pipeline.domain.columns import read_header
from pipeline.services import Services
from pipeline.settings import Settings
from pipeline.stages.report import finish_upload
from tests.integration.offline import Offline
from tests.stack import HEADER, csv_of

ROWS = 200_000
LONG = "x" * 280
REPORT_BYTES = 60_000_000  # each of the two, so that together they are larger than the memory that they may take
MOST_MEGABYTES = 80


def finish_in_megabytes(warm_up: str, upload_id: str) -> float:
    """Runs in a process of its own, and returns how much memory it took beyond that of a small upload."""
    services = Services(Settings())
    finish_upload(services, warm_up)
    before = most_megabytes()
    finish_upload(services, upload_id)
    return most_megabytes() - before


def most_megabytes() -> float:
    """The peak memory of this process. `getrusage` would include that of the process which started it."""
    (most,) = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(most) / 1024


def decided(offline: Offline, rows: int) -> str:
    """Inserts an upload whose rows are all rejected, as validators would leave it."""
    content = csv_of([f"P{n},Lamp,Electronics,S{n},-1,5" for n in range(1, rows + 1)])
    upload_id = offline.arrive(content, parse=False)
    size, version = offline.stored[upload_id]
    columns = json.dumps([asdict(column) for column in read_header(HEADER.split(","))])
    offline.stack.sql(
        "UPDATE upload_history SET status = 'processing', total_records = %s, error_records = %s, file_size_bytes = %s,"
        " file_version_id = %s, file_delimiter = ',', file_columns = %s WHERE upload_id = %s",
        rows, rows, size, version, columns, upload_id,
    )  # fmt: skip
    offline.stack.sql(
        "INSERT INTO validation_errors (upload_id, vendor_id, row_number, line, sheet_row, sku, error_type,"
        " error_field, error_message, report_order)"
        " SELECT %s, 'VEND001', n, n + 1, n + 1, 'S' || n, 'INVALID_PRICE', 'price', %s, 100"
        " FROM generate_series(1, %s) AS n",
        upload_id, LONG, rows,
    )  # fmt: skip
    return upload_id


def test_two_hundred_thousand_errors_take_little_memory(offline: Offline) -> None:
    warm_up, upload_id = decided(offline, 10), decided(offline, ROWS)
    with offline.workers(1) as pool:
        grown = pool.submit(finish_in_megabytes, warm_up, upload_id).result()
    s3, bucket = offline.stack.aws("s3"), offline.stack.description["bucket"]
    for kind in ("errors", "fix"):
        stored = s3.get_object(Bucket=bucket, Key=f"errors/VEND001/{upload_id}_{kind}.csv")["Body"].read()
        assert len(stored) > REPORT_BYTES
        lines = csv.reader(io.StringIO(stored.decode("utf-8-sig"), newline=""))
        assert sum(1 for _ in lines) == ROWS + 1
    assert grown < MOST_MEGABYTES
