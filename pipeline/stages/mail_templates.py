"""Renders a letter as HTML and as text."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.outcome.mails import MailContent

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parents[2] / "templates" / "email"


@dataclass(frozen=True, slots=True)
class Reader:
    """The recipient of a mail, and the links for them."""

    vendor_name: str
    address: str
    uploads_link: str
    """Where each upload has a page, by its id."""
    report_link: str | None
    report_days: int
    stop_link: str


def as_html(letter: MailContent, reader: Reader) -> str:
    return _templates().get_template("upload_ended.html").render(letter=letter, reader=reader)


def as_text(letter: MailContent, reader: Reader) -> str:
    return _templates().get_template("upload_ended.txt").render(letter=letter, reader=reader)


@cache
def _templates() -> "Environment":
    # Imported here, because a service that sends no mails needs no Jinja in its cold starts.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=select_autoescape(enabled_extensions=["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    templates.filters["grouped"] = lambda number: f"{number:,}"
    return templates
