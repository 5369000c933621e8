"""DynamoDB `UploadRecords`: every record of an upload on its way from the parser to a validator.

The table wakes validators up and shows staff where a record stands; PostgreSQL alone decides.
"""

import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from itertools import islice
from typing import NamedTuple, NoReturn

from pipeline.aws.batch_puts import AnswerLost, Item, Left, Puts, Throttled
from pipeline.checking.rules import Product
from pipeline.checking.survey import EarlierRow, StagedRecord
from pipeline.domain.errors import RowError
from pipeline.domain.records import Layout, Row
from pipeline.domain.uploads import StagingStatus, record_id
from pipeline.reading.lineage import UNCHECKED

_BATCH = 25  # as many as BatchWriteItem takes
_ATTEMPTS = 12
_MOST_CHARACTERS = 2_000_000  # of a batch
_PRODUCT_COLUMNS = Product._fields[1:]  # the first is the row number, which every item has


@dataclass
class _Batch:
    """Items of one request, and whether they were sent again although they may have been stored."""

    items: Sequence[Item]
    is_repeated: bool = False


class _Now(NamedTuple):
    milliseconds: int
    iso: str
    expires_at: str


def _tell_of(batch: _Batch, written: Callable[[int], None], repeated: Callable[[Sequence[Item]], None]) -> None:
    if batch.is_repeated:
        repeated(batch.items)
    written(len(batch.items))


def _raise(fault: Exception) -> NoReturn:
    raise fault


class StagingRefused(Exception):
    """DynamoDB kept leaving a part of a batch unwritten."""


class Staging:
    longest_pause = 5.0  # seconds between two tries

    def __init__(self, puts: Puts, *, threads: int, days: int) -> None:
        self._puts, self._threads = puts, threads
        self._kept = timedelta(days=days)
        self._now = _Now(0, "", "")

    def write(
        self,
        items: Iterable[Item],
        written: Callable[[int], None] = lambda count: None,
        repeated: Callable[[Sequence[Item]], None] = lambda items: None,
    ) -> None:
        """Writes all items, `threads` requests in flight; `written` hears how many more are surely stored, in order.

        `repeated` hears of items that were sent again because the answer to an earlier request was lost: they may
        have been stored before, and a validator may have changed them since.
        """
        sent: deque[tuple[_Batch, Left]] = deque()
        settled: deque[Future[_Batch]] = deque()
        remaining = iter(items)
        try:
            while some := list(islice(remaining, _BATCH)):
                sent.append(self._begun(_Batch(some)))
                if len(sent) >= self._threads:
                    settled.append(self._settled(*sent.popleft()))
                if len(settled) > self._threads:
                    _tell_of(settled.popleft().result(), written, repeated)
            while sent:
                settled.append(self._settled(*sent.popleft()))
            while settled:
                _tell_of(settled.popleft().result(), written, repeated)
        finally:
            for _, answer in sent:
                with suppress(Exception):
                    answer()
            wait(settled)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        """For what has to be sent again, and for that to be waited with."""
        return ThreadPoolExecutor(self._threads)

    def _begun(self, batch: "_Batch") -> "tuple[_Batch, Left]":
        """Nearly all that is sent is stored at once: threads of their own would only hand it to one another."""
        try:
            return batch, self._puts.begin(batch.items)
        except (Throttled, AnswerLost) as fault:
            return batch, partial(_raise, fault)

    def _settled(self, batch: "_Batch", answer: Left) -> "Future[_Batch]":
        left = batch.items
        try:
            left = answer()
        except Throttled:
            pass
        except AnswerLost:
            batch.is_repeated = True
        if left:
            return self._pool.submit(self._write_rest, batch, left)
        done: Future[_Batch] = Future()
        done.set_result(batch)
        return done

    def _write_rest(self, batch: "_Batch", left: Sequence[Item]) -> "_Batch":
        """Sends what is left until nothing is; gives up only where nothing is taken. Many may share a partition."""
        in_vain = pace = int(len(left) == len(batch.items))
        while in_vain < _ATTEMPTS:
            time.sleep(random.uniform(0, min(self.longest_pause, 0.05 * 2**pace)))  # noqa: S311
            before = len(left)
            try:
                left = self._puts(left)
            except Throttled:
                pass
            except AnswerLost:
                batch.is_repeated = True
            if not left:
                return batch
            in_vain, pace = (0, max(pace - 1, 0)) if len(left) < before else (in_vain + 1, pace + 1)
        raise StagingRefused(f"{len(left)} of {len(batch.items)} items are not written")

    def pending(self, upload_id: str, vendor_id: str, staged: StagedRecord, layout: Layout) -> Item:
        """A record that waits for its validator; `record_of` reads it back."""
        row = staged.record.row
        item = self._item(upload_id, vendor_id, row, StagingStatus.PENDING)
        item["line"], item["sheet_row"] = {"N": str(row.line)}, {"N": str(row.sheet_row)}
        for key, earlier in (("sku", staged.earlier_sku), ("vendor_product_id", staged.earlier_vendor_product_id)):
            if earlier:
                item[f"earlier_{key}_row"] = {"N": str(earlier.row_number)}
                item[f"earlier_{key}_line"] = {"N": str(earlier.line)}
        if row.malformed:
            item["malformed"], item["raw"] = {"S": row.malformed}, {"S": row.raw or ""}
        else:
            item["product_data"] = {"M": {name: {"S": cell} for name, cell in staged.record.received.items() if cell}}
        if row.malformed in {None, UNCHECKED}:  # of that one it is still to be told which row it was
            others = {
                str(i): {"S": cell}
                for i, (cell, column) in enumerate(zip(row.cells, layout.columns, strict=False))
                if cell and not column.column
            }
            if others:
                item["other_cells"] = {"M": others}
        return item

    def validated(self, upload_id: str, vendor_id: str, row: Row, product: Product, created_at: str | None) -> Item:
        """A record that became a product, its numbers as Numbers."""
        item = self._item(upload_id, vendor_id, row, StagingStatus.VALIDATED, created_at, processed=True)
        values = zip(_PRODUCT_COLUMNS, product[1:], strict=True)
        item["product_data"] = {"M": {name: _typed(value) for name, value in values if value is not None}}
        return item

    def rejected(
        self,
        upload_id: str,
        vendor_id: str,
        row: Row,
        received: Mapping[str, str],
        errors: Sequence[RowError],
        created_at: str | None,
    ) -> Item:
        """A record with errors: `error_reason` lists their types, `error_details` what each says."""
        item = self._item(upload_id, vendor_id, row, StagingStatus.ERROR, created_at, processed=True)
        item["product_data"] = {"M": {name: {"S": cell} for name, cell in received.items() if cell}}
        item["error_reason"] = {"S": ",".join(dict.fromkeys(error.error_type for error in errors))}
        item["error_details"] = {"L": [{"M": _error_details(error)} for error in errors]}
        return item

    def _item(
        self,
        upload_id: str,
        vendor_id: str,
        row: Row,
        status: StagingStatus,
        created_at: str | None = None,
        *,
        processed: bool = False,
    ) -> Item:
        now = self._moment()
        item = {
            "upload_id": {"S": upload_id},
            "record_id": {"S": record_id(row.row_number)},
            "vendor_id": {"S": vendor_id},
            "row_number": {"N": str(row.row_number)},
            "status": {"S": status},
            "created_at": {"S": created_at or now.iso},
            "expires_at": {"N": now.expires_at},
        }
        if processed:
            item["processed_at"] = {"S": now.iso}
        return item

    def _moment(self) -> "_Now":
        """The present to the millisecond, in which many items are made: it is put into words once."""
        milliseconds = time.time_ns() // 1_000_000
        if self._now.milliseconds != milliseconds:
            now = datetime.fromtimestamp(milliseconds / 1000, UTC)
            self._now = _Now(milliseconds, _iso(now), str(int((now + self._kept).timestamp())))
        return self._now


