"""The mailbox at /mailbox: every mail that vendors would have received. Only the local stack has it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from api.main import create_app as create_service
from api.portal.pages import TEMPLATES, asset, moment

_MOST = 200
_NAME = re.compile(r"[0-9]{1,20}-[0-9a-f-]{36}")
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; frame-ancestors 'none'"
# For the mail itself: its own styles and links in new tabs, but no scripts and nothing from other servers.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox"
)


def create_app() -> FastAPI:
    """The service as it is deployed, with the mailbox beside it."""
    app = create_service()
    app.include_router(_router(Path(os.environ["MAILS"])))
    return app


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail in its file. `name` is the file's, without the suffix."""

    name: str
    arrived_at: datetime
    message: EmailMessage

    def body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def _router(folder: Path) -> APIRouter:
    router, templates = APIRouter(include_in_schema=False), _templates()

    def page(name: str, **context: Any) -> Response:
        return HTMLResponse(templates.get_template(name).render(context), headers={"Content-Security-Policy": _POLICY})

    def mail_or_404(name: str) -> StoredMail:
        path = folder / f"{name}.eml"
        if not _NAME.fullmatch(name) or not path.exists():
            raise HTTPException(404)
        return _read(path)

    @router.get("/mailbox")
    def mailbox() -> Response:
        return page("mailbox.html", mails=list(_newest(folder)), most=_MOST)

    @router.get("/mailbox/{name}")
    def mail(name: str) -> Response:
        return page("mail.html", mail=mail_or_404(name))

    @router.get("/mailbox/{name}/html")
    def mail_as_html(name: str) -> Response:
        headers = {"Content-Security-Policy": _MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
        return HTMLResponse(mail_or_404(name).body("html"), headers=headers)

    return router


def _newest(folder: Path) -> Iterator[StoredMail]:
    for path in sorted(folder.glob("*.eml"), reverse=True)[:_MOST]:
        yield _read(path)


def _read(path: Path) -> StoredMail:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)  # noqa: S101  the policy makes this class
    arrived_at = datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1e9, UTC)
    return StoredMail(path.stem, arrived_at, message)


def _templates() -> Environment:
    folders = [Path(__file__).with_name("templates"), TEMPLATES]
    templates = Environment(loader=FileSystemLoader(folders), autoescape=select_autoescape(), trim_blocks=True)
    templates.globals["asset"], templates.filters["moment"] = asset, moment
    return templates
