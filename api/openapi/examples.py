"""Example answers for the OpenAPI document, about one upload and one of its errors."""

from typing import Any

_HOST = "https://onboarding.example"
_ID = "UPLOAD_20261122_103045_k3m7x2pa"
_OWN = f"{_HOST}/v1/uploads/{_ID}"

UPLOAD: dict[str, Any] = {
    "upload_id": _ID,
    "vendor_id": "VEND001",
    "vendor_name": "TechGear",
    "claimed_vendor_id": None,
    "file_name": "products.csv",
    "file_size_bytes": 5_242_880,
    "reference": None,
    "mode": "create",
    "dry_run": False,
    "decisions": {
        "mode": "create",
        "mapping": {},
        "not_used": [],
        "blank_cells": "keep",
        "defaults": {},
        "number_format": None,
        "optional_values": "reject",
        "encoding": None,
        "sheet": None,
        "accept": [],
    },
    "effective_at": "2026-11-22T10:30:45.120Z",
    "created_by": "vk_3f9a…",
    "parent_upload_id": None,
    "source_upload_id": None,
    "undo_of": None,
    "status": "partial",
    "is_final": True,
    "progress": 1.0,
    "total_records": 1000,
    "valid_records": 950,
    "error_records": 50,
    "not_processed_records": 0,
    "created_records": 950,
    "updated_records": 0,
    "unchanged_records": 0,
    "superseded_records": 0,
    "removed_records": 0,
    "already_in_catalogue_records": 0,
    "corrected_records": 12,
    "errors_by_type": {"INVALID_PRICE": 12, "INVALID_CATEGORY": 41},
    "failure": None,
    "warnings": [
        {"code": "UNKNOWN_COLUMN", "message": 'Column "Colour" is not used.', "line": 1, "severity": "warning"}
    ],
    "file": {
        "format": "csv",
        "encoding": "utf-8",
        "delimiter": ",",
        "sheet": None,
        "header_row": 1,
        "number_format": "1,234.56",
        "columns": [
            {"header": "Product Name", "column": "product_name", "matched_by": "exact"},
            {"header": "Colour", "column": None, "matched_by": None},
        ],
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "upload_timestamp": "2026-11-22T10:30:45.120Z",
    "processing_started_at": "2026-11-22T10:30:52.480Z",
    "last_progress_at": "2026-11-22T10:30:53.310Z",
    "processing_completed_at": "2026-11-22T10:30:53.420Z",
    "expires_at": None,
    "files_expire_at": "2027-02-20T10:30:52.480Z",
    "undo_until": "2026-12-22T10:30:53.420Z",
    "rules_version": "2026-11-30",
    "links": {
        "self": _OWN,
        "errors": f"{_OWN}/errors",
        "summary": f"{_OWN}/errors/summary",
        "error_report": f"{_OWN}/errors.csv",
        "fix_file": f"{_OWN}/fix.csv",
        "fix_workbook": f"{_OWN}/fix.xlsx",
        "changes": f"{_OWN}/changes.csv",
        "file": f"{_OWN}/file",
        "portal": _OWN.replace("/v1/", "/"),
    },
}
_UNDER_WAY: dict[str, Any] = {
    **UPLOAD,
    "status": "awaiting_upload",
    "is_final": False,
    "progress": 0.0,
    "total_records": None,
    "valid_records": 0,
    "error_records": 0,
    "created_records": 0,
    "corrected_records": 0,
    "errors_by_type": {},
    "warnings": [],
    "file": None,
    "processing_started_at": None,
    "last_progress_at": None,
    "processing_completed_at": None,
    "expires_at": "2026-11-22T11:30:45.120Z",
    "undo_until": None,
    "rules_version": None,
    "links": {
        **UPLOAD["links"],
        "error_report": None,
        "fix_file": None,
        "fix_workbook": None,
        "changes": None,
        "file": None,
    },
}
ANNOUNCED: dict[str, Any] = {
    **_UNDER_WAY,
    "upload": {
        "method": "PUT",
        "url": "https://bucket.s3.example/uploads/VEND001/…/products.csv?X-Amz-Algorithm=AWS4-HMAC-SHA256&…",
        "headers": {"Content-Type": "text/csv", "If-None-Match": "*"},
        "expires_at": "2026-11-22T11:30:45.120Z",
    },
}
ERROR: dict[str, Any] = {
    "upload_id": _ID,
    "row_number": 15,
    "line": 18,
    "sheet_row": 16,
    "vendor_product_id": "PROD0015",
    "sku": "SKU-015",
    "error_type": "INVALID_PRICE",
    "error_field": "price",
    "error_message": "Price must be at least 0.01",
    "value": "-10.00",
    "suggestion": None,
    "conflict": None,
    "candidates": [],
    "original_data": {"Price": "-10.00"},
    "help_url": f"{_HOST}/docs#INVALID_PRICE",
    "created_at": "2026-11-22T10:30:53.120Z",
}

# By the name of the schema; other schemas contain their own examples.
EXAMPLES: dict[str, dict[str, Any]] = {
    "UploadView": UPLOAD,
    "AnnouncedUpload": ANNOUNCED,
    "CorrectedUpload": {
        **_UNDER_WAY,
        "parent_upload_id": UPLOAD["upload_id"],
        "status": "processing",
        "corrected_rows": 12,
    },
    "ErrorView": ERROR,
    "FoundErrorView": {**ERROR, "vendor_id": "VEND001"},
    "RowView": {
        "row_number": 15,
        "line": 18,
        "sheet_row": 16,
        "status": "error",
        "outcome": "error",
        "sku": "SKU-015",
        "vendor_product_id": "PROD0015",
        "product_id": None,
        "changes": {},
        "superseded_by": None,
        "superseded_fields": [],
        "kept": {},
        "left_out": {},
        "errors": [
            {name: ERROR[name] for name in ("error_type", "error_field", "error_message", "value", "suggestion")},
        ],
    },
    "ColumnRuleView": {
        "name": "stock_quantity",
        "required": True,
        "max_length": None,
        "pattern": "[0-9]+",
        "minimum": 0,
        "maximum": 1_000_000,
        "default": None,
        "example": "25",
        "description": "Pieces in stock, a whole number.",
    },
    "FileRuleView": {"code": "NO_DATA_ROWS", "description": "The file has a header but no rows below it."},
    "Health": {"status": "ok"},
}


def example_of(name: str, schemas: dict[str, Any]) -> dict[str, Any] | None:
    """The example of a schema; for a page, with a single item. None if there is none."""
    schema = schemas[name]
    if name in EXAMPLES:
        return EXAMPLES[name]
    if schema.get("examples"):
        # FastAPI removes nulls from the examples in schemas; required fields get theirs back.
        example: dict[str, Any] = schema["examples"][0]
        return {**dict.fromkeys(schema["required"]), **example}
    fields = schema.get("properties", {})
    if not any(field.get("type") == "array" for field in fields.values()):
        return None
    return {name: _example_of_field(field, schemas) for name, field in fields.items()}


def _example_of_field(field: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "examples" in field:
        return field["examples"][0]
    if "$ref" in field:
        return example_of(_name(field), schemas)
    if field.get("type") == "array":
        return [example_of(_name(field["items"]), schemas)]
    return field.get("const", field.get("default", "1" if field.get("type") == "string" else None))


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"].rsplit("/", 1)[1])
