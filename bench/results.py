"""What was measured, kept in one JSON file, and put into the documents' tables between their marks."""

import json
import os
import platform
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.alone import PROJECT, Measured

FILE = PROJECT / ".local" / "bench.json"
DOCUMENTS = PROJECT / "docs"


def load(file: Path = FILE) -> Measured:
    """Every part's latest figures; {} if nothing has been measured yet."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def keep(part: str, found: Measured, seconds: float, file: Path = FILE) -> None:
    """Puts a part's figures beside those of the others."""
    kept = load(file) | {part: found | {"took_seconds": seconds, **_circumstances()}}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


def _circumstances() -> Measured:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def write(tables: dict[str, str], folder: Path = DOCUMENTS) -> list[Path]:
    """Replaces what stands between `<!-- bench: NAME -->` and `<!-- end -->`; returns what has changed."""
    changed = []
    for path in sorted(folder.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = _replaced(text, tables)
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


def _replaced(text: str, tables: dict[str, str]) -> str:
    for name, table in tables.items():
        marks = re.compile(rf"(<!-- bench: {re.escape(name)} -->\n).*?(<!-- end -->)", re.DOTALL)
        text = marks.sub(partial(_between, table), text)
    return text


def _between(table: str, found: re.Match[str]) -> str:
    return f"{found[1]}{table}\n{found[2]}"
