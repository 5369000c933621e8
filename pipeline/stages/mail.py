"""Stage 5, where a sender is set up: the vendor's own address gets a mail about the end of an upload.

It is owed once the notification is published, and sent when all else of the upload is done: a mail service that is
slow or refuses holds nothing up. A death in between gives a second mail with the same notification id, never none.
"""

from botocore.exceptions import BotoCoreError, ClientError

from pipeline.aws.mail_service import Mail
from pipeline.domain.one_line import one_line
from pipeline.logs import log, log_fault
from pipeline.outcome.mail_events import addresses_to_stop
from pipeline.outcome.mails import is_address, mail_content
from pipeline.postgres import mails
from pipeline.postgres.mails import OwedMail
from pipeline.services import Services
from pipeline.stages import mail_templates
from pipeline.stages.mail_templates import Reader
from pipeline.stages.report import outcome_of

_DAY = 24 * 3600
_NO_ADDRESS = "no_address"


def mail_vendor(services: Services, upload_id: str) -> None:
    """Makes the attempt that is due, if one is. Never raises: the upload has ended, whatever becomes of its mail."""
    if not services.settings.mail_from:
        return
    try:
        with services.database.transaction() as cursor:
            owed = mails.claim(cursor, upload_id)
        if owed:
            _send_or_withhold(services, owed)
    except Exception:  # whatever it was, the mail is due again by its schedule
        log_fault("mail.not_sent", upload_id=upload_id)


def note_mail_event(services: Services, event: dict[str, object]) -> None:
    """Stops mails to addresses from which one came back for good, or that complained of one."""
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
    why = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
    with services.database.transaction() as cursor:
        is_due_again = mails.note_failed(cursor, owed.upload.upload_id, why)
    log("mail.refused", upload_id=owed.upload.upload_id, fault=why, is_due_again=is_due_again)


def _mail(services: Services, owed: OwedMail) -> Mail:
    outcome = outcome_of(services, owed.upload, owed.status)
    letter, settings = mail_content(outcome), services.settings
    stop_link = f"{settings.api_url}/mail/{services.mail_links.dumps(owed.address)}"
    reader = Reader(
        vendor_name=one_line(owed.vendor_name),
        address=owed.address,
        portal_link=f"{settings.api_url}/uploads/{owed.upload.upload_id}",
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
