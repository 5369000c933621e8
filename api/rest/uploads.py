"""Uploads: announce a file, send a small one or rows, follow it, process it again, cancel it."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Form, Query, Request, Response

from api import upload_commands
from api.answers.caching import client_has, etag_of
from api.answers.downloads import POLL_SECONDS
from api.answers.paging import read_slice
from api.answers.problems import Problem, ProblemCode
from api.dependencies import ApiUrl, AppServices, Caller, Db, FieldsOnce, Nothing
from api.entry.door import Door
from api.idempotency import OnlyOnce
from api.lookups import require_upload
from api.schemas.lists import Page
from api.schemas.rows import SentRows
from api.schemas.uploads import AnnouncedUpload, Applied, NewUpload, SentFile, UploadsQuery, UploadView
from api.schemas.views import upload_view
from api.sending import FileSending
from api.upload_commands import address_for
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.queries.uploads import NEWEST_UPLOADS, UploadFilter, find_uploads

router = APIRouter(route_class=Door, prefix="/v1/uploads", tags=["Uploads"])

_AS_IT_WAS = Applied()


@router.post(
    "", status_code=201, operation_id="create_upload", summary="Announce a file and get the address to send it to"
)
def create_upload(
    new: NewUpload,
    _: Nothing,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
) -> AnnouncedUpload:
    def announce() -> AnnouncedUpload:
        upload, vendor = upload_commands.announce(new, caller, db, services)
        view = upload_view(upload, vendor.vendor_name, api_url, caller)
        return AnnouncedUpload(**view.model_dump(), upload=address_for(upload, services))

    def with_fresh_address(body: dict[str, Any]) -> dict[str, Any]:
        upload, _ = require_upload(db, caller, body["upload_id"])
        can_still_arrive = (
            upload.status == UploadStatus.AWAITING_UPLOAD
            and upload.expires_at
            and upload.expires_at > datetime.now(UTC)
        )
        address = address_for(upload, services).model_dump(mode="json") if can_still_arrive else None
        return body | {"upload": address or body["upload"]}

    return once.answer(  # type: ignore[return-value]
        new.model_dump_json().encode(), announce, status=201, refresh=with_fresh_address
    )


@router.post("/file", status_code=202, operation_id="send_file", summary="Send a small file in one call")
def send_file(
    form: Annotated[SentFile, Form(media_type="multipart/form-data")],
    _: Nothing,
    __: FieldsOnce,
    sending: FileSending,
) -> UploadView:
    """Up to 4 MiB. A larger file is announced with `POST /v1/uploads` and sent to the address in its answer."""
    content = form.file.file.read()
    return sending.answer(form.new_upload(len(content)), content)


@router.post("/rows", status_code=202, operation_id="send_rows", summary="Send up to 1,000 rows as JSON")
def send_rows(sent: SentRows, _: Nothing, sending: FileSending) -> UploadView:
    """The service writes a file of them, which is processed as if it had been sent: its headers are the names in all
    rows, and a name that a row lacks is a blank cell."""
    return sending.answer(sent.new_upload(), sent.file())


@router.get("", operation_id="list_uploads", summary="List uploads, newest first")
def list_uploads(query: Annotated[UploadsQuery, Query()], caller: Caller, db: Db, api_url: ApiUrl) -> Page[UploadView]:
    if not caller.is_support and (query.vendor_id not in {None, caller.vendor_id} or query.failure_code):
        raise Problem(ProblemCode.SUPPORT_ONLY, "Only support may filter by vendor_id or failure_code.")
    filters = UploadFilter(
        query.status,
        query.from_,
        query.to,
        query.file_name,
        query.reference,
        query.dry_run,
        query.failure_code,
        query.mode,
        query.source_upload_id,
    )
    find = partial(find_uploads, db, caller.vendor_id or query.vendor_id, filters)
    uploads = read_slice(NEWEST_UPLOADS, query.cursor, query.limit, find)
    return uploads.page(lambda item: upload_view(*item, api_url, caller))


@router.get(
    "/{upload_id}", operation_id="get_upload", summary="Get an upload", responses={304: {"description": "Unchanged"}}
)
def get_upload(
    upload_id: str,
    _: Nothing,
    request: Request,
    response: Response,
    caller: Caller,
    db: Db,
    api_url: ApiUrl,
) -> UploadView:
    """Poll this until `is_final`, as often as `Retry-After` says; send the `ETag` back as `If-None-Match`."""
    upload, vendor_name = require_upload(db, caller, upload_id)
    view = upload_view(upload, vendor_name, api_url, caller)
    etag = etag_of(view.model_dump_json().encode())
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if not view.is_final:
        headers["Retry-After"] = POLL_SECONDS
    if client_has(request, etag):
        return Response(status_code=304, headers=headers)  # type: ignore[return-value]
    response.headers.update(headers)
    return view


@router.post("/{upload_id}/cancel", status_code=202, operation_id="cancel_upload", summary="Cancel an upload")
def cancel_upload(
    upload_id: str,
    _: Nothing,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
) -> UploadView:
    """Takes effect at once: no more records are added. Products that are already in the catalogue stay there."""

    def cancel() -> UploadView:
        upload, vendor_name = upload_commands.cancel(upload_id, caller, db, services, after_commit)
        return upload_view(upload, vendor_name, api_url, caller)

    return once.answer(b"", cancel, status=202)  # type: ignore[return-value]


@router.post(
    "/{upload_id}/apply",
    status_code=202,
    operation_id="apply_upload",
    summary="Process the file of an upload again, with other decisions",
)
def apply_upload(
    upload_id: str,
    _: Nothing,
    caller: Caller,
    db: Db,
    services: AppServices,
    api_url: ApiUrl,
    once: OnlyOnce,
    after_commit: BackgroundTasks,
    decided: Applied = _AS_IT_WAS,
) -> UploadView:
    """Answers a failure that has a proposal, or that asks to be confirmed: nothing is sent again. What is not decided
    here is as in that upload. Applied as it is, a dry run is a plan: a row is written only if it does what it says."""

    def apply() -> UploadView:
        upload, vendor_name = upload_commands.apply(upload_id, decided, caller, db, services, after_commit)
        return upload_view(upload, vendor_name, api_url, caller)

    return once.answer(decided.model_dump_json().encode(), apply, status=202)  # type: ignore[return-value]
