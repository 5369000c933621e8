"""Configuration: the one place that reads the environment (variables `ONBOARDING_…`).

`docs/configuration.md` is generated from this class.
"""

from datetime import timedelta

from pydantic_settings import BaseSettings, SettingsConfigDict

from pipeline.domain.failures import Limits
from pipeline.domain.guards import GuardCode, Thresholds

_DEFAULT = Limits()


class Settings(BaseSettings):
    """What differs between AWS, one machine and a test. Each function is given only what it needs."""

    model_config = SettingsConfigDict(env_prefix="ONBOARDING_", frozen=True, extra="ignore")

    # Where things are: set by the template, from its own resources.
    bucket: str = ""
    """The bucket of files and reports."""
    table: str = ""
    """The DynamoDB table of staged records."""
    error_queue_url: str = ""
    """The queue that error-processor reads."""
    dead_letter_queue_url: str = ""
    """The queue of everything that failed the maximum number of times."""
    topic_arn: str = ""
    """The topic of notifications."""
    parser_function: str = ""
    """The function csv-parser, which invokes itself to continue."""
    sweeper_function: str = ""
    """The function upload-sweeper, which support's re-drive invokes."""
    file_reader_role_arn: str = ""
    """The role in which the web service reads the bucket; its own if empty."""
    database_secret_arn: str = ""
    """A JSON secret: username, password, host, port, dbname."""
    database_host: str = ""
    """Where the database is reached instead of the secret's host: its proxy."""
    link_secret_arn: str = ""
    """The secret that signs report links, cursors and portal sessions."""
    api_url: str = "http://localhost:8000"
    """The service's public address, without a trailing slash."""
    mail_from: str = ""
    """The sender of mails; without one, none are sent."""
    mail_configuration_set: str = ""
    """The configuration set of SES that mails are sent with."""
    canary_key_arn: str = ""
    """The API key of the synthetic vendor."""

    # Limits of a file.
    max_file_bytes: int = _DEFAULT.file_bytes
    """Largest file, in bytes."""
    max_rows: int = _DEFAULT.rows
    """Most rows in a file."""
    max_columns: int = _DEFAULT.columns
    """Most columns in a file."""
    max_row_bytes: int = _DEFAULT.row_bytes
    """Longest row; a longer one is `MALFORMED_ROW`."""

    # What prices are in.
    currency: str = ""
    """The currency of prices, such as `EUR`; a price that is certainly in another one is `INVALID_PRICE`."""

    # Guards: how many per cent of the products a file may affect before somebody must confirm it.
    guard_mass_withdrawal_percent: int = 20
    """Of the vendor's active products, how many a file may withdraw."""
    guard_mass_zero_stock_percent: int = 50
    """Of the products in stock that a file names, how many it may set to a stock of 0."""
    guard_price_cliff_percent: int = 20
    """Of the products that a file names, how many may get more than double or less than half their price."""

    # The web service.
    max_inline_bytes: int = 4 * 1024 * 1024
    """Largest file that the API itself takes; larger ones go to the bucket directly."""
    requests_per_second: float = 50
    """Sustained rate of requests per API key."""
    requests_burst: int = 200
    """Largest burst of requests per API key, and the most requests in progress per vendor."""
    query_seconds: float = 5
    """Longest statement of a request that only reads; then the answer is `TOO_SLOW`."""
    session_seconds: int = 12 * 3600
    """How long a portal session lasts."""
    sign_in_attempts: int = 10
    """Wrong keys that one address may try at once."""
    sign_in_attempts_per_minute: float = 2
    """Sustained rate of wrong keys per address."""
    upload_url_seconds: int = 3600
    """How long a presigned address takes a file."""
    report_link_seconds: int = 7 * 24 * 3600
    """How long the link in a notification opens the report."""

    # The pipeline.
    lease_seconds: int = 90
    """How long a worker may go without a sign of life before another takes over its file."""
    stalled_after_seconds: int = 120
    """How long an upload may make no progress before the sweeper continues it."""
    give_up_after_seconds: int = 25 * 60
    """How long an upload may make no progress, despite every retry, before it ends as our fault."""
    handover_seconds: int = 45
    """Part of a function's time that is reserved for handing over to the next invocation."""
    staging_threads: int = 4
    """Concurrent requests to DynamoDB; the template's `StagingThreads`."""
    lean_staging: bool = True
    """Whether DynamoDB is written to with our own requests instead of boto3's, for a tenth of the work."""
    validation_batch: int = 500
    """Records that the sweeper validates per transaction."""
    database_sslmode: str = "prefer"
    """How the connection to PostgreSQL is encrypted, as libpq's `sslmode`."""
    canary_seconds: float = 120
    """How long the synthetic upload may take."""

    # Webhooks.
    webhook_seconds: float = 10
    """Longest attempt to deliver to a webhook."""
    webhook_allow_private: bool = False
    """Whether webhooks may go to private addresses: for tests and intranets."""
    webhook_ca_file: str = ""
    """Certificate authorities to trust besides the public ones."""

    # Retention.
    staging_days: int = 7
    """How long staged records are kept."""
    error_days: int = 365
    """How long errors can be looked up."""
    delivery_days: int = 30
    """How long webhook deliveries can be looked up."""

    @property
    def limits(self) -> Limits:
        return Limits(self.max_file_bytes, self.max_rows, self.max_columns, self.max_row_bytes)

    @property
    def guards(self) -> Thresholds:
        return {
            GuardCode.MASS_WITHDRAWAL: self.guard_mass_withdrawal_percent,
            GuardCode.MASS_ZERO_STOCK: self.guard_mass_zero_stock_percent,
            GuardCode.PRICE_CLIFF: self.guard_price_cliff_percent,
        }

    @property
    def give_up_after(self) -> timedelta:
        return timedelta(seconds=self.give_up_after_seconds)

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)
