"""STS: clients of boto3 that work in another role than the process's own."""

from functools import partial

import boto3
from botocore.config import Config
from botocore.credentials import AssumeRoleCredentialFetcher, CredentialProvider, DeferredRefreshableCredentials
from botocore.session import get_session

_SESSION_NAME = "web-service"


def session_in_role(role_arn: str, config: Config) -> boto3.Session:
    """Takes the role when its first request is made, and again before the hour of its session is over.

    botocore does so while at least ten minutes remain: an address signed for less never dies before its time.
    """
    own = get_session()
    fetcher = AssumeRoleCredentialFetcher(
        partial(own.create_client, config=config),
        own.get_credentials(),
        role_arn,
        extra_args={"RoleSessionName": _SESSION_NAME},
    )
    session = get_session()
    session.get_component("credential_provider").insert_before("env", _TakenRole(fetcher))
    return boto3.Session(botocore_session=session)


class _TakenRole(CredentialProvider):
    METHOD = "taken-role"

    def __init__(self, fetcher: AssumeRoleCredentialFetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def load(self) -> DeferredRefreshableCredentials:
        return DeferredRefreshableCredentials(self._fetcher.fetch_credentials, self.METHOD)
