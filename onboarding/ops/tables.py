"""Plain tables for operators, from which ids can be copied."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.domain.dead_letters import MEANINGS
from pipeline.domain.one_line import one_line

Json = Mapping[str, Any]

_WIDEST = 1_000  # characters: wide enough that no id is folded or cut in a narrow terminal


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    plain = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        plain.add_column(header, no_wrap=True)
    for row in rows:
        plain.add_row(*(Text("" if cell is None else one_line(str(cell), _WIDEST)) for cell in row))
    Console(highlight=False, width=_WIDEST).print(plain)


def stuck_uploads(uploads: Sequence[Json]) -> None:
    headers = ("Upload", "Vendor", "Status", "Still since", "Tries", "Decided")
    table(headers, [_upload(each) for each in uploads])


def _upload(upload: Json) -> tuple[object, ...]:
    total = upload["total_records"]
    decided = f"{upload['decided_records']} of {total}" if total else "not read yet"
    vendor = upload["vendor_id"] or "unknown"
    return upload["upload_id"], vendor, upload["status"], upload["still_since"], upload["tries"], decided


def dead_letters(letters: Sequence[Json]) -> None:
    rows = [(each["since"], each["upload_id"], MEANINGS.get(each["kind"], each["kind"])) for each in letters]
    table(("Dead letter since", "Upload", "What it is"), rows)


def keys(listed: Sequence[Json]) -> None:
    headers = ("Id", "Key", "Role", "Vendor", "Label", "State", "Made", "Last used")
    table(headers, [_key(each) for each in listed])


def _key(key: Json) -> tuple[object, ...]:
    created_on, used = key["created_at"][:10], key["last_used_at"]
    last_used = used[:16].replace("T", " ") if used else "never"
    prefix = f"{key['key_prefix']}…"
    return key["key_id"], prefix, key["role"], key["vendor_id"], key["label"], key["state"], created_on, last_used
