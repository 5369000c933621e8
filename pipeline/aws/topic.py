"""SNS: the one notification of an upload, with attributes for the filters of subscriptions."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_NOBODY = "unknown"  # SNS refuses an empty attribute; no vendor has this id


class Topic:
    def __init__(self, client: "SNSClient", arn: str) -> None:
        self._client, self._arn = client, arn

    def publish(self, *, subject: str, body: str, vendor_id: str | None, status: str, notification_id: str) -> None:
        attributes = {"vendor_id": vendor_id or _NOBODY, "status": status, "notification_id": notification_id}
        self._client.publish(
            TopicArn=self._arn,
            Subject=subject,
            Message=body,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )
