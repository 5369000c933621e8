"""Files that are refused, with proposals for what would make them acceptable."""

import csv
import io
import json
from dataclasses import asdict
from typing import Any

from pipeline.domain.proposals import EncodingProposal, HeaderProposal, Proposal, StandIn
from tests.stack import Stack, tag

SHOP_HEADER = ("Artikel-Kennung", "Was es ist", "Gruppe", "Kosten heute", "Anzahl da", "Masse", "Lieferzeit")
SHOP_MEANING = {"Was es ist": "product_name", "Gruppe": "category", "Kosten heute": "price"}
LIKELY_ENCODINGS = (
    EncodingProposal("windows-1251", ("Мышь", "проводная")),
    EncodingProposal("koi8-r", ("лШЯЭ", "ОПНБНДМЮЪ")),
)


def shop_rows(count: int = 3) -> list[list[str]]:
    run = tag()
    return [
        [f"K{run}-{number}", f"Maus {number}", "Electronics", f"{number + 9},90", "5", f"{number}50", "3 Tage"]
        for number in range(count)
    ]


def refuse_columns(
    stack: Stack,
    vendor: str,
    header: tuple[str, ...] = SHOP_HEADER,
    rows: list[list[str]] | None = None,
    meant: dict[str, str] | None = None,
    stand_ins: tuple[StandIn, ...] = (),
    **fields: Any,
) -> str:
    """Sends a file whose header lacks columns; returns its upload, which proposes columns for some headers."""
    rows = shop_rows() if rows is None else rows
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([list(header), *rows])
    upload_id = _refused(stack, vendor, text.getvalue().encode(), "MISSING_COLUMNS", fields)
    meant = SHOP_MEANING if meant is None else meant
    columns = [
        HeaderProposal(name, tuple(row[at] for row in rows[:3]), meant.get(name), 0.8 if name in meant else 0.0)
        for at, name in enumerate(header)
    ]
    propose(stack, upload_id, Proposal(tuple(columns), stand_ins))
    return upload_id


def refuse_encoding(stack: Stack, vendor: str, *encodings: EncodingProposal, **fields: Any) -> str:
    """Sends a file in Cyrillic letters of one byte; returns its upload, which proposes encodings."""
    run = tag()
    rows = [f"P{run}-{number},Мышь проводная,Electronics,S{run}-{number},9.90,5" for number in range(3)]
    text = "\r\n".join(["vendor_product_id,product_name,category,sku,price,stock_quantity", *rows])
    upload_id = _refused(stack, vendor, text.encode("cp1251"), "UNSUPPORTED_ENCODING", fields)
    propose(stack, upload_id, Proposal(encodings=encodings))
    return upload_id


def _refused(stack: Stack, vendor: str, content: bytes, code: str, fields: dict[str, Any]) -> str:
    upload = stack.send(content, vendor=vendor, **fields)
    ended = stack.ended(upload["upload_id"], vendor=vendor)
    assert ended["failure"]["code"] == code
    return str(upload["upload_id"])


def propose(stack: Stack, upload_id: str, proposal: Proposal) -> None:
    """Stores a proposal of our choice in place of the pipeline's."""
    stack.sql(
        "UPDATE upload_history SET failure = jsonb_set(failure, '{proposal}', %s::jsonb) WHERE upload_id = %s",
        json.dumps(asdict(proposal)),
        upload_id,
    )
