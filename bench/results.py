"""Stores results in one JSON file, and writes them into the tables of the documents."""

import json
import os
import platform
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.alone import PROJECT, Figures

FILE = PROJECT / ".local" / "bench.json"
DOCUMENTS = PROJECT / "docs"


def load(file: Path = FILE) -> Figures:
    """The latest results of every part; empty if nothing has been measured yet."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def keep(part: str, result: Figures, seconds: float, file: Path = FILE) -> None:
    """Stores the results of one part beside those of the others."""
    stored = load(file) | {part: result | {"took_seconds": seconds, **_circumstances()}}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def _circumstances() -> Figures:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def write(tables: dict[str, str], folder: Path = DOCUMENTS) -> list[Path]:
    """Replaces the text between `<!-- bench: NAME -->` and `<!-- end -->`, and returns the changed files."""
    changed = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = _replace(text, tables)
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


def _replace(text: str, tables: dict[str, str]) -> str:
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marks.sub(partial(_between, table), text)
    return text


def _between(table: str, match: re.Match[str]) -> str:
    return f"{match[1]}{table}\n{match[2]}"
