"""The OpenAPI document: what FastAPI writes, and every problem that a call may answer with, by example."""

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
"""Of the document, in the order of a reader's interest: the routes' tags."""

_DETAILS = {
    ProblemCode.INVALID_CURSOR: "Use `next_cursor` of the page before, unchanged, with the same filters.",
    ProblemCode.UNAUTHENTICATED: (
        "Send a valid API key as `Authorization: Bearer <key>`; this one is missing or unknown."
    ),
    ProblemCode.SUPPORT_ONLY: "Only support may ask this.",
    ProblemCode.VENDOR_INACTIVE: "Vendor VEND004 is not active: it can read, but change nothing.",
    ProblemCode.NOT_FOUND: "There is no such upload, or it is not yours.",
    ProblemCode.NO_ERRORS: "No row of this upload was rejected, so there is nothing to download.",
    ProblemCode.NOT_FINAL: "The upload is processing; its files are ready when it has ended.",
    ProblemCode.ALREADY_FINAL: "The upload is completed already.",
    ProblemCode.IDEMPOTENCY_IN_PROGRESS: "A request with this Idempotency-Key is still running. Ask again in a moment.",
    ProblemCode.IDEMPOTENCY_MISMATCH: "This Idempotency-Key was used for a request that asked for something else.",
    ProblemCode.GONE: "Files are kept for 90 days; this one was until 2027-02-20.",
    ProblemCode.LINK_EXPIRED: "This link worked for 7 days. Sign in to download the report.",
    ProblemCode.FILE_TOO_LARGE: "The file has 2147483648 bytes; at most 1073741824 are allowed. Split it into parts.",
    ProblemCode.INVALID_REQUEST: "limit: Input should be less than or equal to 200",
    ProblemCode.TOO_MANY_REQUESTS: "At most 50 requests a second, and 200 at once.",
    ProblemCode.INTERNAL_ERROR: "Something went wrong on our side. Please try again.",
    ProblemCode.TOO_SLOW: (
        "The database did not answer in time. Ask for less at once: a narrower filter, or a smaller page."
    ),
    ProblemCode.UNAVAILABLE: "The service cannot reach its database. Please try again in a moment.",
}
_ERRORS = {
    ProblemCode.INVALID_REQUEST: {"field": "limit", "message": "Input should be less than or equal to 200"},
    ProblemCode.IDEMPOTENCY_MISMATCH: {"field": "Idempotency-Key", "message": "use a new one for another request"},
}
DESCRIPTION = """
Send product files (CSV), follow what becomes of them, and read exactly what to correct.

With `curl`, from a file to its errors:

```sh
API=http://127.0.0.1:8000 KEY=vk_…
curl $API/v1/uploads -H "Authorization: Bearer $KEY" --json '{"file_name": "products.csv"}'
curl -T products.csv -H 'Content-Type: text/csv' -H 'If-None-Match: *' "URL"     # `upload.url` of the answer
curl $API/v1/uploads/UPLOAD_ID -H "Authorization: Bearer $KEY"                   # until `is_final`
curl $API/v1/uploads/UPLOAD_ID/errors -H "Authorization: Bearer $KEY"
curl -LOJ $API/v1/uploads/UPLOAD_ID/fix.csv -H "Authorization: Bearer $KEY"      # correct it, and send it again
```

A file of up to 4 MiB goes in one call:
`curl $API/v1/uploads/file -H "Authorization: Bearer $KEY" -F file=@products.csv`.
What a file must look like is at `/v1/rules` and `/v1/categories`; `/v1/template.csv` is one to start from.

Every refusal is `application/problem+json` with a `code` to rely on:

| code | status | it means |
| --- | --- | --- |
""" + "\n".join(f"| `{code}` | {status} | {title} |" for code, (status, title) in PROBLEMS.items())

