"""STS: boto3 sessions in a role other than the process's own."""

from functools import partial

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, CredentialProvider, DeferredRefreshableCredentials
from botocore.session import get_session

_SESSION_NAME = "web-service"


def session_in_role(role_arn: str, config: Config) -> boto3.Session:
    """A session that assumes the role with its first request, and again before its hour is over.

    botocore renews it while at least ten minutes remain, so a URL signed for less than that never expires early.
    """
    own = get_session()
    fetcher = AssumeRoleCredentialFetcher(
        partial(own.create_client, config=config),
        own.get_credentials(),
        role_arn,
        extra_args={"RoleSessionName": _SESSION_NAME},
    )
    session = get_session()
    session.get_component("credential_provider").insert_before("env", _AssumedRole(fetcher))
    return boto3.Session(botocore_session=session)


class _AssumedRole(CredentialProvider):
    METHOD = "taken-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)
