"""The OpenAPI document: what FastAPI generates, with an example of every problem that a call may answer."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers.problems import PROBLEMS, ProblemCode
from api.entry.bounds import longest
from api.late_router import LateRouter
from api.openapi.examples import example_of
from api.schemas.uploads import ProblemView

CHAPTERS = ("Uploads", "Products", "Support", "Rules", "Account", "Webhooks", "Health")
"""The tags of the routes, in the order of the document."""

_DETAILS = {
    ProblemCode.INVALID_CURSOR: "Use `next_cursor` of the previous page, unchanged, with the same filters.",
    ProblemCode.UNAUTHENTICATED: (
        "Send a valid API key as `Authorization: Bearer <key>`; this one is missing or unknown."
    ),
    ProblemCode.SUPPORT_ONLY: "Only support may do this.",
    ProblemCode.VENDOR_INACTIVE: "Vendor VEND004 is not active: it can read, but not change anything.",
    ProblemCode.NOT_FOUND: "There is no such upload, or it is not yours.",
    ProblemCode.NO_ERRORS: "No row of this upload was rejected, so there is nothing to download.",
    ProblemCode.NOT_FINAL: "The upload is processing; its files are ready when it has ended.",
    ProblemCode.ALREADY_FINAL: "The upload is already completed.",
    ProblemCode.NOTHING_TO_UNDO: "The upload has been taken back already, by upload UPLOAD_20261123_080000_a7b2c3d4.",
    ProblemCode.TOO_LATE: "An upload can be taken back for 30 days; this one could be until 2026-12-22.",
    ProblemCode.IDEMPOTENCY_IN_PROGRESS: "A request with this Idempotency-Key is still running. Try again in a moment.",
    ProblemCode.IDEMPOTENCY_MISMATCH: "This Idempotency-Key was used for a different request.",
    ProblemCode.GONE: "Files are kept for 90 days; this one was kept until 2027-02-20.",
    ProblemCode.LINK_EXPIRED: "This link worked for 7 days. Sign in to download the report.",
    ProblemCode.FILE_TOO_LARGE: "The file has 2147483648 bytes; at most 1073741824 are allowed. Split it into parts.",
    ProblemCode.INVALID_REQUEST: "limit: Input should be less than or equal to 200",
    ProblemCode.NOTHING_MATCHED: (
        "No rejected row has all of its errors addressed by these fixes. GET /errors/summary lists the causes."
    ),
    ProblemCode.TOO_MANY: "5 exports are being written already; ask again when one of them is ready.",
    ProblemCode.TOO_MANY_REQUESTS: "At most 50 requests a second, and 200 at once.",
    ProblemCode.INTERNAL_ERROR: "Something went wrong on our side. Please try again.",
    ProblemCode.TOO_SLOW: (
        "The database did not answer in time. Request less at once: use a narrower filter or a smaller page."
    ),
    ProblemCode.UNAVAILABLE: "The service cannot reach its database. Please try again in a moment.",
}
_ERRORS = {
    ProblemCode.INVALID_REQUEST: {"field": "limit", "message": "Input should be less than or equal to 200"},
    ProblemCode.IDEMPOTENCY_MISMATCH: {"field": "Idempotency-Key", "message": "use a new key for a different request"},
}
DESCRIPTION = """
Send product files (CSV), follow their processing, and read exactly what to correct.

With `curl`, from a file to its errors:

```sh
API=http://127.0.0.1:8000 KEY=vk_…
curl $API/v1/uploads -H "Authorization: Bearer $KEY" --json '{"file_name": "products.csv"}'
curl -T products.csv -H 'Content-Type: text/csv' -H 'If-None-Match: *' "URL"     # `upload.url` of the answer
curl $API/v1/uploads/UPLOAD_ID -H "Authorization: Bearer $KEY"                   # until `is_final`
curl $API/v1/uploads/UPLOAD_ID/errors -H "Authorization: Bearer $KEY"
curl -LOJ $API/v1/uploads/UPLOAD_ID/fix.csv -H "Authorization: Bearer $KEY"      # correct it, and send it again
```

