"""The links in notifications: a signed token opens one error report for seven days, and nothing else."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from itsdangerous import BadSignature, SignatureExpired

from api.answers.downloads import redirect_to_report
from api.answers.problems import Problem, ProblemCode
from api.dependencies import AppServices, Db
from api.entry.door import Door
from pipeline.postgres.queries.uploads import find_upload

router = APIRouter(route_class=Door, tags=["Uploads"])


@router.get(
    "/r/{token}",
    operation_id="open_report_link",
    summary="Download the error report from a notification's link",
    status_code=307,
    response_class=RedirectResponse,
)
def open_report_link(token: str, db: Db, services: AppServices) -> RedirectResponse:
    try:
        upload_id = services.report_links.loads(token, max_age=services.settings.report_link_seconds)
    except SignatureExpired:
        raise Problem(
            ProblemCode.LINK_EXPIRED, "This link worked for 7 days. Sign in to download the report."
        ) from None
    except BadSignature:
        raise Problem.not_found("report") from None
    upload, _ = find_upload(db, None, upload_id) or (None, None)
    if upload is None or upload.error_file_s3_key is None:
        raise Problem.not_found("report")
    return redirect_to_report(upload.error_file_s3_key, services)
