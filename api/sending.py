"""Calls that create an upload together with its file."""

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends

from api import upload_commands
from api.dependencies import ApiUrl, AppPool, AppServices, Caller, Db
from api.idempotency import OnlyOnce
from api.lookups import require_upload
from api.schemas.uploads import NewUpload, UploadView
from api.schemas.views import upload_view
from pipeline.domain.uploads import UploadStatus
from pipeline.postgres.rows import Upload, Vendor


@dataclass(frozen=True, slots=True)
class Sending:
    """Stores a file and answers with its upload, once for each Idempotency-Key."""

    caller: Caller
    db: Db
    pool: AppPool
    services: AppServices
    api_url: ApiUrl
    once: OnlyOnce

    def answer(self, new: NewUpload, content: bytes) -> UploadView:
        def keep_answer(first: Db, upload: Upload, vendor: Vendor) -> None:
            self.once.keep(first, self._view(upload, vendor), status=202)

        def store() -> UploadView:
            upload, vendor = upload_commands.store(
                new, content, self.caller, self.db, self.services, self.pool, on_add=keep_answer
            )
            return self._view(upload, vendor)

        def with_its_file(body: dict[str, Any]) -> dict[str, Any]:
            upload, _ = require_upload(self.db, self.caller, body["upload_id"])
            if upload.status == UploadStatus.AWAITING_UPLOAD:
                self.services.object_store.put(upload.file_s3_key, content)
            return body

        request = new.model_dump_json().encode() + hashlib.sha256(content).digest()
        return self.once.answer(request, store, status=202, refresh=with_its_file)  # type: ignore[return-value]

    def _view(self, upload: Upload, vendor: Vendor) -> UploadView:
        return upload_view(upload, vendor.vendor_name, self.api_url, self.caller)


async def _sending(
    caller: Caller, db: Db, pool: AppPool, services: AppServices, api_url: ApiUrl, once: OnlyOnce
) -> Sending:
    return Sending(caller, db, pool, services, api_url, once)


FileSending = Annotated[Sending, Depends(_sending)]
