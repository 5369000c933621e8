"""A mailbox for notifications."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.reliability.state import Mail
from tests.stack import Stack, tag


class Mailbox:
    """A queue that receives the notifications of a topic from now on."""

    def __init__(self, stack: Stack, topic_arn: str | None = None) -> None:
        self._sqs = stack.aws("sqs")
        self.url = self._sqs.create_queue(QueueName=f"mailbox-{tag()}")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:*", "Resource": arn}
            ],
        }
        self._sqs.set_queue_attributes(QueueUrl=self.url, Attributes={"Policy": json.dumps(policy)})
        topic = topic_arn or stack.description["topic_arn"]
        stack.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        self._mails: list[Mail] = []

    def mails(self) -> list[Mail]:
        """Every notification so far."""
        while messages := self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                self._mails.append(mail_of(json.loads(message["Body"])))
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return list(self._mails)


def mail_of(envelope: Mapping[str, Any]) -> Mail:
    """The notification in an envelope of the topic."""
    attributes = {name: each["Value"] for name, each in envelope.get("MessageAttributes", {}).items()}
    sent_at = datetime.fromisoformat(envelope["Timestamp"])
    return Mail(envelope["Subject"], envelope["Message"], attributes, sent_at)
