"""Everything that an upload left behind except for ids and times, on which two runs of the same file must agree."""

import json
import re
from typing import Any

from pipeline.domain.uploads import UPLOAD_ID
from tests.reliability.crash_lane import Lane

_UPLOAD = """
    SELECT status, total_records, valid_records, error_records, errors_by_type, failure, warnings, decided::text,
           updated_records, unchanged_records, superseded_records, removed_records, still_withdrawn_records,
           dry_run,
           file_sha256 IS NOT NULL AS has_sha256, file_encoding, file_delimiter, file_columns,
           error_file_s3_key, fix_file_s3_key, notification_id IS NOT NULL AS is_notified, notified_at IS NULL AS owed,
           mails.sent_at IS NOT NULL AS is_mailed
    FROM upload_history LEFT JOIN mails USING (upload_id) WHERE upload_id = %s
"""
_PRODUCTS = """
    SELECT row_number, line, vendor_product_id, product_name, category, sku, brand, price::text, stock_quantity, unit,
           status FROM products WHERE upload_id = %s ORDER BY row_number
"""
_CHANGES = """
    SELECT row_number, line, sheet_row, outcome, is_written, changes, superseded_by, superseded_fields, kept
    FROM record_changes WHERE upload_id = %s ORDER BY row_number
"""
_CONFIRMATIONS = """
    SELECT confirmed.row_number, given_fields FROM confirmations, unnest(row_numbers) AS confirmed (row_number)
    WHERE upload_id = %s ORDER BY 1
"""
_CHANGED_PRODUCTS = """
    SELECT sku, price::text, stock_quantity, unit, weight_kg::text, status, updated_at > created_at AS is_updated,
           ARRAY(SELECT upload_id FROM unnest(set_by) WITH ORDINALITY AS setter (upload_number, field)
                 LEFT JOIN upload_history USING (upload_number) ORDER BY field) AS set_by
    FROM products WHERE product_id IN (
        SELECT product_id FROM record_changes WHERE upload_id = %s
        UNION SELECT unnest(product_ids) FROM confirmations WHERE upload_id = %s)
    ORDER BY sku
"""
_REMOVED = """
    SELECT removed_row, row_number, product ->> 'sku' AS sku, product ->> 'price' AS price FROM removed_products
    WHERE removed_by = %s ORDER BY removed_row
"""
_ERRORS = """
    SELECT row_number, line, sheet_row, vendor_product_id, sku, error_type, error_field, error_message, value,
           suggestion, conflict->>'row_number' AS conflict, original_data
    FROM validation_errors WHERE upload_id = %s ORDER BY row_number, report_order
"""


class Mails:
    """The notifications of a lane, by upload and notification id. Those with the same id count as one."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._read: dict[str, dict[str, tuple[str, str]]] = {}

    def about(self, upload_id: str) -> list[tuple[str, str]]:
        while messages := self._lane.messages(self._lane.mailbox_url):
            for message in messages:
                self._read_one(json.loads(message["Body"]))
                self._lane.done_with(message, self._lane.mailbox_url)
        return list(self._read.get(upload_id, {}).values())

    def _read_one(self, mail: dict[str, Any]) -> None:
        (upload_id,) = re.findall(f"Upload ID: ({UPLOAD_ID})", mail["Message"])
        notification_id = mail["MessageAttributes"]["notification_id"]["Value"]
        content = mail["Subject"], re.sub(r"/r/\S+", "/r/…", mail["Message"])
        first = self._read.setdefault(upload_id, {}).setdefault(notification_id, content)
        assert first == content, "one notification that says two things"


def digest(lane: Lane, mails: Mails, upload_id: str, run: str) -> dict[str, Any]:
    (upload,) = lane.sql(_UPLOAD, upload_id)
    reports = {name: lane.get(upload[name]) for name in ("error_file_s3_key", "fix_file_s3_key")}
    staged = [
        (item["row_number"]["N"], item["status"]["S"], item.get("error_reason", {}).get("S"), item.get("product_data"))
        for item in lane.staged(upload_id)
    ]
    actual = {
        "upload": upload,
        "products": lane.sql(_PRODUCTS, upload_id),
        "changes": lane.sql(_CHANGES, upload_id),
        "confirmations": lane.sql(_CONFIRMATIONS, upload_id),
        "changed products": lane.sql(_CHANGED_PRODUCTS, upload_id, upload_id),
        "removed products": lane.sql(_REMOVED, upload_id),
        "errors": lane.sql(_ERRORS, upload_id),
        "staged": staged,
        "reports": {name: content and content.decode("utf-8-sig") for name, content in reports.items()},
        "mails": mails.about(upload_id),
    }
    text = json.dumps(actual, default=str, sort_keys=True)
    texts = {upload_id: "UPLOAD", run: "RUN", as_base32(run): "RUN"}
    for own, common in texts.items():
        text = text.replace(own, common)
    text = re.sub(UPLOAD_ID, "UPLOAD_OF_THE_API", text)
    without_ids: dict[str, Any] = json.loads(text)
    return without_ids


def as_base32(run: str) -> str:
    """The beginning of a run's tag, in the characters of upload ids."""
    return run[:8].translate(_BASE32)


_BASE32 = str.maketrans("0189", "stuv")


def differences(actual: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """A line for each difference between two digests."""
    return [
        f"{name}: {actual[name]!r:.1500} instead of {expected[name]!r:.1500}"
        for name in expected
        if actual[name] != expected[name]
    ]
