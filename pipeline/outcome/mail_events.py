"""What the mail service tells of a mail that came back (SES event publishing): whom to write to no more."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class StopReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


def stops_in(event: Mapping[str, Any]) -> list[tuple[str, StopReason]]:
    """Addresses and why. A mailbox that is full or away is no reason: such a bounce is transient."""
    if event.get("eventType") == "Bounce" and event["bounce"]["bounceType"] == "Permanent":
        return [(each["emailAddress"], StopReason.BOUNCED) for each in event["bounce"]["bouncedRecipients"]]
    if event.get("eventType") == "Complaint":
        return [(each["emailAddress"], StopReason.COMPLAINED) for each in event["complaint"]["complainedRecipients"]]
    return []