Send a file of up to 4 MiB in one call:
`curl $API/v1/uploads/file -H "Authorization: Bearer $KEY" -F file=@products.csv`.
The rules for files are at `/v1/rules` and `/v1/categories`; `/v1/template.csv` (or
`.xlsx`) is a file to start from.

Every refusal is `application/problem+json` with a `code` that clients can rely on:

| code | status | meaning |
| --- | --- | --- |
""" + "\n".join(f"| `{code}` | {status} | {title} |" for code, (status, title) in PROBLEMS.items())

_OF_A_VENDOR = (ProblemCode.NOT_FOUND, ProblemCode.SUPPORT_ONLY)
# The problems of a call that do not follow from its parameters, by operation id.
_FURTHER = {
    "create_upload": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "send_file": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "send_rows": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "create_webhook": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "test_webhook": (ProblemCode.VENDOR_INACTIVE,),
    "delete_webhook": (ProblemCode.VENDOR_INACTIVE,),
    "list_webhooks": (ProblemCode.SUPPORT_ONLY,),
    "list_uploads": (ProblemCode.SUPPORT_ONLY,),
    "list_products": (ProblemCode.SUPPORT_ONLY,),
    "create_export": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE, ProblemCode.TOO_MANY),
    "get_export": (ProblemCode.GONE,),
    "list_changes": (*_OF_A_VENDOR, ProblemCode.GONE),
    "list_errors": (ProblemCode.SUPPORT_ONLY,),
    "summarise_errors": (ProblemCode.SUPPORT_ONLY,),
    "list_vendors": (ProblemCode.SUPPORT_ONLY,),
    "cancel_upload": (ProblemCode.ALREADY_FINAL, ProblemCode.VENDOR_INACTIVE),
    "download_error_report": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "download_fix_file": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "download_fix_workbook": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "download_changes": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "get_settings": _OF_A_VENDOR,
    "change_settings": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE),
    "list_remembered_headers": _OF_A_VENDOR,
    "remember_header": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE),
    "forget_header": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE),
    "list_aliases": _OF_A_VENDOR,
    "remember_alias": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE),
    "forget_alias": (*_OF_A_VENDOR, ProblemCode.VENDOR_INACTIVE),
    "apply_upload": (
        ProblemCode.NOT_FINAL,
        ProblemCode.NOTHING_TO_UNDO,
        ProblemCode.TOO_LATE,
        ProblemCode.GONE,
        ProblemCode.VENDOR_INACTIVE,
    ),
    "undo_upload": (
        ProblemCode.NOT_FINAL,
        ProblemCode.NOTHING_TO_UNDO,
        ProblemCode.TOO_LATE,
        ProblemCode.VENDOR_INACTIVE,
    ),
    "correct_upload": (
        ProblemCode.NOT_FINAL,
        ProblemCode.GONE,
        ProblemCode.NOTHING_MATCHED,
        ProblemCode.VENDOR_INACTIVE,
    ),
    "download_file": (ProblemCode.NOT_FINAL, ProblemCode.GONE),
    "open_report_link": (ProblemCode.LINK_EXPIRED,),
}


# The calls that take the upload id of an answer, which the document shows as its links.
_NEXT_CALLS = {
    "create_upload": ("get_upload", "cancel_upload", "list_upload_errors", "list_records"),
    "send_file": ("get_upload", "list_upload_errors", "download_error_report", "download_fix_file"),
    "send_rows": ("get_upload", "list_upload_errors", "list_records"),
    "cancel_upload": ("get_upload",),
    "apply_upload": ("get_upload", "list_upload_errors", "list_records"),
    "undo_upload": ("get_upload", "list_upload_errors", "list_records"),
    "correct_upload": ("get_upload", "list_upload_errors", "list_records"),
}


def install(app: FastAPI, *, late: LateRouter) -> None:
    """Generates the document on first use, with the routes of `late`, which that imports."""

    @cache
    def document() -> dict[str, Any]:
        generated = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            tags=app.openapi_tags,
            routes=[*app.routes, *late.load().routes],
            separate_input_output_schemas=app.separate_input_output_schemas,
        )
        _complete_document(generated)
        return generated

    app.openapi = document  # type: ignore[method-assign]


def _complete_document(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    schemas["ProblemView"] = ProblemView.model_json_schema(ref_template="#/components/schemas/{model}")
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path, methods in document["paths"].items():
        for method, call in methods.items():
            _complete(path, method, call)
            _show_answer(call, schemas)


def _complete(path: str, method: str, call: dict[str, Any]) -> None:
    for parameter in call.get("parameters", ()):
        if parameter["in"] in {"path", "query"}:
            _bound(parameter["schema"], longest(parameter["name"], path))
    for operation in (call, *_callbacks(call)):
        responses = operation["responses"].items()
        # FastAPI's own 422 has another shape than a problem; ours replaces it below.
        operation["responses"] = {status: answer for status, answer in responses if status not in {"422", "4XX"}}
    if next_calls := _NEXT_CALLS.get(call["operationId"]):
        answer = next(answer for status, answer in call["responses"].items() if status.startswith("2"))
        answer["links"] = {name: _link(name) for name in next_calls}
    for status, codes in _by_status(path, method, call).items():
        call["responses"][str(status)] = {
            "description": "; ".join(PROBLEMS[code][1] for code in codes),
            "content": {
                "application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/ProblemView"},
                    "examples": {code: {"value": _example(code)} for code in codes},
                }
            },
        }


def _bound(schema: dict[str, Any], most: int) -> None:
    """Adds the maximum length, which the door enforces, to every text in a schema."""
    if schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys():
        schema["maxLength"] = min(schema.get("maxLength", most), most)
    for part in schema.get("anyOf", ()):
        _bound(part, most)


def _callbacks(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for addresses in call.get("callbacks", {}).values():
        for methods in addresses.values():
            yield from methods.values()


def _show_answer(call: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Adds an example to the successful answer of a call."""
    for status, answer in call["responses"].items():
        content = answer.get("content", {}).get("application/json", {})
        reference = content.get("schema", {}).get("$ref")
        if status.startswith("2") and reference:
            content["example"] = example_of(reference.rsplit("/", 1)[1], schemas)


