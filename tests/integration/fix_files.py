"""Fix files as a vendor fetches, corrects and sends them, and what becomes of their uploads."""

import csv
import io
from typing import Any

from tests.integration.offline import Offline

Row = dict[str, str]


def rejected_rows(run: str, count: int = 3) -> list[str]:
    return [f"P{run}-{n},Lamp,Electronics,S{run}-{n},-1,5" for n in range(101, 101 + count)]


def ended(offline: Offline, content: bytes, *, vendor: str = "VEND001", **options: Any) -> str:
    """Sends a file, decides its records and ends its upload; `options` are those of `Offline.arrive`."""
    upload_id = offline.arrive(content, vendor=vendor, **options)
    offline.deliver([offline.events(upload_id)])
    offline.end(upload_id)
    return upload_id


def fix_file(offline: Offline, upload_id: str, vendor: str = "VEND001") -> bytes:
    stored = offline.stack.aws("s3").get_object(
        Bucket=offline.stack.description["bucket"], Key=f"errors/{vendor}/{upload_id}_fix.csv"
    )
    return bytes(stored["Body"].read())


def fix_rows(offline: Offline, upload_id: str, vendor: str = "VEND001", *, delimiter: str = ",") -> list[Row]:
    text = fix_file(offline, upload_id, vendor).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def unnamed(rows: list[Row]) -> list[Row]:
    """The rows without the upload that they correct."""
    return [{name: cell for name, cell in row.items() if name != "_upload"} for row in rows]


def as_file(rows: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def corrected(rows: list[Row], *good: int) -> bytes:
    """The rows, with a valid price at these positions."""
    return as_file([row | ({"price": "1.00"} if at in good else {}) for at, row in enumerate(rows)])


def lineage(offline: Offline, upload_id: str) -> tuple[str | None, int]:
    """The parent of an upload, and how many of its own rows are corrected."""
    (upload,) = offline.stack.sql(
        "SELECT parent_upload_id, corrected_records FROM upload_history WHERE upload_id = %s", upload_id
    )
    return upload["parent_upload_id"], upload["corrected_records"]
