"""Configuration: the one place that reads the environment (variables `ONBOARDING_…`)."""

from datetime import timedelta

from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.domain.failures import Limits

_DEFAULT = Limits()


class Settings(BaseSettings):
    """What differs between AWS, one machine and a test. Each function is given only what it needs."""

    model_config = SettingsConfigDict(env_prefix="ONBOARDING_", frozen=True, extra="ignore")

    bucket: str = ""
    table: str = ""
    error_queue_url: str = ""
    dead_letter_queue_url: str = ""
    topic_arn: str = ""
    parser_function: str = ""
    sweeper_function: str = ""
    # The role in which the web service reads the bucket; empty reads in its own.
    file_reader_role_arn: str = ""
    # A JSON secret: username, password, host, port, dbname.
    database_secret_arn: str = ""
    # Where the database is reached instead of the secret's host: the proxy before it.
    database_host: str = ""
    # How the connection is encrypted, in libpq's words; `require` refuses one that is not.
    database_sslmode: str = "prefer"
    # Signs the report links that notifications carry, and the portal's sessions.
    link_secret_arn: str = ""
    # The service's public address, without a trailing slash; what a request says of it is not believed.
    api_url: str = "http://localhost:8000"
    # The sender of the mails beside the notifications, and SES's configuration set. Without a sender none are sent.
    mail_from: str = ""
    mail_configuration_set: str = ""
    # The API key of the synthetic vendor, and how long its upload may take.
    canary_key_arn: str = ""
    canary_seconds: float = 120

    max_file_bytes: int = _DEFAULT.file_bytes
    max_rows: int = _DEFAULT.rows
    max_columns: int = _DEFAULT.columns
    max_row_bytes: int = _DEFAULT.row_bytes

    # How long one worker may go without a sign of life before another takes over its file.
    lease_seconds: int = 90
    # How long an upload may stand still before the sweeper takes it on.
    patience_seconds: int = 120
    # How long it may stand still in all, however often it was tried: then it ends as our fault, at half an hour.
    hope_seconds: int = 25 * 60
    upload_url_seconds: int = 3600
    # The largest file that the API itself takes; larger ones go to the bucket directly.
    max_inline_bytes: int = 4 * 1024 * 1024
    # What a key may ask: so many requests a second, and so many at once.
    requests_per_second: float = 50
    requests_burst: int = 200
    # How long the database may think about one statement of a request that only reads.
    question_seconds: float = 5
    report_link_seconds: int = 7 * 24 * 3600
    # The portal: how long one stays signed in, and how often an address may try to: at once, and then a minute.
    session_seconds: int = 12 * 3600
    sign_in_attempts: int = 10
    sign_in_attempts_per_minute: float = 2
    staging_days: int = 7
    # How long errors and deliveries to webhooks can be looked up.
    error_days: int = 365
    delivery_days: int = 30
    # The part of a function's time that is kept for handing over to the next invocation.
    handover_seconds: int = 45
    staging_threads: int = 4
    # Whether records are staged by requests of our own making; boto3 does the same with ten times the work.
    lean_staging: bool = True
    validation_batch: int = 500
    # Webhooks: how long one attempt may take. For tests and intranets: whether a receiver may be at a private
    # address, and a file of certificate authorities to trust besides the public ones.
    webhook_seconds: float = 10
    webhook_allow_private: bool = False
    webhook_ca_file: str = ""

    @property
    def limits(self) -> Limits:
        return Limits(self.max_file_bytes, self.max_rows, self.max_columns, self.max_row_bytes)

    @property
    def hope(self) -> timedelta:
        return timedelta(seconds=self.hope_seconds)

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)
