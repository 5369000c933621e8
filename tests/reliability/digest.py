"""The digest of an upload: everything that it left behind, in a form in which two runs can be compared."""

from typing import Any

from tests.reliability.state import Row, State


def digest(state: State, upload_id: str, *, without: str = "") -> dict[str, Any]:
    """Everything that an upload left behind, except for ids, times and the text `without`, which differs between runs.

    Two runs of the same file against the same catalogue have the same digest.
    """
    upload = state.uploads[upload_id]
    keys = ("error_file_s3_key", "fix_file_s3_key")
    reports = [state.objects[upload[key]].content for key in keys if upload[key]]
    content: dict[str, Any] = {
        "upload": {name: upload[name] for name in _KEPT_FIELDS},
        "products": [_without_ids(state.as_created(row)) for row in state.products if row["upload_id"] == upload_id],
        "changes": [_without_ids(row) for row in state.changes_of(upload_id)],
        "errors": [_without_ids(row) for row in state.errors if row["upload_id"] == upload_id],
        "statuses": sorted(state.items_of(upload_id).items()),
        "reports": [(content or b"").decode() for content in reports],
        "notifications": len({mail.attributes["notification_id"] for mail in state.mails_of(upload_id)}),
    }
    return {name: _replaced(value, {without: "…", upload_id: "UPLOAD"}) for name, value in content.items()}


_KEPT_FIELDS = (
    "vendor_id", "status", "total_records", "valid_records", "error_records", "not_processed_records",
    "updated_records", "unchanged_records", "superseded_records", "still_withdrawn_records", "errors_by_type",
    "failure", "decided_rows", "unchanged_row_numbers", "file_sha256", "dry_run", "mode",
)  # fmt: skip
# Later uploads may move a product's clocks.
_IDS = {"product_id", "error_id", "change_id", "upload_id", "created_at", "updated_at", "set_by"}


def _without_ids(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in _IDS}


def _replaced(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, str):
        for text, instead in texts.items():
            value = value.replace(text, instead) if text else value
        return value
    if isinstance(value, dict):
        return {name: _replaced(each, texts) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, texts) for each in value]
    return value
