"""A stack whose events the tests deliver."""

from collections.abc import Iterator

import pytest

from tests.integration.offline import Offline
from tests.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A separate stack, because the sweeper would continue uploads that these tests leave unfinished."""
    with running(tmp_path_factory.mktemp("integration") / "state") as stack:
        stack.stop_sweeping()
        yield stack


@pytest.fixture(scope="session")
def offline(stack: Stack) -> Offline:
    return Offline(stack)


@pytest.fixture
def bucket(offline: Offline) -> Iterator[str]:
    """The bucket, without notifications."""
    s3, name = offline.stack.aws("s3"), offline.stack.description["bucket"]
    configuration = s3.get_bucket_notification_configuration(Bucket=name)
    configuration.pop("ResponseMetadata")
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={})
    yield name
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=configuration)
