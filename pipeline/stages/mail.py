"""Stage 5, if a sender is configured: the vendor gets a mail about the end of an upload.

The mail is due once the notification is published, and it is sent after everything else, so that a slow mail service
delays nothing. If the process dies in between, a second mail with the same notification id is sent, never none.
"""

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.aws.mail_service import Mail
from pipeline.domain.one_line import one_line
from pipeline.logs import log, log_fault
from pipeline.outcome.mail_events import addresses_to_stop
from pipeline.outcome.mails import is_address, mail_content
from pipeline.postgres import mails
from pipeline.postgres.lineage import corrected_by
from pipeline.postgres.mails import OwedMail
from pipeline.services import Services
from pipeline.stages import mail_templates
from pipeline.stages.mail_templates import Reader
from pipeline.stages.report import outcome_of

_DAY = 24 * 3600
_NO_ADDRESS = "no_address"


def mail_vendor(services: Services, upload_id: str) -> None:
    """Sends the mail of an upload if an attempt is due. Never raises: the upload has ended in any case."""
    if not services.settings.mail_from:
        return
    try:
        with services.database.transaction() as cursor:
            owed = mails.claim(cursor, upload_id)
        if owed:
            _send_or_withhold(services, owed)
    except Exception:  # the mail stays due, so the sweeper will try again
        log_fault("mail.not_sent", upload_id=upload_id)


def note_mail_event(services: Services, event: dict[str, object]) -> None:
    """Stops mails to addresses after a permanent bounce or a complaint."""
    stopped = addresses_to_stop(event)
    with services.database.transaction() as cursor:
        for address, reason in stopped:
            mails.stop(cursor, address, reason)
    for _, reason in stopped:
        log("mail.address_stopped", reason=reason)


def _send_or_withhold(services: Services, owed: OwedMail) -> None:
    withheld = owed.stopped_by or (None if is_address(owed.address) else _NO_ADDRESS)
    if withheld:
        with services.database.transaction() as cursor:
            mails.note_withheld(cursor, owed.upload.upload_id, withheld)
        log("mail.withheld", upload_id=owed.upload.upload_id, reason=withheld)
        return
    try:
        message_id = services.mail_service.send(_mail(services, owed))
    except (BotoCoreError, ClientError) as error:
        _note_failed(services, owed, error)
        return
    with services.database.transaction() as cursor:
        mails.note_sent(cursor, owed.upload.upload_id, message_id)
    log("mail.sent", upload_id=owed.upload.upload_id, message_id=message_id)


def _note_failed(services: Services, owed: OwedMail, error: BotoCoreError | ClientError) -> None:
    reason = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    with services.database.transaction() as cursor:
        is_due_again = mails.note_failed(cursor, owed.upload.upload_id, reason)
    log("mail.refused", upload_id=owed.upload.upload_id, fault=reason, is_due_again=is_due_again)


def _mail(services: Services, owed: OwedMail) -> Mail:
    outcome = outcome_of(services, owed.upload, owed.status)
    with services.database.transaction() as cursor:
        above = corrected_by(cursor, owed.upload.upload_id)
    letter, settings = mail_content(outcome, above), services.settings
    stop_link = f"{settings.api_url}/mail/{services.mail_links.dumps(owed.address)}"
    reader = Reader(
        vendor_name=one_line(owed.vendor_name),
        address=owed.address,
        uploads_link=f"{settings.api_url}/uploads",
        report_link=outcome.report_link,
        report_days=settings.report_link_seconds // _DAY,
        stop_link=stop_link,
    )
    return Mail(
        address=owed.address,
        subject=letter.subject,
        html=mail_templates.as_html(letter, reader),
        text=mail_templates.as_text(letter, reader),
        notification_id=owed.notification_id,
        stop_link=stop_link,
    )
