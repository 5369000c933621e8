"""A subscription that carries its filter from the first moment on, as docs/deploying.md makes it."""

import json

from tests.stack import Stack, csv_of, eventually, sound_rows, tag


def inbox(stack: Stack, vendor_id: str) -> str:
    """A queue in the place of an inbox, and the URL to look into it."""
    sqs, topic = stack.aws("sqs"), stack.description["topic_arn"]
    url: str = sqs.create_queue(QueueName=f"inbox-{vendor_id}-{tag()}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may_send]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    stack.aws("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"vendor_id": [vendor_id]})},
    )
    return url


def vendors_in(stack: Stack, url: str) -> set[str]:
    answer = stack.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
    mails = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    return {mail["MessageAttributes"]["vendor_id"]["Value"] for mail in mails}


def test_a_vendor_gets_its_own_notifications_and_nobody_elses(stack: Stack) -> None:
    inboxes = {vendor: inbox(stack, vendor) for vendor in ("VEND001", "VEND002")}
    for vendor in inboxes:
        upload_id = stack.send(csv_of(sound_rows(1, tag())), vendor=vendor)["upload_id"]
        stack.ended(upload_id, vendor=vendor)
        assert stack.mails(upload_id)  # everybody's mailbox has it, so it was published
    for vendor, url in inboxes.items():
        eventually(lambda url=url: vendors_in(stack, url))  # type: ignore[misc]
        assert vendors_in(stack, url) == {vendor}