def is_pending(item: Item) -> bool:
    return bool(item["status"]["S"] == StagingStatus.PENDING)


def record_of(item: Item, layout: Layout) -> StagedRecord:
    """The record behind a pending item."""
    received = {name: value["S"] for name, value in item.get("product_data", {"M": {}})["M"].items()}
    others = {int(i): value["S"] for i, value in item.get("other_cells", {"M": {}})["M"].items()}
    cells = [
        received.get(column.column, "") if column.column else others.get(i, "")
        for i, column in enumerate(layout.columns)
    ]
    row = Row(_number(item, "row_number"), _number(item, "line"), _number(item, "sheet_row"), cells)
    if "malformed" in item:
        row.malformed, row.raw = item["malformed"]["S"], item["raw"]["S"]
    return StagedRecord(layout.record(row), _earlier(item, "sku"), _earlier(item, "vendor_product_id"))


def in_batches(records: Iterable[StagedRecord], size: int) -> Iterator[list[StagedRecord]]:
    """Batches of at most `size` records, and of a few megabytes: rows can be wide."""
    batch: list[StagedRecord] = []
    characters = 0
    for record in records:
        batch.append(record)
        characters += record.record.row.characters
        if len(batch) == size or characters > _MOST_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _earlier(item: Item, key: str) -> EarlierRow | None:
    row_number = _number(item, f"earlier_{key}_row")
    return EarlierRow(row_number, _number(item, f"earlier_{key}_line")) if row_number else None


def _number(item: Item, name: str) -> int:
    return int(item[name]["N"]) if name in item else 0


def _typed(value: object) -> dict[str, str]:
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


def _error_details(error: RowError) -> Item:
    details = {"error_type": error.error_type, "error_field": error.error_field, "error_message": error.message}
    return {name: {"S": text} for name, text in details.items() if text}


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
