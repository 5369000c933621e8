"""Renders pages: the templates, their filters and globals, and the headers of every page."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from starlette.templating import Jinja2Templates

from pipeline.domain.columns import ListingStatus
from pipeline.domain.decisions import BlankCells, UploadMode
from pipeline.domain.errors import ErrorType
from pipeline.domain.keys import KeyState
from pipeline.domain.one_line import one_line
from pipeline.domain.row_names import excel_note
from pipeline.domain.uploads import DIRECT_DROP, FINAL_STATUSES, Outcome, RowStatus, UploadStatus
from pipeline.domain.vendors import VendorStatus
from pipeline.outcome.sentences import line_note

TEMPLATES = Path(__file__).parents[2] / "templates"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'{bucket};"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_CLOSED_SETS = (
    BlankCells,
    ErrorType,
    KeyState,
    ListingStatus,
    Outcome,
    RowStatus,
    UploadMode,
    UploadStatus,
    VendorStatus,
)
"""Templates use their members by name."""


def page(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    bucket: str = "",
) -> HTMLResponse:
    """Renders a template; `bucket` is another address to which the page's script may send a file."""
    full_context = {"visitor": getattr(request.state, "visitor", None), "now": datetime.now(UTC)} | context
    return _templates().TemplateResponse(
        request, f"portal/{template}", full_context, status_code=status, headers=_headers(bucket) | (headers or {})
    )


def _headers(bucket: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": _POLICY.format(bucket=f" {bucket}" if bucket else ""),
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


@cache
def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(TEMPLATES)
    templates.env.trim_blocks = templates.env.lstrip_blocks = True
    templates.env.filters |= {"grouped": grouped, "size": size, "moment": moment, "one_line": one_line}
    templates.env.globals |= {
        "asset": asset,
        "line_note": line_note,
        "excel_note": excel_note,
        "DIRECT_DROP": DIRECT_DROP,
        "FINAL_STATUSES": FINAL_STATUSES,
    }
    templates.env.globals |= {each.__name__: each for each in _CLOSED_SETS}
    return templates


def compile_templates() -> None:
    """Compiles all templates, so that the first visitor of each page does not wait for it."""
    env = _templates().env
    for name in env.list_templates(filter_func=lambda name: name.startswith("portal/")):
        env.get_template(name)


@cache
def asset(name: str) -> str:
    """An asset's address. It changes with the content, so browsers may cache it for ever."""
    content = (TEMPLATES / "assets" / name).read_bytes()
    return f"/assets/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def grouped(number: int) -> str:
    """2000000 → 2,000,000."""
    return f"{number:,}"


def size(number_of_bytes: int) -> str:
    """1536 → 1.5 KiB."""
    amount, units = float(number_of_bytes), ["bytes", "KiB", "MiB", "GiB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    exact = f"{amount:.0f}" if amount >= 100 else f"{amount:.1f}".removesuffix(".0")
    return f"{exact} {units[0]}"


def moment(value: datetime) -> str:
    """A time in UTC, for browsers without JavaScript; others show it in their own time zone."""
    return f"{value.astimezone(UTC):%d %b %Y, %H:%M} UTC"