# What a call may answer besides what its shape tells.
_FURTHER = {
    "create_upload": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "send_file": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "create_webhook": (ProblemCode.VENDOR_INACTIVE, ProblemCode.SUPPORT_ONLY),
    "test_webhook": (ProblemCode.VENDOR_INACTIVE,),
    "delete_webhook": (ProblemCode.VENDOR_INACTIVE,),
    "list_webhooks": (ProblemCode.SUPPORT_ONLY,),
    "list_uploads": (ProblemCode.SUPPORT_ONLY,),
    "list_products": (ProblemCode.SUPPORT_ONLY,),
    "list_errors": (ProblemCode.SUPPORT_ONLY,),
    "summarise_errors": (ProblemCode.SUPPORT_ONLY,),
    "list_vendors": (ProblemCode.SUPPORT_ONLY,),
    "cancel_upload": (ProblemCode.ALREADY_FINAL, ProblemCode.VENDOR_INACTIVE),
    "download_error_report": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "download_fix_file": (ProblemCode.NOT_FINAL, ProblemCode.NO_ERRORS, ProblemCode.GONE),
    "download_file": (ProblemCode.NOT_FINAL, ProblemCode.GONE),
    "open_report_link": (ProblemCode.LINK_EXPIRED,),
}


# Where an answer leads: its upload id is the parameter of these calls.
_LEADS_TO = {
    "create_upload": ("get_upload", "cancel_upload", "list_upload_errors", "list_records"),
    "send_file": ("get_upload", "list_upload_errors", "download_error_report", "download_fix_file"),
    "cancel_upload": ("get_upload",),
}


def install(app: FastAPI, *, late: LateRouter) -> None:
    """Writes the document when it is first asked for; `late` has the routes that are imported by then."""

    @cache
    def document() -> dict[str, Any]:
        written = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            tags=app.openapi_tags,
            routes=[*app.routes, *late.load().routes],
            separate_input_output_schemas=app.separate_input_output_schemas,
        )
        _complete_document(written)
        return written

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
    for answering in (call, *_callbacks(call)):
        told = answering["responses"]
        answering["responses"] = {status: found for status, found in told.items() if status not in {"422", "4XX"}}
    if leads_to := _LEADS_TO.get(call["operationId"]):
        answer = next(found for status, found in call["responses"].items() if status.startswith("2"))
        answer["links"] = {name: _link(name) for name in leads_to}
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
    """Says of every text in a schema how long it may be: the door refuses what is longer."""
    if schema.get("type") == "string" and not {"enum", "const", "format"} & schema.keys():
        schema["maxLength"] = min(schema.get("maxLength", most), most)
    for part in schema.get("anyOf", ()):
        _bound(part, most)


def _callbacks(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for addresses in call.get("callbacks", {}).values():
        for methods in addresses.values():
            yield from methods.values()


def _show_answer(call: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Adds an example to the answer that a call gives when all is well."""
    for status, found in call["responses"].items():
        content = found.get("content", {}).get("application/json", {})
        reference = content.get("schema", {}).get("$ref")
        if status.startswith("2") and reference:
            content["example"] = example_of(reference.rsplit("/", 1)[1], schemas)


def _link(operation_id: str) -> dict[str, Any]:
    return {"operationId": operation_id, "parameters": {"upload_id": "$response.body#/upload_id"}}


def _by_status(path: str, method: str, call: dict[str, Any]) -> dict[int, list[ProblemCode]]:
    found: dict[int, list[ProblemCode]] = {}
    for code in _codes(path, method, call):
        found.setdefault(PROBLEMS[code][0], []).append(code)
    return dict(sorted(found.items()))


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
    if "cursor" in parameters:
        yield ProblemCode.INVALID_CURSOR
    if method == "post":
        yield ProblemCode.FILE_TOO_LARGE
    if "Idempotency-Key" in parameters:
        yield from (ProblemCode.IDEMPOTENCY_IN_PROGRESS, ProblemCode.IDEMPOTENCY_MISMATCH)
    yield from _FURTHER.get(call["operationId"], ())


def _example(code: ProblemCode) -> dict[str, Any]:
    status, title = PROBLEMS[code]
    shown: dict[str, Any] = {
        "type": f"https://onboarding.example/docs#{code}",
        "title": title,
        "status": status,
        "detail": _DETAILS[code],
        "code": code,
        "request_id": "req_3f9a1c0d5b7e4f2a9c8d6e5f4a3b2c1d",
    }
    if errors := _ERRORS.get(code):
        shown["errors"] = [errors]
    return shown
