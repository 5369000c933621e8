"""What the template expects to exist or AWS does by itself: secrets, a mailbox, a mail sender, some settings."""

import json
from datetime import datetime

import boto3

from infra.local import postgres
from infra.local.state import Memory

DATABASE_SECRET = "ecommerce/rds/credentials"  # noqa: S105  its name, not its content
MAILBOX = "local-mailbox"


def put_database_secret(memory: Memory) -> str:
    """Stores the credentials where the functions read them, and returns the secret's ARN."""
    secretsmanager = boto3.client("secretsmanager")
    content = json.dumps(
        {
            "username": postgres.OWNER,
            "password": memory.database_password,
            "host": "127.0.0.1",
            "port": memory.postgres_port,
            "dbname": postgres.DATABASE,
        }
    )
    try:
        return secretsmanager.create_secret(Name=DATABASE_SECRET, SecretString=content)["ARN"]
    except secretsmanager.exceptions.ResourceExistsException:
        return secretsmanager.put_secret_value(SecretId=DATABASE_SECRET, SecretString=content)["ARN"]


def keep_link_secret(memory: Memory, arn: str) -> None:
    """Keeps the secret of links through a deployment from nothing: mailed links work for 7 days."""
    secretsmanager = boto3.client("secretsmanager")
    generated = secretsmanager.get_secret_value(SecretId=arn)["SecretString"]
    if memory.link_secret is None:
        memory.link_secret = generated
    elif memory.link_secret != generated:
        secretsmanager.put_secret_value(SecretId=arn, SecretString=memory.link_secret)


def make_mailbox(topic_arn: str) -> str:
    """Subscribes a queue to the topic and returns its URL. It holds what vendors' inboxes would receive."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=MAILBOX)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps(policy), "MessageRetentionPeriod": "1209600"}
    )
    boto3.client("sns").subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn)
    return url


def verify_sender(address: str) -> None:
    """Verifies the domain of the mail sender, which on AWS takes DNS records."""
    boto3.client("ses").verify_domain_identity(Domain=address.rpartition("@")[2])


def allow_recursion(function_name: str) -> None:
    """Allows a function to invoke itself. The embedded services ignore this setting in the template."""
    boto3.client("lambda").put_function_recursion_config(FunctionName=function_name, RecursiveLoop="Allow")


def settle_batch_sizes() -> None:
    """Makes batch sizes numbers again: an update of the template leaves them as text, on which the poller fails."""
    functions = boto3.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=int(mapping["BatchSize"]))


def sweep_now(function_name: str, *, stopped_before: datetime) -> None:
    """Continues what the last stop interrupted. The schedule would wait until it is stalled."""
    boto3.client("lambda").invoke(
        FunctionName=function_name,
        InvocationType="Event",
        Payload=json.dumps(
            {"stalled_after_seconds": 0, "stopped_before": stopped_before.isoformat(), "look_for_drops": True}
        ),
    )