def _link(operation_id: str) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": {"upload_id": "$response.body#/upload_id"}}


def _by_status(path: str, method: str, call: dict[str, Any]) -> dict[int, list[ProblemCode]]:
    codes: dict[int, list[ProblemCode]] = {}
    for code in _codes(path, method, call):
        codes.setdefault(PROBLEMS[code][0], []).append(code)
    return dict(sorted(codes.items()))


def _codes(path: str, method: str, call: dict[str, Any]) -> Iterator[ProblemCode]:
    parameters = {parameter["name"] for parameter in call.get("parameters", ())}
    yield from (
        ProblemCode.INVALID_REQUEST,
        ProblemCode.TOO_MANY_REQUESTS,
        ProblemCode.INTERNAL_ERROR,
        ProblemCode.TOO_SLOW,
        ProblemCode.UNAVAILABLE,
    )
    if call.get("security"):
        yield ProblemCode.UNAUTHENTICATED
    if "{" in path:
        yield ProblemCode.NOT_FOUND
    if parameters & {"cursor", "after"}:
        yield ProblemCode.INVALID_CURSOR
    if method == "post":
        yield ProblemCode.FILE_TOO_LARGE
    if "Idempotency-Key" in parameters:
        yield from (ProblemCode.IDEMPOTENCY_IN_PROGRESS, ProblemCode.IDEMPOTENCY_MISMATCH)
    yield from _FURTHER.get(call["operationId"], ())


def _example(code: ProblemCode) -> dict[str, Any]:
    status, title = PROBLEMS[code]
    example: dict[str, Any] = {
        "type": f"https://onboarding.example/docs#{code}",
        "title": title,
        "status": status,
        "detail": _DETAILS[code],
        "code": code,
        "request_id": "req_3f9a1c0d5b7e4f2a9c8d6e5f4a3b2c1d",
    }
    if errors := _ERRORS.get(code):
        example["errors"] = [errors]
    return example
