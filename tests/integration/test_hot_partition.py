"""All records of an upload share one partition of DynamoDB, whose writes per second are limited (1,000 on AWS)."""

import time
from concurrent.futures import ThreadPoolExecutor

from botocore.credentials import Credentials

from bench.instant import InstantAws, Plan, instant_aws
from pipeline.aws.batch_puts import Item, LeanPuts
from pipeline.aws.staging import Staging

A_SECOND = 400
UPLOAD = "UPLOAD_20260101_000000_aaaaaaaa"


def staging(aws: InstantAws) -> Staging:
    puts = LeanPuts(aws.url, "us-east-1", "Records", credentials=Credentials("A", "s"), ca_file="")
    return Staging(puts, threads=4, days=7)


def items(first: int, last: int) -> list[Item]:
    return [{"upload_id": {"S": UPLOAD}, "record_id": {"S": f"REC_{n:05}"}} for n in range(first, last + 1)]


def test_a_hot_partition_loses_nothing_and_is_used_to_its_limit() -> None:
    records = 800
    with instant_aws(Plan(writes_a_second=A_SECOND)) as aws:
        begin = time.monotonic()
        written: list[int] = []
        staging(aws).write(items(1, records), written.append)
        took = time.monotonic() - begin
        counts = aws.counts()
    assert sum(written) == records
    assert (counts["items"], counts["different"]) == (records, records)
    assert counts["refused"]
    assert took >= (records - A_SECOND / 10) / A_SECOND
    assert took < 10 * records / A_SECOND


def test_writers_that_share_a_hot_partition_all_come_through() -> None:
    """A parser and ten validators, each with four requests in flight."""
    writers, records = 11, 40
    with instant_aws(Plan(writes_a_second=A_SECOND)) as aws:
        with ThreadPoolExecutor(writers) as pool:
            shares = [items(n * records + 1, (n + 1) * records) for n in range(writers)]
            list(pool.map(lambda share: staging(aws).write(share), shares))
        counts = aws.counts()
    assert (counts["items"], counts["different"]) == (writers * records, writers * records)
