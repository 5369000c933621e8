"""The rules document: what `GET /v1/rules` tells, kept on the vendor's machine for checking without the service."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer

from onboarding.faults import Fault
from pipeline.checking.rules import RULES_VERSION, Categories
from pipeline.domain.failures import Limits

Json = dict[str, Any]


@dataclass(frozen=True)
class RulesDocument:
    """What a service accepts: its categories and limits, and the version of its rules."""

    version: str
    categories: tuple[str, ...]
    limits: Limits
    as_of: date

    @property
    def is_ours(self) -> bool:
        """Whether the service checks by the rules that this program knows."""
        return self.version == RULES_VERSION


class AnyCategory(Categories):
    """For want of a rules document: every category passes."""

    def __init__(self) -> None:
        super().__init__(())

    def official(self, name: str) -> str | None:
        return name


def kept_at() -> Path:
    """Where `onboarding rules` keeps the document."""
    return Path(typer.get_app_dir("onboarding")) / "rules.json"


def find_document(given: Path | None) -> RulesDocument | None:
    """The document that is named, or else the one that was downloaded last. Raises Fault for what is none."""
    path = given or kept_at()
    if given is None and not path.exists():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        limits = Limits(*(int(told["limits"][name]) for name in ("file_bytes", "rows", "columns", "row_bytes")))
        names = tuple(name for name in told["categories"] if isinstance(name, str))
        return RulesDocument(str(told["version"]), names, limits, date.fromtimestamp(path.stat().st_mtime))
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise Fault(f"{path} is not a rules document. Download one: onboarding rules --output {path}") from None


def keep(document: Json, path: Path) -> None:
    """Writes a document so that a reader never sees half of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f"{path.name}.part")
        written.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        written.replace(path)
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from None
