"""Every external service that a stage uses, built on first use and kept for the life of the process.

Most modules are imported on first use as well, so that a cold start waits only for what its function needs.
"""

import gc
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.httpsession import get_cert_path
from botocore.session import get_session
from itsdangerous import Signer, URLSafeSerializer, URLSafeTimedSerializer

from pipeline.aws.secrets import Secrets
from pipeline.postgres.database import Credentials, Database
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.aws.batch_puts import BotoPuts, LeanPuts
    from pipeline.aws.dead_letters import DeadLetterQueue
    from pipeline.aws.mail_service import MailService
    from pipeline.aws.object_store import ObjectStore
    from pipeline.aws.parser_function import ParserFunction
    from pipeline.aws.queue import ErrorQueue
    from pipeline.aws.staged_records import StagedRecords
    from pipeline.aws.staging import Staging
    from pipeline.aws.stored_files import StoredFiles
    from pipeline.aws.sweeper_function import SweeperFunction
    from pipeline.aws.topic import Topic
    from pipeline.http.webhook_client import WebhookClient

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 5},
    max_pool_connections=20,
)
# Staging has its own retries, because it must know whether an answer was lost.
_STAGING_CONFIG = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
# A person waits for the answer, and API Gateway gives up after 30 s. A retry would start the same work twice.
_SWEEPER_CONFIG = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 1})
# For optional parts of a page, which should not delay the rest.
_QUICK_CONFIG = Config(connect_timeout=2, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 2})
# Only Signature Version 4 covers the headers of a presigned URL; by default boto3 may sign with version 2.
_S3_CONFIG = _CONFIG.merge(Config(signature_version="s3v4", s3={"addressing_style": "path"}))
_ALLOCATIONS_BETWEEN_COLLECTIONS = 100_000


class Services:
    """The external services of one process. `settings` configures them, and boto3's environment configures AWS."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def _client(self, name: str) -> Any:
        config = {"s3": _S3_CONFIG, "dynamodb": _STAGING_CONFIG}.get(name, _CONFIG)
        return boto3.client(name, config=config)  # type: ignore[call-overload]

    @cached_property
    def object_store(self) -> "ObjectStore":
        from pipeline.aws.object_store import ObjectStore

        return ObjectStore(self._client("s3"), self.settings.bucket)

    @cached_property
    def staging(self) -> "Staging":
        from pipeline.aws.staging import Staging

        settings = self.settings
        return Staging(
            self._lean_puts() if settings.lean_staging else self._boto_puts(),
            threads=settings.staging_threads,
            days=settings.staging_days,
        )

    def _boto_puts(self) -> "BotoPuts":
        from pipeline.aws.batch_puts import BotoPuts

        return BotoPuts(self._client("dynamodb"), self.settings.table, connections=self.settings.staging_threads)

    def _lean_puts(self) -> "LeanPuts":
        """With the endpoint, region, credentials and trusted certificates that boto3 resolves."""
        from pipeline.aws.batch_puts import LeanPuts

        client, session = self._client("dynamodb"), get_session()
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        return LeanPuts(
            client.meta.endpoint_url,
            client.meta.region_name,
            self.settings.table,
            credentials=credentials,
            ca_file=str(session.get_config_variable("ca_bundle") or get_cert_path(True)),
        )

    @cached_property
    def staged_records(self) -> "StagedRecords":
        from pipeline.aws.staged_records import StagedRecords

        return StagedRecords(boto3.client("dynamodb", config=_QUICK_CONFIG), self.settings.table)

    @cached_property
    def stored_files(self) -> "StoredFiles":
        from pipeline.aws.other_role import session_in_role
        from pipeline.aws.stored_files import StoredFiles

        quick, role = _S3_CONFIG.merge(_QUICK_CONFIG), self.settings.file_reader_role_arn
        session = session_in_role(role, _QUICK_CONFIG) if role else boto3.Session()
        return StoredFiles(session.client("s3", config=quick), self.settings.bucket)

    @cached_property
    def error_queue(self) -> "ErrorQueue":
        from pipeline.aws.queue import ErrorQueue

        return ErrorQueue(self._client("sqs"), self.settings.error_queue_url)

    @cached_property
    def dead_letters(self) -> "DeadLetterQueue":
        from pipeline.aws.dead_letters import DeadLetterQueue

        return DeadLetterQueue(self._client("sqs"), self.settings.dead_letter_queue_url)

    @cached_property
    def topic(self) -> "Topic":
        from pipeline.aws.topic import Topic

        return Topic(self._client("sns"), self.settings.topic_arn)

    @cached_property
    def mail_service(self) -> "MailService":
        from pipeline.aws.mail_service import MailService

        settings = self.settings
        client = boto3.client("sesv2", config=_QUICK_CONFIG)
        return MailService(client, sender=settings.mail_from, configuration_set=settings.mail_configuration_set)

    @cached_property
    def parser_function(self) -> "ParserFunction":
        from pipeline.aws.parser_function import ParserFunction

        return ParserFunction(self._client("lambda"), self.settings.parser_function)

    @cached_property
    def sweeper_function(self) -> "SweeperFunction":
        from pipeline.aws.sweeper_function import SweeperFunction

        return SweeperFunction(boto3.client("lambda", config=_SWEEPER_CONFIG), self.settings.sweeper_function)

    @cached_property
    def webhook_client(self) -> "WebhookClient":
        from pipeline.http.webhook_client import WebhookClient

        settings = self.settings
        return WebhookClient(
            seconds=settings.webhook_seconds,
            allow_private=settings.webhook_allow_private,
            ca_file=settings.webhook_ca_file,
        )

    @cached_property
    def secrets(self) -> Secrets:
        return Secrets(self._client("secretsmanager"))

    @cached_property
    def database(self) -> Database:
        return Database(self.database_credentials)

    def database_credentials(self, fresh: bool = False) -> Credentials:
        secret = self.secrets.json(self.settings.database_secret_arn, fresh=fresh)
        host = self.settings.database_host or secret["host"]
        return secret | {"host": host, "sslmode": self.settings.database_sslmode}

    @cached_property
    def report_links(self) -> URLSafeTimedSerializer:
        """Signs and reads the token of `/r/{token}`, which opens the error report of one upload."""
        return URLSafeTimedSerializer(self._link_secret, salt="error-report")

    @cached_property
    def mail_links(self) -> URLSafeSerializer:
        """Signs and reads the token of `/mail/{token}`, which stops mails to one address."""
        return URLSafeSerializer(self._link_secret, salt="mail-stop")

    @cached_property
    def session_cookies(self) -> URLSafeTimedSerializer:
        """Signs and reads the portal's session cookie. The salt gives it a key of its own."""
        return URLSafeTimedSerializer(self._link_secret, salt="portal-session")

    @cached_property
    def cursors(self) -> Signer:
        """Signs the cursors of lists."""
        return Signer(self._link_secret, salt="cursor")

    @cached_property
    def form_tokens(self) -> Signer:
        """Signs the tokens that the portal's forms must contain."""
        return Signer(self._link_secret, salt="portal-form")

    @property
    def _link_secret(self) -> str:
        return self.secrets.text(self.settings.link_secret_arn)


@cache
def services() -> Services:
    """The services of this process, configured by its environment, for the Lambda handlers."""
    collect_garbage_rarely()
    return Services(Settings())


def collect_garbage_rarely() -> None:
    """Has Python look for reference cycles rarely: that took a fifth of a function's time (docs/performance.md)."""
    # Records are thousands of small dicts without cycles, and what is imported by now lives as long as the process.
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS, 10, 10)
