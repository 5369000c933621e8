"""The rules document, saved on the vendor's machine for checks without the service.

It is the answer of `GET /v1/rules`. Fetched with a key, it also has what the vendor had remembered: the items of
`GET /v1/mapping` under `mapping`, and those of `GET /v1/aliases` under `aliases`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import typer

from onboarding.faults import Fault
from pipeline.checking.rules import RULES_VERSION
from pipeline.domain.cells import clean
from pipeline.domain.columns import COLUMN_ORDER
from pipeline.domain.decisions import RememberedHeader
from pipeline.domain.failures import Limits

Json = dict[str, Any]


@dataclass(frozen=True)
class RulesDocument:
    """What a service accepts: its categories and limits, the version of its rules, and what the vendor had remembered.

    `remembered` is None if the document was fetched without a key; `aliases` are as `Categories` takes them.
    """

    version: str
    categories: tuple[str, ...]
    limits: Limits
    as_of: date
    remembered: tuple[RememberedHeader, ...] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ours(self) -> bool:
        """Whether the service checks by the same rules as this program."""
        return self.version == RULES_VERSION


def default_path() -> Path:
    """Where `onboarding rules` saves the document."""
    return Path(typer.get_app_dir("onboarding")) / "rules.json"


def find_document(option: Path | None) -> RulesDocument | None:
    """Reads the document of --rules, or else the one downloaded last; None if there is none.

    Raises Fault for a file that cannot be read or is not a rules document.
    """
    path = option or default_path()
    if option is None and not path.exists():
        return None
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        limits = Limits(*(int(document["limits"][name]) for name in ("file_bytes", "rows", "columns", "row_bytes")))
        names = tuple(name for name in document["categories"] if isinstance(name, str))
        remembered = tuple(_by_header(document["mapping"])) if "mapping" in document else None
        aliases = {clean(each["value"]).casefold(): str(each["category"]) for each in document.get("aliases", ())}
        as_of = date.fromtimestamp(path.stat().st_mtime)
        return RulesDocument(str(document["version"]), names, limits, as_of, remembered, aliases)
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError):
        raise Fault(f"{path} is not a rules document. Download one: onboarding rules --output {path}") from None


def _by_header(items: Iterable[Json]) -> Iterable[RememberedHeader]:
    """A header of several columns is listed once for each, and one that is not used without a column.

    Columns that only a newer service knows are left out.
    """
    entries: dict[str, list[Json]] = defaultdict(list)
    for item in items:
        if item["column"] is None or item["column"] in COLUMN_ORDER:
            entries[item["header"]].append(item)
    for header, listed in entries.items():
        columns = sorted((each["column"] for each in listed if each["column"]), key=COLUMN_ORDER.__getitem__)
        yield RememberedHeader.of({"header": header, "columns": columns, "unit": listed[0]["unit"]})


def save_document(document: Json, path: Path) -> None:
    """Writes a document so that a reader never sees half of it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.part")
        part.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from None
