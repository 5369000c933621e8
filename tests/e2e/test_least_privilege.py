"""Every permission is needed, and none is missing: what the roles may do is what the services were seen to ask for.

The embedded AWS services enforce IAM and write down what each role asked (`logs/permissions.jsonl`). One journey after
the other uses all there is; what no journey used must be listed here, with the reason.
"""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from pipeline.http.api_client import ApiError
from tests.e2e.privilege_journeys import BEGINNINGS, BEGINNINGS_OF, JOURNEYS, begin_file
from tests.e2e.roles import Permission, Refusal, Roles
from tests.stack import Stack, running, tag

# What AWS asks of a role in order to run its function, and the embedded services do by themselves.
_BY_LAMBDA_ITSELF = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
_EVENT_SOURCES = {"ReadTheStream", "FindTheStream", "TakeMessages", "Log", "Trace"}
# What failed for good is brought to the dead letters by Lambda, in the name of the function's role.
_ON_FAILURE = {("csv-parser", "GiveUpOnAnEvent"), ("product-validator", "GiveUpOnABatch")}
# Without it S3 answers 403, not 404, for a file that is not there; the embedded services always answer 404.
_SAYS_404_INSTEAD_OF_403 = Permission("upload-sweeper", "FindFilesThatNoEventToldOf", "s3:ListBucket")
# Asked for only when writing a file breaks off in the middle of its parts.
_WHEN_A_FILE_BREAKS_OFF = (
    Permission("error-processor", "WriteReports", "s3:AbortMultipartUpload"),
    Permission("error-processor", "WriteCorrectedFiles", "s3:AbortMultipartUpload"),
    Permission("error-processor", "WriteExports", "s3:AbortMultipartUpload"),
)


def cannot_be_seen(permission: Permission) -> bool:
    return (
        (permission.statement in _EVENT_SOURCES and permission.action in _BY_LAMBDA_ITSELF)
        or (permission.function, permission.statement) in _ON_FAILURE
        or permission in (*_WHEN_A_FILE_BREAKS_OFF, _SAYS_404_INSTEAD_OF_403)
    )


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(Path(tmp_path_factory.mktemp("privilege")) / "state") as stack:
        stack.stop_sweeping()
        yield stack


def test_every_permission_is_used_and_none_is_missing(own_stack: Stack) -> None:
    for journey in JOURNEYS:
        journey(own_stack)
    roles = Roles(own_stack)
    unused = roles.allowed() - roles.used()
    assert {each for each in unused if not cannot_be_seen(each)} == set()
    assert {each for each in roles.allowed() if cannot_be_seen(each)} == unused
    assert roles.refused() == set()


# ---------------------------------------------------------------- without one of them

# Its process keeps the secrets that it has read and the role that it took; what they are for, the journeys have shown.
_KEPT_BY_THE_WEB_SERVICE = {"OpenTheDatabase", "CheckReportLinks", "ReadAsFileReader"}


def test_without_any_one_permission_something_is_refused_by_name(own_stack: Stack) -> None:
    """Takes one after the other, has its journey begin, and waits for the refusal that names it."""
    roles = Roles(own_stack)
    not_missed = []
    for permission in sorted(each for each in roles.allowed() if is_removable(each)):
        before = roles.refused()
        give_back = roles.take(permission)
        try:
            if permission.action == "secretsmanager:GetSecretValue":
                own_stack.set_variables(
                    of=permission.function, RESTARTED=tag()
                )  # a warm container has its secrets already
            if not is_refused(own_stack, roles, permission, before):
                not_missed.append(permission)
        finally:
            give_back()
    assert not_missed == []


def is_removable(permission: Permission) -> bool:
    is_kept = permission.function == "api" and permission.statement in _KEPT_BY_THE_WEB_SERVICE
    return not is_kept and not cannot_be_seen(permission)


def is_refused(stack: Stack, roles: Roles, permission: Permission, before: set[Refusal]) -> bool:
    begin = BEGINNINGS.get(permission.statement, begin_file)
    begin = BEGINNINGS_OF.get(permission.function, begin)
    with suppress(ApiError, AssertionError, httpx.HTTPError):  # what fails is what is taken away
        begin(stack)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(each[:2] == (permission.function, permission.action) for each in roles.refused() - before):
            return True
        time.sleep(0.05)
    return False
