"""Mails to vendors, and the addresses that get none."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from pipeline.postgres.tables.defaults import NOW, default


class Mail(SQLModel, table=True):
    """The mail that a vendor gets at the end of an upload. No further attempt: sent, withheld or given up."""

    __tablename__ = "mails"

    upload_id: str = Field(max_length=50, primary_key=True, foreign_key="upload_history.upload_id")
    created_at: datetime = Field(sa_column_kwargs=NOW)
    attempts: int = Field(sa_column_kwargs=default("0"))
    next_attempt_at: datetime | None = Field(sa_column_kwargs=NOW)
    sent_at: datetime | None
    message_id: str | None = Field(max_length=200)
    fault: str | None = Field(max_length=100)


class MailStop(SQLModel, table=True):
    __tablename__ = "mail_stops"

    address: str = Field(max_length=320, primary_key=True)
    reason: str = Field(max_length=20, primary_key=True)
    stopped_at: datetime = Field(sa_column_kwargs=NOW)
