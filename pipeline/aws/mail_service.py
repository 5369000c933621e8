"""SES: sends one mail to one address, with the headers by which mail programs offer to unsubscribe."""

from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

SENDER_NAME = "Product onboarding"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. Its `notification_id` stays the same in every attempt; `stop_link` unsubscribes with one click."""

    address: str
    subject: str
    html: str
    text: str
    notification_id: str
    stop_link: str


class MailService:
    def __init__(self, client: Any, *, sender: str, configuration_set: str) -> None:
        self._client, self._sender, self._set = client, formataddr((SENDER_NAME, sender)), configuration_set

    def send(self, mail: Mail) -> str:
        """Sends a mail and returns its message id. Raises botocore's errors."""
        headers = {
            "List-Unsubscribe": f"<{mail.stop_link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
            "Auto-Submitted": "auto-generated",
            "X-Notification-Id": mail.notification_id,
        }
        answer = self._client.send_email(
            FromEmailAddress=self._sender,
            Destination={"ToAddresses": [mail.address]},
            Content={
                "Simple": {
                    "Subject": _utf8(mail.subject),
                    "Body": {"Text": _utf8(mail.text), "Html": _utf8(mail.html)},
                    "Headers": [{"Name": name, "Value": value} for name, value in headers.items()],
                }
            },
            EmailTags=[{"Name": "notification_id", "Value": mail.notification_id}],
            ConfigurationSetName=self._set,
        )
        return str(answer["MessageId"])


def _utf8(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
