"""Events of the mail service (SES event publishing): addresses that must not get further mail."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class StopReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


def addresses_to_stop(event: Mapping[str, Any]) -> list[tuple[str, StopReason]]:
    """The addresses to stop, with reasons. Transient bounces, such as a full mailbox, stop nothing."""
    if event.get("eventType") == "Bounce" and event["bounce"]["bounceType"] == "Permanent":
        return [(each["emailAddress"], StopReason.BOUNCED) for each in event["bounce"]["bouncedRecipients"]]
    if event.get("eventType") == "Complaint":
        return [(each["emailAddress"], StopReason.COMPLAINED) for each in event["complaint"]["complainedRecipients"]]
    return []
