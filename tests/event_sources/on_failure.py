"""The documents that AWS sends to an on-failure destination when it gives up on a batch or an event."""

from typing import Any
from uuid import UUID

from tests.event_sources.events import Event, timestamp

_FUNCTION_ARN = "arn:aws:lambda:us-east-1:000000000000:function"
_UNHANDLED = {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}


def batch_document(
    *, request_id: UUID, condition: str, invocations: int, now: float, batch_info: dict[str, Any]
) -> Event:
    """Has the position of the records, not the records. A batch that was never invoked has no response."""
    return {
        "requestContext": _request_context(request_id, "product-validator", condition, invocations),
        **({"responseContext": _UNHANDLED} if invocations else {}),
        "version": "1.0",
        "timestamp": timestamp(now),
        "DDBStreamBatchInfo": batch_info,
    }


def event_document(*, request_id: UUID, invocations: int, now: float, event: Event) -> Event:
    """Unlike the document of a batch, it contains the event itself."""
    return {
        "version": "1.0",
        "timestamp": timestamp(now),
        "requestContext": _request_context(request_id, "csv-parser:$LATEST", "RetriesExhausted", invocations),
        "requestPayload": event,
        "responseContext": _UNHANDLED,
        "responsePayload": {"errorMessage": "", "errorType": "Died"},
    }


def _request_context(request_id: UUID, function: str, condition: str, invocations: int) -> dict[str, Any]:
    return {
        "requestId": str(request_id),
        "functionArn": f"{_FUNCTION_ARN}:{function}",
        "condition": condition,
        "approximateInvokeCount": invocations,
    }
